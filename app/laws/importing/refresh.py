"""What follows from the texts held: first days, ends, repeals, names and grades of the laws."""

from __future__ import annotations

from collections import Counter
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from app.extensions import db
from app.laws import amendments, asof, catalogue, chains
from app.laws.importing import dates
from app.laws.importing.texts import LawText
from app.laws.importing.titles import bare_key
from app.laws.models import Article, Law, LawName, LawVersion
from app.laws.names import title_key


def begin(law: Law, version: LawVersion, text: LawText) -> None:
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
    elif text.effective_given:
        found = text.effective_given, "given"
    elif stated and (adopted is None or stated >= adopted):
        found = stated, "text"
    elif text.effective_header and (adopted is None or text.effective_header >= adopted):
        found = text.effective_header, "header"
    elif changed := amendments.first_day(law.key, law.rank, adopted, text.history):
        found = changed, "amendments.toml"
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
            elif version.effective_from in {None, "promulgation", "amendments.toml"}:
                _by_amendment(law, version)
    refresh({law.key: law for law in laws})


def _by_amendment(law: Law, version: LawVersion) -> None:
    """The table of amendments may have changed since the text was imported."""
    history = [(date.fromisoformat(day), words) for day, words in version.history]
    changed = amendments.first_day(law.key, law.rank, version.adopted, history)
    if changed:
        version.effective, version.effective_from = changed, "amendments.toml"
    elif version.effective_from == "amendments.toml":
        version.effective, version.effective_from = None, None


def refresh(touched: dict[str, Law]) -> None:
    if not touched:
        return
    db.session.flush()
    _repeals()
    taken = {n.key: n.law_id for n in db.session.scalars(select(LawName))}
    bare = Counter(bare_key(key) for key in db.session.scalars(
        select(Law.key).where(Law.region.is_(None))))
    for key, law in touched.items():
        db.session.refresh(law, ["versions"])
        fact = catalogue.facts().get(key)
        if fact:
            law.title, law.short_title, law.rank = fact.title, fact.short, fact.rank
            law.repealed = fact.repealed or law.repealed
            law.repealed_by = fact.repealed_by or law.repealed_by
        _name(law, fact, taken, bare)
        chain = chains.chain_of(law, fact)
        law.grade = asof.grade(chain, documented=chains.documented(law, fact))
        _until(law)
    db.session.flush()


def _name(law: Law, fact: catalogue.LawFact | None, taken: dict[str, int],
          bare: Counter[str | None]) -> None:
    named = [("title", law.title), ("title", law.short_title)]
    if fact:
        named += [("alias", n) for n in fact.aliases] + [("old", n) for n in fact.old_names]
    short = bare_key(law.key) if law.region is None else None
    if short and bare[short] == 1:  # 最高人民法院关于… is cited as 关于… where only one law is
        named.append(("alias", short))
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
                ends[title] = day, repealed_by(short)
    for law in db.session.scalars(select(Law).where(Law.region.is_(None))
                                  .options(selectinload(Law.versions))):
        end = ends.get(law.key)
        newest = law.versions[-1].adopted if law.versions else None
        if end and newest and newest < end[0] and law.repealed != end[0]:
            law.repealed, law.repealed_by = end
            _until(law)


def repealed_by(short: str) -> str:
    """What ends a law: another one's coming into force."""
    return f"《{short}》施行"[:400]


def _until(law: Law) -> None:
    ends = asof.untils(chains.chain_of(law))
    for version in law.versions:
        version.until = ends[version.id]
