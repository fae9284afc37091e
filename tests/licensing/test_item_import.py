"""The import of items: dry run, differences, contradictions, coloured file back, round trip, undo.

The rows are small fictional ones; the demo catalogue gives the round trip."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from app.audit.models import AuditEntry
from app.extensions import db
from app.laws.models import Law, LawName
from app.laws.names import title_key
from app.licensing import demo, exporting, importing, queries, services
from app.licensing.models import CatalogChange, ItemVersion
from app.organs import demo as organs_demo
from app.standing import demo as standing_demo

AT = datetime(2026, 9, 2, 1, 0, tzinfo=UTC)
ON = date(2026, 1, 1)
ROW = {"编号": "501", "事项名称": "测试许可", "原主管部门": "区民政局", "办理方式": "划转",
       "设定依据": "《社会团体登记管理条例》第九条", "依据现行有效": "是", "法定办结时限": "20",
       "承诺时限": "5个工作日", "监管部门": "区民政局"}


@pytest.fixture
def organs(app: Any) -> None:
    organs_demo.load(by="测试")
    db.session.commit()


def take(*rows: dict[str, str], on: date = ON) -> services.ItemsResult:
    return services.import_items(rows, valid_from=on, by="测试", at=AT, source="表.csv")


@pytest.mark.parametrize(("changes", "field", "level", "words"), [
    ({"原主管部门": "市公安局X区分局"}, "办理方式", "拒收", "公安分局的事项"),
    ({"原主管部门": "市生态环境局X区分局"}, "办理方式", "拒收", "环保分局的事项"),
    ({"原主管部门": "国家税务总局X区税务局"}, "办理方式", "拒收", "税务局的事项"),
    ({"原主管部门": "区委编办"}, "办理方式", "拒收", "编办的事项"),
    ({"依据现行有效": "否"}, "依据现行有效", "拒收", "《行政许可法》第四条"),
    ({"依据现行有效": "大概"}, "依据现行有效", "拒收", "待核"),
    ({"承诺时限": "30个工作日"}, "承诺时限", "拒收", "《行政许可法》第四十二条"),
    ({"承诺时限": "报告书15个工作日、报告表21个工作日"}, "承诺时限", "拒收", "21个工作日"),
    ({"保留原因": "暂不划转"}, "保留原因", "拒收", "划转的事项没有保留原因"),
    ({"办理方式": "综合窗口", "保留原因": "垂直管理"}, "保留原因", "拒收", "应为党委部门"),
    ({"保留原因": "不想划"}, "保留原因", "拒收", "应为"),
    ({"办理方式": "暂不划转", "复查日": "2026-01-01"}, "复查日", "拒收", "生效日2026-01-01之后"),
    ({"办理方式": "暂不划转", "复查日": "2026-02-30"}, "复查日", "拒收", "不是存在的日期"),
    ({"权力类型": "处罚"}, "权力类型", "拒收", "许可、确认"),
    ({"国家编码": "0001"}, "国家编码", "拒收", "12至14位"),
    ({"监管部门": "区民政局、区没有局"}, "监管部门", "警告", "“区没有局”"),
    ({"设定依据": "部门职责"}, "设定依据", "警告", "没有写出法规的名称"),
    ({"监管部门": ""}, "监管部门", "警告", "第六十一条"),
    ({"事项名称": "=HYPERLINK(\"x\")"}, "事项名称", "拒收", "公式"),
    ({"备注": "@SUM(1)"}, "备注", "拒收", "公式"),
])
def test_contradictory_and_unknown_fields_are_named(
        organs: None, changes: dict[str, str], field: str, level: str, words: str) -> None:
    (fault,) = take(ROW | changes).faults
    assert (fault.field, fault.level) == (field, level) and words in fault.message


def test_a_law_that_the_library_does_not_hold_is_named_once_it_holds_any(organs: None) -> None:
    assert take(ROW).plan.notices == ["法规库是空的，没有核对设定依据是否收录。"]
    law = Law(key=title_key("甲条例"), title="甲条例", short_title="甲条例", rank="行政法规")
    db.session.add(law)
    db.session.flush()
    db.session.add(LawName(law_id=law.id, key=title_key("甲条例"), kind="title"))
    db.session.flush()
    (fault,) = take(ROW | {"编号": "502", "事项名称": "乙",
                           "设定依据": "《甲条例》第一条;《无法》第二条"}).faults
    assert "《无法》" in fault.message and fault.level == "警告"


def test_items_that_exist_twice_are_refused(organs: None) -> None:
    take(ROW)
    again = take(ROW | {"编号": "502", "事项名称": " 测试 许可"},
                 ROW | {"编号": "503", "原主管部门": "区财政局"},
                 ROW | {"编号": "504", "原主管部门": "区财政局"})
    assert [fault.message[:11] for fault in again.faults] == [
        "与目录中的事项501的", "与第3行的事项名称和原"]
    swap = take(ROW | {"事项名称": "甲"}, ROW | {"编号": "505"}, on=date(2026, 3, 1))
    assert swap.faults == [], "501 gives its name up in the same file"


def test_a_dry_run_shows_each_difference_and_a_column_not_there_stays_as_it_is(
        organs: None) -> None:
    take(ROW | {"国家编码": "000112001000", "备注": "旧"})
    fewer = {name: ROW[name] for name in importing.REQUIRED} | {"备注": "", "事项名称": "新名"}
    table = importing.Table(tuple(fewer), ((7, fewer),))
    plan = importing.plan(table, date(2026, 5, 1))
    assert [(d.field, d.old, d.new) for d in plan.lines[0].differences] == [
        ("事项名称", "测试许可", "新名"), ("备注", "旧", "")]
    assert plan.counts()["变更"] == 1
    version = queries.version_on("501", date(2026, 5, 1))
    assert version and version.name == "测试许可", "nothing was written"
    services.import_table(table, valid_from=date(2026, 5, 1), by="测试", at=AT)
    version = queries.version_on("501", date(2026, 5, 1))
    assert version and version.national_code == "000112001000" and version.promised_limit


def test_each_import_that_changes_something_is_one_version_of_the_catalogue(organs: None) -> None:
    first, same = take(ROW), take(ROW)
    assert first.change and first.change.number == 1 and same.change is None
    assert same.unchanged == 1
    second = take(ROW | {"事项名称": "新名"}, on=date(2026, 5, 1)).change
    assert second and (second.number, second.codes) == (2, ["501"])
    assert second.facts["differences"] == {"501": [["事项名称", "测试许可", "新名"]]}
    assert [queries.version_number(on) for on in (
        date(2025, 12, 31), ON, date(2026, 4, 30), date(2026, 5, 1))] == [0, 1, 1, 2]
    assert db.session.query(AuditEntry).filter_by(kind="catalog_changed").count() == 2


def test_the_catalogue_exported_and_imported_again_is_unchanged(app: Any, organs: None,
                                                                tmp_path: Path) -> None:
    standing_demo.load(by="测试", at=AT)
    given = demo.load(by="测试", at=AT)
    assert given.refused == 0 and not [f for f in given.faults if f.level == "拒收"]
    on = date(2026, 11, 24)
    for extra in (False, True):
        headers, rows = exporting.table(on, extra=extra)
        data = exporting.as_csv(headers, rows)
        for version in (data, data.decode("utf-8-sig").encode("gb18030")):
            plan = importing.plan(importing.csv_table(version), on)
            assert (plan.counts()["未变"], plan.notices[1:]) == (150, [])
    source = Path(demo.DEMO / "items-136.csv").read_text("utf-8-sig")
    wanted = list(csv.DictReader(io.StringIO(source)))
    made = list(csv.DictReader(io.StringIO(exporting.as_csv(
        *exporting.table(on)).decode("utf-8-sig"))))
    same = ("编号", "事项名称", "原主管部门", "办理方式", "依据层级", "承诺时限", "备注",
            "监管部门")
    assert [[row[name] for name in same] for row in made] == [
        [row[name] for name in same] for row in wanted]


def workbook(rows: list[list[Any]]) -> bytes:
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def test_a_workbook_with_a_title_above_its_headings_is_read_and_its_errors_come_back_coloured(
        organs: None, tmp_path: Path, runner: Any) -> None:
    path, errors = tmp_path / "目录.xlsx", tmp_path / "错误.xlsx"
    path.write_bytes(workbook([
        ["某区事项目录"], [], [*ROW, "多余的列"], [*ROW.values(), "x"],
        [*(ROW | {"编号": "7", "事项名称": "另一许可"}).values(), "y"]]))
    for dry in (["--dry-run"], []):
        done = runner.invoke(args=["items", "import", str(path), "--on", "2026-01-01", "--json",
                                   "--errors", str(errors), *dry])
        assert done.exit_code == 0, done.output
        answer = json.loads(done.stdout)
        assert answer["summary"]["新增"] == 1
        assert [fault["行号"] for fault in answer["errors"]] == [5], answer["errors"]
        assert "多余的列" in "".join(answer["notices"])
    sheet = load_workbook(errors).active
    assert sheet is not None
    assert [cell.value for cell in sheet[1]] == [*ROW, "多余的列", "问题"]
    assert sheet["A2"].fill.fgColor.rgb == "00F8CBAD" and sheet.max_row == 2
    assert "前导零" in sheet.cell(2, len(ROW) + 2).value
    version = queries.version_on("501", ON)
    assert version and version.promised_limit == "5个工作日", "the right row was taken"


@pytest.mark.parametrize(("data", "words"), [
    (workbook([["编号", "事项名称"], ["001", "甲"]]), "缺少：原主管部门、办理方式、设定依据"),
    (workbook([]), "缺少"),
    (b"PK\x03\x04 no", "已损坏"),
    (b"\xd0\xcf\x11\xe0", "旧版 Excel"),
    (b"\x00\x01\x02", "缺少"),
    ((",".join([*ROW, "备注", "备注"]) + "\n").encode(), "出现了两次"),
    ((",".join(ROW) + '\n"' + "长" * 140_000 + '"').encode(), "13万字"),
])
def test_a_file_that_cannot_be_read_changes_nothing(organs: None, tmp_path: Path, data: bytes,
                                                    words: str) -> None:
    path = tmp_path / "x"
    path.write_bytes(data)
    with pytest.raises(importing.ItemsRefused, match=words):
        importing.read_table(path, "目录.xlsx")
    assert db.session.query(ItemVersion).count() == db.session.query(CatalogChange).count() == 0


def test_the_command_exports_what_it_imports(organs: None, runner: Any, tmp_path: Path) -> None:
    take(ROW | {"核验": "条文已核对"})
    headers, rows = exporting.table(ON)
    assert dict(zip(headers, rows[0], strict=True))["核验"] == "条文已核对"
    db.session.commit()
    made = runner.invoke(args=["items", "export", "--on", "2026-01-01"])
    assert made.stdout.lstrip("\ufeff").startswith("编号,事项名称") and "501" in made.stdout
    path = tmp_path / "目录.xlsx"
    runner.invoke(args=["items", "export", "--on", "2026-01-01", "--format", "xlsx", "--extra",
                        "--output", str(path)])
    done = runner.invoke(args=["items", "import", str(path), "--on", "2026-06-01", "--json"])
    assert json.loads(done.stdout)["summary"]["未变"] == 1
    assert runner.invoke(args=["items", "export", "--on", "2025-12-31"]).stdout.count("\n") == 1


@pytest.mark.parametrize("body", [
    "\n" * 200_000, "501,许可,区水利局,划转,《水法》第七条\n" * 6_000], ids=["blank lines", "rows"])
def test_a_csv_without_end_is_refused_before_it_fills_the_memory(body: str) -> None:
    head = "编号,事项名称,原主管部门,办理方式,设定依据\n"
    with pytest.raises(importing.ItemsRefused, match="超过5000行"):
        importing.csv_table((head + body).encode())
