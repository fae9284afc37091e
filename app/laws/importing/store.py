"""Put what was read into the library: idempotent, one transaction per source (the caller's)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import selectinload

from app.extensions import db, hooks
from app.laws import catalogue
from app.laws.importing import sameness
from app.laws.importing.refresh import begin, refresh, refresh_all
from app.laws.importing.texts import LawText, Problem, Reading
from app.laws.importing.titles import bare_key
from app.laws.models import Article, ImportRun, Law, LawName, LawVersion
from app.laws.names import short_title, title_key

__all__ = ["APART", "COUNTS", "refresh_all", "save"]
COUNTS = ("files", "parsed", "listed", "laws", "versions", "articles", "unchanged")
APART = {"out_of_scope": "范围之外未导入", "ignored": "其他类型的文件", "suspects": "疑为同一版本",
         "refused": "未能读取的来源", "created": "其中新建版本", "taken_back": "已撤回的版本"}
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
    refresh(saver.touched)
    run.counts = {"files": reading.files, "parsed": reading.parsed, "listed": len(reading.listed),
                  **saver.counts}
    apart = {"out_of_scope": reading.out_of_scope, "ignored": reading.ignored,
             "suspects": saver.suspects}
    run.counts |= {name: count for name, count in apart.items() if count}
    run.problems = [_row(p) for p in reading.listed] \
        + [_row(p) for p in (reading.remarks + saver.remarks)[:MAX_REMARKS]]
    run.finished = at
    if reading.kind == "file" and saver.created:
        run.counts["created"] = saver.created  # undo.py asks whether nothing was replaced
    if saver.pending:
        hooks.fire("law_changed", versions=tuple(version.id for version in saver.pending))
    return run


def _row(problem: Problem) -> dict[str, str]:
    return {"file": problem.file[:400], "why": problem.why[:1000]}


class _Saver:
    def __init__(self, reading: Reading, run: ImportRun) -> None:
        self.reading, self.run = reading, run
        laws = db.session.scalars(select(Law).options(selectinload(Law.versions))).all()
        self.laws = {law.key: law for law in laws}
        self.names = {name.key: name.law_id for name in db.session.scalars(select(LawName))}
        self.by_id = {law.id: law for law in laws}
        self.bare: dict[str, list[Law]] = {}
        for law in laws:
            self._remember(law)
        self.counts = {"laws": 0, "versions": 0, "articles": 0, "unchanged": 0}
        self.suspects = self.created = 0
        self.remarks: list[Problem] = []
        self.touched: dict[str, Law] = {}
        self.pending: dict[LawVersion, LawText] = {}

    def take(self, text: LawText) -> None:
        law = self._law(text)
        if any(_holds(v, text.raw_hash) for v in law.versions):
            self.counts["unchanged"] += 1
            return
        adopted = _adopted(law, text)
        version = next((v for v in law.versions if v.adopted == adopted), None) \
            or self._same_original(law, adopted, text) or self._near(law, adopted, text)
        if version is None:
            self._add(law, text, adopted)
        else:
            self._merge(law, version, text)

    def _remember(self, law: Law) -> None:
        bare = bare_key(law.key) if law.region is None else None
        if bare:
            self.bare.setdefault(bare, []).append(law)

    def _law(self, text: LawText) -> Law:
        key = title_key(text.title)
        law = self.laws.get(key) or self.by_id.get(self.names.get(key, 0))
        if law is None and (law := self._without_organ(key, text)) is not None:
            law.names.append(LawName(key=key, kind="alias"))
            self.laws[key] = law
        if law is None:
            law = Law(key=key, title=text.title, short_title=short_title(text.title),
                      rank=text.rank, issuing_body=text.issuing_body, region=text.region)
            db.session.add(law)
            self.laws[key] = law
            self._remember(law)
            self.counts["laws"] += 1
            self.touched[key] = law
        law.issuing_body = law.issuing_body or text.issuing_body
        if self.reading.kind == "file" and law.key not in catalogue.facts():
            law.rank, law.region = text.rank, text.region  # a person has looked at them
            law.issuing_body = text.issuing_body or law.issuing_body
        return law

    def _without_organ(self, key: str, text: LawText) -> Law | None:
        """The one law whose title is this one with, or without, its organs before 关于."""
        bare = bare_key(key) if text.region is None else None
        found = [law for law in self.bare.get(bare or "", ())
                 if law.rank == text.rank and (law.key == bare) != (key == bare)]
        return found[0] if len(found) == 1 else None

    def _same_original(self, law: Law, adopted: date | None, text: LawText) -> LawVersion | None:
        """The version made from this very file when its day was given wrongly; now corrected."""
        found = next((v for v in law.versions if text.original and v.original == text.original),
                     None)
        if found is not None:
            found.adopted = adopted
        return found

    def _near(self, law: Law, adopted: date | None, text: LawText) -> LawVersion | None:
        """A version of another day that is this one, as a heading proves; a likeness is listed."""
        for version in law.versions:
            if not sameness.near(version.adopted, adopted):
                continue
            alike = sameness.likeness(self._texts(version), sameness.parts(text.articles))
            if alike < sameness.ENOUGH:
                continue
            assert version.adopted and adopted
            history = [(date.fromisoformat(day), words) for day, words in version.history]
            if sameness.one_act(history, version.adopted, adopted) \
                    or sameness.one_act(text.history, adopted, version.adopted):
                version.adopted = min(version.adopted, adopted)
                return version
            self.suspects += 1
            days = f"《{law.short_title}》{version.adopted}与{adopted}"
            self.remarks.append(Problem(
                text.path, f"{days}的文本有 {alike:.1%} 相同，疑为同一版本，已分别保存；"
                           "确为同一版本的，请在 laws.toml 的 also 载明"))
        return None

    def _texts(self, version: LawVersion) -> dict[tuple[int, str], str]:
        if version in self.pending:
            return sameness.parts(self.pending[version].articles)
        rows = db.session.execute(
            select(Article.number, Article.suffix, Article.label, Article.text)
            .where(Article.version_id == version.id)) if version.id else ()
        return sameness.keyed((n, s, label, words) for n, s, label, words in rows)

    def _add(self, law: Law, text: LawText, adopted: date | None) -> None:
        version = LawVersion(
            law=law, adopted=adopted, status=text.status, source=self.reading.source[:200],
            source_path=text.path[:400], source_hash=text.raw_hash, run=self.run,
            defects=text.defects[:100], history=_history(text), alternates=[],
            document_number=text.document_number, original=text.original)
        db.session.add(version)
        self.created += 1
        begin(law, version, text)
        self._written(law, version, text)

    def _written(self, law: Law, version: LawVersion, text: LawText) -> None:
        self.pending[version] = text
        self.touched[law.key] = law

    def _merge(self, law: Law, version: LawVersion, text: LawText) -> None:
        """The same version from another source, or the same file with other words."""
        here = (self.reading.source[:200], text.path[:400])
        same_file = (version.source, version.source_path) == here
        held = self._texts(version)
        same_text = held == sameness.parts(text.articles)
        if same_file or self._better(version, text, held):
            if text.original and version.original == text.original:  # corrected: still its own
                self.created += version.run.counts.get("created", 0)
            if not same_file:
                version.alternates = _with(
                    version, (version.source, version.source_path, version.source_hash),
                    same_text, gone=here)
            version.source, version.source_path = here
            version.source_hash, version.run = text.raw_hash, self.run
            version.defects, version.status = text.defects[:100], text.status or version.status
            version.document_number = text.document_number or version.document_number
            version.original = text.original or version.original
            if same_text and self._headings_kept(version, text):
                self.counts["unchanged"] += 1  # only where it came from is new
                self.touched[law.key] = law
            else:
                if version.id:
                    hooks.fire("law_replacing", version=version)  # its old words are still there
                    db.session.execute(delete(Article).where(Article.version_id == version.id))
                self._written(law, version, text)
        else:
            version.alternates = _with(version, (*here, text.raw_hash), same_text)
            version.document_number = version.document_number or text.document_number
            self.counts["unchanged"] += 1
            self.touched[law.key] = law
        version.history = version.history or _history(text)
        if version.effective is None or version.effective_from == "promulgation" \
                or text.effective_given:
            begin(law, version, text)

    def _headings_kept(self, version: LawVersion, text: LawText) -> bool:
        """The text is to the letter what is held, with its 编章节."""
        if version in self.pending or not version.id:
            return False
        rows = db.session.execute(
            select(Article.label, Article.heading, Article.text)
            .where(Article.version_id == version.id).order_by(Article.ordinal))
        return [tuple(row) for row in rows] == [(a.label, a.heading, a.text)
                                                for a in text.articles]

    def _better(self, version: LawVersion, text: LawText, held: sameness.Parts) -> bool:
        """What is cut goes before what is not; an official file that a person looked at first."""
        there = version.run.kind
        kept = (sameness.uncut(held), there != "file", len(version.defects), PREFERENCE[there])
        here = self.reading.kind
        return kept > (sameness.uncut(sameness.parts(text.articles)), here != "file",
                       len(text.defects), PREFERENCE[here])

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


def _holds(version: LawVersion, digest: str) -> bool:
    return version.source_hash == digest or any(a["hash"] == digest for a in version.alternates)


def _with(version: LawVersion, added: tuple[str, str, str], same_text: bool,
          gone: tuple[str, str] | None = None) -> list[dict[str, Any]]:
    """The version's other sources with this one added, or its hash renewed.

    ``same_text``: whether it agrees with the kept text. What replaces that text is ``gone`` from
    the list, and what the others say of the text before is no longer known.
    """
    source, path, digest = added
    kept = [a if gone is None else {**a, "same_text": None} for a in version.alternates
            if (a["source"], a["path"]) not in ((source, path), gone)]
    return [*kept, {"source": source, "path": path, "hash": digest, "same_text": same_text}]


def _history(text: LawText) -> list[list[str]]:
    return [[day.isoformat(), words] for day, words in text.history]


def _adopted(law: Law, text: LawText) -> date | None:
    """The version's day; laws.toml may name another day for the same version."""
    fact = catalogue.facts().get(law.key)
    for version in fact.versions if fact else ():
        if text.adopted in version.also:
            return version.adopted
    return text.adopted
