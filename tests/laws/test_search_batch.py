"""`law search-batch`: the contract of commands.md."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskCliRunner

from app.laws.models import ImportRun
from tests.laws import texts


def run(runner: FlaskCliRunner, place: Path, lines: list[str | bytes], *options: str
        ) -> tuple[list[dict[str, Any]], str]:
    file = place / "queries.jsonl"
    file.write_bytes(b"\n".join(x if isinstance(x, bytes) else x.encode() for x in lines))
    done = runner.invoke(args=["law", "search-batch", str(file), *options])
    assert done.exit_code == 0, done.output
    return [json.loads(line) for line in done.stdout.splitlines()], done.stderr


def asked(id_: Any, query: str) -> str:
    return json.dumps({"id": id_, "query": query}, ensure_ascii=False)


def test_a_line_for_each_line_in_order(runner: FlaskCliRunner, library: ImportRun,
                                       tmp_path: Path) -> None:
    rows, said = run(runner, tmp_path, [asked(7, "听证笔录由谁签名"), "", asked("b", "试验法2"),
                                        asked(None, "绝无此语")], "--limit", "3")
    assert [row["id"] for row in rows] == [7, "b", None]
    assert all(list(row) == ["id", "ms", "hits"] for row in rows)
    assert rows[0]["hits"][0] == {"law": "中华人民共和国试验法", "article": "第三条之一",
                                  "score": rows[0]["hits"][0]["score"]}
    assert rows[1]["hits"][0]["article"] == "第二条" and rows[2]["hits"] == []
    assert len(rows[0]["hits"]) <= 3 and isinstance(rows[0]["ms"], float)
    assert "正在建立" in said, "progress goes to standard error"


FAULTY = [
    ("{", "不是一个 JSON 对象", None, "broken JSON"),
    ("[1]", "不是一个 JSON 对象", None, "a list"),
    ('{"id": 3}', "query", 3, "no query"),
    ('{"id": 4, "query": 5}', "query", 4, "a query that is no text"),
    (b'{"id": 1, "query": "\xff\xfe"}', "UTF-8", None, "another encoding"),
    ("[" * 50_000, "不是一个 JSON 对象", None, "deep nesting"),
    ('"' + "长" * 70_000 + '"', "超过", None, "an endless line"),
]


@pytest.mark.parametrize("case", FAULTY, ids=lambda case: case[3])
def test_a_faulty_line_is_named_and_the_others_are_answered(
        runner: FlaskCliRunner, library: ImportRun, tmp_path: Path,
        case: tuple[str | bytes, str, Any, str]) -> None:
    line, words, id_, why = case
    rows, said = run(runner, tmp_path, [asked(1, "听证"), line, asked(2, "听证")])
    assert [row["id"] for row in rows] == [1, id_, 2], why
    assert rows[1]["error"].startswith("第2行：") and words in rows[1]["error"], why
    assert "hits" not in rows[1] and rows[2]["hits"] == rows[0]["hits"]
    assert "1 行有误" in said


def test_the_day_chooses_the_versions(runner: FlaskCliRunner, library: ImportRun,
                                      tmp_path: Path) -> None:
    lines = [asked(1, "听证由试验机关组织")]
    now, _ = run(runner, tmp_path, lines)
    then, _ = run(runner, tmp_path, lines, "--on", "2020-01-01")
    assert "第三条" in [hit["article"] for hit in now[0]["hits"]]
    assert "第三条之一" not in [hit["article"] for hit in then[0]["hits"]]
    before, _ = run(runner, tmp_path, lines, "--on", "1990-01-01")
    assert before[0]["hits"] == []


def test_national_leaves_out_local_rules(runner: FlaskCliRunner, library: ImportRun,
                                         tmp_path: Path) -> None:
    lines = [asked(1, "供水许可由市政部门办理")]
    everything, _ = run(runner, tmp_path, lines)
    national, _ = run(runner, tmp_path, lines, "--scope", "national")
    assert "某省供水办法" in [hit["law"] for hit in everything[0]["hits"]]
    assert "某省供水办法" not in [hit["law"] for hit in national[0]["hits"]]


def test_no_article_is_listed_twice(runner: FlaskCliRunner, library: ImportRun,
                                    tmp_path: Path) -> None:
    texts.load(tmp_path / "more", {"行政法/甲办法(2020-01-01).md": texts.md(
        "甲办法", "第一条 样例供水。\n\n第二条 样例供水之二。\n\n第二条 样例供水之三。",
        info="2020年1月1日 公布")})
    rows, _ = run(runner, tmp_path, [asked(1, "样例供水"), asked(2, "甲办法第二条")])
    for row in rows:
        found = [(hit["law"], hit["article"]) for hit in row["hits"]]
        assert len(found) == len(set(found)) and ("甲办法", "第二条") in found


def test_a_text_without_articles_is_called_by_its_label(runner: FlaskCliRunner,
                                                        library: ImportRun,
                                                        tmp_path: Path) -> None:
    rows, _ = run(runner, tmp_path, [asked(1, "样例问题按样例条例办理")])
    assert ("关于样例问题的批复", "全文") in [(h["law"], h["article"]) for h in rows[0]["hits"]]
