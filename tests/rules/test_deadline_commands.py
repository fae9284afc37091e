"""`flask deadline due | batch`: shapes, messages and exit codes of the contract."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from app import create_app
from app.config import database_url
from tests.rules.rule_helpers import DATA, ask


@pytest.fixture(scope="module")
def runner() -> Any:
    """No database is made: the commands must not need one."""
    return create_app({"TESTING": True, "SECRET_KEY": "test",
                       "SQLALCHEMY_DATABASE_URI": database_url(None, Path("/nonexistent"))}
                      ).test_cli_runner()


def run(runner: Any, *args: str) -> Any:
    return runner.invoke(args=["deadline", *args])


def test_due_prints_one_json_object(runner: Any) -> None:
    found = run(runner, "due", "answer_ordinary", "2026-03-05", "--json")
    assert found.exit_code == 0
    assert json.loads(found.stdout) == ask("answer_ordinary", "2026-03-05").as_dict()


def test_due_reads_options(runner: Any) -> None:
    found = run(runner, "due", "decision_extension", "2026-03-02", "--option", "ext_days=30",
                "--option", "pause=2026-03-30/2026-04-13", "--json")
    assert json.loads(found.stdout)["due"] == "2026-06-15"


def test_due_without_json_is_read_by_a_person(runner: Any) -> None:
    text = run(runner, "due", "decision_ordinary", "2026-03-02").stdout
    assert "末日：2026-05-06（三）" in text
    assert "2026-05-01为休假日（劳动节），顺延" in text
    assert "《行政复议法》第六十二条第一款" in text


WRONG = [
    (("due", "no_rule", "2026-03-02"), 1, "没有期限规则“no_rule”"),
    (("due", "decision_extension", "2026-03-02", "--option", "ext_days=31"), 1, "第六十二条第一款"),
    (("due", "decision_ordinary", "2026-02-30"), 2, "不存在"),
    (("due", "decision_ordinary", "20260302"), 2, "YYYY-MM-DD"),
    (("due", "decision_ordinary", "2026-03-02", "--option", "x"), 2, "键=值"),
    (("due", "decision_ordinary"), 2, "DATE"),
    (("batch", "nowhere.csv"), 1, "文件不存在"),
    (("batch", "."), 1, "这是文件夹"),
    (("batch",), 2, "FILE"),
]


@pytest.mark.parametrize(("args", "code", "message"), WRONG, ids=[" ".join(r[0]) for r in WRONG])
def test_what_cannot_run_says_why_on_standard_error(runner: Any, args: tuple[str, ...], code: int,
                                                    message: str) -> None:
    found = run(runner, *args)
    assert (found.exit_code, found.stdout) == (code, "")
    assert message in found.stderr


def batch(runner: Any, tmp_path: Path, data: bytes) -> Any:
    path = tmp_path / "rows.csv"
    path.write_bytes(data)
    return run(runner, "batch", str(path))


def test_batch_answers_every_row_in_order(runner: Any) -> None:
    found = run(runner, "batch", str(DATA / "deadline-cases-reconsideration.csv"))
    lines = [json.loads(line) for line in found.stdout.splitlines()]
    assert found.exit_code == 0 and len(lines) == 72
    assert lines[0]["rule_id"] == "acceptance_review" and lines[0]["due"] == "2026-02-13"
    assert not [line for line in lines if "error" in line]


def test_a_faulty_row_carries_its_error_and_the_batch_goes_on(runner: Any, tmp_path: Path) -> None:
    rows = ("rule_id,trigger_date,options\nno_rule,2026-03-02,\ndecision_ordinary,2026-02-30,\n"
            "decision_ordinary,2026-03-02,pause\ndecision_ordinary\n,2026-03-02,\n"
            "decision_ordinary,2026-03-02,\n")
    found = batch(runner, tmp_path, rows.encode())
    lines = [json.loads(line) for line in found.stdout.splitlines()]
    assert found.exit_code == 0
    assert [line.get("error", "")[:6] for line in lines[:5]] == [
        "没有期限规则", "trigge", "选项“pau", "trigge", "没有写rul"]
    assert lines[0]["rule_id"] == "no_rule" and lines[4]["rule_id"] is None
    assert lines[5]["due"] == "2026-05-06"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_batch_reads_what_excel_writes(runner: Any, tmp_path: Path, encoding: str) -> None:
    rows = "rule_id,trigger_date,options,why\r\ndecision_ordinary,2026-03-02,,普通\r\n"
    found = batch(runner, tmp_path, rows.encode(encoding))
    assert json.loads(found.stdout)["due"] == "2026-05-06"


@pytest.mark.parametrize(("data", "message"), [
    (b"", "表头缺少"), (b"rule_id,options\nx,\n", "表头缺少 trigger_date"),
    (b"\xff\xff\xff\xff", "编码")])
def test_a_file_that_is_no_table_is_refused(runner: Any, tmp_path: Path, data: bytes,
                                            message: str) -> None:
    found = batch(runner, tmp_path, data)
    assert (found.exit_code, found.stdout) == (1, "")
    assert message in found.stderr
