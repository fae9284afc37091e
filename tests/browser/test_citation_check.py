"""The citation check in a real browser: by keyboard, with its filter, and accessible."""

from __future__ import annotations

from typing import Any

from tests import factories
from tests.browser import harness
from tests.laws.conftest import library  # noqa: F401

TEXT = "依照《试验法》第二条规定：“申请人应当在五日内提出书面说明。”和《试验法》第九条，前款。"


def test_a_text_is_checked_and_filtered(site: harness.Site, page: Any,
                                        library: Any) -> None:  # noqa: F811
    user = factories.user(["reader"])
    site.sign_in(page, user.username)
    page.get_by_role("link", name="引用核对").first.click()
    harness.check(page, "citation-check-empty")
    page.get_by_label("文字", exact=True).fill(TEXT)
    page.get_by_role("button", name="核对").press("Enter")
    page.get_by_role("heading", name="核对结果").wait_for()
    assert page.locator(".check-table tbody tr").count() == 3
    harness.check(page, "citation-check")
    page.get_by_label("只看").select_option("条款不存在")
    page.get_by_role("button", name="核对").click()
    page.get_by_text("下面只列“条款不存在”").wait_for()
    assert page.locator(".check-table tbody tr").count() == 1
    assert page.get_by_label("文字", exact=True).input_value() == TEXT
