"""The home page, navigation, error pages and security headers."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Flask, current_app, render_template, request, url_for
from flask_login import current_user
from flask_wtf import FlaskForm
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from app.extensions import db, hooks
from app.permissions import Permission, public, requires
from app.rules.derivations import STEP_KINDS
from app.today import today

bp = Blueprint("pages", __name__)

CSP = ("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
       "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
       "frame-ancestors 'none'")

# Label, endpoint, what the home page says about it.
NAVIGATION: tuple[tuple[str, str, str], ...] = (
    ("工作台", "pages.home", ""),
    ("案件", "cases.index", "收件、审查、答复、决定和送达"),
    ("办件记录", "approvals.index", "导入的审批办件及其决定"),
    ("事项目录", "licensing.index", "划转事项、法定依据和期限"),
    ("办事指南", "guides.index", "公示的八项内容、中介服务、收费和救济"),
    ("移交", "handover.index", "移交清单、生效日和演练"),
    ("合法性审查", "reviews.index", "送审、逐项审查、复核、签发和再审查"),
    ("机关", "organs.index", "名称、代码、印章及其起止日期"),
    ("职权", "standing.index", "某一事项的职权某日归哪个机关"),
    ("法规检索", "laws.search", "按日查阅条文及其历次文本"),
    ("引用核对", "laws.check", "核对一份文书引用的法条是否属实"),
    ("审管衔接", "exchange.index", "推送、抄送和联席会议"),
    ("监管分工", "supervision.index", "每个事项许可之后归谁监管"),
    ("规范性文件", "normative.index", "本区的红头文件及其有效期"),
    ("文书模板", "documents.index", "复议文书的格式与编号"),
    ("账户", "accounts.index", "用户、机关和角色"),
    ("审计", "audit.index", "操作日志与哈希链核验"),
    ("权限表", "accounts.roles", "各角色能做什么"),
)

# Pages beside another one of their blueprint: current only when they are open themselves.
ALONE = frozenset({"accounts.roles", "laws.check"})

# Title and what to do, by status.
ERRORS: dict[int, tuple[str, str]] = {
    400: ("请求有误", "请返回上一页核对填写的内容后重新提交；浏览器通常会保留已填写的内容。"),
    401: ("请先登录", "登录已失效，这次提交没有保存。请在新窗口登录，再回到原页面重新提交，"
                  "已填写的内容不会丢失。"),
    403: ("没有权限", "您的角色不能打开此页面或者进行此操作。如确有需要，请联系本机关的系统管理员；"
                  "各角色的权限见“权限表”。"),
    404: ("找不到", "地址有误，或者该内容不属于您所在的机关。请从导航重新进入。"),
    405: ("不能这样操作", "此地址不接受这种操作。请从页面上的按钮进入。"),
    409: ("内容已被他人修改", "请返回上一页刷新，对照对方的修改后再提交。"),
    413: ("文件太大", ""),
    429: ("操作过于频繁", "请稍候再试。"),
    500: ("系统出错", "这次操作没有保存。请返回上一页重试；仍然出错时，请把操作步骤和时间告诉"
                 "系统管理员。"),
}


@bp.get("/")
@requires(Permission.SIGNED_IN)
def home() -> Any:
    """Cards come from features: ``hooks.on("home_cards", fn)``, ``fn(user=, on=)`` returns None,
    a card or a list of cards ``{title, rows: [{text, url, hint, tone}], empty, more_url}``;
    ``tone`` is plain, good, warn or bad.
    """
    found = hooks.fire("home_cards", user=current_user._get_current_object(), on=today())
    cards = [card for part in found
             for card in (part if isinstance(part, list) else [part]) if card]
    return render_template("home.html", cards=cards)


@bp.get("/health")
@public
def health() -> Any:
    return {"ok": True}


def may_open(endpoint: str) -> bool:
    """True when the view exists and its own marker lets the current user in."""
    view = current_app.view_functions.get(endpoint)
    if view is None or not hasattr(view, "permissions"):
        return False
    if view.permissions is None:
        return True
    return bool(current_user.is_authenticated and view.permissions & current_user.permissions)


def navigation() -> list[dict[str, Any]]:
    """What the current user may open, in order; the permission is the view's own marker."""
    entries = []
    for label, endpoint, help_text in NAVIGATION:
        if not may_open(endpoint):
            continue
        exact = request.endpoint == endpoint
        blueprint = endpoint.split(".")[0]
        near = (request.blueprint == blueprint
                and not any(request.endpoint == other for _, other, _ in NAVIGATION))
        entries.append({"label": label, "url": url_for(endpoint), "help": help_text,
                        "exact": exact,
                        "current": exact or (near and endpoint not in ALONE)})
    return entries


def page_url(**changed: Any) -> str:
    """The current address with some query arguments replaced (None removes one)."""
    # Not as arguments of url_for: a visitor's `_scheme`, `_external` or `endpoint` would steer it.
    arguments: dict[str, Any] = {**request.args.to_dict(flat=False), **changed}
    asked = urlencode({name: value for name, value in arguments.items() if value is not None},
                      doseq=True)
    address = url_for(request.endpoint or "pages.home", **(request.view_args or {}))
    return f"{address}?{asked}" if asked else address


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
    app.register_error_handler(HTTPException, _error)
    app.after_request(_headers)
    app.context_processor(lambda: {"today": today()})
    # Messages that a form does not spell out itself come from WTForms' own Chinese catalogue.
    app.config.setdefault("WTF_I18N_ENABLED", False)
    FlaskForm.Meta.locales = ("zh",)
    app.jinja_env.globals.update(endpoints=app.view_functions, may_open=may_open,
                                 navigation=navigation, page_url=page_url,
                                 step_kinds=STEP_KINDS)


def _error(error: HTTPException) -> Any:
    code = error.code or 500
    title, advice = ERRORS.get(code, ("出错了", "请返回上一页重试。"))
    detail = None
    if isinstance(error, CSRFError):
        detail = "页面已过期或表单来源不明，为防止冒用，这次提交没有保存。"
        advice = ("请返回上一页，刷新后重新提交；刷新前请先复制尚未保存的内容。"
                  "如果刚刚重新登录过，旧页面须刷新一次。")
    elif code == 413:
        limit = current_app.config["MAX_CONTENT_LENGTH"] // (1024 * 1024)
        one = current_app.config["UPLOAD_LIMIT"] // (1024 * 1024)
        advice = (f"单个文件不得超过 {one} MB，一次提交合计不得超过 {limit} MB。"
                  "请压缩或者拆分后分次上传；这次提交没有保存。")
    elif code in ERRORS and error.description != type(error).description:
        detail = error.description  # the words of our own abort(); the library's are English
    if code == 500:
        db.session.rollback()
    return render_template("error.html", code=code, title=title, detail=detail,
                           advice=advice), code


def _headers(response: Any) -> Any:
    response.headers.setdefault("Content-Security-Policy", CSP)
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    response.headers.setdefault("X-Frame-Options", "DENY")
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    return response
