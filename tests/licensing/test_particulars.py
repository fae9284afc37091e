"""The 实施规范: its shape, its versions as of a day, the pages that keep it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from app.audit.models import AuditEntry
from app.extensions import db
from app.licensing import particulars
from app.licensing.models import ItemVersion, LicensingItem
from app.licensing.particulars import ParticularsRefused
from app.licensing.particulars_shape import BY_NAME, SECTIONS, cites, faults
from tests import factories

AT = datetime(2026, 9, 2, 1, 0, tzinfo=UTC)
EARLY, LATE = date(2026, 1, 5), date(2026, 6, 1)
CONDITION = {"text": "有固定场所", "source": "《样例法》第三条", "kind": "场地"}


@pytest.fixture
def item(app: Any) -> LicensingItem:
    found = LicensingItem(code="901")
    found.versions.append(ItemVersion(
        name="样例许可", original_department="区民政局", mode="划转", bases=["《样例法》第三条"],
        valid_from=EARLY, entered_at=AT, entered_by="测试"))
    db.session.add(found)
    db.session.commit()
    return found


def save(item: LicensingItem, content: Any, day: date = EARLY, note: str = "") -> Any:
    return particulars.save(item, content, valid_from=day, by="测试", at=AT, note=note)


def test_every_section_and_field_of_the_table_has_a_name_of_its_own() -> None:
    assert len(BY_NAME) == len(SECTIONS)
    for section in SECTIONS:
        names = [field.name for field in section.fields]
        assert len(set(names)) == len(names), section.name
        assert "drop" not in names, "the form has a tick box of that name"
        assert all(bool(field.choices) == (field.kind in ("choice", "many"))
                   for field in section.fields), section.name


@pytest.mark.parametrize(("content", "words", "reason"), [
    ([], "按章节填写", "不是章节"),
    ({"weather": {}}, "“weather”", "没有这一章节"),
    ({"conditions": {"text": "一"}}, "许可条件：应当是若干行", "行写成了一组"),
    ({"fee": []}, "收费：应当按栏目填写", "一组写成了行"),
    ({"conditions": [{"source": "《甲法》第一条"}]}, "许可条件第1行：“条件”没有填写", "必填"),
    ({"conditions": [CONDITION, {"text": "甲", "kind": "天气"}]}, "许可条件第2行：“类别”应为",
     "不在所列"),
    ({"fee": {"charged": "yes"}}, "收费：“收费”应为是或者否", "不是是否"),
    ({"fee": {"price": 1}}, "收费：没有“price”这一栏", "没有这一栏"),
    ({"limit": {"statutory": -1}}, "时限：“法定时限”应为0到9999的整数", "负数"),
    ({"limit": {"statutory": True}}, "“法定时限”应为0到9999的整数", "是否不是数"),
    ({"limit": {"statutory": 10 ** 9}}, "“法定时限”应为0到9999的整数", "太大"),
    ({"evaluation": {"last_on": "2026-02-30"}}, "“最近一次评价”不是存在的日期", "没有这一天"),
    ({"procedure": {"branches": ["不理"]}}, "“受理的五种处理”只能在所列各项中选", "不在所列"),
    ({"form": {"name": "申" * 301}}, "“申请书名称”超过300个字", "太长"),
    ({"form": {"name": "申\0请"}}, "“申请书名称”应为文字", "空字符"),
    ({"conditions": [CONDITION] * 201}, "许可条件：超过200行", "太多行"),
])
def test_a_wrong_shape_is_named_in_chinese(content: Any, words: str, reason: str) -> None:
    assert any(words in fault for fault in faults(content)), reason


def test_a_wrong_shape_saves_nothing(item: LicensingItem) -> None:
    with pytest.raises(ParticularsRefused, match="许可条件第1行"):
        save(item, {"conditions": [{}], "fee": {"charged": False}})
    assert particulars.on("901", LATE) is None


def test_versions_are_kept_and_asked_as_of_a_day(item: LicensingItem) -> None:
    save(item, {"fee": {"charged": True}})
    save(item, {"fee": {"charged": False}}, LATE)
    save(item, {"fee": {"charged": True, "standard": "10元"}}, note="更正标准")
    assert particulars.on("901", EARLY - timedelta(days=1)) is None
    early, late = particulars.on("901", LATE - timedelta(days=1)), particulars.on(item.id, LATE)
    assert early is not None and early.content == {"fee": {"charged": True, "standard": "10元"}}
    assert late is not None and late.content == {"fee": {"charged": False}}
    assert [entry.valid_from for entry in particulars.history(item)] == [LATE, EARLY, EARLY]
    assert particulars.on_all(LATE)[item.id].id == late.id
    entries = db.session.query(AuditEntry).filter_by(kind="item_file_saved").all()
    assert len(entries) == 3, "every change is on the record"


def test_the_same_content_again_is_no_new_version(item: LicensingItem) -> None:
    save(item, {"fee": {"charged": False, "standard": " "}})
    with pytest.raises(ParticularsRefused, match="完全相同"):
        save(item, {"fee": {"charged": False}, "demands": {"other": ""}})


def test_a_change_of_weight_calls_for_another_review(
        item: LicensingItem, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[Any, Any]] = []
    monkeypatch.setattr(particulars.hooks, "fire", lambda name, **facts: told.append(
        (facts["code"], facts["source"])))
    save(item, {"limit": {"statutory": 20}})
    save(item, {"limit": {"statutory": 20}, "guide": {"place": "一号窗口"}})
    assert not told, "a first version and a new window change nothing that was reviewed"
    save(item, {"limit": {"statutory": 30}, "guide": {"place": "一号窗口"}})
    assert told == [("CATALOG_CHANGED", "实施规范修改：时限")]


def test_none_and_not_said_are_kept_apart(item: LicensingItem) -> None:
    saved = save(item, {"intermediaries": [], "materials": None})
    assert saved.content == {"intermediaries": []}


def test_changes_name_section_field_and_row() -> None:
    before = {"conditions": [CONDITION], "fee": {"charged": True}, "excluded": []}
    after = {"conditions": [CONDITION, {"text": "有人员"}], "fee": {"charged": False}}
    found = [(change.section.name, change.field.label if change.field else "", change.row,
              change.before, change.after) for change in particulars.changes(before, after)]
    assert found == [("conditions", "", 2, "", "条件：有人员"), ("fee", "收费", None, "是", "否"),
                     ("excluded", "", None, "没有", "")]


def test_the_sources_of_a_content_are_listed_once() -> None:
    assert cites({"conditions": [CONDITION, CONDITION], "fee": {"basis": "X价〔2020〕1号"},
                  "excluded": None}) == ["《样例法》第三条", "X价〔2020〕1号"]


# Pages -------------------------------------------------------------------------------------------


@pytest.fixture
def manager(client: Any, item: LicensingItem) -> Any:
    return factories.sign_in(client, factories.user(("item_manager",)))


def rows(*texts: str, **more: str) -> dict[str, str]:
    typed = {f"rows-{n}-text": text for n, text in enumerate(texts)}
    return {**typed, "valid_from": "2026-01-05", "seen": "0", "act": "save", **more}


def test_a_section_is_filled_in_and_shown(manager: Any, item: LicensingItem) -> None:
    assert "没有实施规范" in manager.get("/particulars/901").text
    assert manager.get("/particulars/901/conditions/edit").status_code == 200
    saved = manager.post("/particulars/901/conditions/edit", data=rows(
        "有固定场所", "", "有人员", note="首次填写"))
    assert saved.status_code == 302
    file = particulars.on("901", EARLY)
    assert file is not None and file.content == {
        "conditions": [{"text": "有固定场所"}, {"text": "有人员"}]}
    page = manager.get("/particulars/901?on=2026-01-05").text
    assert "有固定场所" in page and "首次填写" in page


def test_more_rows_keep_what_was_typed_and_save_nothing(manager: Any) -> None:
    page = manager.post("/particulars/901/conditions/edit", data=rows("有场所", act="more"))
    assert page.status_code == 200 and "有场所" in page.text and "rows-2-text" in page.text
    assert particulars.on("901", LATE) is None


@pytest.mark.parametrize(("section", "typed", "words"), [
    ("limit", {"said-statutory": "二十", "said-statutory_basis": "《样例法》第三条"},
     "“法定时限”应为0到9999的整数"),
    ("limit", {"said-statutory": "20", "valid_from": "2026-02-30"}, "没有 2026-02-30 这一天"),
    ("evaluation", {"said-last_on": "去年", "said-document": "某报告"}, "不是存在的日期"),
    ("fee", {"said-charged": "maybe", "said-standard": "10元"}, "应为是或者否"),
])
def test_what_was_typed_stays_beside_the_fault(manager: Any, section: str, typed: dict[str, str],
                                               words: str) -> None:
    sent = manager.post(f"/particulars/901/{section}/edit", data={
        "valid_from": "2026-01-05", "seen": "0", "act": "save", **typed})
    assert sent.status_code == 422 and words in sent.text
    kept = [value for name, value in typed.items() if name != "said-charged"]
    assert all(value in sent.text for value in kept)
    assert particulars.on("901", LATE) is None


def test_none_with_rows_is_refused_and_none_alone_is_saved(manager: Any) -> None:
    both = manager.post("/particulars/901/conditions/edit", data=rows("有场所", none="y"))
    assert both.status_code == 422 and "又勾选了“没有”" in both.text
    manager.post("/particulars/901/intermediaries/edit", data={
        "valid_from": "2026-01-05", "seen": "0", "none": "y", "act": "save"})
    file = particulars.on("901", EARLY)
    assert file is not None and file.content == {"intermediaries": []}


def test_a_second_editor_sees_the_first_ones_change_and_loses_nothing(
        manager: Any, item: LicensingItem) -> None:
    first = save(item, {"conditions": [{"text": "甲条件"}]})
    save(item, {"conditions": [{"text": "乙条件"}]})
    db.session.commit()
    lost = manager.post("/particulars/901/conditions/edit", data=rows("丙条件", seen=str(first.id)))
    assert lost.status_code == 422
    assert "他人" in lost.text and "乙条件" in lost.text and "丙条件" in lost.text
    newest = str(particulars.history(item)[0].id)
    again = manager.post("/particulars/901/conditions/edit", data=rows("丙条件", seen=newest))
    assert again.status_code == 302


def test_a_change_of_another_section_is_no_conflict(manager: Any, item: LicensingItem) -> None:
    first = save(item, {"fee": {"charged": False}})
    save(item, {"fee": {"charged": False}, "form": {"sample": True}})
    db.session.commit()
    saved = manager.post("/particulars/901/conditions/edit", data=rows("甲", seen=str(first.id)))
    file = particulars.on("901", EARLY)
    assert saved.status_code == 302 and file is not None
    assert set(file.content) == {"fee", "form", "conditions"}, "the other's section is kept"


def test_two_versions_are_compared(manager: Any, item: LicensingItem) -> None:
    save(item, {"fee": {"charged": True}})
    save(item, {"fee": {"charged": False}}, LATE)
    db.session.commit()
    page = manager.get("/particulars/901/history").text
    assert "<td>是</td><td>否</td>" in page
    assert manager.get("/particulars/901/history?before=zz&after=99999999").status_code == 200


def test_readers_read_and_do_not_edit(client: Any, item: LicensingItem) -> None:
    reader = factories.sign_in(client, factories.user(("reader",)))
    assert reader.get("/particulars/901").status_code == 200
    assert reader.get("/particulars/901/conditions/edit").status_code == 403
    assert reader.get("/particulars/901?on=2026-13-40").status_code == 200
    for address in ("/particulars/none", "/particulars/none/history"):
        assert reader.get(address).status_code == 404


def test_an_unknown_section_is_not_found(manager: Any) -> None:
    assert manager.get("/particulars/901/weather/edit").status_code == 404
