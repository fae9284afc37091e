"""Static files by whitenoise, pages by Flask; the start says where and as whom."""

from __future__ import annotations

import http.client
import threading
from typing import Any

import pytest
import waitress
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


def test_a_file_far_over_the_limit_gets_an_answer_in_chinese(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A browser that is cut off while it sends shows its own page: connection reset."""
    app.config["MAX_CONTENT_LENGTH"] = 1024 * 1024
    made: list[Any] = []
    monkeypatch.setattr(serving.waitress, "serve",
                        lambda app, **how: made.append(waitress.create_server(app, **how)))
    serving.serve(app, host="127.0.0.1", port=0, threads=1)
    (server,) = made
    worker = threading.Thread(target=server.run, daemon=True)
    worker.start()
    try:
        connection = http.client.HTTPConnection("127.0.0.1", server.effective_port, timeout=20)
        connection.request("POST", "/accounts/sign-in", b"x" * (3_400_000), {
            "Content-Type": "application/x-www-form-urlencoded"})
        answer = connection.getresponse()
        assert answer.status == 413 and "文件太大" in answer.read().decode()
    finally:
        server.close()


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
