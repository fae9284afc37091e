"""Download one large file over HTTP(S): limited in size and time, tried again, resumed."""

from __future__ import annotations

import http.client
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

TIMEOUT = 30.0  # seconds without a byte
DEADLINE = 1800.0  # seconds for all tries
TRIES = 4
PAUSE = 2.0  # seconds before the second try, doubled each time
CHUNK = 256 * 1024
MIB = 1024 * 1024
REDIRECTS = {301, 302, 303, 307, 308}
PASSING = {408, 425, 429, 500, 502, 503, 504}  # worth another try
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class DownloadFailed(Exception):
    """Nothing usable was downloaded; the message is Chinese and says what to do."""


class _Again(Exception):
    """This try failed in a way that another may mend; the message is Chinese."""


class _Redirects(urllib.request.HTTPRedirectHandler):
    """A few redirects, and never from https to something else."""

    max_redirections = 5

    def redirect_request(self, *given: Any) -> Any:
        _allowed(given[-1])
        return super().redirect_request(*given)


def _allowed(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise DownloadFailed(f"下载地址不是 https，已拒绝：{url[:200]}")


def download(url: str, target: Path, *, limit: int, progress: Callable[[str], None],
             pause: float | None = None) -> None:
    """Put the content of ``url`` at ``target``; what an earlier try left is taken up again.

    :param limit: bytes; a larger file is refused and not kept.
    :raises DownloadFailed: no network, not there, too large, cut off at every try.
    """
    _allowed(url)
    part = target.with_name(target.name + ".part")
    mark = target.with_name(target.name + ".etag")
    ends = time.monotonic() + DEADLINE
    why = ""
    for number in range(1, TRIES + 1):
        if number > 1:
            progress(f"{why}；第 {number} 次尝试（共 {TRIES} 次）…")
            time.sleep((PAUSE if pause is None else pause) * 2 ** (number - 2))
        try:
            _once(url, part, mark, limit=limit, progress=progress, ends=ends)
        except _Again as failed:
            why = str(failed)
            continue
        part.replace(target)
        mark.unlink(missing_ok=True)
        return
    raise DownloadFailed(f"下载没有完成：{why}。请检查网络后重试；已下载的部分会接着下载。")


def _once(url: str, part: Path, mark: Path, *, limit: int, progress: Callable[[str], None],
          ends: float) -> None:
    held = part.stat().st_size if part.is_file() and mark.is_file() else 0
    request = urllib.request.Request(url, headers={"User-Agent": "zhengheng-law-fetch"})
    if held:
        request.add_header("Range", f"bytes={held}-")
        request.add_header("If-Range", mark.read_text(encoding="ascii", errors="ignore").strip())
    try:
        with urllib.request.build_opener(_Redirects).open(request, timeout=TIMEOUT) as answer:
            _take(answer, part, mark, held, limit=limit, progress=progress, ends=ends)
    except urllib.error.HTTPError as error:
        error.close()
        if error.code == 416:
            part.unlink(missing_ok=True)
            raise _Again("上次下载的部分已不能接续，从头下载") from error
        if error.code in REDIRECTS:
            raise DownloadFailed(
                "下载地址反复跳转，没有得到文件，请核对 sources.toml 中的 url。") from error
        if error.code in PASSING:
            raise _Again(f"服务器暂时不可用（HTTP {error.code}）") from error
        raise DownloadFailed(f"服务器没有给出文件（HTTP {error.code}），"
                             "请核对 sources.toml 中的 url。") from error
    except (OSError, http.client.HTTPException) as error:
        raise _Again(f"连接中断或者没有网络（{type(error).__name__}）") from error


def _take(answer: Any, part: Path, mark: Path, held: int, *, limit: int,
          progress: Callable[[str], None], ends: float) -> None:
    resumed = answer.status == 206 and held > 0
    size = held if resumed else 0
    length = answer.headers.get("Content-Length", "")
    total = size + int(length) if length.isdigit() else None
    if total is not None and total > limit:
        raise DownloadFailed(_too_large(limit))
    if resumed:
        progress(f"从 {size // MIB} MB 处接着下载")
    tag = answer.headers.get("ETag", "")
    mark.unlink(missing_ok=True)
    if tag and not tag.startswith("W/") and tag.isascii():
        mark.write_text(tag, encoding="ascii")
    told = size
    with part.open("ab" if resumed else "wb") as out:
        while piece := answer.read(CHUNK):
            size += len(piece)
            if size > limit:
                out.close()
                part.unlink(missing_ok=True)
                raise DownloadFailed(_too_large(limit))
            out.write(piece)
            if size - told >= 5 * MIB:
                told = size
                progress(f"已下载 {size // MIB} MB" + (f" / {total // MIB} MB" if total else ""))
            if time.monotonic() > ends:
                raise DownloadFailed("下载太慢，已停止。请换一个网络再试；已下载的部分会接着下载。")
    if total is not None and size < total:
        raise _Again(f"下载中断（{size} / {total} 字节）")


def _too_large(limit: int) -> str:
    return f"文件超过 {limit // MIB} MB 的上限，没有下载。请核对 sources.toml 中的 url。"
