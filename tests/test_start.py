"""The application starts, and the gate refuses what nobody declared."""

from __future__ import annotations

from typing import Any

from flask import Flask

from app.audit import services as audit
from app.extensions import db


def test_health_is_public(client: Any) -> None:
    assert client.get("/health").json == {"ok": True}


def test_an_undeclared_view_is_refused(app: Flask) -> None:
    app.view_functions["undeclared"] = lambda: "x"
    app.url_map.add(app.url_rule_class("/undeclared", endpoint="undeclared"))
    assert app.test_client().get("/undeclared").status_code == 403


def test_the_log_chain_holds_and_names_a_break(app: Flask) -> None:
    for number in range(3):
        audit.log("test", f"第{number}条", by="测试")
    db.session.commit()
    assert audit.verify() == ({"log": 3} | {k: 0 for k in audit.verify()[0] if k != "log"}, [])
