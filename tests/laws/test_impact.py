"""What a new text touches: found in the import's own transaction, listed, handled by people."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.extensions import db, hooks
from app.laws import citing, citing_files, impact, needs, queries
from app.laws.importing import markdown, store
from app.laws.models import ImportRun, LawImpact, LawVersion
from app.licensing.models import ItemVersion, LicensingItem
from tests import factories
from tests.laws import texts

OLD = texts.md("中华人民共和国试验法", """第一条 为了试验法规库，制定本法。

第二条 申请人应当在十日内提出书面说明。

有下列情形之一的，期限中止：

(一)不可抗力；

(二)申请人死亡。

第三条 听证由试验机关组织，应当公开举行，并制作笔录。

第四条 本法自2019年6月1日起施行。""", info="2019年3月1日 测试大会通过")
NEW = texts.md("中华人民共和国试验法", """第一条 为了试验法规库，制定本法。

第二条 申请人应当在十五日内提出书面说明。

有下列情形之一的，期限中止：

(一)不可抗力；

(二)申请人死亡。

第三条 试验机关应当建立信用档案并向社会公布。

第四条 听证由试验机关组织，应当公开举行，并制作笔录。

第五条 本法自2027年1月1日起施行。""", info="""2019年3月1日 测试大会通过

2026年9月1日 测试大会修订""")
FILE = "行政法/试验法({}).md"

RULES = [
    ("changed", "《试验法》第二条第一款", "在十日内提出", "2019-06-01", "", "a longer period"),
    ("", "《试验法》第二条第一款", "在十日内提出", "2019-06-01", "2027-01-01",
     "ends with the old text"),
    ("", "《试验法》第二条第一款", "在十五日内提出", "2027-01-01", "", "written for the new text"),
    ("", "《试验法》第二条第一款", "申请人应当", "2019-06-01", "", "other words of the 款 changed"),
    ("", "《试验法》第二条第二款第（二）项", "申请人死亡", "", "", "a 款 that stayed"),
    ("", "《试验法》第一条", "为了试验法规库", "", "", "an article that stayed"),
    ("changed", "《试验法》第三条", "听证由试验机关组织", "", "", "the words went elsewhere"),
    ("changed", "《试验法》第三条", "", "", "", "without words: it is another article now"),
    ("unclear", "《试验法》第二条", "", "", "", "without words: the article reads differently"),
    ("", "《试验法》第二条第二款", "", "", "", "without words: its 款 reads the same"),
    ("", "《试验法》", "", "", "", "the law as a whole"),
    ("", "《另一法》第二条", "在十日内提出", "", "", "another law"),
    ("", "《试验法》第五条", "", "", "", "no such article when it was written"),
]


def write_rules(folder: Path, rules: list[tuple[str, ...]] = RULES) -> Path:
    (folder / "rules").mkdir(parents=True, exist_ok=True)
    rows = []
    for number, (_, cite, quote, since, until, _) in enumerate(rules):
        days = (f"from = {since}\n" if since else "") + (f"until = {until}\n" if until else "")
        words = f', quote = "{quote}"' if quote else ""
        rows.append(f'[[deadline]]\nid = "r{number}"\ntitle = "期限{number}"\n{days}'
                    f'basis = [{{cite = "{cite}"{words}}}]\n')
    (folder / "rules" / "made.toml").write_text("\n".join(rows), encoding="utf-8")
    return folder


@pytest.fixture
def rules(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Callable[..., None]]:
    """The product rests on the rules given (RULES at first), and on nothing else."""
    def use(rows: list[tuple[str, ...]] = RULES) -> None:
        place = write_rules(tmp_path / f"made{len(list(tmp_path.iterdir()))}", rows)
        monkeypatch.setattr(needs, "of_files", lambda: citing_files.of_files(place, place))

    monkeypatch.setattr(citing, "of_texts", list)
    monkeypatch.setattr(citing, "of_templates", list)
    use()
    yield use


def load(place: Path, **files: str) -> ImportRun:
    return texts.load(place, {FILE.format(day.replace("_", "-")): text
                              for day, text in files.items()})


def amended(tmp_path: Path) -> ImportRun:
    load(tmp_path / "a", **{"2019_03_01": OLD})
    return load(tmp_path / "b", **{"2026_09_01": NEW})


def impacts() -> list[LawImpact]:
    return list(db.session.scalars(select(LawImpact).order_by(LawImpact.id)))


def rule_of(row: LawImpact) -> str:
    """``期限0（made/r0）`` -> ``made/r0``."""
    assert row.who.startswith("期限"), "the rule's title in Chinese comes first"
    return row.who.partition("（")[2].removesuffix("）")


@contextmanager
def receiver(name: str, fn: Callable[..., Any]) -> Iterator[None]:
    hooks.on(name, fn)
    try:
        yield
    finally:
        hooks._receivers[name].remove(fn)


def test_an_amended_law_lists_exactly_what_rests_on_changed_words(
        app: Flask, rules: Any, tmp_path: Path) -> None:
    run = amended(tmp_path)
    found = {rule_of(row): row.verdict for row in impacts()}
    wanted = {f"made/r{n}": row[0] for n, row in enumerate(RULES) if row[0]}
    reasons = {f"made/r{n}": row[-1] for n, row in enumerate(RULES)}
    assert found == wanted, {who: reasons[who] for who in found.keys() ^ wanted.keys()}
    assert run.counts["impacts"] == len(wanted) and run.counts["impacts_held"] == 6


def test_an_impact_says_what_was_found(app: Flask, rules: Any, tmp_path: Path) -> None:
    amended(tmp_path)
    rows = {rule_of(row): row for row in impacts()}
    assert rows["made/r0"].detail == ("引文“在十日内提出”不在新文第二条第一款中。"
                                      "新文：申请人应当在十五日内提出书面说明。")
    assert rows["made/r6"].detail == (
        "引文“听证由试验机关组织”不在新文第三条中。旧文第三条在新文中是第四条，"
        "该句仍在其中，只是条号变了。")
    assert rows["made/r7"].detail == "旧文第三条的内容在新文中是第四条。"
    assert "十日内" in rows["made/r8"].detail and "十五日内" in rows["made/r8"].detail
    assert rows["made/r0"].organ_id is None and rows["made/r0"].handled_at is None


def test_a_first_import_touches_nothing(app: Flask, rules: Any, tmp_path: Path) -> None:
    run = load(tmp_path, **{"2019_03_01": OLD, "2026_09_01": NEW})
    assert not impacts() and "impacts" not in run.counts


def test_the_same_import_twice_records_once(app: Flask, rules: Any, tmp_path: Path) -> None:
    amended(tmp_path)
    before = len(impacts())
    load(tmp_path / "b", **{"2026_09_01": NEW})
    assert len(impacts()) == before


def test_other_words_of_a_version_that_was_held_are_compared_with_the_words_before(
        app: Flask, rules: Any, tmp_path: Path) -> None:
    rules([("changed", "《试验法》第二条", "在十日内", "", "", ""),
           ("", "《试验法》第三条", "听证", "", "", "")])
    load(tmp_path, **{"2019_03_01": OLD})
    load(tmp_path, **{"2019_03_01": OLD.replace("在十日内", "在二十日内")})
    assert [(rule_of(row), row.verdict) for row in impacts()] == [("made/r0", "changed")]


def test_what_was_handled_is_open_again_when_the_words_change_again(
        app: Flask, rules: Any, tmp_path: Path) -> None:
    rules(RULES[:1])
    amended(tmp_path)
    editor = factories.user(["law_editor"])
    row = impacts()[0]
    row.handled_at, row.handled_by, row.note = texts.AT, editor.id, "看过"
    db.session.commit()
    load(tmp_path / "b", **{"2026_09_01": NEW.replace("十五日", "十六日")})
    again = impacts()
    assert len(again) == 1 and again[0].handled_at is None and "十六日" in again[0].detail


OLDER = [
    ("", "在十日内提出", "2019-06-01", "2027-01-01", "the words stand in the older text"),
    ("changed", "在九日内提出", "2019-06-01", "2027-01-01", "they do not"),
    ("", "在九日内提出", "2027-01-01", "", "speaks of later days"),
    ("", "在九日内提出", "", "", "speaks of the law as it is"),
    ("", "", "", "", "without words nothing can be said of the past"),
]


def test_an_older_text_is_asked_only_of_rules_of_its_days(app: Flask, rules: Any,
                                                          tmp_path: Path) -> None:
    rules([(verdict, "《试验法》第二条", *rest) for verdict, *rest in OLDER])
    load(tmp_path / "b", **{"2026_09_01": NEW})
    load(tmp_path / "a", **{"2019_03_01": OLD})
    found = {rule_of(row) for row in impacts()}
    assert found == {f"made/r{n}" for n, row in enumerate(OLDER) if row[0]}


def test_a_text_long_in_force_is_no_news_to_what_names_no_words(app: Flask, rules: Any,
                                                               tmp_path: Path) -> None:
    rules([("", "《试验法》第二条", "", "", "", ""),
           ("", "《试验法》第二条", "在十日内", "", "", "")])
    load(tmp_path / "a", **{"2019_03_01": OLD})
    load(tmp_path / "b", **{"2022_01_01": NEW.replace("2027年", "2022年")
                            .replace("2026年9月1日", "2022年1月1日")})
    assert [rule_of(row) for row in impacts()] == ["made/r1"]


def test_a_gap_of_the_source_is_not_called_a_removal(app: Flask, rules: Any, tmp_path: Path
                                                     ) -> None:
    rules([("unclear", "《试验法》第二条", "在十日内", "", "", "")])
    load(tmp_path / "a", **{"2019_03_01": OLD})
    start, end = NEW.index("第二条"), NEW.index("第三条")
    load(tmp_path / "b", **{"2026_09_01": NEW[:start] + NEW[end:]})
    assert [(row.verdict, "来源缺漏" in row.detail) for row in impacts()] == [("unclear", True)]


def item(code: str, bases: list[str], entered: datetime = texts.AT) -> None:
    db.session.add(ItemVersion(
        item=LicensingItem(code=code), name=f"事项{code}", original_department="区某局",
        mode="划转", bases=bases, valid_from=date(2020, 1, 1), entered_at=entered,
        entered_by="测试"))
    db.session.commit()


def test_items_whose_article_changed_are_listed_with_their_page(app: Flask, rules: Any,
                                                                tmp_path: Path) -> None:
    rules([])
    item("001", ["《中华人民共和国试验法》第二条"])
    item("002", ["《试验法》第一条"])
    item("003", ["《试验法》"])
    item("004", ["《样例条例》第二条"])
    amended(tmp_path)
    row, = impacts()
    assert (row.kind, row.verdict, row.who) == ("item", "unclear", "事项 001 事项001")
    assert (row.endpoint, row.endpoint_args) == ("licensing.detail", {"code": "001"})


def test_an_item_entered_under_the_new_text_is_not_listed(app: Flask, rules: Any, tmp_path: Path
                                                          ) -> None:
    rules([])
    item("001", ["《试验法》第二条"], datetime(2026, 10, 2, tzinfo=UTC))
    item("002", ["《试验法》第二条"], datetime(2026, 9, 30, tzinfo=UTC))
    load(tmp_path / "a", **{"2019_03_01": OLD})
    load(tmp_path / "b", **{"2026_09_01": NEW.replace("2027年1月1日", "2026年10月1日")})
    assert [row.who for row in impacts()] == ["事项 002 事项002"]


def test_a_subscriber_acts_in_the_same_transaction(app: Flask, rules: Any, tmp_path: Path) -> None:
    """As signed opinions will: it marks its own things when a law changes."""
    mark = factories.user(["reader"])

    def subscriber(versions: tuple[int, ...]) -> None:
        assert db.session.scalar(select(func.count(LawImpact.id))) == 4 or not impacts()
        titles = [db.session.get_one(LawVersion, v).law.short_title for v in versions]
        mark.display_name = "、".join(titles)

    with receiver("law_changed", subscriber):
        amended(tmp_path)
    db.session.refresh(mark)
    assert mark.display_name == "试验法"


def test_a_failed_import_takes_back_the_impacts_and_what_subscribers_did(
        app: Flask, rules: Any, tmp_path: Path) -> None:
    load(tmp_path / "a", **{"2019_03_01": OLD})
    mark = factories.user(["reader"], display_name="没有动过")

    def subscriber(versions: tuple[int, ...]) -> None:
        mark.display_name = "动过"
        db.session.flush()

    def failing(versions: tuple[int, ...]) -> None:
        assert len(impacts()) == 4
        raise RuntimeError("后面的一步失败")

    reading = markdown.read(texts.folder(tmp_path / "b", {FILE.format("2026-09-01"): NEW}))
    with receiver("law_changed", subscriber), receiver("law_changed", failing):
        with pytest.raises(RuntimeError):
            store.save(reading, at=texts.AT)
        db.session.rollback()
    db.session.refresh(mark)
    law = queries.find_law("试验法")
    assert not impacts() and mark.display_name == "没有动过" and law and len(law.versions) == 1


# --- the list ----------------------------------------------------------------------------------

@pytest.fixture
def office(app: Flask) -> Any:
    return factories.organ("测试区司法局")


def owned_need(organ_id: int, kind: str = "case") -> Callable[..., Any]:
    def answer(user: Any, names: frozenset[str]) -> list[needs.Need]:
        assert user is None and not names
        return [needs.Need("《试验法》第二条", "测府复〔2026〕9号 期限", since=date(2026, 1, 1),
                           kind=kind, quote="在十日内", organ_id=organ_id)]
    return answer


def page(client: Any, status: int = 200, **query: Any) -> str:
    answer = client.get("/laws/impacts", query_string=query)
    assert answer.status_code == status
    return str(answer.get_data(as_text=True))


def person(app: Flask, *roles: str, organ: Any = None) -> Any:
    return factories.sign_in(app.test_client(), factories.user(list(roles), organ))


def test_the_list_filters_links_and_is_handled_with_a_note(app: Flask, rules: Any,
                                                           tmp_path: Path) -> None:
    amended(tmp_path)
    editor = person(app, "law_editor")
    html = page(editor)
    assert html.count('name="chosen"') == 4 and "新旧对照" in html and "made/r0" in html
    assert "made/r8" not in page(editor, verdict="changed")
    assert "没有符合条件的影响" in page(editor, kind="item")
    assert "4 项待看" in editor.get("/").get_data(as_text=True)
    first = impacts()[0].id
    answer = editor.post("/laws/impacts?state=open", data={"chosen": [str(first)], "note": ""})
    html = answer.get_data(as_text=True)
    assert "请填写处理情况" in html and f'value="{first}"' in html and "checked" in html
    assert "请先在列表中勾选" in editor.post(
        "/laws/impacts", data={"note": "无"}).get_data(as_text=True)
    answer = editor.post("/laws/impacts?state=open", data={"chosen": [str(first), "x", "9" * 30],
                                                           "note": "规则已更新"})
    assert answer.status_code == 302 and answer.location.endswith("/laws/impacts?state=open")
    assert len(page(editor).split('name="chosen"')) == 4
    assert "规则已更新" in page(editor, state="handled")
    row = db.session.get_one(LawImpact, first)
    assert row.note == "规则已更新" and row.handled_at and row.handled_by


def test_a_reader_sees_the_products_own_and_handles_nothing(app: Flask, rules: Any,
                                                            tmp_path: Path) -> None:
    amended(tmp_path)
    reader = person(app, "reader")
    html = page(reader)
    assert "made/r0" in html and 'name="chosen"' not in html and 'name="note"' not in html
    assert "待看" not in reader.get("/").get_data(as_text=True)
    answer = reader.post("/laws/impacts", data={"chosen": [str(impacts()[0].id)], "note": "无"})
    assert answer.status_code == 403 and impacts()[0].handled_at is None


SEEN = [
    ("handler", "测试区司法局", True, True, "who handles cases of the organ"),
    ("office_head", "测试区司法局", True, True, "its head"),
    ("intake_clerk", "测试区司法局", True, False, "sees cases, does not handle them"),
    ("reader", "测试区司法局", False, False, "sees no cases"),
    ("law_editor", "测试区司法局", False, False, "keeps the laws, not the cases"),
    ("handler", "外区司法局", False, False, "another organ: neither the name nor the number"),
]


@pytest.mark.parametrize("case", SEEN)
def test_what_an_organ_owns_exists_for_that_organ_alone(
        app: Flask, rules: Any, office: Any, tmp_path: Path,
        case: tuple[str, str, bool, bool, str]) -> None:
    role, organ, sees, handles, why = case
    rules([])
    with receiver(citing.HOOK, owned_need(office.id)):
        amended(tmp_path)
    client = person(app, role, organ=factories.organ(organ))
    html = page(client)
    assert ("测府复〔2026〕9号" in html) == sees, why
    assert ("待看：" in html) == sees, why
    row, = impacts()
    client.post("/laws/impacts", data={"chosen": [str(row.id)], "note": "看过"})
    assert (impacts()[0].handled_at is not None) == handles, why


@pytest.mark.parametrize("query", [
    {"law": "x"}, {"law": "9" * 40}, {"run": "-1"}, {"kind": "x"}, {"verdict": "??"},
    {"state": "x"}, {"page": "9999999"}])
def test_odd_filters_show_the_list(app: Flask, rules: Any, tmp_path: Path, query: Any) -> None:
    amended(tmp_path)
    assert "新文本影响清单" in page(person(app, "reader"), **query)


def test_the_words_of_an_import_that_failed_are_forgotten(app: Flask, rules: Any, tmp_path: Path
                                                          ) -> None:
    load(tmp_path, **{"2019_03_01": OLD})
    law = queries.find_law("试验法")
    assert law
    impact.replacing(law.versions[0])
    assert list(impact._kept()) == [law.versions[0].id]
    db.session.rollback()
    assert queries.find_law("试验法") and not impact._kept()
