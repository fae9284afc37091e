"""Many documents from a CSV: all rows or none, and every fault with its row."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.extensions import db
from app.laws.local import queries
from app.laws.models import Law

HEAD = "标题,文号,发文机关,成文日期,公布日期,施行日期,有效期至,文件名\n"
ONE = "甲办法,试政规〔2024〕1号,试验区人民政府,2024-03-01,2024-03-02,2024-04-01,2029-03-31,甲.txt\n"
TWO = "乙办法,试政规[2024]2号,甲局、乙局,2024年3月1日,2024/3/2,2024-04-01,无,乙.txt\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "documents"
    made.mkdir()
    for name in "甲乙":
        text = f"{name}办法\n第一条　为{name}，制定本办法。\n第二条　公布之日起施行。\n"
        (made / f"{name}.txt").write_text(text, encoding="utf-8")
    return made


def run(app: Flask, folder: Path, text: str, *more: str, encoding: str = "utf-8-sig"
        ) -> tuple[int, Any]:
    path = folder / "目录.csv"
    path.write_bytes(text.encode(encoding))
    result = app.test_cli_runner().invoke(args=["law", "normative", str(path), "--json", *more])
    out = result.stdout.strip()
    return result.exit_code, json.loads(out) if out.startswith("{") else result.output


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_all_rows_are_kept(app: Flask, folder: Path, encoding: str) -> None:
    code, answer = run(app, folder, HEAD + ONE + "\n" + TWO, encoding=encoding)
    assert (code, answer["saved"], answer["problems"]) == (0, 2, [])
    laws = {law.title: law for law in queries.everything()}
    assert laws["乙办法"].issuing_body == "甲局、乙局"
    assert laws["乙办法"].versions[0].expires is None and laws["甲办法"].versions[0].original


def test_a_trial_changes_nothing(app: Flask, folder: Path) -> None:
    code, answer = run(app, folder, HEAD + ONE, "--dry-run")
    assert (code, answer["rows"], answer["saved"]) == (0, 1, 0)
    assert db.session.scalar(select(func.count(Law.id))) == 0


FAULTS = [
    (ONE.replace("甲.txt", "丙.txt"), "没有“丙.txt”", "no such file"),
    (ONE.replace("甲.txt", "../甲.txt"), "没有“../甲.txt”", "a path"),
    (ONE.replace("2024-03-01", "2024-02-30"), "成文日期：没有 2024-02-30", "no such day"),
    (ONE.replace("2029-03-31", ""), "没有规定有效期的写“无”", "no silent default"),
    (ONE.replace("2029-03-31", "2024-03-31"), "早于施行日期", "ends before it begins"),
    (ONE.replace("试政规〔2024〕1号", "1号"), "不是规范的文号", "no number"),
    (ONE.replace("试政规〔2024〕1号", "试政规〔2023〕1号"), "年份", "another year"),
    (ONE.replace("甲办法", "乙办法"), "已登记过同名文件", "the title of the row before"),
]


@pytest.mark.parametrize(("row", "words", "why"), FAULTS)
def test_one_faulty_row_keeps_nothing(app: Flask, folder: Path, row: str, words: str,
                                      why: str) -> None:
    code, answer = run(app, folder, HEAD + TWO + row)
    assert code == 1 and answer["saved"] == 0, why
    assert [p["row"] for p in answer["problems"]] == [3] and words in answer["problems"][0]["why"]
    assert db.session.scalar(select(func.count(Law.id))) == 0


@pytest.mark.parametrize(("text", "words"), [
    ("标题,文号\n甲,乙\n", "缺少列：发文机关"), ("", "空文件"), ("\x00\x01", "不是可读的 CSV"),
    (HEAD + '"未完', "不是可读的 CSV")])
def test_what_is_no_such_table_is_said(app: Flask, folder: Path, text: str, words: str) -> None:
    code, answer = run(app, folder, text, encoding="utf-8")
    assert code == 1 and words in answer


def test_a_table_that_is_not_there(app: Flask, tmp_path: Path) -> None:
    result = app.test_cli_runner().invoke(args=["law", "normative", str(tmp_path / "x.csv")])
    assert result.exit_code == 1 and "找不到表格" in result.output
