"""`flask items review`: either set of columns, faulty rows reviewed, nothing saved."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from app.audit.models import AuditEntry
from app.extensions import db
from app.licensing.models import LicensingItem

KEYS = {"rule", "result", "severity", "blocker_kind", "reason", "basis", "facts"}
CONCLUSIONS = {"LEGAL", "CONDITIONAL", "PARTIAL", "ILLEGAL", "NOT_LICENSE", "RETURNED", None}
PLAIN = {"编号": "001", "事项名称": "燃气经营许可", "原主管部门": "区住房和城乡建设局",
         "办理方式": "划转", "设定依据": "《城镇燃气管理条例》第十五条", "法定办结时限": "20"}


def _review(runner: Any, tmp_path: Path, rows: list[dict[str, str]], *options: str,
            encoding: str = "utf-8-sig") -> Any:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    path = tmp_path / "sheet.csv"
    path.write_bytes(text.getvalue().encode(encoding))
    return runner.invoke(args=["items", "review", str(path), "--as-of", "2026-11-24", *options])


def _lines(result: Any) -> list[dict[str, Any]]:
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_the_object_of_a_row_has_the_agreed_shape(runner: Any, tmp_path: Path,
                                                  encoding: str) -> None:
    [line] = _lines(_review(runner, tmp_path, [PLAIN], "--json", encoding=encoding))
    assert line["编号"] == "001" and line["proposed"] in CONCLUSIONS and line["state"]
    assert all(set(finding) == KEYS for finding in line["findings"])
    assert all(finding["basis"] for finding in line["findings"])
    assert {f["blocker_kind"] for f in line["findings"]} <= {"FATAL", "GATE", None}


def test_the_columns_of_a_sheet_sent_for_review_say_the_same(runner: Any, tmp_path: Path) -> None:
    sent = {"编号": "F01", "送审事项名称": PLAIN["事项名称"], "送审主管部门": PLAIN["原主管部门"],
            "送审办理方式": "划转", "送审设定依据": PLAIN["设定依据"], "送审其他内容": ""}
    [line] = _lines(_review(runner, tmp_path, [sent], "--json"))
    assert line["编号"] == "F01"
    assert {f["rule"] for f in line["findings"]} >= {"SET-01", "CONC-05", "CONC-01"}


@pytest.mark.parametrize(("change", "rule", "reason"), [
    ({"设定依据": ""}, "SET-06", "no basis"),
    ({"办理方式": "交给审批局"}, "CONC-05", "a manner that does not exist"),
    ({"设定依据": "《没有的法》第九千九百九十九条"}, "SET-05", "a law the library lacks"),
    ({"设定依据": "区长办公会决定"}, "SET-06", "no norm at all"),
    ({"事项名称": "公务员录用审批"}, "SET-02", "an internal approval"),
])
def test_a_faulty_row_is_reviewed_and_not_refused(runner: Any, tmp_path: Path,
                                                  change: dict[str, str], rule: str,
                                                  reason: str) -> None:
    [line] = _lines(_review(runner, tmp_path, [PLAIN | change], "--json"))
    found = {f["rule"]: f["result"] for f in line["findings"]}
    assert found.get(rule) in ("fail", "unclear"), f"{reason}：{found.get(rule)}"


@pytest.mark.parametrize("cell", [
    "\0", "9" * 300, "《" * 50, "第" * 200, "=1+1", "《行政许可法》第零条",
    "《行政许可法》第99999条", "《道路运输条例》第三十九条(9999-99-99施行)", "；；；",
])
def test_no_cell_breaks_the_review(runner: Any, tmp_path: Path, cell: str) -> None:
    for column in ("设定依据", "事项名称", "法定办结时限"):
        _lines(_review(runner, tmp_path, [PLAIN | {column: cell}], "--json"))


def test_two_rows_of_one_number_are_both_marked(runner: Any, tmp_path: Path) -> None:
    lines = _lines(_review(runner, tmp_path, [PLAIN, PLAIN], "--json"))
    assert [[f["reason"] for f in line["findings"] if f["rule"] == "SET-11"] for line in lines] == [
        ["编号001在表中出现不止一次，须更正后再审"]] * 2


def test_nothing_is_saved(runner: Any, tmp_path: Path) -> None:
    before = db.session.scalar(select(func.count()).select_from(AuditEntry))
    _lines(_review(runner, tmp_path, [PLAIN], "--json"))
    assert db.session.scalar(select(func.count()).select_from(AuditEntry)) == before
    assert db.session.scalar(select(func.count()).select_from(LicensingItem)) == 0


def test_a_file_without_its_columns_is_refused_by_name(runner: Any, tmp_path: Path) -> None:
    result = _review(runner, tmp_path, [{"编号": "001", "名称": "某项"}], "--json")
    assert result.exit_code == 1
    assert "事项名称、设定依据" in result.stderr


def test_a_reader_gets_words(runner: Any, tmp_path: Path) -> None:
    result = _review(runner, tmp_path, [PLAIN | {"设定依据": ""}])
    assert result.exit_code == 0
    assert "SET-06 不符合：没有写设定依据" in result.output
