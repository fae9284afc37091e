"""Static files by whitenoise, pages by Flask; the start says where and as whom."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from werkzeug.test import Client

from app.operations import demo, serving


def test_static_files_are_served_with_their_headers_and_pages_by_the_application(
    app: Flask,
) -> None:
    client = Client(serving.with_static(app))
    style = client.get("/static/app.css")
    assert style.status_code == 200 and style.headers["X-Content-Type-Options"] == "nosniff"
    assert "Access-Control-Allow-Origin" not in style.headers
    assert client.get("/health").json == {"ok": True}
    assert client.get("/static/../config.py").status_code in (401, 403, 404)


def test_the_start_prints_address_and_demo_accounts(
    app: Flask, runner: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    served: dict[str, Any] = {}
    monkeypatch.setattr(serving, "serve", lambda _app, **more: served.update(more))
    monkeypatch.setattr(serving.Clock, "start", lambda self: served.update(clock=self.every))
    runner.invoke(args=["demo", "load"])
    result = runner.invoke(args=["serve", "--port", "8123"])
    assert result.exit_code == 0, result.output
    assert "http://127.0.0.1:8123/" in result.stdout
    (first, *_) = demo.demo_accounts()
    assert first.username in result.stdout and first.password in result.stdout
    assert (served["host"], served["port"], served["clock"]) == ("127.0.0.1", 8123, 3600.0)


def test_a_taken_port_is_said_with_a_way_out(
    runner: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: Any, **__: Any) -> None:
        raise OSError(98, "Address already in use")

    monkeypatch.setattr(serving, "serve", busy)
    monkeypatch.setattr(serving.Clock, "start", lambda self: None)
    result = runner.invoke(args=["serve", "--port", "8123"])
    assert result.exit_code == 1 and "PORT=8124" in result.stderr


def test_the_demo_loads_twice_without_a_difference(app: Flask, runner: Any) -> None:
    from tests.operations.test_backup import content

    assert runner.invoke(args=["demo", "load"]).exit_code == 0
    once = content()
    assert runner.invoke(args=["demo", "load"]).exit_code == 0
    assert content() == once
