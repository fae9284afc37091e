"""The district's normative documents: numbers, validity, keeping, changes, and the library."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.extensions import db, hooks
from app.laws import queries as laws
from app.laws.local import keeping, numbers, queries, validity
from app.laws.local.drafts import Draft, Refused, issuers_of, tidy_text
from app.laws.models import Law, LawVersion
from tests import factories
from tests.laws import texts

ON = date(2026, 11, 24)
AT = datetime(2026, 11, 24, 2, tzinfo=UTC)
TEXT = ("第一条　为规范管理，制定本办法。\n第二条　主管部门应当在五日内答复。\n"
        "第三条　本办法自2024年5月1日起施行。")


def draft(**more: Any) -> Draft:
    made = Draft(
        title="试验区共享单车管理办法", number="试政规〔2024〕3号", issuers=("试验区人民政府",),
        adopted=date(2024, 3, 20), published=date(2024, 3, 25), effective=date(2024, 5, 1),
        expires=date(2029, 5, 1), text=TEXT)
    return replace(made, **more)


def create(**more: Any) -> LawVersion:
    version = keeping.create(draft(**more), on=ON, at=AT, by="fagui")
    db.session.commit()
    return version


NUMBERS = [
    ("区政规〔2024〕3号", "区政规〔2024〕3号", "as printed"),
    ("区政规[2024]3号", "区政规〔2024〕3号", "square brackets"),
    ("区政规（2024）第03号", "区政规〔2024〕3号", "round brackets, 第, a leading nought"),
    ("区 政 规〔２０２４〕 ３ 号", "区政规〔2024〕3号", "wide digits and blanks"),
    ("区政规2024-3号", None, "no brackets"),
    ("〔2024〕3号", None, "no organ"),
    ("区政规〔2024〕号", None, "no serial"),
    ("区政规〔2024〕0号", None, "number nought"),
    ("区政规〔24〕3号", None, "a short year"),
    ("区" * 500 + "〔2024〕3号", None, "too long"),
    ("", None, "nothing"),
]


@pytest.mark.parametrize(("given", "wanted", "why"), NUMBERS)
def test_a_document_number_has_one_form(given: str, wanted: str | None, why: str) -> None:
    if wanted is None:
        with pytest.raises(ValueError, match="区政规〔2024〕3号 的样子"):
            numbers.tidy_number(given)
    else:
        assert numbers.tidy_number(given) == wanted, why


STARTS = date(2024, 2, 29)
PERIODS = [
    ("60", None, None, date(2029, 2, 28), "five years from a leap day"),
    ("24", None, None, date(2026, 2, 28), "two years"),
    ("months", 1, None, date(2024, 3, 29), "one month"),
    ("until", None, date(2026, 12, 31), date(2027, 1, 1), "the last day is still in force"),
    ("none", None, None, None, "the document sets none"),
]


@pytest.mark.parametrize(("kind", "months", "until", "wanted", "why"), PERIODS)
def test_validity_ends_on_the_first_day_after_it(kind: str, months: int | None, until: date | None,
                                                 wanted: date | None, why: str) -> None:
    assert validity.ends(kind, STARTS, months, until) == wanted, why


@pytest.mark.parametrize(("kind", "months", "until"), [
    ("months", None, None), ("months", 0, None), ("months", 10**9, None), ("until", None, None),
    ("until", None, date(2024, 2, 28))])
def test_a_validity_that_is_not_given_is_refused(kind: str, months: int | None,
                                                 until: date | None) -> None:
    with pytest.raises(ValueError, match="有效期"):
        validity.ends(kind, STARTS, months, until)


STATED = [
    ("本办法自2024年5月1日起施行，有效期5年。", date(2029, 5, 1), "years"),
    ("本办法有效期为两年。", date(2026, 5, 1), "两年"),
    ("有效期至2029年4月30日。", date(2029, 5, 1), "a last day"),
    ("许可证有效期届满前三十日申请。", None, "another validity"),
    ("有效期至2029年4月31日。", None, "no such day"),
]


@pytest.mark.parametrize(("text", "wanted", "why"), STATED)
def test_the_text_says_how_long_it_is_valid(text: str, wanted: date | None, why: str) -> None:
    assert validity.stated(text, date(2024, 5, 1)) == wanted, why


FAULTS = [
    ({"issuers": ()}, "发文机关", "nobody issued it"),
    ({"text": "  "}, "正文", "no text"),
    ({"number": "试政规〔2023〕3号"}, "年份", "the number's year is not the day's"),
    ({"adopted": date(2026, 11, 25), "number": "试政规〔2026〕3号"}, "今天之后", "in the future"),
    ({"published": date(2024, 3, 1)}, "公布日期早于", "published before it was signed"),
    ({"effective": date(2024, 3, 24)}, "第六十四条", "in force before it was published"),
    ({"stated_expires": date(2027, 5, 1)}, "正文写明的有效期到2027年4月30日", "another period"),
    ({"title": "试验区共享单车管理办法（试行）"}, "通例为 2 年", "five years for a trial"),
]


@pytest.mark.parametrize(("more", "words", "why"), FAULTS)
def test_faults_of_a_document_are_named(app: Flask, more: dict[str, Any], words: str,
                                        why: str) -> None:
    with pytest.raises(Refused, match=words):
        create(**more)
    assert db.session.scalar(select(Law)) is None, why


def test_a_person_may_confirm_what_looks_odd(app: Flask) -> None:
    assert create(title="试验区共享单车管理办法（试行）", confirmed=True).id


def test_a_document_is_a_law_of_the_library(app: Flask) -> None:
    factories.organ("试验区人民政府", kind="district_government")
    version = create()
    law = version.law
    assert (law.rank, law.region, law.issuing_body) == ("规范性文件", "试验区", "试验区人民政府")
    assert (version.document_number, version.effective, version.expires) == (
        "试政规〔2024〕3号", date(2024, 5, 1), date(2029, 5, 1))
    found = laws.article_on("《试验区共享单车管理办法》第二条", ON)
    assert isinstance(found, laws.Held) and found.text == "主管部门应当在五日内答复。"
    assert queries.published_of(version) == date(2024, 3, 25)
    assert keeping.text_of(version) == TEXT


DAYS = [
    (date(2024, 4, 30), "尚未施行", False, "the day before"),
    (date(2024, 5, 1), "现行有效", True, "its first day"),
    (date(2029, 4, 30), "现行有效", True, "its last day"),
    (date(2029, 5, 1), "已失效", False, "its validity has ended, without anyone doing anything"),
]


@pytest.mark.parametrize(("on", "state", "held", "why"), DAYS)
def test_validity_ends_by_itself(app: Flask, on: date, state: str, held: bool, why: str) -> None:
    version = create()
    assert queries.state_on(version.law, version, on) == state, why
    chosen, _ = laws.version_on(version.law, on)
    assert (chosen is not None) is held, why


def test_a_text_without_articles_is_cut_by_its_points(app: Flask) -> None:
    version = create(text="各街道办事处：\n一、加强巡查。\n二、按月报送。\n三、及时整改。")
    assert [a.label for a in laws.articles_of(version)] == ["序言", "一", "二", "三"]


def test_a_title_and_a_number_are_used_once(app: Flask) -> None:
    create()
    with pytest.raises(Refused, match="已登记过同名文件"):
        create(number="试政规〔2024〕4号")
    with pytest.raises(Refused, match="已用于《试验区共享单车管理办法》"):
        create(title="试验区停车管理办法")
    other = create(title="试验区停车管理办法", issuers=("试验区城市管理局",))
    assert other.document_number == "试政规〔2024〕3号"  # another organ's numbers are its own


def test_the_title_of_a_national_law_is_refused(app: Flask, library: Any) -> None:
    with pytest.raises(Refused, match="请写全称"):
        create(title=texts_title())


def texts_title() -> str:
    law = db.session.scalar(select(Law).where(Law.region.is_(None)).order_by(Law.id))
    assert law is not None
    return law.title


def test_a_correction_keeps_the_old_text_and_tells_the_log(app: Flask) -> None:
    version = create()
    law, old = version.law, version.source_hash
    told: list[Any] = []

    def receiver(versions: Any) -> None:
        told.append(versions)

    hooks.on("law_changed", receiver)
    try:
        fixed = draft(text=TEXT.replace("五日", "七日"), number="试政规〔2024〕5号",
                      adopted=date(2024, 3, 21), title="试验区互联网租赁自行车管理办法")
        keeping.correct(law, version, fixed, reason="录入有误", on=ON, at=AT, by="fagui")
        db.session.commit()
    finally:
        hooks._receivers["law_changed"].remove(receiver)
    assert told == [(version.id,)]
    assert (version.adopted, version.document_number) == (date(2024, 3, 21), "试政规〔2024〕5号")
    assert db.session.scalar(select(LawVersion).where(LawVersion.id != version.id)) is None
    for name in ("试验区互联网租赁自行车管理办法", "试验区共享单车管理办法"):
        found = laws.article_on(f"《{name}》第二条", ON)
        assert isinstance(found, laws.Held) and "七日" in found.text
    (before,) = queries.attachments_of(version, queries.BEFORE)
    assert before.sha256 == old
    entry = db.session.scalar(select(AuditEntry).where(AuditEntry.kind == "local_norm_corrected"))
    assert entry is not None and entry.facts["理由"] == "录入有误"
    assert entry.facts["changed"]["文号"] == ["试政规〔2024〕3号", "试政规〔2024〕5号"]


def test_a_correction_back_to_an_earlier_text_is_written(app: Flask) -> None:
    version = create()
    for text in (TEXT.replace("五日", "七日"), TEXT):
        keeping.correct(version.law, version, draft(text=text), reason="核对原件", on=ON, at=AT,
                        by="fagui")
        db.session.commit()
    found = laws.article_on("《试验区共享单车管理办法》第二条", ON)
    assert isinstance(found, laws.Held) and "五日" in found.text
    assert len(queries.attachments_of(version, queries.BEFORE)) == 2


def test_a_correction_of_the_days_alone_changes_the_state(app: Flask) -> None:
    version = create()
    keeping.correct(version.law, version, draft(expires=date(2026, 5, 1)), reason="有效期为两年",
                    on=ON, at=AT, by="fagui")
    db.session.commit()
    assert queries.state_on(version.law, version, ON) == "已失效"
    assert not queries.attachments_of(version, queries.BEFORE)


def test_a_correction_needs_a_reason(app: Flask) -> None:
    version = create()
    with pytest.raises(Refused, match="理由"):
        keeping.correct(version.law, version, draft(), reason=" ", on=ON, at=AT, by="fagui")


def test_a_revision_is_a_new_version(app: Flask) -> None:
    first = create()
    second = keeping.revise(first.law, draft(
        number="试政规〔2026〕1号", adopted=date(2026, 1, 5), published=date(2026, 1, 8),
        effective=date(2026, 3, 1), expires=date(2031, 3, 1), text=TEXT.replace("五日", "三日")),
        on=ON, at=AT, by="fagui")
    db.session.commit()
    law = first.law
    assert first.until == date(2026, 3, 1)
    assert queries.state_on(law, first, date(2026, 2, 28)) == "现行有效"
    assert queries.state_on(law, first, ON) == "已修改"
    assert queries.state_on(law, second, ON) == "现行有效"
    for day, words in ((date(2026, 2, 28), "五日"), (date(2026, 3, 1), "三日")):
        found = laws.article_on("《试验区共享单车管理办法》第二条", day)
        assert isinstance(found, laws.Held) and words in found.text
    with pytest.raises(Refused, match="晚于现有文本"):
        keeping.revise(law, draft(number="试政规〔2025〕1号", adopted=date(2025, 1, 5),
                                  published=date(2025, 1, 5), effective=date(2025, 3, 1)),
                       on=ON, at=AT, by="fagui")


def test_a_repeal_ends_the_document_on_its_day(app: Flask) -> None:
    version = create()
    keeping.repeal(version.law, day=date(2026, 7, 1), document="试政发〔2026〕8号", by="fagui",
                   at=AT)
    db.session.commit()
    assert queries.state_on(version.law, version, date(2026, 6, 30)) == "现行有效"
    assert queries.state_on(version.law, version, date(2026, 7, 1)) == "已废止"
    chosen, choice = laws.version_on(version.law, ON)
    assert chosen is None and "试政发〔2026〕8号" in choice.reason
    with pytest.raises(Refused, match="已自2026-07-01起废止"):
        keeping.repeal(version.law, day=ON, document="再次", by="fagui", at=AT)


def test_a_validity_is_prolonged_only_before_it_ends(app: Flask) -> None:
    version = create(expires=date(2026, 5, 1))
    law = version.law
    ask: dict[str, Any] = {"last_day": date(2028, 4, 30), "document": "试政规〔2026〕2号",
                           "by": "fagui", "at": AT}
    with pytest.raises(Refused, match="自动失效，不能延续"):
        keeping.prolong(law, version, decided=date(2026, 5, 1), **ask)
    keeping.prolong(law, version, decided=date(2026, 4, 30), **ask)
    db.session.commit()
    assert version.expires == date(2028, 5, 1)
    assert queries.state_on(law, version, ON) == "现行有效"
    assert queries.notes_of(version)[-1] == (
        date(2026, 4, 30), "有效期延续至2028年4月30日（试政规〔2026〕2号）")
    assert queries.published_of(version) == date(2024, 3, 25)


def test_what_ends_soon_is_listed_first_to_end_first(app: Flask) -> None:
    create(expires=date(2027, 1, 31))
    create(title="甲办法", number="试政规〔2024〕6号", expires=date(2026, 12, 1))
    create(title="乙办法", number="试政规〔2024〕7号", expires=date(2026, 11, 24))
    create(title="丙办法", number="试政规〔2024〕8号", expires=date(2027, 2, 24))
    assert [r.law.title for r in queries.ending(ON)] == ["甲办法", "试验区共享单车管理办法"]
    assert [r.days_left(ON) for r in queries.ending(ON)] == [6, 67]


@pytest.mark.parametrize(("typed", "wanted"), [
    ("甲局、乙局", ("甲局", "乙局")), ("甲局\n\n 乙 局\n甲局", ("甲局", "乙局")), ("", ())])
def test_issuers_are_read_from_lines(typed: str, wanted: tuple[str, ...]) -> None:
    assert issuers_of(typed) == wanted


def test_control_characters_and_line_ends_are_tidied() -> None:
    assert tidy_text("甲\x00乙 \r\n丙\r丁\n") == "甲乙\n丙\n丁"


def test_other_texts_of_the_rank_are_not_the_districts(app: Flask, tmp_path: Any) -> None:
    texts.load(tmp_path / "library")
    assert queries.everything() == []
