"""The home page of a head lists what only the head can do."""

from __future__ import annotations

from typing import Any

from app.extensions import db
from tests.cases.desk import Desk


def test_what_waits_for_a_head_is_on_the_home_page(desk: Desk, clients: Any) -> None:
    case = desk.reviewed()
    notice = desk.draft_only(case, "extension_notice", "11-20")
    db.session.commit()
    office, organ = clients("fuzeren").get("/").text, clients("quzhang").get("/").text
    assert "待我审批" in office and notice.title in office
    assert notice.title not in organ and "没有等您审批" in organ
    assert "待我审批" not in clients("chengban").get("/").text
