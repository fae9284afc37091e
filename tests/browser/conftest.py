"""Browser fixtures; without Chromium or playwright the tests are skipped by name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests.browser import harness

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    api = pytest.importorskip("playwright.sync_api", reason="browser: playwright is not installed")
    path = harness.chromium()
    if not path:
        pytest.skip("browser: no Chromium found; install it or set CHROMIUM")
    with api.sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=path, args=harness.QUIET)
        yield found
        found.close()


@pytest.fixture
def site(app: Flask) -> Iterator[harness.Site]:
    with harness.serve(app) as served:
        yield served


@pytest.fixture
def page(browser: Any, site: harness.Site) -> Iterator[Any]:
    """A page in a fresh profile; the test fails on console errors and on foreign requests."""
    context = browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai",
                                  viewport={"width": 1280, "height": 860})
    context.set_default_timeout(10_000)
    page = context.new_page()
    watch = harness.Watch()
    watch.attach(page, site)
    yield page
    context.close()
    assert not watch.complaints, "\n".join(watch.complaints)
