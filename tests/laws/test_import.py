"""Import: counts, idempotence, one law from two sources."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.extensions import db, hooks
from app.laws import queries
from app.laws.importing import archive, markdown, store, wheel
from app.laws.models import Article, Law, LawVersion
from tests.laws import texts


def held(name: str) -> Law:
    law = queries.find_law(name)
    assert law is not None
    return law


def save(path: Path) -> dict[str, int]:
    reading = wheel.read(path) if path.suffix == ".whl" else markdown.read(path)
    run = store.save(reading, at=texts.AT)
    db.session.commit()
    return run.counts


def test_every_file_is_parsed_or_listed(app: Flask, tmp_path: Path) -> None:
    run = texts.load(tmp_path)
    counts = run.counts
    assert counts["files"] == counts["parsed"] + counts["listed"] == len(texts.FILES)
    assert {p["file"] for p in run.problems} >= {
        "README.md", "行政法/_index.md", "司法解释/关于样例问题的批复(2022-02-02).md"}
    assert held("关于样例问题的批复").versions, "an uncut text is held as a text"


def test_the_same_source_twice_changes_nothing(app: Flask, tmp_path: Path) -> None:
    first = texts.load(tmp_path).counts
    rows = db.session.execute(select(Article.id, Article.text)).all()
    again = texts.load(tmp_path).counts
    assert again["unchanged"] == first["versions"]
    assert (again["laws"], again["versions"], again["articles"]) == (0, 0, 0)
    assert db.session.execute(select(Article.id, Article.text)).all() == rows


def test_a_corrected_file_replaces_its_own_text(app: Flask, tmp_path: Path) -> None:
    texts.load(tmp_path)
    name = "行政法/试验法(2024-01-05).md"
    counts = texts.load(tmp_path, {name: texts.TRIAL_2024.replace("签名", "签名或者盖章")}).counts
    assert counts["versions"] == 1
    found = queries.article_on("试验法第三条之一", date(2025, 1, 1))
    assert isinstance(found, queries.Held) and found.text.endswith("签名或者盖章。")
    assert len(held("试验法").versions) == 2


def test_files_of_one_law_are_one_version_in_order(app: Flask, tmp_path: Path) -> None:
    texts.load(tmp_path)
    law = held("合编法")
    assert len(law.versions) == 1
    articles = queries.articles_of(law.versions[0])
    assert [(a.number, a.heading) for a in articles] == [
        (1, "甲编"), (2, "甲编"), (3, "乙编"), (4, "乙编")]


def test_national_scope_leaves_out_local_rules(app: Flask, tmp_path: Path) -> None:
    run = texts.load(tmp_path, scope="national")
    assert run.counts["out_of_scope"] == 1
    assert queries.find_law("某省供水办法") is None


WHEEL = [("中华人民共和国试验法", "2024-01-05", "现行有效", [
    ("第一章 总则", None, "第一条", '为了试验"法规库"，制定本法。'),
    ("第一章 总则", None, "第二条", "申请人应当在十五日内提出书面说明。\n第二编 其他"),
    ("第一章 总则", None, "第三条", "听证由试验机关组织。"),
    ("第一章 总则", None, "第三条之一", "听证笔录由当事人签名。"),
    ("第二章 附则", None, "第四条", "本法自2024年7月1日起施行。\n附：\n税目税率表\n税目 | 税率")])]


@pytest.mark.parametrize("wheel_first", [True, False])
def test_a_law_in_two_sources_is_one_law_in_any_order(app: Flask, tmp_path: Path,
                                                     wheel_first: bool) -> None:
    made, folder = texts.made_wheel(tmp_path, WHEEL), texts.folder(tmp_path / "md")
    for path in [made, folder] if wheel_first else [folder, made]:
        save(path)
    law = held("试验法")
    assert [v.adopted for v in law.versions] == [date(2019, 3, 1), date(2024, 1, 5)]
    newest = law.versions[-1]
    assert newest.source == made.name, "the wheel's text is kept"
    assert [a["source"] for a in newest.alternates] == ["md"]
    assert newest.history, "the other source's history is kept"
    for path in [made, folder]:
        counts = save(path)
        assert (counts["versions"], counts["laws"]) == (0, 0)


def test_a_defective_text_gives_way_to_a_whole_one(app: Flask, tmp_path: Path) -> None:
    rows = [row for row in WHEEL[0][3] if row[2] != "第三条"]
    save(texts.made_wheel(tmp_path, [(*WHEEL[0][:3], rows)]))
    save(texts.folder(tmp_path / "md"))
    assert held("试验法").versions[-1].source == "md"


def test_the_wheel_is_cleaned(app: Flask, tmp_path: Path) -> None:
    save(texts.made_wheel(tmp_path, WHEEL))
    articles = {a.label: a for a in queries.articles_of(held("试验法").versions[0])}
    assert articles["第一条"].text == "为了试验“法规库”，制定本法。"
    assert articles["第二条"].text == "申请人应当在十五日内提出书面说明。"
    assert articles["第二条"].heading == "第一编 总则 / 第一章 总则", "the wheel lost this heading"
    assert articles["第三条"].heading == "第二编 其他 / 第一章 总则"
    assert articles["第四条"].text == "本法自2024年7月1日起施行。"
    assert articles["附"].number is None and "税目 | 税率" in articles["附"].text


def test_a_wheel_without_the_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.whl"
    path.write_bytes(texts.unflagged_zip(tmp_path).read_bytes())
    with pytest.raises(archive.SourceRefused):
        wheel.read(path)


DATES = [
    ("试验法", 0, date(2019, 6, 1), "text", "the last article states it"),
    ("试验法", 1, date(2024, 7, 1), "text", "a revision states its own day"),
    ("样例条例", 0, None, None, "the stated day is the first version's, not the amendment's"),
    ("某省供水办法", 0, date(2020, 1, 1), "text", "stated"),
]


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize(("name", "place", "wanted", "source", "why"), DATES)
def test_the_first_day_in_force(name: str, place: int, wanted: date | None, source: str | None,
                                why: str) -> None:
    version = held(name).versions[place]
    assert (version.effective, version.effective_from) == (wanted, source), why


def test_at_once_counts_only_for_a_first_version(app: Flask, tmp_path: Path) -> None:
    body = "第一条 甲。\n\n第二条 本办法自公布之日起施行。"
    texts.load(tmp_path, {
        "行政法规/甲办法(2020-02-02).md": texts.md("甲办法", body, info="2020年2月2日 公布"),
        "行政法规/乙办法(2021-02-02).md": texts.md(
            "乙办法", body, info="2020年2月2日 公布\n\n2021年2月2日 修订")})
    assert held("甲办法").versions[0].effective == date(2020, 2, 2)
    assert held("乙办法").versions[0].effective is None


def test_a_new_law_ends_the_law_it_repeals(app: Flask, tmp_path: Path) -> None:
    new = texts.md("新供水法", "第一条 甲。\n\n第二条 本法自2025年3月1日起施行。"
                   "《中华人民共和国试验法》同时废止。", info="2024年12月1日 通过")
    texts.load(tmp_path, {"行政法/新供水法(2024-12-01).md": new})
    texts.load(tmp_path)  # the repealed law comes later than the law that repeals it
    law = held("试验法")
    assert law.repealed == date(2025, 3, 1) and law.versions[-1].until == date(2025, 3, 1)
    found = queries.article_on("试验法第一条", date(2025, 3, 1))
    assert isinstance(found, queries.NotHeld) and found.reason.startswith("已废止")
    assert isinstance(queries.article_on("试验法第一条", date(2025, 2, 28)), queries.Held)


def test_new_versions_are_announced_in_the_same_transaction(app: Flask, tmp_path: Path) -> None:
    heard: list[int] = []

    def hear(versions: tuple[int, ...]) -> None:
        heard.extend(versions)

    hooks.on("law_changed", hear)
    try:
        texts.load(tmp_path)
        count = len(heard)
        texts.load(tmp_path)
    finally:
        hooks._receivers["law_changed"].remove(hear)
    assert count == db.session.scalar(select(func.count(LawVersion.id))) == len(heard)
