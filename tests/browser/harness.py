"""A real server and a real browser for a test, and what every visited page must pass."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask
from waitress.server import create_server

from tests import factories

ROOT = Path(__file__).resolve().parent.parent.parent
AXE = ROOT / "tests/browser/vendor/axe-core-4.14.1/axe.min.js"
SCREENSHOTS = ROOT / "build/screenshots"
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
         "--disable-background-networking", "--disable-component-update"]


def chromium() -> str | None:
    """The system's Chromium: ``CHROMIUM``, or the usual names on the path."""
    named = os.environ.get("CHROMIUM")
    return named or next(filter(None, map(shutil.which, (
        "chromium", "chromium-browser", "google-chrome"))), None)


@dataclass(frozen=True)
class Site:
    """The served application; ``app`` is the one whose context the test holds."""

    url: str
    app: Flask

    def sign_in(self, page: Any, username: str, password: str = factories.PASSWORD) -> None:
        """Sign in through the form, as a person does."""
        page.goto(self.url + "/accounts/sign-in")
        page.get_by_label("用户名").fill(username)
        page.get_by_label("密码").fill(password)
        page.get_by_role("button", name="登录").click()
        page.wait_for_url(lambda address: "/accounts/sign-in" not in address)

    def sign_out(self, page: Any) -> None:
        page.locator(".user-menu > button").click()
        page.get_by_role("button", name="退出登录").click()
        page.wait_for_url("**/accounts/sign-in*")


@contextmanager
def serve(app: Flask) -> Iterator[Site]:
    """Serve ``app`` with waitress on a free port of this machine, CSRF protection on."""
    app.config["WTF_CSRF_ENABLED"] = True
    server = create_server(app, host="127.0.0.1", port=0, threads=8,
                           clear_untrusted_proxy_headers=True)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield Site(f"http://127.0.0.1:{server.effective_port}", app)
    finally:
        server.close()
        thread.join(timeout=5)


@dataclass
class Watch:
    """What the browser complained about; a refused page (4xx) is the test's own business."""

    complaints: list[str] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)

    def attach(self, page: Any, site: Site) -> None:
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))
        page.on("response", self._response)
        page.route(lambda address: not address.startswith(site.url), self._foreign)

    def _console(self, message: Any) -> None:
        if message.type == "error" and message.location.get("url") not in self.refused:
            self.complaints.append(f"console: {message.text} ({message.location.get('url')})")

    def _response(self, response: Any) -> None:
        if response.status >= 400 and response.request.is_navigation_request():
            self.refused.add(response.url)

    def _foreign(self, route: Any) -> None:
        self.complaints.append(f"leaves this site: {route.request.url}")
        route.abort()


def check(page: Any, name: str) -> None:
    """Run axe, look for one h1 and no sideways scrolling, and keep a screenshot as ``name``.png."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    wrong = [f"{name}: {rule['impact']} {rule['id']}: {rule['help']}\n    "
             + "\n    ".join(node["html"][:200] for node in rule["nodes"][:5])
             for rule in found["violations"] if rule["impact"] in ("serious", "critical")]
    headings = page.locator("h1").count()
    if headings != 1:
        wrong.append(f"{name}: {headings} h1 headings instead of one")
    wide = page.evaluate("(e => e.scrollWidth - e.clientWidth)(document.documentElement)")
    if wide > 1:
        wrong.append(f"{name}: the page is {wide} pixels wider than the window")
    assert not wrong, "\n".join(wrong)


def focused(page: Any) -> str:
    """What has the focus, as a person would name it."""
    return str(page.evaluate(
        "(e => e.labels && e.labels.length ? e.labels[0].innerText"
        " : (e.getAttribute('aria-label') || e.innerText || e.tagName))(document.activeElement)"
    )).strip()
