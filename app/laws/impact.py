"""What a new or changed text touches: recorded in the import's own transaction, then looked at.

Subscribers of ``law_changed`` do the same for their own things (signed opinions); both are undone
together when the import fails.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.extensions import db
from app.laws import citing, comparing, impact_queries, parts
from app.laws.contents import predecessor
from app.laws.importing.clean import fold
from app.laws.models import Article, Law, LawImpact, LawVersion
from app.rules.citations import Citation, article_label

VERDICTS = {"changed": "引文或者条文已变", "unclear": "条文有改动，须人核对", "held": "仍然成立"}
_WORSE = {"held": 0, "unclear": 1, "changed": 2}
# A text that began to be in force long before it was imported is no news to what names no day.
FRESH = timedelta(days=366)
_OLD = "law_impact_old"  # in session.info: (transaction, {version id: its articles before})
CHUNK = 500
EXCERPT = 160

Texts = dict[tuple[int, int], str]  # article and suffix -> text


def replacing(version: LawVersion) -> None:
    """Hook ``law_replacing``: keep the words that a version is about to lose."""
    _kept()[version.id] = _texts(version.id)


def record(versions: Sequence[int]) -> None:
    """Hook ``law_changed``: write down what each version touches that was known before.

    A law that is imported for the first time touches nothing: nobody relied on its words here.
    """
    before = dict(_kept())
    db.session.info.pop(_OLD, None)
    changed = _known_before(set(versions), before)
    if not changed:
        return
    index = citing.by_law([*citing.product(), *citing.owned(None, frozenset())])
    for version in changed:
        needs = [pair for key in sorted(citing.keys_of(version.law)) for pair in index.get(key, ())]
        if needs:
            _Judge(version, before.get(version.id)).take(needs)
    db.session.flush()


def _kept() -> dict[int, Texts]:
    """The texts replaced in this transaction; those of an import that failed are forgotten."""
    transaction = db.session().get_transaction()
    held = db.session.info.get(_OLD)
    if held is None or held[0] is not transaction:
        held = db.session.info[_OLD] = (transaction, {})
    found: dict[int, Texts] = held[1]
    return found


def _known_before(ids: set[int], before: dict[int, Texts]) -> list[LawVersion]:
    """Versions of laws of which another version, or other words, were held before."""
    pairs = db.session.execute(select(LawVersion.id, LawVersion.law_id)).all()
    known = {law for version, law in pairs if version not in ids or version in before}
    wanted = [version for version, law in pairs if version in ids and law in known]
    found: list[LawVersion] = []
    for start in range(0, len(wanted), CHUNK):
        found += db.session.scalars(
            select(LawVersion).where(LawVersion.id.in_(wanted[start:start + CHUNK])).options(
                selectinload(LawVersion.law).options(selectinload(Law.versions),
                                                     selectinload(Law.names)),
                selectinload(LawVersion.run)).order_by(LawVersion.id))
    return found


def _texts(version_id: int) -> Texts:
    rows = db.session.execute(select(Article.number, Article.suffix, Article.text).where(
        Article.version_id == version_id, Article.number.is_not(None)).order_by(Article.ordinal))
    return {(number, suffix): text for number, suffix, text in rows if number is not None}


@dataclass(frozen=True, slots=True)
class Verdict:
    verdict: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class _Piece:
    """An article for `comparing`."""

    number: int
    suffix: int
    text: str
    heading: str = ""

    @property
    def label(self) -> str:
        return article_label(self.number, self.suffix)


class _Judge:
    """Asks of everything that cites a law whether its ground still stands in one version."""

    def __init__(self, version: LawVersion, before: Texts | None) -> None:
        self.version = version
        self.new = _texts(version.id)
        earlier = predecessor(version) if before is None else None
        self.old = before if before is not None else _texts(earlier.id) if earlier else {}
        self.newest = version.adopted == max(
            (v.adopted for v in version.law.versions if v.adopted), default=None)
        self.start = version.effective or version.adopted
        self.moves: dict[tuple[int, int], tuple[int, int]] | None = None

    def take(self, needs: Iterable[tuple[citing.Need, Citation]]) -> None:
        found: dict[tuple[str, str, str], tuple[citing.Need, Verdict]] = {}
        held = 0
        for need, citation in needs:
            if not self._concerns(need, citation):
                continue
            said = self.judge(citation, need.quote)
            if said.verdict == "held":
                held += 1
                continue
            key = (need.kind, need.who, str(citation))
            other = found.get(key)
            if other is None or _WORSE[said.verdict] > _WORSE[other[1].verdict]:
                found[key] = need, said
            elif said.detail not in other[1].detail and said.verdict == other[1].verdict:
                found[key] = need, Verdict(said.verdict, f"{other[1].detail}\n{said.detail}")
        for (_, _, cite), (need, said) in found.items():
            self._write(need, cite, said)
        run = self.version.run
        counts = {"impacts": len(found), "impacts_held": held}
        run.counts = {**run.counts, **{name: run.counts.get(name, 0) + count
                                       for name, count in counts.items() if count}}

    def _concerns(self, need: citing.Need, citation: Citation) -> bool:
        """Whether the need relies on this law on a day when this version is in force."""
        if citation.article is None:
            return False
        end = self.version.until
        if need.until and self.start and need.until <= self.start:
            return False
        if need.quote and need.since:
            return not (end and need.since >= end)
        if not self.newest:
            return False  # what names no day speaks of the law as it is
        if need.quote:
            return True
        written = need.written or need.since
        if written:  # when these words were in force already, whoever wrote it knew them
            return self.start is None or written < self.start
        return self.start is None or self.start > self.version.run.started.date() - FRESH

    def judge(self, citation: Citation, quote: str = "") -> Verdict:
        """``held``, ``changed`` or ``unclear``, with the working."""
        place = (citation.article or 0, citation.suffix or 0)
        old, new = self.old.get(place), self.new.get(place)
        if not self.new:
            return Verdict("unclear", "新文本没有分条，须人工核对。")
        if new is None:
            return self._gone(place, old, quote)
        part = parts.part_of(new, citation.paragraph, citation.item)
        if quote:
            if part is not None and fold(quote) in fold(part):
                return Verdict("held")
            return Verdict("changed", f"引文“{quote}”不在新文{citation.place}中。"
                           + (self._followed(place, quote) or
                              f"{self._elsewhere(quote)}新文：{_cut(part or new)}"))
        if old is None:
            return Verdict("held")  # nothing was there before that could have been relied on
        was = parts.part_of(old, citation.paragraph, citation.item)
        if fold(old) == fold(new) or (was is not None and part is not None
                                      and fold(was) == fold(part)):
            return Verdict("held")
        moved = self._moved(place)
        if moved:
            return Verdict("changed",
                           f"旧文{citation.place}的内容在新文中是{article_label(*moved)}。")
        return Verdict("unclear", f"旧文：{_cut(was or old)}\n新文：{_cut(part or new)}")

    def _gone(self, place: tuple[int, int], old: str | None, quote: str) -> Verdict:
        label, last = article_label(*place), max(self.new)[0]
        if place[0] <= last and self.version.defects:
            return Verdict("unclear", f"新文缺{label}：来源缺漏或者该条已删除，须人工核对。")
        if old is None and not quote:
            return Verdict("held")
        tail = self._followed(place, quote) or (self._elsewhere(quote) if quote else "")
        return Verdict("changed", f"新文没有{label}。{tail}")

    def _followed(self, place: tuple[int, int], quote: str) -> str:
        """Where the old article went, and whether the words went with it; empty when it stayed."""
        moved = self._moved(place)
        if not moved:
            return ""
        said = f"旧文{article_label(*place)}在新文中是{article_label(*moved)}"
        if not quote:
            return f"{said}。"
        if fold(quote) in fold(self.new[moved]):
            return f"{said}，该句仍在其中，只是条号变了。"
        return f"{said}，该句也已改动。新文：{_cut(self.new[moved])}"

    def _elsewhere(self, quote: str) -> str:
        wanted = fold(quote)
        found = [article_label(*place) for place, text in self.new.items()
                 if wanted in fold(text)][:3]
        return f"该句在新文{'、'.join(found)}。" if found else ""

    def _moved(self, place: tuple[int, int]) -> tuple[int, int] | None:
        """The new place of an old article whose words went elsewhere; None when they stayed."""
        if self.moves is None:
            pairs = comparing.pair_articles(
                *([_Piece(*key, text) for key, text in side.items()]
                  for side in (self.old, self.new)))
            self.moves = {(old.number, old.suffix): (new.number, new.suffix) for old, new in pairs
                          if (old.number, old.suffix) != (new.number, new.suffix)}
        return self.moves.get(place)

    def _write(self, need: citing.Need, cite: str, said: Verdict) -> None:
        """A row for a person to look at; open again when what was handled has changed since."""
        kind, who, cite = need.kind[:20], _name(need)[:200], cite[:200]
        row = db.session.scalar(select(LawImpact).where(
            LawImpact.version_id == self.version.id, LawImpact.kind == kind,
            LawImpact.who == who, LawImpact.cite == cite))
        if row is None:
            row = LawImpact(version_id=self.version.id, kind=kind, who=who, cite=cite, note="")
            db.session.add(row)
        elif (row.verdict, row.detail) == (said.verdict, said.detail):
            return
        row.run_id, row.recorded_at = self.version.import_run_id, self.version.run.started
        row.verdict, row.detail = said.verdict, said.detail
        row.endpoint, row.endpoint_args = need.endpoint or None, dict(need.args)
        row.organ_id, row.handled_at, row.handled_by = need.organ_id, None, None


def handle(user: Any, ids: Iterable[int], note: str, *, at: datetime) -> int:
    """Mark what is open among ``ids`` and may be handled by ``user``; returns how many."""
    rows = db.session.scalars(impact_queries.handled_by(user).where(
        LawImpact.id.in_(sorted(ids)[:CHUNK]), LawImpact.handled_at.is_(None))).all()
    for row in rows:
        row.handled_at, row.handled_by, row.note = at, user.id, note.strip()
    db.session.flush()
    return len(rows)


def _name(need: citing.Need) -> str:
    """``受理（reconsideration/accept）``: what a person knows it by, and where it is written."""
    return f"{need.title}（{need.who}）" if need.title and "/" in need.who else need.who


def _cut(text: str) -> str:
    text = text.replace("\n", " ")
    return text if len(text) <= EXCERPT else f"{text[:EXCERPT]}……"
