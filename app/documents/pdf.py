"""A PDF of a document, by LibreOffice where it is found; else a message saying what to install.

LibreOffice snaps each character into a whole number of grid cells, and a 16-point character is
wider than a cell of 156/28 mm, so it would set 14 characters a line where Word sets 28. The copy
given to it therefore has the same pitch as character spacing; the document itself stays as Word
needs it.
"""

from __future__ import annotations

import contextlib
import functools
import io
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import zipfile
from pathlib import Path

SECONDS = 60
# First choice first; the last ones are what a Linux server usually has.
FONTS = {
    "仿宋_GB2312": ("仿宋_GB2312", "FangSong_GB2312", "仿宋", "FangSong", "STFangsong",
                  "Noto Serif CJK SC", "Source Han Serif SC", "AR PL UMing CN"),
    "方正小标宋简体": ("方正小标宋简体", "FZXiaoBiaoSong-B05S", "华文中宋", "STZhongsong",
                "Noto Serif CJK SC", "Source Han Serif SC", "AR PL UMing CN"),
    "黑体": ("黑体", "SimHei", "Noto Sans CJK SC", "Source Han Sans SC", "WenQuanYi Zen Hei"),
    "宋体": ("宋体", "SimSun", "Noto Serif CJK SC", "Source Han Serif SC", "AR PL UMing CN"),
}
INSTALL = ("请安装 LibreOffice（Debian、Ubuntu：apt install libreoffice-writer；"
           "Windows、macOS：从 libreoffice.org 下载安装）")
INSTALL_FONT = "请安装中文字体（Debian、Ubuntu：apt install fonts-noto-cjk）"
_PLACES = ("/usr/lib/libreoffice/program/soffice", "/opt/libreoffice/program/soffice",
           "/Applications/LibreOffice.app/Contents/MacOS/soffice",
           r"C:\Program Files\LibreOffice\program\soffice.exe")
_one_at_a_time = threading.Lock()  # one profile per process, and a profile takes one caller


class NoPdf(Exception):
    """No PDF could be made; the message says in Chinese why and what to do."""


def available() -> str | None:
    """None when PDFs can be made; otherwise what is missing, in Chinese."""
    if _converter() is None:
        return (f"没有找到转换程序，不能生成 PDF。{INSTALL}，然后重新启动本系统；"
                "也可以下载 Word 文档后自行转换。")
    families = _families()
    if families is not None and not any(name in families for name in FONTS["仿宋_GB2312"]):
        return f"没有找到中文字体，生成的 PDF 会缺字。{INSTALL_FONT}，然后重新启动本系统。"
    return None


def to_pdf(docx: bytes) -> bytes:
    """Convert a document; raises ``NoPdf``. Takes a few seconds, at most a minute."""
    if why := available():
        raise NoPdf(why)
    converter = _converter()
    assert converter is not None
    with _one_at_a_time, tempfile.TemporaryDirectory(prefix="zhengheng-pdf-") as folder:
        source = Path(folder, "document.docx")
        source.write_bytes(for_libreoffice(docx))
        command = [converter, f"-env:UserInstallation={_profile().as_uri()}", "--headless",
                   "--norestore", "--convert-to", "pdf", "--outdir", folder, str(source)]
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                 stderr=subprocess.DEVNULL, start_new_session=True, cwd=folder)
        try:
            child.wait(timeout=SECONDS)
        except subprocess.TimeoutExpired:
            raise NoPdf("生成 PDF 超时，请稍后再试，或者下载 Word 文档后自行转换。") from None
        finally:
            if sys.platform != "win32":
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(child.pid, signal.SIGKILL)  # and what it started
            child.wait()
        result = Path(folder, "document.pdf")
        if not result.is_file():
            raise NoPdf("生成 PDF 失败，请下载 Word 文档后自行转换，"
                        "并告知系统管理员检查 LibreOffice。")
        return result.read_bytes()


def for_libreoffice(docx: bytes) -> bytes:
    """The same document with the grid as spacing and with fonts that this machine has."""
    families = _families()
    swaps = {name: next((each for each in choices if each in families), name)
             for name, choices in FONTS.items()} if families is not None else {}
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(docx)) as source, \
            zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for part in source.infolist():
            content = source.read(part)
            if part.filename.startswith("word/") and part.filename.endswith(".xml"):
                text = content.decode("utf-8")
                text = re.sub(r"<w:docGrid\b[^>]*/>", "", text)
                for name, other in swaps.items():
                    text = text.replace(f'="{name}"', f'="{other}"')
                if part.filename == "word/styles.xml":
                    text = _spaced(text, heavy=swaps.get("方正小标宋简体", "").startswith(
                        ("Noto", "Source")))
                content = text.encode("utf-8")
            target.writestr(part.filename, content)
    return out.getvalue()


def _spaced(styles: str, *, heavy: bool) -> str:
    # -5 twentieths of a point: 28 characters of 15.75 pt are 155.6 mm.
    styles = re.sub(r'(<w:rPrDefault>.*?)(<w:sz )', r'\1<w:spacing w:val="-5"/>\2', styles,
                    count=1, flags=re.DOTALL)
    if heavy:  # 小标宋 is a heavy face; the regular serif beside it would look like body text
        styles = re.sub(r'(<w:style [^>]*w:styleId="Title1".*?<w:rPr>.*?)(<w:sz )', r"\1<w:b/>\2",
                        styles, count=1, flags=re.DOTALL)
    return styles


@functools.cache
def _converter() -> str | None:
    found = shutil.which("soffice") or shutil.which("libreoffice")
    return found or next((place for place in _PLACES if Path(place).is_file()), None)


@functools.cache
def _families() -> frozenset[str] | None:
    """Names of the installed font families; None where that cannot be asked (not Linux)."""
    program = shutil.which("fc-list")
    if program is None:
        return None
    try:
        said = subprocess.run([program, ":", "family"], capture_output=True, text=True, timeout=20,
                              check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    return frozenset(name.strip() for line in said.splitlines() for name in line.split(","))


@functools.cache
def _profile() -> Path:
    folder = tempfile.TemporaryDirectory(prefix="zhengheng-office-")
    _kept.append(folder)  # removed when the process ends
    return Path(folder.name)


_kept: list[tempfile.TemporaryDirectory[str]] = []
