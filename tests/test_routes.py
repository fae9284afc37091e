"""Every route × method × role × foreign object: what may not be opened is refused.

Form protection is off here on purpose: a 400 for a missing token would prove nothing. A new route
is tried without being named; a new URL parameter must be named in OBJECTS below.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import Rule

from app.accounts.models import User
from app.permissions import ROLES, Permission, permissions_of
from tests import factories

NOWHERE = 987_654_321
REFUSED = {403, 404}
PUBLIC = {"static", "accounts.sign_in", "pages.health"}


@dataclass(frozen=True)
class Object:
    """How to fill a URL parameter.

    ``foreign`` makes an object of another organ and returns the parameter's value: opening it is
    refused for everyone of ``factories.user``'s organ. None with a ``why``: not anybody's own.
    ``absent`` is a value of the right form that names nothing.
    """

    foreign: Callable[[], Any] | None = None
    why: str = ""
    absent: Any = NOWHERE


OBJECTS: dict[str, Object] = {
    "user_id": Object(why="who manages accounts manages all of them"),
    "organ_id": Object(why="the register of organs is open to all who are signed in"),
    "law_id": Object(why="law texts are open to all who may search the law"),
    "code": Object(why="items and document types are the same for every organ"),
    "filename": Object(why="static files", absent="nothing.txt"),
}


class Counted:
    """Puts the size of the matrix into the summary of the run."""

    def __init__(self) -> None:
        self.tried: dict[str, int] = {}
        self.routes: set[str] = set()

    def add(self, what: str, endpoint: str) -> None:
        self.tried[what] = self.tried.get(what, 0) + 1
        self.routes.add(endpoint)

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        parts = "，".join(f"{what} {count}" for what, count in self.tried.items())
        terminalreporter.write_line(
            f"route matrix: {sum(self.tried.values())} requests to {len(self.routes)} routes, "
            f"{len(ROLES)} roles and anonymous ({parts})")


@pytest.fixture(scope="module")
def counted(request: pytest.FixtureRequest) -> Counted:
    made = Counted()
    request.config.pluginmanager.register(made, "route-matrix")
    return made


def routes(app: Flask) -> Iterator[tuple[Rule, str]]:
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint)):
        if rule.endpoint == "static":
            continue
        for method in sorted((rule.methods or set()) - {"OPTIONS"}):
            yield rule, method


def needed(app: Flask, rule: Rule) -> frozenset[Permission] | None:
    view: Any = app.view_functions[rule.endpoint]
    return view.permissions  # type: ignore[no-any-return]


def address(app: Flask, rule: Rule, **values: Any) -> str:
    """The URL of ``rule`` with absent objects, but for those in ``values``."""
    filled = {name: values.get(name, _absent(rule, name)) for name in rule.arguments}
    with app.test_request_context():
        return str(app.url_map.bind("localhost").build(rule.endpoint, filled))


def _absent(rule: Rule, name: str) -> Any:
    if name in OBJECTS:
        return OBJECTS[name].absent
    kind = type(rule._converters[name]).__name__
    return NOWHERE if kind == "IntegerConverter" else "nothing"


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
               if name not in OBJECTS}
    assert not unnamed, "\n".join(["give each an entry in OBJECTS of this file:", *unnamed])
    assert all(entry.foreign or entry.why for entry in OBJECTS.values())


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
        _sign_in(client, user)
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
    user = factories.user([role])
    foreign = {name: entry.foreign() for name, entry in OBJECTS.items() if entry.foreign}
    wrong = []
    for rule, method in routes(app):
        if not set(rule.arguments) & foreign.keys():
            continue
        _sign_in(client, user)
        answer = client.open(address(app, rule, **foreign), method=method)
        counted.add("foreign", rule.endpoint)
        if answer.status_code not in REFUSED:
            wrong.append(f"{method} {rule.rule}: {answer.status}")
    assert not wrong, "\n".join(wrong)


def _sign_in(client: Any, user: User) -> None:
    # Anew each time: one of the routes signs out.
    factories.sign_in(client, user)
