"""Invented laws in the two formats, made by the tests: no real text of a law is kept here."""

from __future__ import annotations

import sqlite3
import zipfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from app.extensions import db
from app.laws.importing import markdown, store, wheel
from app.laws.models import ImportRun

AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def md(title: str, body: str, *, info: str = "2019年3月1日 测试大会通过") -> str:
    return f"# {title}\n\n{info}\n\n<!-- INFO END -->\n\n{body}\n"


# 试验法: first version, and a revision that changes 第二条 and adds 第三条之一.
TRIAL_2019 = md("中华人民共和国试验法", """## 第一章 总 则

第一条 为了试验法规库，制定本法。

第二条 申请人应当在十日内提出书面说明。

有下列情形之一的，期限中止：

(一)不可抗力；

(二)申请人死亡。

## 第二章 附则

第三条 本法自2019年6月1日起施行。""")
TRIAL_2024 = md("中华人民共和国试验法", """## 第一章 总则

第一条 为了试验法规库，制定本法。

第二条 申请人应当在十五日内提出书面说明。

第三条 听证由试验机关组织。

第三条之一 听证笔录由当事人签名。

## 第二章 附则

第四条 本法自2024年7月1日起施行。""", info="""2019年3月1日 测试大会通过

2024年1月5日 测试大会第二次会议修订""")
# 样例条例: a text that says it was amended in 2021; the version before is not held.
SAMPLE = md("样例条例", """第一条 样例机关负责供水许可。

第二条 本条例自2015年1月1日起施行。""", info="""2014年10月1日 公布

2018年5月1日 第一次修订

2021年8月1日 第二次修订""")
LOCAL = md("某省供水办法", """第一条 某省供水许可由市政部门办理。

第二条 本办法自2020年1月1日起施行。""", info="2019年12月1日 通过")
NOTICE = md("关于样例问题的批复", "某机关：\n\n样例问题按样例条例办理。", info="2022年2月2日 公布")
PARTS = {
    "民法典/甲编.md": md("中华人民共和国合编法", "第一条 甲编的规定。\n\n第二条 其他规定。",
                    info="# 甲编\n\n2020年5月1日 通过"),
    "民法典/乙编.md": md("中华人民共和国合编法",
                    "第三条 乙编的规定。\n\n第四条 本法自2021年1月1日起施行。",
                    info="# 乙编\n\n2020年5月1日 通过"),
}

FILES: dict[str, str] = {
    "README.md": "# 说明\n",
    "行政法/_index.md": "---\n---\n",
    "行政法/试验法(2019-03-01).md": TRIAL_2019,
    "行政法/试验法(2024-01-05).md": TRIAL_2024,
    "行政法规/样例条例(2021-08-01).md": SAMPLE,
    "司法解释/关于样例问题的批复(2022-02-02).md": NOTICE,
    "DLC/某省地方法规/地方性法规/某省/某省供水办法(2019-12-01).md": LOCAL,
    **PARTS,
}


def folder(place: Path, files: Mapping[str, str] = FILES) -> Path:
    for name, text in files.items():
        path = place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return place


class _Unflagged(zipfile.ZipInfo):
    """An entry whose name is written as UTF-8 without the flag that says so."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:
        return self.filename.encode("utf-8"), self.flag_bits & ~0x800


def unflagged_zip(place: Path, files: Mapping[str, str | bytes] = FILES) -> Path:
    """A zip as the public collection's export is: UTF-8 names without the flag."""
    path = place / "texts.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            entry = _Unflagged(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, text)
    return path


def zipped(files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", method) as made:
        for name, data in files.items():
            made.writestr(name, data)
    return out.getvalue()


Row = tuple[str | None, str | None, str, str]


def made_wheel(place: Path, laws: Sequence[tuple[str, str, str, Sequence[Row]]]) -> Path:
    """A wheel like the pinned one: (title, day, status, rows of chapter, section, no, text)."""
    base = place / "laws.db"
    base.unlink(missing_ok=True)
    connection = sqlite3.connect(base)
    connection.executescript("""
        CREATE TABLE laws (law_id TEXT PRIMARY KEY, law_name TEXT, doc_type TEXT, level TEXT,
            issuing_body TEXT, publish_date TEXT, effective_date TEXT, version_date TEXT,
            status TEXT, law_department TEXT);
        CREATE TABLE articles (id INTEGER PRIMARY KEY, law_id TEXT, law_name TEXT, level TEXT,
            status TEXT, chapter TEXT, section TEXT, article_no TEXT, article_no_arabic INTEGER,
            article_text TEXT, char_count INTEGER);""")
    for number, (title, day, status, rows) in enumerate(laws):
        connection.execute("INSERT INTO laws VALUES (?,?,'法律','法律','测试大会',?,?,?,?,'')",
                           (f"id{number}", title, day, "1990-01-01", day, status))
        connection.executemany(
            "INSERT INTO articles (law_id, chapter, section, article_no, article_text)"
            " VALUES (?,?,?,?,?)", [(f"id{number}", *row) for row in rows])
    connection.commit()
    connection.close()
    path = place / "made-0.1-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(base, wheel.MEMBER)
    return path


def load(place: Path, files: Mapping[str, str] = FILES, *, scope: str = "all") -> ImportRun:
    """Import the invented Markdown texts and commit."""
    run = store.save(markdown.read(folder(place, files), scope=scope), at=AT)
    db.session.commit()
    return run
