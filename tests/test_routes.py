"""Every route × method × role × foreign object: what may not be opened is refused.

Form protection is off here on purpose: a 400 for a missing token would prove nothing. A new route
is tried without being named; a new URL parameter must be named in OWNED or OPEN below.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import IntegerConverter, Rule

from app.accounts.models import User
from app.approvals import queries as approvals
from app.cases import queries as cases
from app.cases.engine import procedure
from app.cases.models import Case
from app.extensions import db
from app.permissions import ROLES, Permission, permissions_of
from tests import factories, foreign

NOWHERE = 987_654_321
REFUSED = {403, 404}
PUBLIC = {"static", "accounts.sign_in", "pages.health"}


# URL parameters that are somebody's: made by tests/foreign.py, refused to everyone else.
OWNED = {"case_id", "document_id", "exhibit_id", "case_no", "saved_id", "handover_id",
         "push_id", "copy_id", "task_id", "batch_id", "sample_id"}

# Who sits in the 复议机构 reads the approval records of the whole district; the rest of the roles
# are tried from a bureau, which reads its own.
OFFICE = {"intake_clerk", "handler", "office_head", "organ_head"}
DISTRICT_WIDE = {"case_no"}

# The others, with a value that names something, so that a refusal is not a mere 404 by accident.
OPEN: dict[str, tuple[Any, str]] = {
    "user_id": (NOWHERE, "who manages accounts manages all of them"),
    "organ_id": (1, "the register of organs is open to all who are signed in"),
    "record_id": (1, "an organ's dated record: the register is open to all who are signed in"),
    "seal_id": (1, "an organ's seal"),
    "verification_id": (1, "a verification of standing is handled for the whole district"),
    "kind": ("sanding", "a kind of record of an organ"),
    "conference_id": (1, "the joint conference is of all organs that take part"),
    "resolution_id": (1, "what a joint conference resolved"),
    "law_id": (1, "law texts are open to all who may search the law"),
    "section": ("conditions", "a section of the 实施规范, the same for every item"),
    "code": ("acceptance_notice", "items and document types are the same for every organ"),
    "name": ("accept", "an event of the procedure table"),
    "version_id": (1, "document templates belong to the whole system, law texts to everyone"),
    "run_id": (1, "reports of imports are for all who may import law texts"),
    "sha256": ("0" * 64, "an uploaded law text: only in the session that uploaded it"),
    "seq": (1, "an event inside a case"),
    "number": (1, "a numbered version of the catalogue, the same for every organ"),
    "action": ("CANCEL", "a change of the catalogue, by its row in the table"),
    "category": ("SEALS", "a category of the handover list"),
    "entry_id": (1, "a line inside a handover"),
    "filename": ("nothing.txt", "static files"),
}


class Counted:
    """Puts the size of the matrix into the summary of the run (tests/parallel.py)."""

    def __init__(self) -> None:
        self.tried: dict[str, int] = {}
        self.routes: set[str] = set()

    def add(self, what: str, endpoint: str) -> None:
        self.tried[what] = self.tried.get(what, 0) + 1
        self.routes.add(endpoint)


@pytest.fixture
def counted(request: pytest.FixtureRequest) -> Iterator[Counted]:
    made = Counted()
    yield made
    request.node.user_properties.append(("route matrix", [made.tried, sorted(made.routes)]))


def routes(app: Flask) -> Iterator[tuple[Rule, str]]:
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint)):
        if rule.endpoint == "static":
            continue
        for method in sorted((rule.methods or set()) - {"OPTIONS"}):
            yield rule, method


def person(role: str) -> User:
    bureau = None if role in OFFICE else factories.organ("测试区行政审批服务局")
    return factories.user([role], bureau)


def needed(app: Flask, rule: Rule) -> frozenset[Permission] | None:
    view: Any = app.view_functions[rule.endpoint]
    return view.permissions  # type: ignore[no-any-return]


def address(app: Flask, rule: Rule, **values: Any) -> str:
    """The URL of ``rule`` with ``values``; an owned object not among them does not exist."""
    filled = {name: values.get(name, _else(rule, name)) for name in rule.arguments}
    with app.test_request_context():
        return str(app.url_map.bind("localhost").build(rule.endpoint, filled))


def _else(rule: Rule, name: str) -> Any:
    if name in OPEN:
        return OPEN[name][0]
    return NOWHERE if isinstance(rule._converters[name], IntegerConverter) else "nothing"


def test_every_view_declares_who_may_open_it(app: Flask) -> None:
    undeclared = [rule.endpoint for rule, _ in routes(app)
                  if not hasattr(app.view_functions[rule.endpoint], "permissions")]
    assert not undeclared, f"add @requires(Permission.…) or @public: {undeclared}"
    empty = [rule.endpoint for rule, _ in routes(app) if needed(app, rule) == frozenset()]
    assert not empty, f"nobody could open these: {empty}"


def test_the_public_pages_are_these_and_no_others(app: Flask) -> None:
    found = {rule.endpoint for rule, _ in routes(app) if needed(app, rule) is None}
    assert found == PUBLIC - {"static"}


def test_every_url_parameter_says_whose_object_it_is(app: Flask) -> None:
    unnamed = {f"{name} ({rule.rule})" for rule, _ in routes(app) for name in rule.arguments
               if name not in OWNED | OPEN.keys()}
    assert not unnamed, "\n".join(["name each in OWNED or OPEN of this file:", *unnamed])


def test_anonymous_visitors_are_sent_to_sign_in(app: Flask, client: Any, counted: Counted) -> None:
    wrong = []
    for rule, method in routes(app):
        if needed(app, rule) is None:
            continue
        answer = client.open(address(app, rule), method=method)
        counted.add("anonymous", rule.endpoint)
        at_sign_in = (answer.status_code == 302
                      and answer.headers["Location"].startswith("/accounts/sign-in?next="))
        if not (at_sign_in if method == "GET" else answer.status_code == 401):
            wrong.append(f"{method} {rule.rule}: {answer.status}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("role", ROLES)
def test_a_role_opens_what_it_may_and_nothing_else(app: Flask, client: Any, counted: Counted,
                                                   role: str) -> None:
    """Without the permission: 403 or 404. With it: never a crash and never a call to sign in."""
    user = factories.user([role])
    wrong = []
    for rule, method in routes(app):
        permissions = needed(app, rule)
        if permissions is None:
            continue
        factories.sign_in(client, user)  # anew each time: one of the routes signs out
        answer = client.open(address(app, rule), method=method)
        allowed = bool(permissions & permissions_of([role]))
        counted.add("allowed" if allowed else "refused", rule.endpoint)
        fine = (answer.status_code < 500 and answer.status_code != 401 if allowed
                else answer.status_code in REFUSED)
        if not fine:
            wrong.append(f"{method} {rule.rule}: {answer.status}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("role", ROLES)
def test_nobody_opens_what_belongs_to_another_organ(app: Flask, client: Any, counted: Counted,
                                                    role: str) -> None:
    """A foreign case, and a foreign document under an own case."""
    user = person(role)
    theirs, mine = foreign.owned_by(None), foreign.owned_by(user)
    assert theirs.keys() == mine.keys() == OWNED
    wrong = []
    for rule, method in routes(app):
        owned = set(rule.arguments) & OWNED - (DISTRICT_WIDE if role in OFFICE else set())
        mixtures = [theirs]
        if "case_id" in owned and len(owned) > 1:
            mixtures.append(theirs | {"case_id": mine["case_id"]})
        if "name" in rule.arguments and owned:
            mixtures += [theirs | {"name": event} for event in procedure().events]
        for values in mixtures if owned else []:
            factories.sign_in(client, user)
            answer = client.open(address(app, rule, **values), method=method)
            counted.add("foreign", rule.endpoint)
            if answer.status_code not in REFUSED:
                wrong.append(f"{method} {address(app, rule, **values)}: {answer.status}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("role", ROLES)
def test_the_sub_volume_of_an_own_case_is_closed_to_most(app: Flask, client: Any, counted: Counted,
                                                         role: str) -> None:
    """副卷: its documents, files and entries, by their addresses, with every method."""
    if Permission.SUB_VOLUME in permissions_of([role]):
        return
    user = person(role)
    case_id = foreign.owned_by(user)["case_id"]
    sealed = foreign.sealed_in(case_id, user)
    wrong = []
    for rule, method in routes(app):
        if "case_id" not in rule.arguments or not set(rule.arguments) & {
                "document_id", "exhibit_id", "seq"}:
            continue
        factories.sign_in(client, user)
        answer = client.open(address(app, rule, **sealed), method=method)
        counted.add("sub volume", rule.endpoint)
        if answer.status_code not in REFUSED:
            wrong.append(f"{method} {address(app, rule, **sealed)}: {answer.status}")
    assert not wrong, "\n".join(wrong)


def test_the_sub_volume_is_open_to_its_own_people(app: Flask, client: Any) -> None:
    """Else the test above would pass whatever the views do."""
    user = person("handler")
    sealed = foreign.sealed_in(foreign.owned_by(user)["case_id"], user)
    factories.sign_in(client, user)
    path = "/cases/{case_id}/documents/{document_id}".format(**sealed)
    assert client.get(path).status_code == 200


def test_before_the_copy_is_sent_the_respondent_opens_nothing(app: Flask, client: Any,
                                                              counted: Counted) -> None:
    user = person("answerer")
    mine = foreign.owned_by(user)
    case = db.session.get(Case, mine["case_id"])
    assert case is not None
    case.respondent_sees = False
    db.session.commit()
    wrong = []
    for rule, method in routes(app):
        if "case_id" in rule.arguments:
            factories.sign_in(client, user)
            answer = client.open(address(app, rule, **mine), method=method)
            counted.add("not yet sent", rule.endpoint)
            if answer.status_code not in REFUSED:
                wrong.append(f"{method} {address(app, rule, **mine)}: {answer.status}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("role, own", [
    ("reader", False), ("intake_clerk", True), ("handler", True), ("office_head", True),
    ("organ_head", True), ("answerer", True), ("reviewer", False), ("law_editor", False),
    ("admin", False)])
def test_the_foreign_objects_are_foreign_and_the_own_ones_own(app: Flask, role: str,
                                                              own: bool) -> None:
    """Else the test above would pass whatever the views do."""
    user = person(role)
    theirs, mine = foreign.owned_by(None), foreign.owned_by(user)
    assert (cases.get(user, mine["case_id"]) is not None) is own
    assert cases.get(user, theirs["case_id"]) is None
    assert approvals.record(mine["case_no"], user) is not None
    assert (approvals.record(theirs["case_no"], user) is not None) is (role in OFFICE)
