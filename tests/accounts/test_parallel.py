"""Many at once: the lock counts every attempt, whichever engine keeps the count."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from flask import Flask

from app.accounts import services
from app.accounts.models import SignInGuard
from app.audit import services as audit
from app.extensions import db
from tests import factories

AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def test_guessing_in_parallel_does_not_get_more_than_five_tries(app: Flask) -> None:
    name = factories.user().username
    db.session.commit()

    def guess(number: int) -> str:
        with app.app_context():
            try:
                services.sign_in(name, f"wrong {number}", at=AT)
            except services.SignInRefused as refused:
                db.session.commit()
                return "locked" if refused.locked_minutes else "tried"
            finally:
                db.session.remove()
        return "in"

    with ThreadPoolExecutor(12) as pool:
        said = list(pool.map(guess, range(36)))
    # The fifth is told that the account is now locked, so four hear only "wrong".
    assert said.count("tried") == services.MAX_FAILURES - 1 and "in" not in said
    guard = db.session.query(SignInGuard).one()
    assert guard.failures == services.MAX_FAILURES
    assert audit.verify()[1] == []
