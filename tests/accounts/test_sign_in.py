"""Signing in, out, locks and sessions, through the client."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from app.accounts import services
from app.accounts.models import SignInGuard
from app.accounts.views import local_path
from app.audit.models import AuditEntry
from app.extensions import db
from tests import factories


def attempt(client: Any, username: str, password: str, query: str = "") -> Any:
    return client.post("/accounts/sign-in" + query,
                       data={"username": username, "password": password})


def kinds() -> list[str]:
    return [row.kind for row in db.session.query(AuditEntry).order_by(AuditEntry.position)]


def test_the_right_password_opens_the_page_that_was_asked_for(client: Any) -> None:
    factories.user(username="zhang")
    asked = client.get("/accounts/roles?x=1")
    assert asked.status_code == 302
    assert asked.headers["Location"] == "/accounts/sign-in?next=/accounts/roles?x%3D1"
    done = client.post(asked.headers["Location"],
                       data={"username": " Zhang ", "password": factories.PASSWORD})
    assert (done.status_code, done.headers["Location"]) == (302, "/accounts/roles?x=1")
    assert "工作台" in client.get("/").text
    assert kinds() == ["sign_in"]


def test_unknown_user_wrong_password_and_disabled_account_look_the_same(client: Any) -> None:
    factories.user(username="zhang")
    factories.user(username="gone", active=False)
    bodies = []
    for name, password in (("zhang", "wrong-password"), ("nobody", "wrong-password"),
                           ("gone", factories.PASSWORD)):
        answer = attempt(client, name, password)
        assert answer.status_code == 401
        body = re.sub(r'content="[^"]+"', "", answer.text.replace(name, "NAME"))
        bodies.append(body)
    assert "用户名或密码不正确" in bodies[0]
    assert bodies[0] == bodies[1] == bodies[2]
    assert kinds() == ["sign_in_failed"] * 3


@pytest.mark.parametrize("name, why", [
    ("zhang", "an account"), ("nobody", "no account: a lock must not tell which names exist")])
def test_five_wrong_passwords_lock_for_fifteen_minutes(app: Flask, name: str, why: str) -> None:
    factories.user(username="zhang")
    at = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    for number in range(1, 6):
        with pytest.raises(services.SignInRefused) as refused:
            services.sign_in(name, "wrong-password", at=at)
        assert refused.value.locked_minutes == (15 if number == 5 else None), why
    db.session.commit()
    with pytest.raises(services.SignInRefused) as refused:
        services.sign_in(name, factories.PASSWORD, at=at + timedelta(minutes=14, seconds=1))
    assert refused.value.locked_minutes == 1, "the right password does not open a locked account"
    assert kinds() == ["sign_in_failed"] * 5 + ["sign_in_locked"]
    later = at + timedelta(minutes=15)
    if name == "zhang":
        assert services.sign_in(name, factories.PASSWORD, at=later).username == "zhang"
        assert db.session.query(SignInGuard).count() == 0, "success forgets the failures"
    else:
        with pytest.raises(services.SignInRefused) as refused:
            services.sign_in(name, factories.PASSWORD, at=later)
        assert refused.value.locked_minutes is None, "after the lock the count starts anew"


def test_a_name_that_is_no_account_is_not_written_down(client: Any) -> None:
    attempt(client, "My-Secret-Password-1", "zhang")
    entry = db.session.query(AuditEntry).one()
    assert "secret" not in str((entry.subject, entry.facts)).lower()
    assert "secret" not in db.session.query(SignInGuard).one().name_hash


def test_failures_are_forgotten_after_a_day(app: Flask) -> None:
    start = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    for name, at in (("one", start), ("two", start + timedelta(days=2))):
        with pytest.raises(services.SignInRefused):
            services.sign_in(name, "wrong-password", at=at)
    assert db.session.query(SignInGuard).count() == 1


def test_the_lock_is_shown_with_its_minutes(client: Any) -> None:
    factories.user(username="zhang")
    for _ in range(4):
        attempt(client, "zhang", "wrong-password")
    locked = attempt(client, "zhang", "wrong-password")
    assert locked.status_code == 403
    assert "请 15 分钟后再试" in locked.text
    assert 'value="zhang"' in locked.text, "the typed name is kept"
    assert "wrong-password" not in locked.text, "a password is never sent back"
    assert attempt(client, "zhang", factories.PASSWORD).status_code == 403


@pytest.mark.parametrize("target, expected, why", [
    ("/accounts/roles?a=1", "/accounts/roles?a=1", "a path of this site"),
    ("https://evil.example/", "/", "another site"),
    ("//evil.example/", "/", "scheme-relative"),
    ("/\\evil.example", "/", "browsers read a backslash as a slash"),
    ("/\t/evil.example", "/", "browsers drop tabs"),
    ("/\n/evil.example", "/", "browsers drop line breaks"),
    ("javascript:alert(1)", "/", "not a path"),
    ("accounts/roles", "/", "not from the root"),
    ("", "/", "empty"), (None, "/", "absent"),
])
def test_next_never_leaves_the_site(app: Flask, target: str | None, expected: str,
                                    why: str) -> None:
    with app.test_request_context():
        assert local_path(target) == expected, why


def test_signing_out_needs_a_post_and_ends_the_session(client: Any) -> None:
    factories.sign_in(client, factories.user())
    assert client.get("/accounts/sign-out").status_code == 405
    assert client.post("/accounts/sign-out").headers["Location"] == "/accounts/sign-in"
    assert client.get("/").status_code == 302
    assert kinds() == ["sign_out"]


def test_a_copy_of_the_cookie_does_not_outlive_the_signing_out(app: Flask, client: Any) -> None:
    user = factories.user()
    copy = app.test_client()
    factories.sign_in(client, user)
    with client.session_transaction() as mine, copy.session_transaction() as stolen:
        stolen.update(mine)
    assert copy.get("/accounts/roles").status_code == 200
    client.post("/accounts/sign-out")
    assert copy.get("/accounts/roles").status_code == 302



@pytest.mark.parametrize("field, age, alive, why", [
    ("seen", 59 * 60, True, "used within the hour"),
    ("seen", 61 * 60, False, "idle for more than an hour"),
    ("since", 7 * 3600, True, "a working day"),
    ("since", 8 * 3600 + 5, False, "eight hours after sign-in, however busy"),
    ("seen", None, False, "a session that does not say when it was used"),
])
def test_sessions_end(client: Any, field: str, age: int | None, alive: bool, why: str) -> None:
    factories.sign_in(client, factories.user())
    with client.session_transaction() as session:
        if age is None:
            del session[field]
        else:
            session[field] -= age
    answer = client.get("/accounts/roles")
    assert (answer.status_code == 200) is alive, why
    if not alive:
        assert answer.headers["Location"].startswith("/accounts/sign-in?next=/accounts/roles")
        assert "长时间没有操作" in client.get("/accounts/sign-in").text
        assert client.post("/accounts/sign-out").status_code == 401


def test_another_browser_cannot_use_a_copied_session(client: Any) -> None:
    factories.sign_in(client, factories.user())
    assert client.get("/").status_code == 200
    assert client.get("/", headers={"User-Agent": "Thief"}).status_code == 302


def test_the_session_cookie_is_guarded(client: Any, app: Flask) -> None:
    factories.user(username="zhang")
    cookie = attempt(client, "zhang", factories.PASSWORD).headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Expires=" in cookie
    assert "Secure" not in cookie
    app.config["SESSION_COOKIE_SECURE"] = True  # what production mode sets
    other = attempt(app.test_client(), "zhang", factories.PASSWORD)
    assert "Secure" in other.headers["Set-Cookie"]


def test_signing_in_starts_a_new_session(client: Any) -> None:
    factories.user(username="zhang")
    with client.session_transaction() as session:
        session["planted"] = "x"
    attempt(client, "zhang", factories.PASSWORD)
    with client.session_transaction() as session:
        assert "planted" not in session


def test_demo_accounts_are_listed_only_in_the_demonstration(client: Any, app: Flask) -> None:
    factories.user(["intake_clerk"], username="demo-intake", demo=True)
    factories.user(username="real-person")
    shown = client.get("/accounts/sign-in").text
    assert "demo-intake" in shown and "收案人员" in shown
    assert "real-person" not in shown and factories.PASSWORD not in shown
    app.config["PRODUCTION"] = True
    assert "demo-intake" not in client.get("/accounts/sign-in").text
