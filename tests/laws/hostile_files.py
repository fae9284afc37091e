"""Files that an outsider might hand to `law import`: sound ones damaged by chance, and monsters.

Everything comes from a seed, so that a file which once broke something can be made again.
"""

from __future__ import annotations

import random
import sqlite3
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from app.laws.importing import wheel
from tests.laws import official_files as made
from tests.laws import texts

Damage = Callable[[bytes, random.Random], bytes]
CHARACTERS = ("第一二百千零条款项章节编之《》〈〉（）()<>&;\x00\ud7ff\u202e\ufeff０９壹"
              "年月日号令\t　\n")


@dataclass(frozen=True, slots=True)
class Hostile:
    """``name`` is the file's name; ``data`` its bytes; ``why`` what is wrong with it."""

    name: str
    data: bytes
    why: str


def cut(data: bytes, chance: random.Random) -> bytes:
    return data[:chance.randrange(len(data))]


def flipped(data: bytes, chance: random.Random) -> bytes:
    out = bytearray(data)
    for _ in range(chance.choice((1, 8, 200))):
        out[chance.randrange(len(out))] ^= 1 << chance.randrange(8)
    return bytes(out)


def stuffed(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data))
    return data[:at] + chance.randbytes(chance.choice((1, 64, 4096))) + data[at:]


def repeated(data: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(data))
    part = data[start:start + chance.randrange(1, 400)]
    return data[:start] + part * chance.choice((2, 50, 2000)) + data[start:]


def zeroed(data: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(data))
    size = chance.randrange(1, 64)
    return data[:start] + bytes(size) + data[start + size:]


DAMAGES: tuple[Damage, ...] = (cut, flipped, stuffed, repeated, zeroed)


def garbled(text: str, chance: random.Random) -> str:
    """A text with characters put in, taken out and exchanged, mostly those that mean something."""
    letters = list(text)
    for _ in range(chance.choice((3, 30, 300))):
        at = chance.randrange(len(letters))
        letters[at:at + chance.randrange(2)] = chance.choice(CHARACTERS) * chance.choice((1, 1, 40))
    return "".join(letters)


def sound(place: Path) -> dict[str, bytes]:
    """A small sound file of every kind."""
    lines = "\n".join(made.LAW)
    return {
        "甲.docx": made.docx(place, made.LAW).read_bytes(),
        "甲.html": made.html(made.LAW),
        "甲.txt": lines.encode(),
        "甲.pdf": made.pdf(made.LAW),
        "甲.zip": texts.unflagged_zip(place).read_bytes(),
        "甲.whl": texts.made_wheel(place, [
            ("试验法", "2024-01-05", "有效", [("第一章", None, "第一条", "甲。"),
                                           (None, None, "第二条", "乙。")])]).read_bytes()}


def damaged(place: Path, seed: int, count: int) -> Iterator[Hostile]:
    """``count`` files: every kind damaged in every way, and texts garbled in many encodings."""
    chance = random.Random(seed)
    whole = sound(place)
    for number in range(count):
        name, data = list(whole.items())[number % len(whole)]
        damage = DAMAGES[number // len(whole) % len(DAMAGES)]
        if chance.random() < 0.4:
            words = garbled("\n".join(made.LAW), chance)
            encoding = chance.choice(("utf-8", "gb18030", "utf-16", "utf-16-le", "utf-32", "big5"))
            raw = words.encode(encoding, "replace")
            if name == "甲.docx":
                raw = made.docx(place, [w.replace("\x00", "") for w in words.split("\n")]
                                ).read_bytes()
            elif name == "甲.zip":
                raw = texts.zipped({"行政法/试验法(2024-01-05).md": texts.md(
                    "试验法", words).encode(encoding, "replace")})
            elif name in {"甲.pdf", "甲.whl"}:
                raw = damage(data, chance)
            yield Hostile(name, raw, f"{number}: garbled, {encoding}")
        else:
            yield Hostile(name, damage(data, chance), f"{number}: {damage.__name__}")


def stored(files: dict[str, bytes]) -> bytes:
    """A zip that compresses nothing, so that the size of its content and no ratio is judged."""
    return texts.zipped(files, zipfile.ZIP_STORED)


def _docx(body: str) -> bytes:
    return stored({"[Content_Types].xml": b"<Types/>",
                   "word/document.xml": made.wrapped(body).encode()})


def _zip(text: str, name: str = "行政法/险法(2020-01-01).md") -> bytes:
    return stored({name: text.encode()})


def nested(levels: int, data: bytes) -> bytes:
    for level in range(levels):
        data = texts.zipped({f"行政法/{level}.zip": data, f"行政法/{level}.md": data})
    return data


def monsters(place: Path, size: int) -> Iterator[Hostile]:
    """Texts and trees without measure; ``size`` 1 is what a test can afford, 100 is in earnest."""
    many = 10_000 * size
    head = "试验法\n（2024年1月5日试验大会通过）\n"
    huge = "9" * 5000
    yield Hostile("数.txt", f"{head}第{huge}条 甲\n第{'九' * 5000}条 乙\n第一条之{huge} 丙"
                  .encode(), "numbers without end")
    yield Hostile("数.zip", _zip(texts.md(
        "险法", f"第{huge}条 甲\n\n第一条 乙\n\n第{'万' * 999}条 丙",
        info=f"{huge}年{huge}月{huge}日 公布")), "numbers in a zip")
    yield Hostile("年.txt", "试验法\n（9999年99月99日通过，0000年0月0日公布）\n第一条 甲".encode(),
                  "days that do not exist")
    yield Hostile("章.txt", (head + "".join(f"第{n}章 总则\n" for n in range(1, many))
                            + "第一条 甲").encode(), "headings and hardly a text")
    yield Hostile("章.zip", _zip(texts.md("险法", "\n\n".join(
        f"{'#' * (n % 7)} 第{n}章 总则\n\n第{n}条 甲" for n in range(1, many)))),
        "headings in a zip")
    yield Hostile("深.html", ("<div>" * many + "第一条 甲" + "</div>" * many).encode(),
                  "a deep page")
    yield Hostile("深.docx", _docx("<w:tbl><w:tr><w:tc>" * (many // 10) + "<w:p/>"
                                  + "</w:tc></w:tr></w:tbl>" * (many // 10)), "tables in tables")
    yield Hostile("段.docx", _docx("<w:p><w:r><w:t>第一条 甲</w:t></w:r></w:p>" * many),
                  "paragraphs without end")
    yield Hostile("空.docx", _docx("<w:p/>" * many), "empty paragraphs without end")
    yield Hostile("行.txt", ("第一条 " + "甲" * many * 20).encode(), "one line")
    yield Hostile("引.html", ("<p>第一条 甲" + "&amp;" * many + "&#0;&#xD800;&#99999999;").encode(),
                  "references to characters that are none")
    yield Hostile("体.html", b"<!DOCTYPE a [<!ENTITY a \"aaaa\">" + b"<!ENTITY b \"&a;&a;&a;\">" * 9
                  + b"]><p>&b;", "entities")
    yield Hostile("套.zip", nested(12, b"x" * 1000 * size), "zips in zips")
    yield from _wheels(place, size)
    for name in ("../../外.md", "/tmp/外.md", "C:\\外.md", "a/../../外.md", "\x00外.md",
                 "甲\x00.md", "a" * 2000 + ".md", "./" * 500 + "外.md", "\ud800.md", "..md",
                 ".md"):
        yield Hostile("名.zip", _unsafe(name), f"an entry called {name[:30]!r}")


def _wheels(place: Path, size: int) -> Iterator[Hostile]:
    """Databases in which something else stands than words."""
    endless = ("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
               "SELECT i AS id, 'a' AS law_id, '' AS chapter, '' AS section,"
               " '第一条' AS article_no, 'x' AS article_text FROM n")
    for sql, why in (
            ("UPDATE laws SET law_name = NULL", "a law without a name"),
            ("UPDATE laws SET law_name = x'00ff'", "a name of bytes"),
            ("UPDATE laws SET law_id = 7, issuing_body = 1.5", "numbers for words"),
            ("UPDATE articles SET article_text = 'a' || char(0) || 'b'", "NUL in a text"),
            ("UPDATE articles SET article_text = CAST(x'fffe' AS TEXT)", "no UTF-8"),
            ("UPDATE articles SET chapter = 5, article_no = 1", "numbers for headings"),
            (f"UPDATE articles SET article_text = hex(zeroblob({100_000 * size}))", "a long text"),
            ("UPDATE laws SET law_name = hex(zeroblob(5000)), status = hex(zeroblob(99))",
             "longer than the columns"),
            (f"DROP TABLE articles; CREATE VIEW articles AS {endless}", "a query without end"),
            ("DROP TABLE articles", "no articles"),
            ("DELETE FROM articles", "laws without articles")):
        path = texts.made_wheel(place, [("试验法", "2024-01-05", "有效", [
            ("第一章", None, "第一条", "甲。"), (None, None, "第二条", "乙。")])])
        base = place / "laws.db"
        with sqlite3.connect(base) as connection:
            connection.executescript(sql)
        connection.close()
        yield Hostile(path.name, texts.zipped({wheel.MEMBER: base.read_bytes()}), why)


def _unsafe(name: str) -> bytes:
    """A zip whose entry has exactly this name, as no library would write it."""
    raw = name.encode("utf-8", "surrogatepass")
    stand_in = "x" * len(raw)
    return _zip(texts.TRIAL_2024, stand_in).replace(stand_in.encode(), raw)
