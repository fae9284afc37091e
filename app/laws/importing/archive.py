"""Open a folder or a zip of files without trusting either."""

from __future__ import annotations

import os
import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

MAX_ENTRIES = 20_000
MAX_FILE = 20 * 1024 * 1024
MAX_TOTAL = 600 * 1024 * 1024
MAX_RATIO = 100
MIB = 1024 * 1024


class SourceRefused(Exception):
    """The whole source cannot be read; the message is Chinese and says why."""


def files_of(source: Path, suffix: str) -> Iterator[tuple[str, bytes | str]]:
    """Yield (relative name, content) of every ``suffix`` file, in the order of names.

    Where one file is refused its content is a ``str``: the Chinese reason.

    :raises SourceRefused: not a folder or a zip, or the archive as a whole is unreasonable.
    """
    if source.is_dir():
        yield from _of_folder(source, suffix)
    elif source.is_file():
        yield from _of_zip(source, suffix)
    else:
        raise SourceRefused(f"找不到来源：{source.name}")


def _of_folder(folder: Path, suffix: str) -> Iterator[tuple[str, bytes | str]]:
    found = sorted(path for root, _, names in os.walk(folder, followlinks=False)
                   for name in names if name.endswith(suffix)
                   for path in [Path(root) / name])
    if len(found) > MAX_ENTRIES:
        raise SourceRefused(f"文件太多：{len(found)} 个，上限 {MAX_ENTRIES} 个")
    for path in found:
        name = path.relative_to(folder).as_posix()
        if path.is_symlink() or not path.is_file():
            yield name, "不是普通文件（链接不跟随）"
        elif path.stat().st_size > MAX_FILE:
            yield name, f"文件过大，上限 {MAX_FILE // MIB} MB"
        else:
            yield name, path.read_bytes()


def _of_zip(path: Path, suffix: str) -> Iterator[tuple[str, bytes | str]]:
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError) as error:
        raise SourceRefused(f"不是可读的压缩包：{path.name}") from error
    with archive:
        entries = archive.infolist()
        if len(entries) > MAX_ENTRIES:
            raise SourceRefused(f"压缩包内文件太多：{len(entries)} 个，上限 {MAX_ENTRIES} 个")
        if sum(entry.file_size for entry in entries) > MAX_TOTAL:
            raise SourceRefused(f"压缩包解开后过大，上限 {MAX_TOTAL // MIB} MB")
        named = sorted((entry_name(entry), entry) for entry in entries if not entry.is_dir())
        read = 0
        for name, entry in ((n, e) for n, e in named if n.endswith(suffix)):
            refusal = refused(name, entry)
            if refusal:
                yield name, refusal
                continue
            try:
                with archive.open(entry) as stream:
                    data = stream.read(MAX_FILE + 1)
            except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, EOFError,
                    ValueError) as error:
                yield name, f"解压失败：{type(error).__name__}"
                continue
            read += len(data)
            if read > MAX_TOTAL:
                raise SourceRefused(f"压缩包解开后过大，上限 {MAX_TOTAL // MIB} MB")
            if len(data) > MAX_FILE:
                yield name, f"文件过大，上限 {MAX_FILE // MIB} MB"
            else:
                yield name, data


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


def decode(data: bytes) -> str:
    """UTF-8, UTF-16 with a mark, or GB18030; ValueError (Chinese) when it is none of them."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"),
                           (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError:
                raise ValueError("文字编码无法识别") from None
    for encoding in ("utf-8", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            break
        return text
    raise ValueError("文字编码无法识别")
