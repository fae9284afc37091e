"""Files are durable before their row is committed, and a name is never a path."""

from __future__ import annotations

import hashlib
import os
import tracemalloc
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app.evidence import store
from app.evidence.models import StoredFile
from app.evidence.names import UNNAMED, download_name, shown_name
from app.extensions import db, store_root

AT = datetime(2026, 11, 24, 1, 2, 3, tzinfo=UTC)


def visible() -> list[Path]:
    return [path for path in store_root().rglob("*") if path.is_file()]


def test_a_file_is_found_again_by_its_hash(app: Flask) -> None:
    row = store.put(b"abc", name="申请书.pdf", at=AT)
    assert row.sha256 == hashlib.sha256(b"abc").hexdigest()
    assert (row.size, row.media_type, row.first_name) == (3, "application/pdf", "申请书.pdf")
    assert store.path_of(row.sha256) == store_root() / row.sha256[:2] / row.sha256[2:]
    with store.open_file(row.sha256) as file:
        assert file.read() == b"abc"
    assert store.verify(row.sha256)


def test_the_same_content_twice_is_one_file_under_its_first_name(app: Flask) -> None:
    first = store.put(b"abc", name="甲.pdf", at=AT)
    second = store.put(BytesIO(b"abc"), name="乙.pdf", at=AT)
    assert second is first and first.first_name == "甲.pdf"
    assert len(visible()) == 1


def test_a_row_that_another_session_inserted_meanwhile_is_taken(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.put(b"abc", name="甲.pdf", at=AT)
    db.session.commit()
    db.session.expunge_all()
    monkeypatch.setattr(db.session, "get", lambda *_: None)  # "not there yet" when it looked
    assert store.put(b"abc", name="乙.pdf", at=AT).first_name == "甲.pdf"


def test_a_rolled_back_row_is_gone_though_the_file_may_stay(app: Flask) -> None:
    sha = store.put(b"abc", name="甲.pdf", at=AT).sha256
    db.session.rollback()
    assert db.session.get(StoredFile, sha) is None
    assert store.verify(sha)


def test_damage_is_found_and_filing_again_mends_it(app: Flask) -> None:
    sha = store.put(b"abc", name="甲.pdf", at=AT).sha256
    store.path_of(sha).write_bytes(b"abd")
    assert not store.verify(sha)
    store.put(b"abc", name="甲.pdf", at=AT)
    assert store.verify(sha)
    store.path_of(sha).unlink()
    assert not store.verify(sha)
    with pytest.raises(store.Damaged):
        store.open_file(sha)


@pytest.mark.parametrize("wrong", ["", "../../etc/passwd", "A" * 64, "0" * 63, "0" * 64 + "\n"])
def test_only_a_hash_is_a_path(app: Flask, wrong: str) -> None:
    with pytest.raises(ValueError, match="SHA-256"):
        store.path_of(wrong)


def test_what_is_written_is_on_disk_before_it_is_in_place(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[str, str]] = []
    fsync, replace = os.fsync, os.replace

    def watch_sync(number: int) -> None:
        path = Path(os.readlink(f"/proc/self/fd/{number}"))
        seen.append(("fsync", "folder" if path.is_dir() else "file"))
        if path.is_file():
            assert path.stat().st_size == 3, "synced before everything was written"
        fsync(number)

    def watch_move(source: Any, target: Any) -> None:
        seen.append(("rename", Path(target).parent.name))
        replace(source, target)

    monkeypatch.setattr(os, "fsync", watch_sync)
    monkeypatch.setattr(os, "replace", watch_move)
    sha = store.put(b"abc", name="甲.pdf", at=AT).sha256
    assert seen == [("fsync", "file"), ("rename", sha[:2]), ("fsync", "folder"),
                    ("fsync", "folder")]


def test_a_crash_before_the_rename_leaves_nothing_visible(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", crash)
        patch.setattr(Path, "unlink", lambda *_, **__: None)  # a dead process tidies nothing
        with pytest.raises(KeyboardInterrupt):
            store.put(b"abc", name="甲.pdf", at=AT)
    assert db.session.query(StoredFile).count() == 0
    assert not store.path_of(hashlib.sha256(b"abc").hexdigest()).exists()
    (left,) = visible()
    assert left.name.startswith(store.TEMPORARY)
    assert store.sweep() == 0, "a younger one may be a running upload"
    os.utime(left, (0, 0))
    app.test_cli_runner().invoke(args=["tick"])
    assert not visible(), "the clock clears it away"


class Endless:
    """A stream of zeros that counts how much was asked of it."""

    def __init__(self, size: int) -> None:
        self.left, self.given = size, 0

    def read(self, size: int) -> bytes:
        piece = bytes(min(size, self.left))
        self.left -= len(piece)
        self.given += len(piece)
        return piece


def test_200_megabytes_are_refused_early_and_cheaply(app: Flask) -> None:
    app.config["UPLOAD_LIMIT"] = 5 * store.CHUNK
    stream = Endless(200 * 1024 * 1024)
    tracemalloc.start()
    with pytest.raises(store.TooLarge) as refusal:
        store.put(stream, name="大.pdf", at=AT)  # type: ignore[arg-type]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert refusal.value.limit == 5 * store.CHUNK
    assert stream.given == 6 * store.CHUNK
    assert peak < 5 * store.CHUNK
    assert not visible()


def test_two_applications_in_one_process_keep_their_own_files(app: Flask, tmp_path: Path) -> None:
    store.put(b"abc", name="甲.pdf", at=AT)
    mine, app.config["DATA_DIR"] = app.config["DATA_DIR"], tmp_path / "other"
    assert not store.verify(hashlib.sha256(b"abc").hexdigest())
    app.config["DATA_DIR"] = mine
    assert store.verify(hashlib.sha256(b"abc").hexdigest())


NAMES = [
    ("行政复议申请书.pdf", "行政复议申请书.pdf", "kept as typed"),
    ("C:\\用户\\桌面\\证据 一.pdf", "证据 一.pdf", "a browser's Windows path"),
    ("../../etc/passwd", "passwd", "climbing"),
    ("a\x00b\r\nc.pdf", "ab c.pdf", "NUL goes, a line break becomes a space"),
    ("证据\u202efdp.exe", "证据fdp.exe", "a direction mark would hide the ending"),
    ("𠮷\ufe00某.pdf", "𠮷\ufe00某.pdf", "rare characters and variants stay"),
    ("\ud800.pdf", ".pdf", "half a surrogate pair cannot be stored"),
    ("", UNNAMED, "nothing"), (None, UNNAMED, "no name given"), ("..", UNNAMED, "only dots"),
    ("名" * 300 + ".pdf", "名" * 196 + ".pdf", "300 characters: the ending survives"),
    ("名" * 300, "名" * 200, "300 characters without an ending"),
]


@pytest.mark.parametrize(("typed", "shown", "why"), NAMES, ids=[row[2] for row in NAMES])
def test_names_are_shown_as_typed_without_what_misleads(
    typed: str | None, shown: str, why: str
) -> None:
    assert shown_name(typed) == shown


def test_a_download_has_the_ending_of_its_content() -> None:
    assert download_name("决定书.pdf", "application/pdf") == "决定书.pdf"
    assert download_name("决定书.exe", "application/pdf") == "决定书.exe.pdf"
    assert download_name("附件", "application/octet-stream") == "附件"
