"""What README and docs point to exists: links, named files, test paths, and every flask command."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

import click
import pytest
from flask import Flask

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([*ROOT.glob("README*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("*/README.md")])
names = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)

LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
# `tests/rules/x.py`, `legal_corpus/…`; a name with a placeholder (<…>, NAME, *, …) is no file.
NAMED = re.compile(r"`((?:app|tests|legal_corpus|case_templates|docs|demo)/[\w./-]+)`")
COMMAND = re.compile(r"`flask ([a-z][^`]*)`")


def written(page: Path) -> str:
    return page.read_text(encoding="utf-8")


@names
def test_links_lead_to_files_that_exist(page: Path) -> None:
    links = [link for link in LINK.findall(written(page)) if not re.match(r"[a-z]+:", link)]
    missing = [link for link in links
               if not (page.parent / unquote(link.partition("#")[0])).exists()]
    assert not missing, missing


@names
def test_named_files_exist(page: Path) -> None:
    named = [path for path in NAMED.findall(written(page)) if "NAME" not in path]
    missing = [path for path in named if not any(
        (base / path).exists() for base in (ROOT, page.parent))]
    # A folder that is made when it is needed, as the page says.
    assert not [path for path in missing if not path.startswith("tests/data/previous")], missing


def command_words(text: str) -> list[str]:
    """The command of each `flask …`, without arguments: ``law show``, ``tick``."""
    found = []
    for span in COMMAND.findall(text):
        words = re.findall(r"[A-Za-z0-9_.-]+|\S", span)
        plain: list[str] = []
        for word in words:
            if not re.fullmatch(r"[a-z]+(?:-[a-z]+)*", word):
                break
            plain.append(word)
        found.append(" ".join(plain[:2]))
    return found


def resolves(app: Flask, words: str) -> bool:
    command: click.Command | None = app.cli
    for word in words.split():
        if not isinstance(command, click.Group):
            return True  # further words are arguments
        command = command.get_command(click.Context(command), word)
        if command is None:
            return False
    return True


@names
def test_every_flask_command_exists(app: Flask, page: Path) -> None:
    unknown = [words for words in command_words(written(page))
               if words and words != "run" and not resolves(app, words)]
    assert not unknown, f"{page.name}: {unknown}"


def test_the_table_of_commands_names_each_once(app: Flask) -> None:
    """README's table writes `flask law show …` · `law report`; the short forms are held too."""
    table = written(ROOT / "README.md").split("## Commands")[1].split("\n## ")[0]
    rows = [line for line in table.splitlines() if line.startswith("| `flask")]
    assert len(rows) > 8
    unknown = []
    for row in rows:
        spans = re.findall(r"`(?:flask )?([a-z][^`]*)`", row.split("|")[1])
        group = spans[0].split()[0]
        for span in spans:
            words = " ".join(w for w in span.split()[:2] if re.fullmatch(r"[a-z]+(?:-[a-z]+)*", w))
            if not (resolves(app, words) or resolves(app, f"{group} {words}")):
                unknown.append(span)
    assert not unknown, unknown


@pytest.mark.parametrize("name", ["case", "matrix"])
def test_the_screenshots_are_small_and_there(name: str) -> None:
    image = ROOT / f"docs/images/{name}.png"
    assert image.read_bytes().startswith(b"\x89PNG") and image.stat().st_size < 300_000


@pytest.mark.parametrize("kind", ["收案和承办", "负责人", "被申请人", "法规检索", "法规管理员",
                                  "系统管理员", "合法性审查", "事项和移交", "监管衔接",
                                  "机关名录和主体资格"])
def test_every_kind_of_user_has_a_manual_and_both_readmes_lead_to_it(kind: str) -> None:
    for readme in ("README.md", "README.zh-CN.md"):
        assert f"docs/手册-{kind}.md" in written(ROOT / readme)


def test_an_unknown_command_would_be_seen(app: Flask) -> None:
    text = "`flask law show \"许可法25\"` `flask laws show` `flask law shows X` `flask tick --now`"
    assert [resolves(app, w) for w in command_words(text)] == [True, False, False, True]
