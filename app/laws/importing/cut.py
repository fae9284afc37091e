"""Cut the lines of a legal text into articles with their 编 / 章 / 节."""

from __future__ import annotations

import re
from collections.abc import Iterable

from app.laws.importing import clean
from app.laws.importing.texts import ArticleText
from app.rules.citations import article_label
from app.rules.numerals import NUMERAL, to_int

_ARTICLE = re.compile(
    rf"^\s*\**[第笫]\s*([{NUMERAL}]{{1,12}})\s*条(?:之([一二三四五六七八九十]{{1,3}}))?\**"
    r"(?:[\s\u3000\xa0:：]+(.*))?$")
_LEVELS = {"编": 1, "分编": 2, "章": 3, "节": 4}
_STRUCTURE = re.compile(r"^第[〇零一二三四五六七八九十百]+(分编|编|章|节)(?: |$)")
_ANNEX = re.compile(r"^附\s*(?:件|表|录|图)?\s*[一二三四五六七八九十\d]{0,3}\s*(?:[：:].*)?$")
_ONES = "一二三四五六七八九十百"
_POINT = re.compile(rf"^#*\s*\**([{_ONES}]{{1,5}})\**\s*[、．.]\s*(?![{_ONES}])(.*)$")
_CLOSING = re.compile(
    r"^本(?:修正案|决定|决议|解释|批复|规定|意见|通知|办法)自.{2,40}(?:施行|实施|生效)。?$")
MAX_LEAP = 30
MAX_REFUSED = 200  # quotations that begin a line: a real text has a handful
MAX_DEFECTS = 200
_GLUED = r"(?<=[。；：\n])\s*第\s*{}\s*条[\s\u3000\xa0]+"


def articles_of(lines: Iterable[str], *, amendment: bool = False
                ) -> tuple[list[ArticleText], list[str]]:
    """Return the articles in order, and the defects found (in Chinese, for the report).

    Lines starting with ``#`` are headings, as in the Markdown layout. A text without any article
    comes back as its blocks 一, 二, … where their numbering is without a gap, else as one block
    labelled 全文. Of an ``amendment`` (刑法修正案) these blocks are what courts cite as its 条,
    so they become articles.
    """
    cutter = _Cutter()
    for line in lines:
        cutter.take(line)
    return cutter.finish(amendment)


def whole(lines: Iterable[str]) -> list[ArticleText]:
    """The text as one block: of what is no law, such as a court case that quotes articles."""
    cleaned = [clean.line(line.strip().lstrip("#*")) for line in lines]
    text = "\n".join(line for line in cleaned if line)
    return [ArticleText(None, 0, "全文", "", text)] if text else []


def _points(lines: list[str], amendment: bool) -> list[ArticleText]:
    """The blocks 一、二、三、 of a text without articles; none where the count is not clean."""
    blocks: list[tuple[int, str, list[str]]] = [(0, "序言", [])]
    expected, annex = 1, False
    for line in lines:
        stripped = line.strip()
        found = _POINT.match(stripped) if not annex else None
        number = _value(found[1]) if found else None
        if found and number:
            if number != expected:
                return []
            expected += 1
            blocks.append((number, found[1], [found[2]]))
        elif expected > 1 and _ANNEX.match(plain := clean.heading(stripped)):
            blocks.append((0, plain.rstrip("：:")[:200], []))
            annex = True
        elif expected > 1 and _CLOSING.match(stripped):
            blocks.append((0, "结尾", [stripped]))
        else:
            blocks[-1][2].append(stripped.lstrip("#").strip())
    if expected < 3:
        return []
    out = []
    for number, label, inner in blocks:
        text = "\n".join(part for part in map(clean.line, inner) if part)
        if text and number and amendment:
            out.append(ArticleText(number, 0, article_label(number), "", text))
        elif text:
            out.append(ArticleText(None, 0, label, "", text))
    return out


def _value(numeral: str) -> int | None:
    try:
        return to_int(numeral)
    except ValueError:
        return None


def _numbers(found: re.Match[str]) -> tuple[int, int] | None:
    try:
        return to_int(found[1]), to_int(found[2]) if found[2] else 0
    except ValueError:
        return None


class _Cutter:
    def __init__(self) -> None:
        self.blocks: list[tuple[int | None, int, str, str, list[str]]] = []
        self.path: list[tuple[int, int, str]] = []  # level, depth of '#', heading
        self.annex = False
        self.last = (0, 0)
        self.defects: list[str] = []
        self.lines: list[str] = []  # for a text that turns out to have no articles
        self.refused = 0

    def take(self, line: str) -> None:
        stripped = line.strip()
        if self.last == (0, 0) and stripped:
            self.lines.append(line)
        if stripped.startswith("#"):
            self._heading(stripped)
            return
        found = _ARTICLE.match(line) if not self.annex else None
        place = _numbers(found) if found else None
        if found and place:
            number, suffix = place
            if (number, suffix) > self.last and self._close_gap(number + bool(suffix)):
                self._open(number, suffix, article_label(number, suffix))
                self.last = (number, suffix)
                self._add(found[3] or "")
                return
            if number == 1 and self.last[0] > 1:
                self._open_annex("附件")
            else:
                self._defect(f"{article_label(number, suffix)}条号不接续，并入前条")
        elif not self.annex and self.last != (0, 0) and _ANNEX.match(stripped):
            self._open_annex(clean.heading(stripped.rstrip("：:")))
            return
        self._add(line)

    def _heading(self, line: str) -> None:
        depth = len(line) - len(line.lstrip("#"))
        title = clean.heading(line[depth:])
        if not title:
            return
        if self.last != (0, 0) and _ANNEX.match(title):
            self._open_annex(title)
            return
        if self.annex:
            self._add(title)
            return
        kind = _STRUCTURE.match(title)
        if kind:
            level = _LEVELS[kind[1]]
        else:
            same = [entry[0] for entry in self.path if entry[1] == depth]
            level = same[-1] if same else 3
        self.path = [entry for entry in self.path if entry[0] < level]
        self.path.append((level, depth, title))
        if self.last == (0, 0) and not kind:
            self._open(None, 0, title[:200])

    def _close_gap(self, number: int) -> bool:
        """Cut articles before ``number`` that run together in the paragraph before it.

        For 第三条之一 ``number`` is 4, since 第三条 must be there. What stays missing is a defect
        of the source. A leap too far is no article but a quotation that begins a line: False.
        """
        if self.last == (0, 0):
            return True
        if self.refused > MAX_REFUSED:
            return False
        absent = []
        while self.last[0] + 1 < number:
            missing = self.last[0] + 1
            text = "\n".join(self.blocks[-1][4])
            found = re.search(_GLUED.format(article_label(missing)[1:-1]), text)
            if not found:
                absent = list(range(missing, number))
                break
            self.blocks[-1][4][:] = text[:found.start()].split("\n")
            self._open(missing, 0, article_label(missing))
            self.blocks[-1][4].extend(text[found.end():].split("\n"))
            self.last = (missing, 0)
        if len(absent) > MAX_LEAP:
            self.refused += 1
            return False
        for missed in absent:
            self._defect(f"缺{article_label(missed)}")
        return True

    def _open(self, number: int | None, suffix: int, label: str) -> None:
        path = " / ".join(entry[2] for entry in self.path) if not self.annex else ""
        self.blocks.append((number, suffix, label, path[:500], []))

    def _open_annex(self, label: str) -> None:
        self.annex = True
        self._open(None, 0, label[:200])

    def _add(self, line: str) -> None:
        if not line.strip():
            return
        if not self.blocks:
            self._open(None, 0, "序言")
        self.blocks[-1][4].append(line)

    def _defect(self, words: str) -> None:
        if len(self.defects) < MAX_DEFECTS:
            self.defects.append(words)

    def finish(self, amendment: bool = False) -> tuple[list[ArticleText], list[str]]:
        out = []
        for number, suffix, label, path, lines in self.blocks:
            cleaned = [clean.line(line) for line in lines]
            text = "\n".join(line for line in cleaned if line)
            if text:
                out.append(ArticleText(number, suffix, label, path, text))
            elif number is not None:
                self._defect(f"{label}没有文字")
        if out and all(article.number is None for article in out):
            points = _points(self.lines, amendment)
            if points:
                return points, self.defects
            body = "\n".join(
                (f"{article.label}\n" if article.label != "序言" else "") + article.text
                for article in out)
            out = [ArticleText(None, 0, "全文", "", body)]
        return out, self.defects
