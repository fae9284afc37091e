"""The catalogue: read, as of a day, with errors by row."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from app.extensions import hooks
from app.licensing import demo, queries, services
from app.licensing.bases import citations, split_bases
from app.organs import demo as organs_demo
from app.standing import demo as standing_demo
from tests import factories

AT = datetime(2026, 9, 2, 1, 0, tzinfo=UTC)
ROW = {"编号": "501", "事项名称": "测试许可", "原主管部门": "区民政局", "办理方式": "划转",
       "设定依据": "《社会团体登记管理条例》第九条", "法定办结时限": "20", "监管部门": "区民政局"}
OTHER = {"编号": "502", "事项名称": "另一许可"}


@pytest.fixture
def district(app: Any) -> None:
    organs_demo.load(by="测试")
    demo.load(by="测试", at=AT)


@pytest.mark.parametrize(("cell", "parts", "reason"), [
    ("《甲法》第一条;《乙条例》第二条、第三条", ["《甲法》第一条", "《乙条例》第二条、第三条"],
     "两部法"),
    ("《甲法》第二十三条；第十一条", ["《甲法》第二十三条", "《甲法》第十一条"], "后一条承前"),
    ("《甲决定》(第412号;修订)附件", ["《甲决定》(第412号;修订)附件"], "括号里的分号"),
    ("；；", [], "空"),
])
def test_the_basis_cell_is_split_by_law(cell: str, parts: list[str], reason: str) -> None:
    assert split_bases(cell) == parts, reason


@pytest.mark.parametrize(("base", "cites"), [
    ("《电力法》第五十二条、第五十四条", ["《电力法》第五十二条", "《电力法》第五十四条"]),
    ("《刑法》第一百二十条之一第二款", ["《刑法》第一百二十条之一第二款"]),
    ("《关于〈某法〉的决定》(国务院令第412号)附件第101项", ["《关于〈某法〉的决定》"]),
    ("部门职责", []),
])
def test_single_citations_of_a_basis(base: str, cites: list[str]) -> None:
    assert citations(base) == cites


def test_the_demo_catalogue_is_whole_and_keeps_leading_zeros(district: None) -> None:
    on = date(2026, 11, 24)
    versions = queries.catalogue(on)
    assert [version.code for version in versions] == [f"{n:03}" for n in range(1, 151)]
    assert sum(version.mode == "划转" for version in versions) == 136
    assert queries.version_on("001", date(2019, 2, 28)) is None
    again = demo.load(by="测试", at=AT)
    assert (again.unchanged, again.added, again.changed, again.faults) == (150, 0, 0, [])


@pytest.mark.parametrize(("changes", "field", "level", "reason"), [
    ({"编号": "7"}, "编号", "拒收", "丢了前导零"),
    ({"编号": "٣٣٣"}, "编号", "拒收", "不是阿拉伯数字"),
    ({"编号": ""}, "编号", "拒收", "空编号"),
    ({"事项名称": ""}, "事项名称", "拒收", "没有名称"),
    ({"办理方式": "委托"}, "办理方式", "拒收", "不在取值内"),
    ({"法定办结时限": "二十"}, "法定办结时限", "拒收", "不是整数"),
    ({"法定办结时限": "0"}, "法定办结时限", "拒收", "零日"),
    ({"备注": "长" * 1001}, "备注", "拒收", "超长"),
    ({"原主管部门": "区没有局"}, "原主管部门", "警告", "机关不在名录"),
])
def test_a_wrong_row_comes_back_with_its_number_and_field(
        district: None, changes: dict[str, str], field: str, level: str, reason: str) -> None:
    result = services.import_items([ROW, ROW | OTHER | changes], by="测试", at=AT,
                                   valid_from=date(2026, 1, 1))
    assert [(fault.row, fault.field, fault.level) for fault in result.faults] == [
        (3, field, level)], reason
    assert result.added == (1 if level == "拒收" else 2)


def test_a_code_that_comes_twice_is_taken_once(district: None) -> None:
    result = services.import_items([ROW, ROW], valid_from=date(2026, 1, 1), by="测试", at=AT)
    assert result.added == 1 and result.faults[0].message == "与第2行的编号重复。"


def test_the_past_is_read_with_the_catalogue_of_its_day(district: None) -> None:
    for name, start in (("旧名", date(2026, 1, 1)), ("新名", date(2026, 6, 1))):
        services.import_items([ROW | {"事项名称": name}], valid_from=start, by="测试", at=AT)
    names = [queries.version_on("501", on) for on in (
        date(2025, 12, 31), date(2026, 5, 31), date(2026, 6, 1))]
    assert [version.name if version else None for version in names] == [None, "旧名", "新名"]
    late = services.import_items([ROW | {"事项名称": "更旧"}], valid_from=date(2026, 6, 1),
                                 by="测试", at=AT)
    assert "应在其后" in late.faults[0].message


@pytest.mark.parametrize(("data", "message"), [
    (b"\xff\xfe\x00\xff", "编码识别不出"),
    ("编号,事项名称\n001,某".encode(), "缺少：原主管部门、办理方式、设定依据"),
    (b"", "缺少"),
])
def test_a_file_that_is_no_catalogue_is_refused(data: bytes, message: str) -> None:
    with pytest.raises(services.ItemsRefused, match=message):
        services.read_csv(data)


def test_a_gb18030_file_reads_like_utf8() -> None:
    text = ",".join(ROW) + "\n" + ",".join(ROW.values())
    assert services.read_csv(text.encode("gb18030")) == services.read_csv(text.encode("utf-8-sig"))


def test_the_items_say_which_laws_they_need(app: Any, district: None) -> None:
    needs = [need for part in hooks.fire("law_needs") for need in part]
    assert ("《食品安全法》第三十五条", "事项 131 食品经营许可") in [
        (need.cite.replace("中华人民共和国", ""), need.who) for need in needs]


def test_pages_filter_page_and_show_the_ledger(app: Any, district: None) -> None:
    standing_demo.load(by="测试", at=AT)
    client = factories.sign_in(app.test_client(), factories.user(["reader"]))
    first = client.get("/items/").get_data(as_text=True)
    assert "共 150 条" in first and "固定资产投资项目核准" in first
    second = client.get("/items/?page=3").get_data(as_text=True)
    assert ">150<" in second and "固定资产投资项目核准" not in second
    found = client.get("/items/?q=养殖&department=区农业农村局&mode=划转").get_data(as_text=True)
    assert "水域滩涂养殖证核发" in found and "食品经营许可" not in found
    detail = client.get("/items/003?on=2026-06-01").get_data(as_text=True)
    assert "《中华人民共和国电力法》第五十四条" in detail and "X政发〔2026〕9号" in detail
    assert client.get("/items/999").status_code == 404
    assert "当日不在目录" in client.get("/items/003?on=2018-01-01").get_data(as_text=True)
    assert "不是存在的日期" in client.get("/items/?on=2026-02-30").get_data(as_text=True)


def test_the_command_imports_or_only_looks(app: Any, district: None, runner: Any,
                                           tmp_path: Path) -> None:
    path = tmp_path / "items.csv"
    path.write_text(",".join(ROW) + "\n" + ",".join(ROW.values()), encoding="utf-8")
    for arguments in (["--dry-run"], []):
        result = runner.invoke(args=["items", "import", str(path), "--on", "2026-01-01", "--json",
                                     *arguments])
        assert result.exit_code == 0
        assert json.loads(result.stdout)["summary"]["新增"] == 1, "预检不写入，故仍为新增"
    assert queries.version_on("501", date(2026, 1, 1))
    path.write_text("不是目录", encoding="utf-8")
    assert runner.invoke(args=["items", "import", str(path)]).exit_code == 1
