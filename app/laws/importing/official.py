"""Recognise what an official file says of itself: title, days, organ, 文号, articles.

Everything recognised is a proposal that the person who imports the file can correct.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from app.laws.importing import clean, dates, document_numbers, official_file, titles
from app.laws.importing.cut import articles_of
from app.laws.importing.texts import ArticleText, Change, LawText

SOURCE = "官方文件"
_N = "〇零一二三四五六七八九十百千"
_ARTICLE = re.compile(rf"^[第笫]\s*([{_N}]{{1,9}}|\d{{1,4}})\s*条(?:[\s　:：]|$|之)")
_STRUCTURE = re.compile(
    rf"^第\s*[{_N}]{{1,6}}\s*(?:分编|编|章|节)(?=\s|[^的规至和、])[^。；，：]{{0,40}}$")
_TOC = re.compile(r"^目\s*[录次]$")
_TAIL = re.compile(r"^(?:责任编辑|打印|分享|相关(?:链接|阅读|稿件|文章)|上一篇|下一篇|扫一扫|主办"
                   r"|版权所有|网站标识码|.{0,4}ICP备|字号|关闭窗口|【关闭|【打印)")
_LOOSE_FORM = re.compile(r"(?:令|公告|函|名单|报告|声明|政策)$")
_BODY_LINE = re.compile(r"^[\u4e00-\u9fff、 ]{2,60}"
                        r"(?:法院|检察院|国务院|部|局|署|委员会|政府|办公厅|银行|大会)$")
_NO_TITLE = re.compile(r"[。；！？]|^(?:附件|首页|当前位置|发布|来源|索引号|文号|名称|标题|公开)")
_CONGRESS = re.compile(r"日\s*([\u4e00-\u9fff]{0,12}?)(?:第[一二三四五六七八九十]+届)?"
                       r"((?:全国)?人民代表大会(?:常务委员会)?)")
PROVINCES = (
    "北京", "天津", "河北", "山西", "内蒙古", "辽宁", "吉林", "黑龙江", "上海", "江苏", "浙江",
    "安徽", "福建", "江西", "山东", "河南", "湖北", "湖南", "广东", "广西", "海南", "重庆", "四川",
    "贵州", "云南", "西藏", "陕西", "甘肃", "青海", "宁夏", "新疆")



@dataclass(slots=True)
class Recognised:
    """What a file says; ``articles`` as the cutter gives them, ``defects`` gaps in their count."""

    name: str
    digest: str
    title: str
    rank: str
    articles: list[ArticleText]
    history: list[Change] = field(default_factory=list)
    issuing_body: str | None = None
    region: str | None = None
    adopted: date | None = None
    effective: date | None = None
    document_number: str | None = None
    defects: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def count(self) -> int:
        return sum(article.number is not None for article in self.articles)


def recognise(path: Path, name: str) -> Recognised:
    """Read and recognise one file.

    :raises archive.SourceRefused: it cannot be read, or holds no text.
    """
    found = official_file.read(path, name)
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    head, body = split(found.lines)
    heading, note = _heading(head)
    title = _title(heading, bool(note)) or _page_title(found.title) \
        or _first(head, found.title) or Path(name).stem
    title = clean.heading(title)[:300]
    changes, effective = dates.history(note or _dated(head))
    articles, defects = articles_of(_marked(body), amendment=bool(titles.AMENDMENT.search(title)))
    stated, _ = dates.stated_effective(articles)
    adopted = _adopted(changes)
    numbers = document_numbers.of_heading(head, changes, adopted)
    organ = _organ(title, head, changes, numbers)
    rank, region = placed(title, organ, numbers)
    return Recognised(
        name=name, digest=digest, title=title, rank=rank, region=region, articles=articles,
        history=changes if note else [], issuing_body=organ, adopted=adopted,
        effective=effective or (stated if stated and (not adopted or stated >= adopted) else None),
        document_number=numbers, defects=defects, notes=found.notes)


def text_of(found: Recognised, *, original: str | None) -> LawText:
    """The text to store. Its hash covers what a person corrected, so that a correction counts."""
    said = (found.title, found.rank, found.issuing_body, found.region, found.adopted,
            found.effective, found.document_number)
    digest = hashlib.sha256(repr((clean.CLEANER, found.digest, said)).encode()).hexdigest()
    return LawText(
        title=found.title, rank=found.rank, path=found.name, raw_hash=digest,
        articles=found.articles, adopted=found.adopted, issuing_body=found.issuing_body,
        region=found.region, history=found.history, effective_given=found.effective,
        defects=found.defects, document_number=found.document_number, original=original)


def split(lines: Sequence[str]) -> tuple[list[str], list[str]]:
    """What stands before the text proper, and that text without its table of contents."""
    kept = _without_contents(list(lines))
    for place, line in enumerate(kept):
        if place and _TAIL.match(line) and any(_ARTICLE.match(before) for before in kept[:place]):
            kept = kept[:place]
            break
    for place, line in enumerate(kept):
        if _ARTICLE.match(line) or _STRUCTURE.match(line) or re.match(r"^序\s*言$", line):
            return kept[:place], kept[place:]
    for place, line in enumerate(kept[:60]):  # no articles: after the heading's bracket
        if line.endswith(("）", ")")) and re.search(r"\d{4}年.*(?:通过|公布|发布|批准|施行)", line):
            return kept[:place + 1], kept[place + 1:]
    titled = next((place for place, line in enumerate(kept[:30]) if _may_be_title(line)), 0)
    return kept[:titled + 1], kept[titled + 1:]


def _without_contents(lines: list[str]) -> list[str]:
    """Drop 目录: from its word to where its first entry stands a second time."""
    start = next((n for n, line in enumerate(lines) if _TOC.match(line)), None)
    if start is None or start + 1 >= len(lines):
        return lines
    first = _entry(lines[start + 1])
    again = next((n for n in range(start + 2, len(lines)) if _entry(lines[n]) == first), None)
    if again is None:
        return lines[:start] + lines[start + 1:]
    return lines[:start] + lines[again:]


def _entry(line: str) -> str:
    """An entry of a table of contents without blanks, leaders and page number."""
    return re.sub(r"[\s.·…．]+(?:[（(]?\d{1,4}[)）]?)?$|\s", "", line)


def _marked(body: Sequence[str]) -> list[str]:
    return [f"## {line}" if _STRUCTURE.match(line) or re.match(r"^序\s*言$|^附\s*则$", line)
            else line for line in body]


def _heading(head: Sequence[str]) -> tuple[list[str], list[str]]:
    """The lines up to the bracket of days (题注), and the lines of that bracket."""
    for start, line in enumerate(head):
        if re.match(r"^[（(](?:\d{4}|[一二]\S{3})\s*年", line):
            note = []
            for part in head[start:start + 40]:
                note.append(part)
                if part.endswith(("）", ")")):
                    break
            return list(head[:start]), note
    return list(head), []


def _dated(head: Sequence[str]) -> list[str]:
    return [line for line in head if re.search(r"通过|公布|发布|批准|印发|修正|修订", line)
            or re.fullmatch(r"[\s（(]*\S{4}年\S{1,3}月\S{1,3}日[\s)）]*", line)]


def _may_be_title(line: str) -> bool:
    plain = clean.heading(line)
    return (3 < len(plain) <= 150 and titles.is_legal_form(plain)
            and not _NO_TITLE.search(plain) and not _LOOSE_FORM.search(plain))


def _title(head: Sequence[str], noted: bool) -> str | None:
    """The last line of the heading that is shaped like a title, with its broken lines joined."""
    places = [n for n, line in enumerate(head) if _may_be_title(line)]
    if not places and noted and head:
        places = [len(head) - 1]
    if not places:
        return None
    place = places[-1]
    title = clean.heading(head[place])
    bodies: list[str] = []
    while place and _BODY_LINE.match(head[place - 1]) and title.startswith("关于"):
        place -= 1
        bodies.insert(0, clean.heading(head[place]))
    if bodies:
        return "、".join(bodies) + title
    if place and clean.heading(head[place - 1]) == "中华人民共和国":
        return "中华人民共和国" + title
    return title


def _page_title(title: str | None) -> str | None:
    parts = re.split(r"[_|—\-–>]+", title or "")
    return next((part.strip() for part in parts if _may_be_title(part)), None)


def _first(head: Sequence[str], page_title: str | None) -> str | None:
    """The first line of a text, where it is short; a page begins with its navigation instead."""
    line = head[0] if head and page_title is None else ""
    return line if 0 < len(line) <= 60 and not _NO_TITLE.search(line) else None


def _adopted(changes: Sequence[Change]) -> date | None:
    """The day of the last act: its 通过 where 批准 or 公布 follows within weeks."""
    if not changes:
        return None
    last, words = changes[-1]
    if not dates.CHANGED.search(words):
        for day, said in reversed(changes[:-1]):
            if last - day <= document_numbers.NEAR and "通过" in said:
                return day
    return last


def _organ(title: str, head: Sequence[str], changes: Sequence[Change], number: str | None
           ) -> str | None:
    before = title.partition("关于")[0]
    if before != title and titles.bare_key(title) and before:
        return before[:200]
    if number and (order := re.match(r"(.+?)(?:令|公告)第", number)):
        organ = order[1]
        return organ if organ not in {"主席", "国家主席"} else _congress(changes)
    for line in head:
        if _BODY_LINE.match(line):
            return clean.heading(line)[:200]
    return _congress(changes)


def _congress(changes: Sequence[Change]) -> str | None:
    words = changes[-1][1] if changes else ""
    found = _CONGRESS.search(words)
    return (found[1] + found[2]) if found else None


def placed(title: str, organ: str | None, number: str | None) -> tuple[str, str | None]:
    """A guess at rank and region, from the organ and the form of the title."""
    organ = organ or ""
    region = next((p for p in PROVINCES if title.startswith(p) or organ.startswith(p)), None)
    if titles.AMENDMENT.search(title) and "宪法" in title:
        return "宪法", None
    if "法院" in organ or "检察院" in organ:
        return "司法解释", None
    if "全国人民代表大会" in organ:
        return ("宪法" if title.endswith("宪法") else "法律"), None
    if "人民代表大会" in organ:
        return "地方性法规", region
    if organ == "国务院" and "令" in (number or ""):
        return "行政法规", None
    ordered = "令" in (number or "")
    if ordered and not region and re.search(r"(?:部|总局|委员会|署|局|银行)$", organ):
        return "部门规章", None
    if ordered and "政府" in organ:
        return "地方政府规章", region
    if not organ and title.startswith("中华人民共和国") and title.endswith("法"):
        return "法律", None
    return "规范性文件", region
