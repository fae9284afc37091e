"""Who supervises which item: dated rows, findings, many at once, taken over from the catalogue."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

import pytest
from flask import Flask

from app.documents.docx import text_of
from app.extensions import db
from app.licensing import services, supervision
from app.licensing.supervision import Entry, SupervisionRefused
from app.today import BEIJING
from tests import factories
from tests.conftest import TODAY

AT = datetime(2026, 11, 24, 10, 0, tzinfo=BEIJING)
SINCE = date(2026, 1, 5)
HEADS = ("编号", "事项名称", "原主管部门", "办理方式", "设定依据", "监管部门")
ITEMS = (
    ("001", "食品经营许可", "区市场监督管理局", "划转", "《食品安全法》第三十五条",
     "区市场监督管理局"),
    ("002", "林木采伐许可", "区自然资源和林业局", "划转", "《森林法》第五十六条", "区林业局"),
    ("003", "户外广告设置许可", "区城市管理局", "划转", "《广告法》第四十一条",
     "区城市管理局、区市场监督管理局"),
    ("004", "临时占道许可", "区城市管理局", "划转", "《城市道路管理条例》第三十一条", ""),
)
WHOLE: dict[str, Any] = {
    "bases": ("《食品安全法》第一百一十条",), "manner": "双随机抽查", "office": "食品经营监管科",
    "push_fields": ("许可内容", "有效期"), "push_days": 2, "feedback_days": 5,
    "memo_doc": "X审监备〔2026〕1号"}


@pytest.fixture
def market(app: Flask) -> Any:
    government = factories.organ("X区人民政府", kind="district_government")
    found = [factories.organ(f"X{name}", parent=government) for name in (
        "区市场监督管理局", "区城市管理局", "区自然资源和林业局")]
    rows = [dict(zip(HEADS, row, strict=True)) for row in ITEMS]
    result = services.import_items([
        {**row, "依据层级": "法律", "依据现行有效": "是", "法定办结时限": "20", "承诺时限": "",
         "是否收费及依据": "", "证照名称": "", "有效期": "", "特别程序": "", "备注": ""}
        for row in rows], valid_from=SINCE, by="测试", at=AT)
    assert not result.refused, result.faults
    db.session.commit()
    return found[0]


def open_rules(code: str, on: date = TODAY) -> list[str]:
    row = next(row for row in supervision.overview(on) if row.version.code == code)
    return [f"{f.condition} {f.result}" for f in row.findings]


def test_an_item_without_supervision_fails_all_three(market: Any) -> None:
    assert open_rules("001") == ["SUPV-01 fail", "SUPV-02 fail", "SUPV-03 fail"]


def test_the_catalogue_names_the_department_and_a_person_decides_the_rest(market: Any) -> None:
    taken = supervision.take_over(TODAY, by="测试", at=AT)
    assert taken.added == ["001"]
    assert [code for code, _ in taken.left] == ["002", "003", "004"]
    assert "不在机关名录" in taken.left[0][1] and "牵头" in taken.left[1][1]
    row = supervision.on("001", TODAY)
    assert row is not None and row.organ is market and row.valid_from == SINCE and not row.bases
    again = supervision.take_over(TODAY, by="测试", at=AT)
    assert (again.added, again.kept) == ([], ["001"])


@pytest.mark.parametrize(("changes", "rules", "why"), [
    ({}, ["SUPV-01 pass", "SUPV-02 pass", "SUPV-03 pass"], "everything said"),
    ({"office": ""}, ["SUPV-01 fail", "SUPV-02 pass", "SUPV-03 pass"], "nobody leads"),
    ({"bases": ()}, ["SUPV-01 pass", "SUPV-02 fail", "SUPV-03 pass"], "no basis of its own"),
    ({"bases": ("《食品安全法》第三十五条",)}, ["SUPV-01 pass", "SUPV-02 unclear", "SUPV-03 pass"],
     "the basis of the licence itself: a person looks"),
    ({"push_days": None}, ["SUPV-01 pass", "SUPV-02 pass", "SUPV-03 fail"], "no day agreed"),
    ({"push_fields": ()}, ["SUPV-01 pass", "SUPV-02 pass", "SUPV-03 fail"], "no content agreed"),
])
def test_what_is_missing_is_found(market: Any, changes: dict[str, Any], rules: list[str],
                                  why: str) -> None:
    supervision.save([Entry("001", market, **{**WHOLE, **changes})], valid_from=SINCE, by="测试",
                     at=AT)
    assert open_rules("001") == rules, why


def test_another_department_than_the_catalogue_says_is_for_a_person(market: Any) -> None:
    other = factories.organ("X区城市管理局")
    supervision.save([Entry("001", other, **WHOLE)], valid_from=SINCE, by="测试", at=AT)
    assert open_rules("001")[0] == "SUPV-01 unclear"


def test_a_new_row_ends_the_one_before_and_the_past_stays(market: Any) -> None:
    other = factories.organ("X区城市管理局")
    supervision.save([Entry("001", market, **WHOLE)], valid_from=SINCE, by="测试", at=AT)
    supervision.save([Entry("001", other)], valid_from=date(2026, 7, 1), by="测试", at=AT)
    before, after = supervision.on("001", date(2026, 6, 30)), supervision.on("001", TODAY)
    assert before is not None and before.organ is market and before.valid_to == date(2026, 7, 1)
    assert after is not None and after.organ is other and after.office == WHOLE["office"]
    supervision.save([Entry("001", market, office="综合科")], valid_from=date(2026, 7, 1), by="甲",
                     at=AT)
    now = supervision.on("001", date(2026, 7, 1))
    assert now is not None and (now.organ, now.office) == (market, "综合科")
    assert len(supervision.history("001")) == 3, "the wrong row keeps no day but stays"
    supervision.save([Entry("001", office="早")], valid_from=date(2026, 3, 2), by="甲", at=AT)
    ends = {row.office: row.valid_to for row in supervision.history("001") if row.valid_to
            != row.valid_from}
    assert ends["早"] == date(2026, 7, 1), "an earlier row ends where the later one begins"


@pytest.mark.parametrize(("code", "changes", "words"), [
    ("009", {}, "编号为“009”"),
    ("001", {"organ": None}, "请选择监管部门"),
    ("001", {"bases": ("随便写的",)}, "没有写明法规名称"),
    ("001", {"push_days": 99}, "推送时限应为"),
    ("001", {"push_fields": ("身份证照片",)}, "推送内容"),
])
def test_a_wrong_entry_is_refused_and_nothing_is_kept(market: Any, code: str,
                                                      changes: dict[str, Any], words: str) -> None:
    wrong = Entry(code, **{"organ": market, **WHOLE, **changes})
    with pytest.raises(SupervisionRefused, match=words):
        supervision.save([Entry("002", market, **WHOLE), wrong], valid_from=SINCE, by="测试", at=AT)


def test_the_pages_list_register_and_print(app: Flask, client: Any, market: Any) -> None:
    factories.sign_in(client, factories.user(["item_manager"]))
    assert "没有登记" in client.get("/supervision/").text
    done = client.post("/supervision/many", data={
        "code": ["001", "004"], "organ_id": str(market.id), "office": "综合科", "bases":
        "《食品安全法》第一百一十条", "valid_from": "2026-01-05"})
    assert done.status_code == 302
    assert supervision.on("004", TODAY).office == "综合科"  # type: ignore[union-attr]
    page = client.get("/supervision/001/edit").text
    seen = re.search(r'name="seen"[^>]*value="(\d+)"', page)
    assert seen and 'value="综合科"' in page
    supervision.save([Entry("001", office="他人所写")], valid_from=TODAY, by="甲", at=AT)
    lost = client.post("/supervision/001/edit", data={
        "organ_id": str(market.id), "office": "我写的", "valid_from": "2026-11-24",
        "seen": seen[1]})
    assert lost.status_code == 422 and "他人所写" in lost.text and "我写的" in lost.text
    bad = client.post("/supervision/many", data={"code": "001", "office": "", "push_days": "x",
                                                 "valid_from": "2026-02-30"})
    assert bad.status_code == 422 and "不是整数" in bad.text
    assert "没有 2026-02-30 这一天" in bad.text
    assert "审管分离备忘录" in client.get("/supervision/001/memo").text
    assert client.get("/supervision/002/memo").status_code == 404
    words = "".join(text_of(client.get("/supervision/001/memo.docx").data))
    assert "食品经营许可" in words and "【待填：监管方式】" in words
    assert client.get("/supervision/items.xlsx?state=none&on=x").data[:2] == b"PK"
    factories.sign_in(client, factories.user(["reader"]))
    assert client.get("/supervision/001").status_code == 200
    assert client.post("/supervision/take-over").status_code == 403
