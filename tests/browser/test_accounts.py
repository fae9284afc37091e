"""Signing in and managing accounts, as a person does it."""

from __future__ import annotations

import re
from typing import Any

from app.audit import services as audit
from app.extensions import db
from tests import factories
from tests.browser.harness import Site, check, focused


def try_password(page: Any, username: str, password: str) -> None:
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录").click()


def test_sign_in_wrong_right_and_out(page: Any, site: Site) -> None:
    factories.user(["handler"], username="chengban", display_name="陈办", demo=True)
    factories.user(["intake_clerk"], username="shouan", display_name="王收", demo=True)
    page.goto(site.url + "/")
    assert "/accounts/sign-in" in page.url
    check(page, "sign-in")
    try_password(page, "chengban", "wrong-password")
    alert = page.get_by_role("alert").filter(has_text="用户名或密码不正确")
    alert.wait_for()
    assert "用户名或密码不正确" in focused(page), "a screen reader starts at the fault"
    check(page, "sign-in-wrong")
    assert page.get_by_label("用户名").input_value() == "chengban"
    try_password(page, "chengban", factories.PASSWORD)
    page.get_by_role("heading", name="工作台").wait_for()
    check(page, "home-handler")
    page.locator(".user-menu > button").click()
    check(page, "user-menu")
    page.get_by_role("button", name="退出登录").click()
    page.get_by_text("已退出登录").wait_for()


def test_five_wrong_passwords_lock(page: Any, site: Site) -> None:
    factories.user(username="chengban")
    page.goto(site.url + "/accounts/sign-in")
    for _ in range(5):
        try_password(page, "chengban", "wrong-password")
        page.get_by_role("alert").first.wait_for()
    page.get_by_text("请 15 分钟后再试").wait_for()
    check(page, "sign-in-locked")


def test_sign_in_by_keyboard_alone(page: Any, site: Site) -> None:
    factories.user(["handler"], username="chengban")
    page.goto(site.url + "/accounts/sign-in")
    assert focused(page).startswith("用户名"), "the first field has the focus"
    page.keyboard.type("chengban")
    page.keyboard.press("Tab")
    assert focused(page).startswith("密码")
    page.keyboard.type(factories.PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="工作台").wait_for()
    page.keyboard.press("Tab")
    assert focused(page) == "跳到正文"
    assert page.locator(".skip-link").bounding_box()["y"] >= 0, "the skip link shows on focus"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_a_one_time_password_is_changed_first(page: Any, site: Site) -> None:
    factories.user(["answerer"], username="xinren", must_change_password=True)
    site.sign_in(page, "xinren")
    page.get_by_role("heading", name="修改密码").wait_for()
    page.get_by_label("现在的密码").fill(factories.PASSWORD)
    page.get_by_label("新密码", exact=False).nth(0).fill("short")
    page.get_by_label("再次填写新密码").fill("short")
    page.get_by_role("button", name="修改密码").click()
    page.get_by_role("alert").filter(has_text="密码至少 10 个字符").wait_for()
    check(page, "password-refused")
    page.locator("#old").fill(factories.PASSWORD)
    page.locator("#new").fill("Xin-de-mima-2026")
    page.locator("#again").fill("Xin-de-mima-2026")
    page.get_by_role("button", name="修改密码").click()
    page.get_by_text("密码已修改").wait_for()


def test_the_role_matrix(page: Any, site: Site) -> None:
    factories.user(username="chengban")
    site.sign_in(page, "chengban")
    page.get_by_role("link", name="权限表").first.click()
    page.get_by_role("columnheader", name="被申请人承办人").wait_for()
    check(page, "roles")


def test_an_administrator_makes_an_account_and_reads_the_log(page: Any, site: Site) -> None:
    factories.user(["admin"], username="guanli", display_name="管理员甲")
    bureau = factories.organ("测试区行政审批服务局")
    factories.user(["answerer"], username="yewu1", organ=bureau)
    site.sign_in(page, "guanli")
    check(page, "home-admin")
    page.get_by_role("navigation", name="主导航").get_by_role("link", name="账户").click()
    check(page, "accounts")
    page.get_by_role("link", name="新建账户").click()
    page.get_by_label("用户名").fill("lisi")
    page.get_by_label("姓名").fill("李四")
    page.get_by_label("所在机关").select_option(label="测试区行政审批服务局")
    page.get_by_label("系统管理员").check()
    page.get_by_label("被申请人承办人").check()
    page.get_by_role("button", name="新建并生成初始密码").click()
    page.get_by_role("alert").filter(has_text="不得兼任").wait_for()
    check(page, "account-refused")
    assert page.get_by_label("姓名").input_value() == "李四"
    page.get_by_label("系统管理员").uncheck()
    page.get_by_role("button", name="新建并生成初始密码").click()
    page.get_by_role("heading", name="账户已建立").wait_for()
    check(page, "account-one-time")
    page.goto(site.url + "/accounts/")
    page.get_by_role("link", name="yewu1").click()
    check(page, "account-edit")
    page.get_by_role("button", name="重置密码").click()
    dialog = page.get_by_role("dialog")
    dialog.wait_for()
    check(page, "confirm-dialog")
    dialog.get_by_role("button", name="取消").click()
    assert re.search(r"/accounts/\d+$", page.url), "nothing was sent"
    page.get_by_role("button", name="重置密码").click()
    dialog.get_by_role("button", name="确定").click()
    page.get_by_role("heading", name="密码已重置").wait_for()
    for number in range(60):
        audit.log("sign_in", f"yewu{number}", by=f"yewu{number}")
    db.session.commit()
    page.get_by_role("navigation", name="主导航").get_by_role("link", name="审计").click()
    page.get_by_role("button", name="核验全部审计链").click()
    page.get_by_text("审计链完整").wait_for()
    check(page, "audit")


def test_typed_text_is_not_lost_and_nothing_is_sent_twice(page: Any, site: Site) -> None:
    factories.user(["admin"], username="guanli")
    other = factories.user(username="bieren", display_name="别人")
    site.sign_in(page, "guanli")
    page.goto(f"{site.url}/accounts/{other.id}")
    page.get_by_label("姓名").fill("改了一半")
    asked = []
    page.once("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.get_by_role("link", name="权限表").first.click(no_wait_after=True)
    page.wait_for_timeout(300)
    assert asked == ["beforeunload"]
    assert page.get_by_label("姓名").input_value() == "改了一半"
    sent = []
    page.on("request", lambda request: sent.append(request) if request.method == "POST" else None)
    page.evaluate("(b => { b.click(); b.click(); b.click(); })"
                  "(document.querySelector('main form[data-guard] button[type=submit]'))")
    page.get_by_text("已保存账户 bieren").wait_for()
    assert len(sent) == 1


def test_error_pages(page: Any, site: Site) -> None:
    factories.user(["reader"], username="dufa")
    site.sign_in(page, "dufa")
    page.goto(site.url + "/accounts/")
    page.get_by_role("heading", name="没有权限").wait_for()
    check(page, "error-403")
    page.goto(site.url + "/no-such-page")
    page.get_by_role("heading", name="找不到").wait_for()


def test_pages_fit_a_narrow_window(page: Any, site: Site) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    factories.user(["admin"], username="guanli")
    site.sign_in(page, "guanli")
    check(page, "narrow-home")
    for name, path in (("narrow-accounts", "/accounts/"), ("narrow-roles", "/accounts/roles"),
                       ("narrow-audit", "/audit/")):
        page.goto(site.url + path)
        check(page, name)
