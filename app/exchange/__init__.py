from __future__ import annotations

from datetime import date
from typing import Any

from flask import Flask, url_for

from app.approvals.models import ApprovalRecord
from app.audit.queries import Kind, name_kinds
from app.exchange import cards, conference_views, copy_views, models, queries, views  # noqa: F401
from app.extensions import hooks
from app.permissions import Permission, can


def init_app(app: Flask) -> None:
    """Register this feature's pages."""
    app.register_blueprint(views.bp)
    name_kinds({
        "push_sent": Kind("推送", details=True), "push_resent": Kind("重发推送", details=True),
        "push_received": Kind("签收推送"), "push_handled": Kind("登记推送的处置"),
        "push_withdrawn": Kind("撤回推送"), "push_escalated": Kind("推送提交联席会议"),
        "copy_registered": Kind("登记抄送", details=True), "copy_received": Kind("签收抄送"),
        "conference_saved": Kind("登记联席会议", details=True),
        "resolution_added": Kind("登记议定事项"), "resolution_followed": Kind("登记落实情况")})
    hooks.on("home_cards", _cards)
    hooks.on("record_actions", _record_actions)


def _cards(*, user: Any, on: date) -> list[dict[str, Any]]:
    return [*cards.waiting(user, on, url_for), *copy_views.cards(user),
            *conference_views.cards(user, on)]


def _record_actions(*, record: ApprovalRecord, user: Any) -> list[dict[str, str]]:
    """For the page of an approval record: its pushes, or the link that makes one."""
    if not can(user, Permission.PUSH_READ):
        return []
    found = [{"label": f"看推送（{push.to_organ.name}）",
              "url": url_for("exchange.show", push_id=push.id)}
             for push in queries.of_record(record.case_no, user)]
    if not found and can(user, Permission.PUSH_SEND) and record.organ_id == user.organ.id:
        found = [{"label": "推送给监管部门",
                  "url": url_for("exchange.new", record=record.case_no)}]
    return found
