"""Layout, vendored assets, macros, error pages and security headers."""

from __future__ import annotations

import hashlib
import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, abort, get_template_attribute
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    DateField,
    FieldList,
    FileField,
    Form,
    FormField,
    RadioField,
    SelectField,
    StringField,
)
from wtforms import TextAreaField as TextArea
from wtforms.validators import DataRequired

from app.extensions import db, hooks
from app.pages import NAVIGATION
from app.paging import Page, page_of, wanted_page
from app.permissions import Permission, public, requires
from app.rules.derivations import Derivation, Step
from app.rules.findings import Basis, Finding
from tests import factories
from tests.conftest import make_app

ROOT = Path(__file__).resolve().parent.parent
MANIFESTS = [ROOT / "app/static/vendor/manifest.toml", ROOT / "tests/browser/vendor/manifest.toml"]


# --- assets

@pytest.mark.parametrize("manifest", MANIFESTS, ids=lambda path: path.parent.parent.name)
def test_vendored_files_are_the_ones_that_were_reviewed(manifest: Path) -> None:
    declared = {}
    for asset in tomllib.loads(manifest.read_text(encoding="utf-8"))["asset"]:
        assert asset["version"] in asset["folder"] and asset["licence"] and asset["source"]
        declared |= {f"{asset['folder']}/{name}": digest
                     for name, digest in asset["sha256"].items()}
    found = {path.relative_to(manifest.parent).as_posix():
             hashlib.sha256(path.read_bytes()).hexdigest()
             for path in manifest.parent.rglob("*") if path.is_file() and path != manifest}
    assert found == declared


def test_templates_hold_no_inline_script_style_or_foreign_address() -> None:
    """The strict CSP would silently drop them in the browser."""
    banned = re.compile(r"<script(?![^>]*\ssrc=)|<style|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']"
                        r"|(?:src|href|action)\s*=\s*[\"'](?:https?:)?//|javascript:", re.I)
    wrong = [f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
             for path in sorted((ROOT / "app/templates").rglob("*.html"))
             for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
             if banned.search(line)]
    assert not wrong, "\n".join(wrong)


def test_every_page_names_itself() -> None:
    """The browser check looks for the one h1, which may come from a macro."""
    wrong = []
    for path in sorted((ROOT / "app/templates").rglob("*.html")):
        text = path.read_text(encoding="utf-8")
        if '{% extends "base.html" %}' not in text:
            continue
        if "block title" not in text:
            wrong.append(f"{path.relative_to(ROOT)}: give it a title block")
    assert not wrong, "\n".join(wrong)


def test_every_linked_asset_exists(client: Any) -> None:
    for address in re.findall(r'(?:href|src)="(/static/[^"]+)"',
                              client.get("/accounts/sign-in").text):
        answer = client.get(address)
        assert answer.status_code == 200 and len(answer.data) > 200, address


def test_headers_forbid_framing_foreign_and_inline_content(client: Any) -> None:
    for path in ("/accounts/sign-in", "/nowhere", "/health"):
        headers = client.get(path).headers
        assert "script-src 'self';" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Cache-Control"] == "no-store"


# --- navigation and home

def nav_of(client: Any) -> list[str]:
    nav = re.search(r'<nav class="mainnav".*?</nav>', client.get("/").text, re.S)
    return re.findall(r">([^<>]+)</a>", nav[0]) if nav else []


@pytest.mark.parametrize("role, shown, hidden", [
    ("reader", {"工作台", "权限表"}, {"案件", "账户", "审计", "办件记录"}),
    ("admin", {"工作台", "账户", "审计", "权限表", "法规检索"}, {"案件", "办件记录"}),
])
def test_navigation_offers_what_the_role_may_open(client: Any, role: str, shown: set[str],
                                                  hidden: set[str]) -> None:
    factories.sign_in(client, factories.user([role]))
    found = set(nav_of(client))
    assert shown <= found and not hidden & found


def test_navigation_names_only_pages_that_exist(app: Flask) -> None:
    assert not [endpoint for _, endpoint, _ in NAVIGATION if endpoint not in app.view_functions]


def test_navigation_holds_only_pages_that_open(client: Any) -> None:
    for role in ("reader", "handler", "answerer", "office_head", "admin"):
        factories.sign_in(client, factories.user([role]))
        nav = re.search(r'<nav class="mainnav".*?</nav>', client.get("/").text, re.S)
        assert nav
        for address in re.findall(r'href="([^"]+)"', nav[0]):
            assert client.get(address).status_code == 200, (role, address)


def test_home_shows_the_cards_that_features_give(client: Any,
                                                 monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []

    def card(user: Any, on: date) -> Any:
        seen.append((user.username, on))
        return {"title": "待办", "rows": [{"text": "甲案<b>", "url": "/x", "hint": "剩 3 日",
                                         "tone": "warn"}], "more_url": "/cases"}

    monkeypatch.setitem(hooks._receivers, "home_cards", [
        card, lambda **_: None, lambda **_: [{"title": "空的", "rows": [], "empty": "没有待办。"}]])
    factories.sign_in(client, factories.user(username="zhang"))
    text = client.get("/").text
    assert seen == [("zhang", date(2026, 11, 24))]
    assert "甲案&lt;b&gt;" in text and "tone-warn" in text and "没有待办。" in text
    assert "1 件" in text


# --- errors

def route(app: Flask, path: str, view: Any, **options: Any) -> None:
    """Add a page to a running app, as only a test does."""
    app.view_functions[path] = public(view)
    app.url_map.add(app.url_rule_class(path, endpoint=path, **options))


@pytest.mark.parametrize("code, words", [
    (400, "请求有误"), (403, "没有权限"), (404, "找不到"), (409, "内容已被他人修改"),
    (429, "操作过于频繁"), (418, "出错了")])
def test_error_pages_speak_chinese_and_say_what_to_do(app: Flask, code: int, words: str) -> None:
    def refuse() -> Any:
        abort(code)

    route(app, "/fault", refuse)
    answer = app.test_client().get("/fault")
    assert answer.status_code == code
    assert words in answer.text and re.search("请[^。]+。", answer.text.split("<h1>")[1])
    visible = re.sub("<[^>]+>", "", answer.text)
    assert not re.search(r"[A-Za-z]{4,} [a-z]{3,}", visible), "no English"


def test_our_own_words_are_shown(app: Flask) -> None:
    def refuse() -> Any:
        abort(409, "张三已于 10:02 保存了新的答复 <x>。")

    route(app, "/fault", refuse)
    assert "张三已于 10:02 保存了新的答复 &lt;x&gt;。" in app.test_client().get("/fault").text


def test_a_crash_is_a_chinese_page_and_writes_nothing(app: Flask) -> None:
    def crash() -> Any:
        db.session.add(factories.Organ(name="半截", kind="other"))
        db.session.flush()
        raise RuntimeError("secret detail")

    route(app, "/crash", crash)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    answer = app.test_client().get("/crash")
    assert answer.status_code == 500
    assert "这次操作没有保存" in answer.text and "secret detail" not in answer.text
    assert db.session.query(factories.Organ).filter_by(name="半截").count() == 0


def test_too_large_says_the_limit(app: Flask, client: Any) -> None:
    app.config["MAX_CONTENT_LENGTH"] = 3 * 1024 * 1024
    answer = client.post("/accounts/sign-in", data={"file": (__import__("io").BytesIO(
        b"x" * (4 * 1024 * 1024)), "a.pdf"), "username": "a"})
    assert answer.status_code == 413
    assert "单个文件不得超过 50 MB，一次提交合计不得超过 3 MB" in answer.text


def test_an_expired_session_on_post_explains_how_to_keep_the_text(client: Any) -> None:
    answer = client.post("/accounts/password", data={"old": "x"})
    assert answer.status_code == 401
    assert "已填写的内容不会丢失" in answer.text and 'target="_blank"' in answer.text


def test_a_csrf_failure_explains_itself(template: str, tmp_path: Path) -> None:
    app = make_app(f"sqlite:///{tmp_path / 'x.db'}", tmp_path, WTF_CSRF_ENABLED=True)
    answer = app.test_client().post("/accounts/sign-in", data={"username": "zhang"})
    assert answer.status_code == 400
    assert "这次提交没有保存" in answer.text and "刷新后重新提交" in answer.text


# --- macros

class Sample(FlaskForm):
    name = StringField("申请人", [DataRequired("请填写申请人。")])
    day = DateField("收到日期")
    text = TextArea("请求")
    kind = SelectField("种类", choices=["甲", "乙"])
    way = RadioField("方式", choices=["书面", "口头"])
    agree = BooleanField("同意")
    paper = FileField("申请书")


def test_fields_tie_label_help_and_error_to_the_input(app: Flask) -> None:
    with app.test_request_context(method="POST", path="/"):
        form = Sample(MultiDict({"name": "", "day": "2026-02-30", "text": "<b>&", "kind": "丙",
                                 "way": "书面"}))
        assert not form.validate()
        field = get_template_attribute("macros/forms.html", "field")
        name = field(form.name, help="与身份证一致")
        assert 'for="name"' in name and 'id="name"' in name and "（必填）" in name
        assert 'aria-describedby="name-help name-error"' in name and 'aria-invalid="true"' in name
        day = field(form.day)
        assert 'type="text"' in day and 'value="2026-02-30"' in day, "typed text is kept visible"
        assert "&lt;b&gt;&amp;" in field(form.text) and 'rows="5"' in field(form.text)
        assert "form-select is-invalid" in field(form.kind)
        way = field(form.way)
        assert "<legend" in way and 'for="way-0"' in way and "checked" in way
        assert "form-check-input" in field(form.agree) and 'type="file"' in field(form.paper)
        summary = get_template_attribute("macros/forms.html", "form_errors")(form)
        assert 'href="#name"' in summary and "申请人：请填写申请人。" in summary
        assert 'role="alert"' in summary
        for message in re.findall(r"<a[^>]*>([^<]+)<", summary):
            assert re.fullmatch(r"[^A-Za-z]+", message), f"not Chinese: {message}"


class Line(Form):
    address = StringField("地址", [DataRequired("请填写地址。")])


class Nested(FlaskForm):
    one = FormField(Line, "联系方式")
    lines = FieldList(FormField(Line), "第三人", min_entries=2)


def test_faults_inside_nested_forms_are_said_too(app: Flask) -> None:
    with app.test_request_context(method="POST", path="/"):
        form = Nested(MultiDict({"lines-0-address": "甲", "lines-1-address": ""}))
        assert not form.validate()
        summary = get_template_attribute("macros/forms.html", "form_errors")(form)
    assert 'href="#one-address"' in summary and "联系方式 地址：请填写地址。" in summary
    assert summary.count("请填写地址。") == 2


def test_a_fresh_date_field_uses_the_browsers_calendar(app: Flask) -> None:
    with app.test_request_context():
        assert 'type="date"' in get_template_attribute("macros/forms.html", "date")(Sample().day)


def _cite(app: Flask) -> None:
    if "laws.cite" not in app.view_functions:
        app.view_functions["laws.cite"] = requires(Permission.LAW_READ)(lambda: "")
        app.url_map.add(app.url_rule_class("/laws/cite", endpoint="laws.cite"))


def test_a_derivation_shows_its_steps_and_links_the_law_of_that_day(app: Flask) -> None:
    _cite(app)
    found = Derivation(
        "answer_ordinary", "被申请人提交书面答复", date(2026, 3, 5), date(2026, 3, 19),
        date(2026, 3, 19), False,
        (Step(date(2026, 3, 6), "counted", 1, "工作日"),
         Step(date(2026, 3, 7), "skipped", None, "休息日")),
        (Basis("《行政复议法》第四十八条", "十日内，提出书面答复"),))
    show = get_template_attribute("macros/law.html", "derivation")
    with app.test_request_context():
        text = show(found.as_dict(), "答复期限", on=date(2026, 3, 17))
        assert "2026年3月19日" in text and "剩 2 日" in text and "答复期限" in text
        assert "计入" in text and "不计入" in text and "休息日" in text
        assert "on=2026-03-05" in text and "十日内，提出书面答复" in text
        open_day = found.as_dict() | {"due": None, "provisional": True}
        assert "暂定" in show(open_day)


@pytest.mark.parametrize("result, words", [
    ("pass", "符合"), ("fail", "不符合"), ("unclear", "待核"), ("not_applicable", "不适用")])
def test_a_finding_says_its_result_in_words(app: Flask, result: str, words: str) -> None:
    _cite(app)
    finding = Finding("acc_term", result, "自知道之日起第 61 日申请。",
                      (Basis("《行政复议法》第二十条第一款", "六十日"),),
                      {"知道之日": "2026-03-02", "期间": None, "文书": ["甲", "乙"],
                       "已告知": False})
    with app.test_request_context():
        text = get_template_attribute("macros/law.html", "finding")(
            finding, "在法定申请期限内", "2026-05-02")
    assert f">{words}</span>" in text and "在法定申请期限内" in text and "第 61 日" in text
    assert "未载明" in text and "甲、乙" in text and "<dd>否</dd>" in text
    assert "on=2026-05-02" in text


# --- lists

@pytest.mark.parametrize("total, page, expected", [
    (1, 1, [1]), (500, 1, [1, 2, 3, None, 10]), (500, 5, [1, None, 3, 4, 5, 6, 7, None, 10]),
    (500, 10, [1, None, 8, 9, 10]), (150, 2, [1, 2, 3])])
def test_page_links_show_ends_and_neighbours(total: int, page: int, expected: list[Any]) -> None:
    assert Page([], total, page).window() == expected


@pytest.mark.parametrize("typed, page", [
    (None, 1), ("", 1), ("3", 3), ("-1", 1), ("0", 1), ("x", 1), ("9" * 40, 1), ("²", 1)])
def test_page_numbers_from_outside_are_harmless(typed: str | None, page: int) -> None:
    assert wanted_page(typed) == page


def test_an_empty_list_is_one_page() -> None:
    page = page_of([], 7)
    assert (page.page, page.pages, page.first, page.last) == (1, 1, 0, 0)


def test_sort_headings_turn_round_and_say_so(app: Flask) -> None:
    with app.test_request_context("/accounts/?q=a&page=3"):
        app.preprocess_request()
        header = get_template_attribute("macros/tables.html", "sort_header")
        assert "/accounts/?q=a&amp;sort=name" in header("名称", "name", "")
        turned = header("名称", "name", "name")
        assert "sort=-name" in turned and 'aria-sort="ascending"' in turned
        assert "page=3" not in turned
