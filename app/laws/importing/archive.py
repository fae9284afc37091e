"""Open a folder or a zip of files without trusting either."""

from __future__ import annotations

import os
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

MAX_ENTRIES = 20_000
MAX_FILE = 20 * 1024 * 1024
MAX_TOTAL = 600 * 1024 * 1024
MAX_RATIO = 100
MIB = 1024 * 1024
MAX_DIRECTORY = 8 * MIB  # of a zip: the list of its entries is read into memory as a whole
# What reading an entry of a damaged or hostile zip may raise.
UNREADABLE = (zipfile.BadZipFile, zlib.error, OSError, RuntimeError, NotImplementedError, EOFError,
              ValueError)


class SourceRefused(Exception):
    """The whole source cannot be read; the message is Chinese and says why."""


def files_of(source: Path, suffix: str, ignored: list[str] | None = None
             ) -> Iterator[tuple[str, bytes | str]]:
    """Yield (relative name, content) of every ``suffix`` file, in the order of names.

    Where one file is refused its content is a ``str``: the Chinese reason. Names of files with
    other endings are appended to ``ignored``.

    :raises SourceRefused: not a folder or a zip, or the archive as a whole is unreasonable.
    """
    others = ignored if ignored is not None else []
    if source.is_dir():
        yield from _of_folder(source, suffix, others)
    elif source.is_file():
        yield from _of_zip(source, suffix, others)
    else:
        raise SourceRefused(f"找不到来源：{shown(source.name)}")


def shown(name: str) -> str:
    """A name for reports and the database: what cannot be printed or stored becomes U+FFFD."""
    return "".join("\ufffd" if unicodedata.category(char) in {"Cc", "Cs", "Cn"} else char
                   for char in name)


def _of_folder(folder: Path, suffix: str, ignored: list[str]
               ) -> Iterator[tuple[str, bytes | str]]:
    found = []
    for root, _, names in os.walk(folder, followlinks=False):
        for name in names:
            path = Path(root) / name
            if name.lower().endswith(suffix):
                found.append(path)
            else:
                ignored.append(shown(path.relative_to(folder).as_posix()))
    if len(found) > MAX_ENTRIES:
        raise SourceRefused(f"文件太多：{len(found)} 个，上限 {MAX_ENTRIES} 个")
    for path in sorted(found):
        name = shown(path.relative_to(folder).as_posix())
        if path.is_symlink() or not path.is_file():
            yield name, "不是普通文件（链接不跟随）"
        elif path.stat().st_size > MAX_FILE:
            yield name, f"文件过大，上限 {MAX_FILE // MIB} MB"
        else:
            yield name, path.read_bytes()


def open_zip(path: Path) -> zipfile.ZipFile:
    """Open a zip whose list of entries is of a reasonable size.

    :raises SourceRefused: not a zip, cut off, or an unreasonable number of entries.
    """
    try:
        if _directory_size(path) > MAX_DIRECTORY:
            raise SourceRefused(f"压缩包内文件太多，上限 {MAX_ENTRIES} 个")
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, struct.error, NotImplementedError) as error:
        raise SourceRefused(f"不是可读的压缩包（可能没有下载完整）：{shown(path.name)}") from error
    count = len(archive.infolist())
    if count > MAX_ENTRIES:
        archive.close()
        raise SourceRefused(f"压缩包内文件太多：{count} 个，上限 {MAX_ENTRIES} 个")
    return archive


def _directory_size(path: Path) -> int:
    """Bytes of the zip's central directory as its end record says; the format's own layout."""
    with path.open("rb") as stream:
        size = stream.seek(0, os.SEEK_END)
        stream.seek(max(0, size - 66_000))
        tail = stream.read()
    large = tail.rfind(b"PK\x06\x06")
    if large >= 0:
        return int(struct.unpack_from("<Q", tail, large + 40)[0])
    end = tail.rfind(b"PK\x05\x06")
    return int(struct.unpack_from("<L", tail, end + 12)[0]) if end >= 0 else 0


def _of_zip(path: Path, suffix: str, ignored: list[str]) -> Iterator[tuple[str, bytes | str]]:
    with open_zip(path) as archive:
        entries = archive.infolist()
        if sum(entry.file_size for entry in entries) > MAX_TOTAL:
            raise SourceRefused(f"压缩包解开后过大，上限 {MAX_TOTAL // MIB} MB")
        # An empty name is no folder's and may be an entry's (ZipInfo.is_dir fails on it).
        named = sorted(((entry_name(entry), entry) for entry in entries
                        if not entry.filename.endswith("/")), key=lambda pair: pair[0])
        read, seen = 0, set()
        for name, entry in named:
            if not name.lower().endswith(suffix):
                ignored.append(shown(name))
                continue
            refusal = refused(name, entry)
            if name in seen:
                refusal = refusal or "压缩包内有同名文件，只读取了第一个"
            seen.add(name)
            if refusal:
                yield shown(name), refusal
                continue
            try:
                with archive.open(entry) as stream:
                    data = stream.read(MAX_FILE + 1)
            except UNREADABLE as error:
                yield shown(name), f"解压失败：{type(error).__name__}"
                continue
            read += len(data)
            if read > MAX_TOTAL:
                raise SourceRefused(f"压缩包解开后过大，上限 {MAX_TOTAL // MIB} MB")
            if len(data) > MAX_FILE:
                yield shown(name), f"文件过大，上限 {MAX_FILE // MIB} MB"
            else:
                yield shown(name), data


def entry_name(entry: zipfile.ZipInfo) -> str:
    """The name as it was meant: UTF-8 (also without the flag), else GB18030, else as it came."""
    if entry.flag_bits & 0x800:
        return entry.filename
    try:
        raw = entry.filename.encode("cp437")
    except UnicodeEncodeError:
        return entry.filename
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return entry.filename


def refused(name: str, entry: zipfile.ZipInfo) -> str | None:
    """The Chinese reason why an entry is not opened, or None."""
    parts = PurePosixPath(name.replace("\\", "/")).parts
    if name.startswith(("/", "\\")) or ".." in parts or (parts and ":" in parts[0]) \
            or "\x00" in name:
        return "文件名越出压缩包，已拒绝"
    if stat.S_ISLNK(entry.external_attr >> 16):
        return "压缩包内的链接不读取"
    if entry.file_size > MAX_FILE:
        return f"文件过大，上限 {MAX_FILE // MIB} MB"
    if entry.file_size > MIB and entry.file_size > MAX_RATIO * max(entry.compress_size, 1):
        return "压缩比异常，疑为压缩炸弹，已拒绝"
    if entry.flag_bits & 0x1:
        return "文件已加密"
    return None
