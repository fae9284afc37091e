"""Who may do what: one enum, one role table, one marker, one gate.

A view without a marker is refused (403) by the gate, so forgetting is safe. The role matrix page
and the route test are both made from the tables here.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any, TypeVar

from flask import Flask, abort, current_app, redirect, request, url_for
from flask_login import current_user

F = TypeVar("F", bound=Callable[..., Any])


class Permission(StrEnum):
    """Label after the name: what an officer would call it."""

    SIGNED_IN = "signed_in"  # any signed-in user
    LAW_READ = "law_read"
    LAW_IMPORT = "law_import"
    ITEM_READ = "item_read"
    RECORD_READ = "record_read"
    CASE_READ = "case_read"  # the reconsideration side
    CASE_INTAKE = "case_intake"
    CASE_HANDLE = "case_handle"
    CASE_APPROVE = "case_approve"  # 行政复议机构负责人
    CASE_DECIDE = "case_decide"  # 行政复议机关负责人
    SUB_VOLUME = "sub_volume"  # 副卷
    ANSWER_READ = "answer_read"  # the respondent's side: its own cases
    ANSWER_FILE = "answer_file"
    TEMPLATE_EDIT = "template_edit"
    ITEM_MANAGE = "item_manage"
    HANDOVER_READ = "handover_read"
    HANDOVER_MANAGE = "handover_manage"
    REVIEW_READ = "review_read"
    REVIEW_SUBMIT = "review_submit"
    REVIEW_HANDLE = "review_handle"  # 初审
    REVIEW_COUNSEL = "review_counsel"
    REVIEW_VERIFY = "review_verify"
    REVIEW_SIGN = "review_sign"
    REVIEW_AUDIT = "review_audit"
    ORGAN_MANAGE = "organ_manage"
    LEDGER_MANAGE = "ledger_manage"
    STANDING_HANDLE = "standing_handle"
    PUSH_READ = "push_read"
    PUSH_SEND = "push_send"
    PUSH_RECEIVE = "push_receive"
    CONFERENCE_KEEP = "conference_keep"
    USERS_MANAGE = "users_manage"
    AUDIT_READ = "audit_read"


LABELS: dict[Permission, str] = {
    Permission.SIGNED_IN: "登录后可用",
    Permission.LAW_READ: "检索法规",
    Permission.LAW_IMPORT: "导入法规",
    Permission.ITEM_READ: "查看事项目录",
    Permission.RECORD_READ: "查看办件记录",
    Permission.CASE_READ: "查看复议案件",
    Permission.CASE_INTAKE: "登记收件",
    Permission.CASE_HANDLE: "承办案件",
    Permission.CASE_APPROVE: "复议机构负责人审批",
    Permission.CASE_DECIDE: "复议机关负责人审批",
    Permission.SUB_VOLUME: "查看副卷",
    Permission.ANSWER_READ: "查看本机关被复议案件",
    Permission.ANSWER_FILE: "提交答复和证据",
    Permission.TEMPLATE_EDIT: "维护文书模板",
    Permission.ITEM_MANAGE: "维护事项目录和实施规范",
    Permission.HANDOVER_READ: "查看移交",
    Permission.HANDOVER_MANAGE: "办理移交",
    Permission.REVIEW_READ: "查看合法性审查",
    Permission.REVIEW_SUBMIT: "送审",
    Permission.REVIEW_HANDLE: "初审",
    Permission.REVIEW_COUNSEL: "附法律顾问意见",
    Permission.REVIEW_VERIFY: "复核",
    Permission.REVIEW_SIGN: "签发审查意见",
    Permission.REVIEW_AUDIT: "质量抽查",
    Permission.ORGAN_MANAGE: "维护机关名录",
    Permission.LEDGER_MANAGE: "登记职权台账",
    Permission.STANDING_HANDLE: "办理主体资格确认",
    Permission.PUSH_READ: "查看推送和抄送",
    Permission.PUSH_SEND: "推送、反馈",
    Permission.PUSH_RECEIVE: "签收、处置推送",
    Permission.CONFERENCE_KEEP: "记录联席会议",
    Permission.USERS_MANAGE: "管理账户",
    Permission.AUDIT_READ: "查看审计",
}

P = Permission
_READER = {P.SIGNED_IN, P.LAW_READ, P.ITEM_READ}
_RECONSIDERATION = _READER | {P.RECORD_READ, P.CASE_READ, P.SUB_VOLUME}
_REVIEW = _READER | {P.REVIEW_READ, P.HANDOVER_READ}

ROLES: dict[str, tuple[str, frozenset[Permission]]] = {
    "reader": ("法规检索", frozenset(_READER)),
    "intake_clerk": ("收案人员", frozenset(_RECONSIDERATION - {P.SUB_VOLUME} | {P.CASE_INTAKE})),
    "handler": ("承办人", frozenset(_RECONSIDERATION | {P.CASE_INTAKE, P.CASE_HANDLE})),
    "office_head": ("复议机构负责人", frozenset(_RECONSIDERATION | {P.CASE_HANDLE, P.CASE_APPROVE,
                                                          P.TEMPLATE_EDIT})),
    "organ_head": ("复议机关负责人", frozenset(_RECONSIDERATION | {P.CASE_DECIDE})),
    "answerer": ("被申请人承办人", frozenset(_READER | {P.RECORD_READ, P.ANSWER_READ,
                                                  P.ANSWER_FILE})),
    "reviewer": ("合法性审查人员", frozenset(_REVIEW | {P.RECORD_READ, P.REVIEW_HANDLE,
                                                 P.STANDING_HANDLE})),
    "counsel": ("法律顾问", frozenset(_REVIEW | {P.REVIEW_COUNSEL})),
    "verifier": ("审查复核人", frozenset(_REVIEW | {P.REVIEW_VERIFY, P.STANDING_HANDLE})),
    "review_signer": ("审查签发人", frozenset(_REVIEW | {P.REVIEW_SIGN})),
    "auditor": ("质量抽查人员", frozenset(_REVIEW | {P.REVIEW_AUDIT, P.AUDIT_READ})),
    "item_manager": ("事项管理员", frozenset(_REVIEW | {
        P.ITEM_MANAGE, P.HANDOVER_MANAGE, P.REVIEW_SUBMIT, P.PUSH_READ, P.PUSH_SEND,
        P.PUSH_RECEIVE})),
    "supervisor": ("监管人员", frozenset(_READER | {
        P.HANDOVER_READ, P.PUSH_READ, P.PUSH_SEND, P.PUSH_RECEIVE})),
    "register_keeper": ("机关名录管理员", frozenset(_REVIEW | {
        P.ORGAN_MANAGE, P.LEDGER_MANAGE, P.STANDING_HANDLE, P.PUSH_READ, P.CONFERENCE_KEEP})),
    "law_editor": ("法规管理员", frozenset(_READER | {P.LAW_IMPORT})),
    "admin": ("系统管理员", frozenset({P.SIGNED_IN, P.LAW_READ, P.USERS_MANAGE,
                                   P.AUDIT_READ})),
}


def permissions_of(roles: list[str] | set[str]) -> frozenset[Permission]:
    return frozenset().union(*(ROLES[role][1] for role in roles if role in ROLES))


def can(user: Any, permission: Permission) -> bool:
    return bool(user.is_authenticated) and permission in user.permissions


def requires(*permissions: Permission) -> Callable[[F], F]:
    """Mark a view: the user needs at least one of ``permissions``."""

    def mark(view: F) -> F:
        view.permissions = frozenset(permissions)  # type: ignore[attr-defined]
        return view

    return mark


def public(view: F) -> F:
    """Mark a view that anyone on the network may open."""
    view.permissions = None  # type: ignore[attr-defined]
    return view


def _gate() -> Any:
    if request.endpoint is None:
        return None  # 404 by routing
    if request.endpoint == "static":
        return None
    view = current_app.view_functions[request.endpoint]
    if not hasattr(view, "permissions"):
        abort(403, "此页面没有声明权限，已拒绝。")
    if view.permissions is None:
        return None
    if not current_user.is_authenticated:
        if request.method == "GET":
            return redirect(url_for("accounts.sign_in", next=request.full_path.rstrip("?")))
        abort(401)
    if not view.permissions & current_user.permissions:
        abort(403)
    return None


def init_app(app: Flask) -> None:
    app.before_request(_gate)
    app.jinja_env.globals.update(can=can, Permission=Permission)
