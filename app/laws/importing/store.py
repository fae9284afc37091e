"""Put what was read into the library: idempotent, one transaction per source (the caller's)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import selectinload

from app.extensions import db, hooks
from app.laws import asof, catalogue, chains
from app.laws.importing import dates
from app.laws.importing.texts import LawText, Problem, Reading
from app.laws.models import Article, ImportRun, Law, LawName, LawVersion
from app.laws.names import short_title, title_key

BATCH = 5000
MAX_REMARKS = 2000
PREFERENCE = {"file": 0, "wheel": 1, "markdown": 2}  # which source's text is kept


def save(reading: Reading, *, at: datetime,
         progress: Callable[[str], None] = lambda _: None) -> ImportRun:
    """Store a reading; returns the run with its counts. Flushes, does not commit.

    ``laws``, ``versions`` and ``articles`` count what this run wrote; ``unchanged`` the versions
    that were already held with the same source text.
    """
    run = ImportRun(source=reading.source[:200], kind=reading.kind, started=at)
    db.session.add(run)
    db.session.flush()
    saver = _Saver(reading, run)
    for number, text in enumerate(reading.texts, 1):
        saver.take(text)
        if number % 1000 == 0:
            progress(f"{reading.source}：已入库 {number} 部")
    saver.flush()
    _refresh(saver.touched)
    run.counts = {"files": reading.files, "parsed": reading.parsed, "listed": len(reading.listed),
                  **saver.counts}
    if reading.out_of_scope:
        run.counts |= {"out_of_scope": reading.out_of_scope}
    run.problems = [_row(p) for p in reading.listed] \
        + [_row(p) for p in (reading.remarks + saver.remarks)[:MAX_REMARKS]]
    run.finished = at
    if saver.pending:
        hooks.fire("law_changed", versions=tuple(version.id for version in saver.pending))
    return run


def _row(problem: Problem) -> dict[str, str]:
    return {"file": problem.file, "why": problem.why}


class _Saver:
    def __init__(self, reading: Reading, run: ImportRun) -> None:
        self.reading, self.run = reading, run
        laws = db.session.scalars(select(Law).options(selectinload(Law.versions))).all()
        self.laws = {law.key: law for law in laws}
        self.names = {name.key: name.law_id for name in db.session.scalars(select(LawName))}
        self.by_id = {law.id: law for law in laws}
        self.counts = {"laws": 0, "versions": 0, "articles": 0, "unchanged": 0}
        self.remarks: list[Problem] = []
        self.touched: dict[str, Law] = {}
        self.pending: dict[LawVersion, LawText] = {}

    def take(self, text: LawText) -> None:
        law = self._law(text)
        adopted = _adopted(law, text)
        version = next((v for v in law.versions if v.adopted == adopted), None)
        if version is None:
            self._add(law, text, adopted)
        elif version.source_hash == text.raw_hash \
                or any(a["hash"] == text.raw_hash for a in version.alternates):
            self.counts["unchanged"] += 1
        else:
            self._merge(law, version, text)

    def _law(self, text: LawText) -> Law:
        key = title_key(text.title)
        law = self.laws.get(key) or self.by_id.get(self.names.get(key, 0))
        if law is None:
            law = Law(key=key, title=text.title, short_title=short_title(text.title),
                      rank=text.rank, issuing_body=text.issuing_body, region=text.region)
            db.session.add(law)
            self.laws[key] = law
            self.counts["laws"] += 1
            self.touched[key] = law
        law.issuing_body = law.issuing_body or text.issuing_body
        return law

    def _add(self, law: Law, text: LawText, adopted: date | None) -> None:
        version = LawVersion(
            law=law, adopted=adopted, status=text.status, source=self.reading.source[:200],
            source_path=text.path[:400], source_hash=text.raw_hash, run=self.run,
            defects=text.defects[:100], history=_history(text), alternates=[])
        db.session.add(version)
        _begin(law, version, text)
        self._written(law, version, text)

    def _written(self, law: Law, version: LawVersion, text: LawText) -> None:
        self.pending[version] = text
        self.touched[law.key] = law

    def _merge(self, law: Law, version: LawVersion, text: LawText) -> None:
        """The same version from another source, or the same file with other words."""
        same_file = (version.source, version.source_path) == (self.reading.source, text.path)
        if same_file or self._better(version, text):
            if not same_file:
                version.alternates = _with(version, version.source, version.source_path,
                                           version.source_hash)
            if version.id:
                db.session.execute(delete(Article).where(Article.version_id == version.id))
            version.source, version.source_path = self.reading.source[:200], text.path[:400]
            version.source_hash, version.run = text.raw_hash, self.run
            version.defects, version.status = text.defects[:100], text.status or version.status
            self._written(law, version, text)
        else:
            version.alternates = _with(version, self.reading.source, text.path, text.raw_hash)
            self.counts["unchanged"] += 1
            self.touched[law.key] = law
        version.history = version.history or _history(text)
        if version.effective is None or version.effective_from == "promulgation":
            _begin(law, version, text)

    def _better(self, version: LawVersion, text: LawText) -> bool:
        """National law is kept in the wheel's text unless that has more gaps than the other."""
        here = (len(text.defects), PREFERENCE[self.reading.kind])
        there = (len(version.defects), PREFERENCE[version.run.kind])
        return text.is_cut and here < there

    def flush(self) -> None:
        db.session.flush()
        rows: list[dict[str, Any]] = []
        for version, text in self.pending.items():
            rows += [{"version_id": version.id, "number": a.number, "suffix": a.suffix,
                      "label": a.label, "ordinal": place, "heading": a.heading, "text": a.text}
                     for place, a in enumerate(text.articles, 1)]
            self.counts["versions"] += 1
            self.counts["articles"] += sum(1 for a in text.articles if a.number is not None)
            if len(rows) >= BATCH:
                db.session.execute(insert(Article), rows)
                rows = []
        if rows:
            db.session.execute(insert(Article), rows)


def _with(version: LawVersion, source: str, path: str, digest: str) -> list[dict[str, Any]]:
    """The version's other sources with this one added, or its hash renewed."""
    kept = [a for a in version.alternates if (a["source"], a["path"]) != (source, path)]
    return [*kept, {"source": source, "path": path, "hash": digest}]


def _history(text: LawText) -> list[list[str]]:
    return [[day.isoformat(), words] for day, words in text.history]


def _adopted(law: Law, text: LawText) -> date | None:
    """The version's day; laws.toml may name another day for the same version."""
    fact = catalogue.facts().get(law.key)
    for version in fact.versions if fact else ():
        if text.adopted in version.also:
            return version.adopted
    return text.adopted


def _begin(law: Law, version: LawVersion, text: LawText) -> None:
    """Set the first day in force from the best source that states it (see asof for unknown)."""
    fact = catalogue.facts().get(law.key)
    known = next((v.effective for v in (fact.versions if fact else ())
                  if v.adopted == version.adopted and v.effective), None)
    stated, at_once = dates.stated_effective(text.articles)
    adopted = version.adopted
    # Headings of the collection often lack their last line: an amended text looks original then.
    original = bool(text.history) and not any(
        dates.CHANGED.search(words) for _, words in text.history) and (
        adopted is None or (adopted - text.history[0][0]).days <= 366)
    if known:
        found = known, "laws.toml"
    elif stated and (adopted is None or stated >= adopted):
        found = stated, "text"
    elif text.effective_header and (adopted is None or text.effective_header >= adopted):
        found = text.effective_header, "header"
    elif at_once and adopted and original:
        found = adopted, "promulgation"
    else:
        return
    version.effective, version.effective_from = found


def refresh_all() -> None:
    """Recompute names, days, ends, repeals and grades of every law (laws.toml has changed)."""
    laws = db.session.scalars(select(Law).options(selectinload(Law.versions))).all()
    for law in laws:
        fact = catalogue.facts().get(law.key)
        for version in law.versions:
            known = next((v.effective for v in (fact.versions if fact else ())
                          if v.adopted == version.adopted and v.effective), None)
            if known:
                version.effective, version.effective_from = known, "laws.toml"
    _refresh({law.key: law for law in laws})


def _refresh(touched: dict[str, Law]) -> None:
    if not touched:
        return
    db.session.flush()
    _repeals()
    taken = {n.key: n.law_id for n in db.session.scalars(select(LawName))}
    for key, law in touched.items():
        db.session.refresh(law, ["versions"])
        fact = catalogue.facts().get(key)
        if fact:
            law.title, law.short_title, law.rank = fact.title, fact.short, fact.rank
            law.repealed = fact.repealed or law.repealed
            law.repealed_by = fact.repealed_by or law.repealed_by
        _name(law, fact, taken)
        chain = chains.chain_of(law, fact)
        law.grade = asof.grade(chain, documented=chains.documented(law, fact))
        _until(law)
    db.session.flush()


def _name(law: Law, fact: catalogue.LawFact | None, taken: dict[str, int]) -> None:
    named = [("title", law.title), ("title", law.short_title)]
    if fact:
        named += [("alias", n) for n in fact.aliases] + [("old", n) for n in fact.old_names]
    for kind, name in named:
        key = title_key(name)
        if key not in taken:
            taken[key] = law.id
            db.session.add(LawName(key=key, law_id=law.id, kind=kind))


def _repeals() -> None:
    """A law whose last article says 《某法》同时废止 ends that law on its own first day."""
    last = (select(Article.version_id, func.max(Article.number).label("number"))
            .group_by(Article.version_id).subquery())
    rows = db.session.execute(
        select(Law.key, Law.short_title, LawVersion.effective, Article.text)
        .join(LawVersion, LawVersion.law_id == Law.id)
        .join(last, last.c.version_id == LawVersion.id)
        .join(Article, (Article.version_id == LawVersion.id) & (Article.number == last.c.number))
        .where(LawVersion.effective.is_not(None), Law.region.is_(None),
               Article.text.contains("废止"))).all()
    ends: dict[str, tuple[date, str]] = {}
    for key, short, day, words in rows:
        if day is None:
            continue
        for title in map(title_key, dates.titles_repealed(words)):
            if title != key and (title not in ends or day < ends[title][0]):
                ends[title] = day, f"《{short}》施行"[:400]
    for law in db.session.scalars(select(Law).where(Law.region.is_(None))
                                  .options(selectinload(Law.versions))):
        end = ends.get(law.key)
        newest = law.versions[-1].adopted if law.versions else None
        if end and newest and newest < end[0] and law.repealed != end[0]:
            law.repealed, law.repealed_by = end
            _until(law)


def _until(law: Law) -> None:
    ends = asof.untils(chains.chain_of(law))
    for version in law.versions:
        version.until = ends[version.id]
