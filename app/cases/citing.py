"""Which cases and documents cite a law: for the law's page, and when a new text is imported.

Of the 副卷 nothing is said, neither words nor counts; drafts are filled from it and count with it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import String, cast, or_, select
from sqlalchemy.orm import selectinload

from app.cases import engine, queries
from app.cases.models import Case, CaseClock, CaseEvent
from app.documents.models import Document
from app.extensions import db
from app.laws.citing_files import Need, cites_in
from app.rules.vocabulary import event_label


def law_citing(user: Any, names: frozenset[str]) -> Iterator[Need]:
    """The hook: with ``user`` what this user may open, without the open cases of every organ."""
    if user is None:
        yield from _open()
    else:
        yield from _seen_by(user, names)


def _seen_by(user: Any, names: frozenset[str]) -> Iterator[Need]:
    mine = queries.scoped_to(user).with_only_columns(Case.id)
    documents = db.session.scalars(select(Document).where(
        Document.case_id.in_(mine), Document.volume == "main", Document.status == "issued",
        _says(Document.data, names)).order_by(Document.id)).all()
    events = db.session.scalars(select(CaseEvent).where(
        CaseEvent.case_id.in_(mine), CaseEvent.volume == "main",
        _says(CaseEvent.facts, names)).order_by(CaseEvent.id)).all()
    cases = {case.id: case for case in db.session.scalars(select(Case).where(
        Case.id.in_({d.case_id for d in documents} | {e.case_id for e in events})))}
    owned = [(cases[d.case_id], d) for d in documents if d.case_id is not None]
    for case, document in owned:
        if document in queries.documents_for(user, case):
            yield from _of_document(case, document)
    for event in events:
        case = cases[event.case_id]
        if event in queries.events_for(user, case):
            yield from _of_event(case, event)


def _says(column: Any, names: frozenset[str]) -> Any:
    """The stored JSON contains a name; JSON is stored with or without escapes of Chinese."""
    text = cast(column, String)
    return or_(*(text.contains(form, autoescape=True) for name in sorted(names)
                 for form in (name, json.dumps(name)[1:-1])))


def _open() -> Iterator[Need]:
    """Cases that are not closed: their issued documents, events and running periods."""
    ended = [state.id for state in engine.procedure().states.values() if state.terminal]
    cases = db.session.scalars(
        select(Case).where(Case.status.not_in(ended)).order_by(Case.id)
        .options(selectinload(Case.events), selectinload(Case.clock_rows))).all()
    issued = db.session.scalars(select(Document).where(
        Document.case_id.in_([case.id for case in cases]), Document.volume == "main",
        Document.status == "issued").order_by(Document.id)).all()
    by_id = {case.id: case for case in cases}
    for document in issued:
        if document.case_id is not None:
            yield from _of_document(by_id[document.case_id], document)
    for case in cases:
        for event in case.events:
            if event.volume == "main":
                yield from _of_event(case, event)
        for clock in case.clock_rows:
            yield from _of_clock(case, clock)


def _of_document(case: Case, document: Document) -> Iterator[Need]:
    name = f"{case.number} {document.title} {document.number or ''}".strip()
    for cite in _cites(document.data):
        yield Need(cite, name[:200], since=document.dated_on, kind="document", title=case.title,
                   organ_id=case.office_id, endpoint="cases.show",
                   args=(("case_id", case.id),))


def _of_event(case: Case, event: CaseEvent) -> Iterator[Need]:
    for cite in _cites(event.facts):
        yield _need(case, cite, event_label(event.name))


def _of_clock(case: Case, clock: CaseClock) -> Iterator[Need]:
    """A period that still runs, with the words it is counted by."""
    if clock.status != "open":
        return
    for basis in clock.derivation.get("basis", ()):
        yield _need(case, basis["cite"], clock.title, basis.get("quote", ""))


def _need(case: Case, cite: str, title: str, quote: str = "") -> Need:
    return Need(cite, f"{case.number} {title}"[:200], since=case.received_on, kind="case",
                title=case.title, quote=quote, organ_id=case.office_id, endpoint="cases.show",
                args=(("case_id", case.id),))


def _cites(value: Any) -> Iterable[str]:
    return dict.fromkeys(cite for text in _strings(value) for cite in cites_in(text))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _strings(part)
