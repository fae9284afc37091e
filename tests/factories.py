"""Makers of test objects: explicit days, no randomness, committed when they return."""

from __future__ import annotations

import io
import itertools
from collections.abc import Iterable
from datetime import date
from typing import Any

from flask import Flask, g, session
from flask.testing import FlaskClient
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from app.accounts import passwords
from app.accounts.models import User
from app.accounts.session_views import begin_session
from app.extensions import db
from app.organs.models import Organ

PASSWORD = "Heng-qi-2026-hao"
_serial = itertools.count(1)


class Client(FlaskClient):
    """A client as honest as a server although tests keep one application context open.

    What the test arranged is committed before the request; what the view did not commit is
    lost after it, so that a forgotten ``commit()`` shows; and who was signed in before (which
    Flask keeps in ``g``) is forgotten, so that two clients in one test stay apart.
    """

    def open(self, *args: Any, **kwargs: Any) -> Any:
        db.session.commit()
        _forget()
        response = super().open(*args, **kwargs)
        db.session.rollback()
        _forget()
        return response


def _forget() -> None:
    for name in list(g):
        g.pop(name)


def organ(name: str | None = None, *, kind: str = "district_department",
          parent: Organ | None = None, office_of: Organ | None = None,
          valid_from: date = date(2019, 3, 1), valid_to: date | None = None,
          **more: Any) -> Organ:
    """An organ; without a name 测试机关1, 测试机关2 …; an existing name gives the existing one."""
    name = name or f"测试机关{next(_serial)}"
    found = db.session.query(Organ).filter_by(name=name).one_or_none()
    if found:
        return found
    made = Organ(name=name, kind=kind, parent=parent, office_of=office_of,
                 valid_from=valid_from, valid_to=valid_to, **more)
    db.session.add(made)
    db.session.commit()
    return made


def user(roles: Iterable[str] = ("reader",), organ: Organ | None = None, *,
         username: str | None = None, display_name: str | None = None,
         password: str = PASSWORD, **more: Any) -> User:
    """An account with ``roles``; without an organ it belongs to 测试区司法局."""
    username = username or f"user{next(_serial)}"
    made = User(username=username, display_name=display_name or f"测试人员{username}",
                organ=organ or _default_organ(), roles=list(roles),
                password_hash=passwords.hash_password(password), **more)
    db.session.add(made)
    db.session.commit()
    return made


def sign_in(client: FlaskClient, user: User) -> FlaskClient:
    """Give ``client`` a session of ``user`` without going through the sign-in form."""
    app: Flask = client.application
    with app.test_request_context(environ_overrides=dict(client.environ_base)):
        _forget()
        begin_session(user)
        fresh = dict(session)
        _forget()
    with client.session_transaction() as stored:
        stored.clear()
        stored.update(fresh)
        stored.permanent = True
    return client


def pdf(text: str = "行政复议申请书", pages: int = 1) -> bytes:
    """A small PDF with a text layer; each page begins with ``text`` and its number."""
    if "STSong-Light" not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4, invariant=1)
    for number in range(1, pages + 1):
        canvas.setFont("STSong-Light", 14)
        canvas.drawString(72, 770, f"第{number}页")
        for line, words in enumerate(text.splitlines() or [""]):
            canvas.drawString(72, 740 - 20 * line, words)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _default_organ() -> Organ:
    government = organ("测试区人民政府", kind="district_government")
    return organ("测试区司法局", parent=government, office_of=government)
