"""办事指南: the eight matters, what is missing beside them, the list."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest

from app.documents import docx
from app.extensions import db
from app.licensing import demo, demo_particulars, guide, particulars, queries
from app.licensing.models import LicensingItem
from app.organs import demo as organs_demo
from tests import factories
from tests.licensing.test_particulars import AT, CONDITION, item, save  # noqa: F401

ON = date(2026, 11, 24)
WHOLE = {
    "conditions": [CONDITION], "quota": {"limited": False},
    "procedure": {"steps": "申请\n受理\n决定", "remedy_text": "六十日内申请复议",
                  "delivery_limit": 5},
    "limit": {"statutory": 20, "statutory_unit": "工作日", "statutory_basis": "《样例法》第四条",
              "promised": 0, "promised_unit": "工作日", "extension": 10,
              "extension_by": "本行政机关负责人"},
    "materials": [{"name": "营业执照", "copies": 1, "sharing": "已共享，不再要求提交"}],
    "form": {"name": "申请表", "sample": True},
    "intermediaries": [{"name": "检测", "basis": "《样例法》第五条", "payer": "申请人"}],
    "fee": {"charged": False}, "guide": {"place": "一号窗口", "complaint": "0000-110"},
}


def said(item: LicensingItem) -> dict[str, list[str]]:  # noqa: F811
    version = queries.version_on(item.code, ON)
    assert version is not None
    return {part.title: [*part.lines, *(cell for row in part.rows for cell in row)]
            for part in guide.guide(version, ON).parts}


def test_the_guide_says_the_eight_matters_and_the_rest(item: LicensingItem) -> None:  # noqa: F811
    save(item, WHOLE)
    parts = said(item)
    assert parts["依据"] == ["《样例法》第三条"]
    assert parts["数量"] == ["没有数量限制"] and parts["收费"] == ["不收费"]
    assert parts["程序"] == ["申请", "受理", "决定"]
    assert parts["期限"][:2] == ["法定时限：20个工作日（《样例法》第四条）", "承诺时限：当场"]
    assert any("已共享，不必提交" in cell for cell in parts["材料目录"])
    assert "检测" in parts["法定中介服务"] and "投诉电话：0000-110" in parts["救济和投诉"]
    found = guide.guides(ON, "样例", "complete")
    assert [one.version.code for one in found] == ["901"] and not guide.guides(ON, "", "gaps")


@pytest.mark.parametrize(("section", "matter"), [
    ("conditions", "条件"), ("quota", "数量"), ("procedure", "程序"), ("limit", "期限"),
    ("materials", "材料目录"), ("form", "申请书示范文本")])
def test_a_missing_matter_is_shown_beside_the_guide(
        client: Any, item: LicensingItem, section: str, matter: str) -> None:  # noqa: F811
    save(item, {name: value for name, value in WHOLE.items() if name != section})
    db.session.commit()
    page = factories.sign_in(client, factories.user()).get("/guides/901").text
    assert "公示还缺 1 项" in page and f"<li>{matter}：" in page


def test_the_list_finds_sorts_and_exports(client: Any, item: LicensingItem) -> None:  # noqa: F811
    reader = factories.sign_in(client, factories.user())
    assert "样例许可" in reader.get("/guides/?q=样例&sort=-gaps&state=gaps").text
    assert "没有符合条件的办事指南" in reader.get("/guides/?q=没有的事项").text
    assert reader.get("/guides/guides.xlsx?q=样例").status_code == 200
    assert "目录里没有这个事项" in reader.get("/guides/901?on=2019-01-01").text
    assert reader.get("/guides/902").status_code == 404


def test_the_demo_fills_all_136_items_once_with_right_shapes(app: Any) -> None:
    organs_demo.load(by="测试")
    demo.load(by="测试", at=AT)
    assert demo_particulars.load("测试", AT) == 136
    assert demo_particulars.load("测试", AT) == 0, "running it again changes nothing"
    found = guide.guides(ON)
    gaps = {one.version.code: sorted(one.missing) for one in found
            if one.gaps and one.version.mode == "划转"}
    assert gaps == {"130": ["申请书示范文本"]}, "the defect that was planted"
    text = str([particulars.on_all(ON)[one.version.item_id].content for one in found
                if one.file])
    assert not re.search(r"1[3-9]\d{9}|\d{17}[\dX]", text), "no telephone or identity number"


def test_the_guide_is_a_word_document_that_says_what_is_missing(
        client: Any, item: LicensingItem) -> None:  # noqa: F811
    save(item, WHOLE | {"form": {}})
    db.session.commit()
    reader = factories.sign_in(client, factories.user())
    sent = reader.get("/guides/901/guide.docx?on=2026-11-24")
    lines = docx.text_of(sent.data)
    assert lines[:2] == ["样例许可", "办事指南"] and "没有数量限制。" in lines
    assert lines[lines.index("申请书示范文本") + 1] == "（没有填写）"
    assert reader.get("/guides/901/guide.docx?on=2019-01-01").status_code == 404
