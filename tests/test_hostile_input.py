"""Every address and every form of a working office, with what nobody should send: never a crash.

A seeded sample of absurd values goes into every address, query and form of the application, in an
office that has its demo district and its three cases; each must be answered below 500.
"""

from __future__ import annotations

import io
import random
import traceback
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask, got_request_exception
from lxml import html
from sqlalchemy import select
from werkzeug.datastructures import MultiDict
from werkzeug.routing import IntegerConverter, Rule

from app.accounts.models import User
from app.approvals.models import ApprovalRecord
from app.cases.models import Case, Exhibit
from app.config import ROOT
from app.documents.models import Document
from app.extensions import db
from app.licensing.handover.models import Handover, HandoverEntry
from app.licensing.review.models import ReviewTask
from app.operations.start_commands import load_demo
from app.permissions import ROLES
from tests import factories

ABSURD = [
    "", " ", "0", "-1", "1e9", "²", "٣", "99999999999999999999999", "2147483648", "-2147483649",
    "1.5", "NaN", "true", "\x00", "a\x00b", "\ud7ff\uffff", "𠮷野家" * 40, "\u202efdp.exe",
    "'\"><img src=x>", "{{7*7}}", "{%for%}", "%", "_", "\\", "' OR 1=1--", "0001-01-01",
    "9999-12-31", "2026-02-30", "2026-W01-1", "x" * 5000, "《》第条",
    "《行政复议法》第九千九百九十九条", "javascript:alert(1)", "//evil.example",
    "\r\nSet-Cookie: a=b", "[]", "null", "2026-11-24",
]
QUERY = ["q", "page", "on", "sort", "status", "handler", "organ", "state", "kind", "by", "rank",
         "grade", "version", "item", "power", "known_on", "record", "department", "mode", "outcome",
         "download", "next", "endpoint", "_anchor", "_scheme", "_external", "_method", "self",
         "case_id", "code", "filename", "values", "batch", "rule", "severity", "group", "result",
         "who", "late", "rounds", "show", "items", "conclusion"]
FILES = [b"", b"%PDF-1.7 no", b"PK\x03\x04", factories.pdf()]
FILE_NAMES = ["申请书.pdf", "\u202efdp.exe", "x" * 300 + ".pdf", "../../etc/passwd",
              "a\tb;\"c.pdf", ""]
ROUNDS = 3
KEEPS_OUT = {"accounts.sign_out", "accounts.sign_in", "static"}


@pytest.fixture
def office(app: Flask) -> Flask:
    """The demo district with its cases; errors are answered, as on a server."""
    app.config["PROPAGATE_EXCEPTIONS"] = False
    got_request_exception.connect(_remember, app)
    load_demo(lambda _line: None)
    return app


CRASHES: list[str] = []


def _remember(_app: Flask, exception: BaseException, **_more: Any) -> None:
    """Where the last crash came from, in our code, for the message of the test."""
    ours = [f for f in traceback.extract_tb(exception.__traceback__) if "/app/" in f.filename]
    at = f"{ours[-1].filename.rpartition('/app/')[2]}:{ours[-1].lineno}" if ours else "?"
    CRASHES.append(f"{at} {type(exception).__name__}: {str(exception)[:100]}")


def clerks() -> list[User]:
    """One account a role; the office that has the cases, and the bureau that answers."""
    found = {}
    for user in db.session.scalars(select(User).where(User.demo).order_by(User.id)):
        for role in user.roles:
            found.setdefault(role, user)
    assert found.keys() == ROLES.keys()
    return list(found.values())


def addresses(app: Flask, rule: Rule, chance: random.Random, absurd: int) -> Iterator[str]:
    """Real objects first, then ``absurd`` addresses with values that name nothing."""
    case = db.session.scalars(select(Case).order_by(Case.id)).all()
    real: dict[str, list[Any]] = {
        "case_id": [c.id for c in case],
        "document_id": list(db.session.scalars(select(Document.id))) or [1],
        "exhibit_id": list(db.session.scalars(select(Exhibit.id))) or [1],
        "case_no": list(db.session.scalars(select(ApprovalRecord.case_no).limit(2))),
        "user_id": [1], "organ_id": [6, 1], "law_id": [1], "seq": [1], "version_id": [1],
        "run_id": [1], "saved_id": [1], "sha256": ["0" * 64],
        "name": ["accept", "send_copy", "decide"], "code": ["acceptance_notice", "72"],
        "record_id": [1, 2], "seal_id": [1, 2], "verification_id": [2, 1],
        "kind": ["sanding", "officer"],
        "push_id": [1], "copy_id": [1], "conference_id": [1], "resolution_id": [1],
        "task_id": list(db.session.scalars(select(ReviewTask.id).limit(140))) or [1],
        "batch_id": [1], "sample_id": [1], "number": [1],
        "action": ["CHANGE", "MERGE", "SPLIT", "PROPOSE", "TRANSFER_OUT"],
        "handover_id": list(db.session.scalars(select(Handover.id).order_by(
            Handover.state, Handover.id))) or [1],
        "entry_id": list(db.session.scalars(select(HandoverEntry.id).limit(3))) or [1],
        "category": ["ARCHIVES", "IN_FLIGHT", "CERT_STOCK"],
        "section": ["conditions", "limit"], "filename": ["app.css"]}
    with app.test_request_context():
        adapter = app.url_map.bind("localhost")
        if not rule.arguments:
            yield adapter.build(rule.endpoint)
            return
        for number in range(len(case)):
            yield adapter.build(rule.endpoint, {
                name: real[name][number % len(real[name])] for name in rule.arguments})
        for _ in range(absurd):
            filled: dict[str, Any] = {}
            for name in rule.arguments:
                whole = isinstance(rule._converters[name], IntegerConverter)
                filled[name] = (chance.choice([0, 2**31 - 1, 2**31, 2**63, 10**30]) if whole
                                else chance.choice([v for v in ABSURD if v.strip("/. ")]))
            if chance.random() < 0.5 and "case_id" in filled:
                filled["case_id"] = real["case_id"][0]
            yield adapter.build(rule.endpoint, filled)


def send(client: Any, user: User, address: str, **more: Any) -> Any:
    factories.sign_in(client, user)
    return client.open(address, **more)


def test_no_address_and_no_query_crashes(office: Flask, client: Any) -> None:
    chance, wrong, tried = random.Random(20261124), [], 0
    users = clerks()
    for rule in sorted(office.url_map.iter_rules(), key=lambda r: r.rule):
        if "GET" not in (rule.methods or ()) or rule.endpoint in KEEPS_OUT:
            continue
        view: Any = office.view_functions[rule.endpoint]
        able = [u for u in users if view.permissions is None or view.permissions & u.permissions]
        for address in addresses(office, rule, chance, 6):
            for _ in range(ROUNDS):
                query = MultiDict((chance.choice(QUERY), chance.choice(ABSURD))
                                  for _ in range(chance.randint(0, 4)))
                user = chance.choice(able)
                answer = send(client, user, address, query_string=query)
                tried += 1
                if answer.status_code >= 500:
                    wrong.append(f"{CRASHES[-1]} <- {user.username} {address} {dict(query)}"[:400])
    assert tried > 100
    assert not wrong, f"{len(wrong)} of {tried}\n" + "\n".join(wrong[:60])


def test_no_link_takes_its_arguments_from_the_query() -> None:
    """``?endpoint=x`` or ``?_scheme=x`` would steer url_for: a crash, or a link to elsewhere."""
    wrong = [path.name for path in (ROOT / "app" / "templates").rglob("*.html")
             if "**request.args" in path.read_text(encoding="utf-8")]
    assert wrong == []


def test_no_form_crashes_on_missing_double_or_absurd_fields(office: Flask, client: Any) -> None:
    """Every form that a page offers, filled in plausibly but for a few fields."""
    chance, wrong, tried = random.Random(62), [], 0
    users = clerks()
    for rule in sorted(office.url_map.iter_rules(), key=lambda r: r.rule):
        if "GET" not in (rule.methods or ()) or rule.endpoint in KEEPS_OUT:
            continue
        view: Any = office.view_functions[rule.endpoint]
        able = [u for u in users if view.permissions is None or view.permissions & u.permissions]
        for address in addresses(office, rule, chance, 0):
            user = chance.choice(able)
            for action, fields in forms_of(send(client, user, address), address):
                for _ in range(ROUNDS):
                    data = nearly_right(fields, chance)
                    answer = send(client, user, action, method="POST", data=data,
                                  content_type="multipart/form-data")
                    tried += 1
                    if answer.status_code >= 500:
                        wrong.append(f"{CRASHES[-1]} <- {user.username} {action} {data}"[:700])
    assert tried > 100
    assert not wrong, f"{len(wrong)} of {tried}\n" + "\n".join(wrong[:60])


def test_no_post_crashes_without_any_field(office: Flask, client: Any) -> None:
    chance, wrong = random.Random(7), []
    users = clerks()
    for rule in sorted(office.url_map.iter_rules(), key=lambda r: r.rule):
        if "POST" not in (rule.methods or ()) or rule.endpoint in KEEPS_OUT:
            continue
        view: Any = office.view_functions[rule.endpoint]
        able = [u for u in users if view.permissions & u.permissions]
        for address in addresses(office, rule, chance, 2):
            user = chance.choice(able)
            if send(client, user, address, method="POST").status_code >= 500:
                wrong.append(f"{CRASHES[-1]} <- {user.username} {address}")
    assert not wrong, "\n".join(wrong)


def forms_of(page: Any, address: str) -> Iterator[tuple[str, list[tuple[str, str, str]]]]:
    """(where it goes, [(name, kind of field, value)]) of every form that changes something."""
    if page.mimetype != "text/html" or page.status_code != 200:
        return
    for form in html.fromstring(page.text).forms:
        if form.method != "POST" or "sign-out" in (form.action or ""):
            continue
        fields = []
        for field in form.inputs:
            if not field.name or field.name == "csrf_token":
                continue
            if field.tag == "select":
                values = list(field.value_options)
                fields.append((field.name, "select", values[-1] if values else ""))
            else:
                kind = field.get("type", "text") if field.tag == "input" else field.tag
                fields.append((field.name, kind, field.value or ""))
        yield form.action or address, fields


def nearly_right(fields: list[tuple[str, str, str]], chance: random.Random) -> MultiDict[str, Any]:
    """What the page holds, the blanks filled in, but for a few fields: gone, twice, absurd."""
    data: MultiDict[str, Any] = MultiDict()
    odd = set(chance.sample(range(len(fields)), min(len(fields), chance.randint(0, 3))))
    for number, (name, kind, value) in enumerate(fields):
        if kind == "file":
            data.add(name, (io.BytesIO(chance.choice(FILES)), chance.choice(FILE_NAMES)))
        elif number not in odd:
            data.add(name, value or ("2026-11-20" if kind == "date" or name.endswith("_on")
                                     else "1" if kind == "number" else "测试"))
        else:
            for _ in range(chance.randint(0, 2)):
                if chance.random() < 0.1:
                    data.add(name, (io.BytesIO(b"x"), "x.txt"))
                else:
                    data.add(name, chance.choice(ABSURD))
    return data
