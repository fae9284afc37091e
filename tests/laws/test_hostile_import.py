"""`law import` of what an outsider might hand over: an answer in Chinese, and nothing outside."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskCliRunner

from app.extensions import db
from app.laws.models import LawVersion
from tests.laws import hostile_files as hostile

SEED, COUNT = 20261124, 18  # 300 of seed 7 and 100 times the monsters were tried by hand
SLOWEST = 20.0  # seconds for one file
_watched: list[str] | None = None  # files opened for writing while an import runs


def _written(event: str, args: tuple[Any, ...]) -> None:
    """An audit hook stays for ever: it looks only while an import runs."""
    if _watched is None or event != "open" or not isinstance(args[0], str | bytes):
        return
    path, mode, flags = args
    if set(mode or "") & set("wax+") or (flags or 0) & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
        _watched.append(os.path.realpath(os.fsdecode(path)))


@contextmanager
def watching() -> Iterator[list[str]]:
    global _watched  # noqa: PLW0603
    if not hasattr(sys, "_law_import_watched"):
        sys.addaudithook(_written)
        sys._law_import_watched = True  # type: ignore[attr-defined]
    found: list[str] = []
    _watched = found
    try:
        yield found
    finally:
        _watched = None


def given_to(runner: FlaskCliRunner, place: Path, file: hostile.Hostile) -> None:
    """Import ``file`` from the folder ``place``, beside which lie ``data`` and ``tmp``."""
    path = place / file.name
    path.write_bytes(file.data)
    day = () if path.suffix in {".zip", ".whl"} else ("--adopted", "2024-01-05")
    started = time.monotonic()
    with watching() as written:
        done = runner.invoke(args=["law", "import", str(path), "--no-index", "--json", *day])
    assert time.monotonic() - started < SLOWEST, file.why
    home = path.parents[1].resolve()
    kept = (home / "data", home / "tmp", Path("/dev"))
    assert [name for name in written if not any(Path(name).is_relative_to(k) for k in kept)
            ] == [], file.why
    assert list((home / "tmp").iterdir()) == [], file.why
    assert done.exception is None or isinstance(done.exception, SystemExit), (
        file.why, done.exception)
    if done.exit_code:
        assert (done.exit_code, done.stdout) == (1, "") and done.stderr.strip(), file.why
    else:
        said = json.loads(done.stdout)
        assert said["files"] == said["parsed"] + said["listed"], file.why
    assert [left.name for left in place.iterdir()] == [file.name], file.why
    path.unlink()


@pytest.mark.parametrize("which", ["damaged", "monsters"])
def test_no_file_breaks_the_import(runner: FlaskCliRunner, tmp_path: Path, which: str,
                                   monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("given", "made", "tmp"):
        (tmp_path / name).mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    files = hostile.damaged(tmp_path / "made", SEED, COUNT) if which == "damaged" \
        else hostile.monsters(tmp_path / "made", 1)
    for file in files:
        given_to(runner, tmp_path / "given", file)
    for version in db.session.query(LawVersion):
        assert len(version.law.title) <= 300 and "\x00" not in version.law.title


def test_a_write_elsewhere_would_be_seen(tmp_path: Path) -> None:
    with watching() as written:
        (tmp_path / "外.md").write_text("甲", encoding="utf-8")
        (tmp_path / "外.md").read_text(encoding="utf-8")
    assert written == [str((tmp_path / "外.md").resolve())]
