"""Two versions of a law side by side: which article became which, and what changed by 款. Pure.

Articles are paired by their words first and by their number second, so that 第三十一条 that became
第三十三条 is shown as changed words and not as one article lost and another won. Deterministic.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from app.laws import parts, wording
from app.laws.importing.clean import fold

THRESHOLD = 0.36  # of likeness (0 to 1) from which two texts count as one that was changed
SAME_PLACE = 0.10
FAR = 0.10  # what a move from the first to the last place costs
ALL_PAIRS = 2500
CANDIDATES = 6
STATES = {"unchanged": "未变", "moved": "移位", "changed": "修改", "added": "新增",
          "removed": "删去"}


Pairs = dict[int, int]  # place in the old list -> place in the new one
Entrant = tuple[str, tuple[object, ...]]  # words, and where they stand


class Text(Protocol):
    """What is compared: `models.Article`, or anything like it."""

    @property
    def number(self) -> int | None: ...
    @property
    def suffix(self) -> int: ...
    @property
    def label(self) -> str: ...
    @property
    def heading(self) -> str: ...
    @property
    def text(self) -> str: ...


T = TypeVar("T", bound=Text)


@dataclass(frozen=True, slots=True)
class Unit:
    """A 款's opening words or a 项; ``place`` is its printed citation within the law."""

    paragraph: int
    item: int | None
    text: str
    place: str


@dataclass(slots=True)
class Row:
    """``state`` is one of STATES; ``kinds`` are what of `wording.KINDS` the change touches."""

    old: Unit | None
    new: Unit | None
    state: str
    pieces: list[wording.Piece]
    kinds: tuple[str, ...] = ()
    note: str = ""


@dataclass(slots=True)
class Entry:
    """An article of either version or of both."""

    old: Text | None
    new: Text | None
    state: str
    rows: list[Row]

    @property
    def kinds(self) -> tuple[str, ...]:
        found = {kind for row in self.rows for kind in row.kinds}
        return tuple(kind for kind in wording.KINDS if kind in found)


@dataclass(slots=True)
class Comparison:
    entries: list[Entry] = field(default_factory=list)

    @property
    def articles(self) -> dict[str, int]:
        """State -> number of articles."""
        found = Counter(entry.state for entry in self.entries)
        return {state: found[state] for state in STATES}

    @property
    def rows(self) -> dict[str, int]:
        """State -> number of 款 and 项."""
        found = Counter(row.state for entry in self.entries for row in entry.rows)
        return {state: found[state] for state in STATES}

    @property
    def operative(self) -> dict[str, int]:
        """Kind of deciding words -> number of 款 and 项 where they changed."""
        found = Counter(k for entry in self.entries for row in entry.rows for k in row.kinds)
        return {kind: found[kind] for kind in wording.KINDS}

    def chosen(self, show: str) -> list[Entry]:
        """``all``, ``changes`` (what is not the same), or ``operative`` (deciding words)."""
        if show == "all":
            return self.entries
        if show == "operative":
            return [entry for entry in self.entries if entry.kinds]
        return [entry for entry in self.entries if entry.state != "unchanged"]


def compare(old: Sequence[Text], new: Sequence[Text]) -> Comparison:
    """All articles in the order of ``new``; what was removed stands where it stood."""
    pairs = _pair([_entrant(a) for a in old], [_entrant(a) for a in new])
    units = [_units(a) for a in old], [_units(a) for a in new]
    places = tuple({fold(wording.bare(u.text)): u.place for us in reversed(side) for u in us}
                   for side in units)
    made = Comparison()
    for i, j in _ordered(pairs, len(old), len(new)):
        rows = _rows(units[0][i] if i is not None else [], units[1][j] if j is not None else [])
        for row in rows:
            _say_whence(row, places)
        before, after = old[i] if i is not None else None, new[j] if j is not None else None
        made.entries.append(Entry(before, after, _state(before, after, rows), rows))
    return made


def pair_articles(old: Sequence[T], new: Sequence[T]) -> list[tuple[T, T]]:
    """Which article became which, without comparing their words further."""
    pairs = _pair([_entrant(a) for a in old], [_entrant(a) for a in new])
    return [(old[i], new[j]) for i, j in sorted(pairs.items())]


def _entrant(article: Text) -> Entrant:
    label = article.label if article.number is None else ""
    return article.text, (article.number, article.suffix, label)


def _state(old: Text | None, new: Text | None, rows: Sequence[Row]) -> str:
    if old is None or new is None:
        return "added" if old is None else "removed"
    if any(row.state in ("changed", "added", "removed") for row in rows):
        return "changed"
    numbered = (old.number, old.suffix) != (new.number, new.suffix)
    return "moved" if numbered or any(row.state == "moved" for row in rows) else "unchanged"


def _units(article: Text) -> list[Unit]:
    found = []
    for p in parts.parse(article.text):
        only = not p.items and p.number == 1 and "\n" not in article.text
        def said(item: int | None, p: parts.Paragraph = p, only: bool = only) -> str:
            return parts.place(article.number, article.suffix, None if only else p.number, item,
                               article.label)
        if p.text:
            found.append(Unit(p.number, None, p.text, said(None)))
        found += [Unit(p.number, item.number, item.text, said(item.number)) for item in p.items]
    return found


def _rows(old: Sequence[Unit], new: Sequence[Unit]) -> list[Row]:
    pairs = _pair([(wording.bare(u.text), (u.paragraph, u.item)) for u in old],
                  [(wording.bare(u.text), (u.paragraph, u.item)) for u in new])
    return [_row(old[i] if i is not None else None, new[j] if j is not None else None)
            for i, j in _ordered(pairs, len(old), len(new))]


def _row(old: Unit | None, new: Unit | None) -> Row:
    if old is None or new is None:
        one = new or old
        assert one
        state, op = ("added", "ins") if old is None else ("removed", "del")
        return Row(old, new, state, [wording.Piece(op, one.text)], wording.kinds_in(one.text))
    if wording.same(old.text, new.text):
        state = "unchanged" if (old.paragraph, old.item) == (new.paragraph, new.item) else "moved"
        return Row(old, new, state, [wording.Piece("same", new.text)])
    pieces = wording.diff(old.text, new.text)
    return Row(old, new, "changed", pieces, wording.changed_kinds(pieces))


def _say_whence(row: Row, places: tuple[dict[str, str], ...]) -> None:
    """The same words at another place of the other version: moved out of, or into, an article."""
    if row.state == "added" and row.new:
        place = places[0].get(fold(wording.bare(row.new.text)))
        row.note = f"文字与旧文{place}相同" if place else ""
    elif row.state == "removed" and row.old:
        place = places[1].get(fold(wording.bare(row.old.text)))
        row.note = f"文字与新文{place}相同" if place else ""


def _pair(old: Sequence[Entrant], new: Sequence[Entrant]) -> Pairs:
    """Equal words first (at the same place where there is a choice), then the likest."""
    pairs: Pairs = {}
    held: dict[str, list[int]] = defaultdict(list)
    for i, (text, _) in enumerate(old):
        held[fold(text)].append(i)
    left = []
    for exact in (True, False):
        for j, (text, place) in enumerate(new):
            if exact:
                same = [i for i in held.get(fold(text), ()) if old[i][1] == place]
            elif j in pairs.values():
                continue
            else:
                same = held.get(fold(text), [])[:1]
            if same:
                pairs[same[0]] = j
                held[fold(text)].remove(same[0])
    taken = set(pairs.values())
    left = [i for i in range(len(old)) if i not in pairs]
    right = [j for j in range(len(new)) if j not in taken]
    for _, i, j in sorted(_scores(old, new, left, right)):
        if i not in pairs and j not in taken:
            pairs[i] = j
            taken.add(j)
    return pairs


def _scores(old: Sequence[Entrant], new: Sequence[Entrant], left: Sequence[int],
            right: Sequence[int]) -> Iterable[tuple[float, int, int]]:
    """(minus likeness, i, j) of what may be paired."""
    before = {i: _grams(old[i][0]) for i in left}
    after = {j: _grams(new[j][0]) for j in right}
    for i, js in _candidates(before, after).items():
        for j in js:
            score = _likeness(before[i], after[j])
            score += SAME_PLACE * (old[i][1] == new[j][1])
            score -= FAR * abs(i / len(old) - j / len(new))
            if score >= THRESHOLD:
                yield -round(score, 6), i, j
    places = {new[j][1]: j for j in right}
    for i in left:
        j = places.get(old[i][1], -1)
        if j >= 0 and (score := _likeness(before[i], after[j]) + SAME_PLACE) >= THRESHOLD:
            yield -round(score, 6), i, j


def _grams(text: str) -> Counter[str]:
    folded = fold(text)
    return Counter(folded[k:k + 2] for k in range(max(1, len(folded) - 1)))


def _likeness(first: Counter[str], second: Counter[str]) -> float:
    """Twice what both have over what each has (Dice), on pairs of characters."""
    small, large = (first, second) if len(first) < len(second) else (second, first)
    common = sum(min(count, large[gram]) for gram, count in small.items() if gram in large)
    return 2 * common / (first.total() + second.total())


def _candidates(before: dict[int, Counter[str]], after: dict[int, Counter[str]]
                ) -> dict[int, list[int]]:
    """For each old text the new ones worth a look: all, or those that share rare pairs."""
    if len(before) * len(after) <= ALL_PAIRS:
        return {i: list(after) for i in before}
    where: dict[str, list[int]] = defaultdict(list)
    for j, grams in after.items():
        for gram in grams:
            where[gram].append(j)
    found: dict[int, list[int]] = {}
    for i, grams in before.items():
        votes: Counter[int] = Counter()
        for gram in grams:
            js = where.get(gram, ())
            if len(js) <= 25:
                for j in js:
                    votes[j] += 1  # a rare pair is worth the same as another
        found[i] = sorted(votes, key=lambda j: (-votes[j], j))[:CANDIDATES]
    return found


def _ordered(pairs: Pairs, n_old: int, n_new: int) -> list[tuple[int | None, int | None]]:
    """In the order of the new text; what was removed follows what stood before it."""
    old_of = {j: i for i, j in pairs.items()}
    after: dict[int, list[int]] = defaultdict(list)
    last = -1
    for i in range(n_old):
        if i in pairs:
            last = pairs[i]
        else:
            after[last].append(i)
    out: list[tuple[int | None, int | None]] = [(i, None) for i in after[-1]]
    for j in range(n_new):
        out.append((old_of.get(j), j))
        out += [(i, None) for i in after[j]]
    return out
