"""The home page, error pages and security headers."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from app.permissions import Permission, public, requires
from app.today import today

bp = Blueprint("pages", __name__)

CSP = ("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
       "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
       "frame-ancestors 'none'")

ERRORS = {
    400: "请求有误", 401: "请先登录", 403: "没有权限", 404: "找不到", 405: "不能这样操作",
    409: "内容已被他人修改", 413: "文件太大", 500: "系统出错",
}


@bp.get("/")
@requires(Permission.SIGNED_IN)
def home() -> Any:
    return render_template("home.html")


@bp.get("/health")
@public
def health() -> Any:
    return {"ok": True}


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
    app.register_error_handler(HTTPException, _error)
    app.after_request(_headers)
    app.context_processor(lambda: {"today": today()})


def _error(error: HTTPException) -> Any:
    code = error.code or 500
    detail = error.description if code in (400, 403, 409, 413) else None
    if isinstance(error, CSRFError):
        detail = "页面已过期或表单来源不明，请返回上一页刷新后重新提交。"
    return render_template("error.html", code=code, title=ERRORS.get(code, "出错了"),
                           detail=detail), code


def _headers(response: Any) -> Any:
    response.headers.setdefault("Content-Security-Policy", CSP)
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    response.headers.setdefault("X-Frame-Options", "DENY")
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    return response
