"""Own password and the administrator's pages."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask

from app.accounts import passwords, services
from app.accounts.models import User
from app.audit.models import AuditEntry
from app.extensions import db
from app.permissions import LABELS, ROLES, Permission, permissions_of
from tests import factories

NEW = "Another-good-word-7"


@pytest.fixture
def admin(client: Any) -> Any:
    return factories.sign_in(client, factories.user(["admin"], username="keeper"))


def entries(kind: str) -> list[AuditEntry]:
    return db.session.query(AuditEntry).filter_by(kind=kind).all()


def fields_of(user: User, **changed: Any) -> dict[str, Any]:
    return {"display_name": user.display_name, "organ_id": user.organ_id, "roles": user.roles,
            "active": "y", "version": user.version} | changed


# --- passwords

@pytest.mark.parametrize("password, fault, why", [
    ("Heng-9zi-x", None, "ten characters will do"),
    ("Heng-9zix", "至少 10 个字符，现在是 9 个", "nine"),
    ("人民法院行政审判庭一", None, "ten Chinese characters"),
    ("x-ZHANG-2026", "不得包含用户名", "the name in capitals is still the name"),
    ("Password123", "太常见", "in every list, in any case"),
    ("aaaaabbbbbb", "太常见", "three different characters at most"),
    ("a" * 60 + "bcdef" * 20, "至多 128", "a megabyte of password is an attack on the hash"),
])
def test_what_a_password_must_be(password: str, fault: str | None, why: str) -> None:
    found = "".join(passwords.faults(password, "zhang"))
    assert (fault in found) if fault else not found, why


def test_hashes_are_argon2id_and_salted(app: Flask) -> None:
    one, two = passwords.hash_password(NEW), passwords.hash_password(NEW)
    assert one.startswith("$argon2id$") and one != two
    assert passwords.matches(one, NEW) and not passwords.matches(one, NEW + "x")
    assert not passwords.matches(None, "nobody")
    assert not passwords.matches("plain", "plain")


def test_a_hash_made_at_another_cost_is_made_anew_at_sign_in(client: Any) -> None:
    user = factories.user(username="zhang")
    user.password_hash = passwords.PasswordHasher(
        time_cost=2, memory_cost=16, parallelism=1).hash(factories.PASSWORD)
    db.session.commit()
    client.post("/accounts/sign-in", data={"username": "zhang", "password": factories.PASSWORD})
    assert not passwords.outdated(db.session.get_one(User, user.id).password_hash)


@pytest.mark.parametrize("old, new, again, fault", [
    ("not-my-password", NEW, NEW, "现在的密码不正确"),
    (factories.PASSWORD, "short", "short", "密码至少 10 个字符"),
    (factories.PASSWORD, NEW, NEW + "x", "两次填写的新密码不一致"),
    (factories.PASSWORD, factories.PASSWORD, factories.PASSWORD, "不得与现在的密码相同"),
    (factories.PASSWORD, "my-zhang-word", "my-zhang-word", "不得包含用户名"),
    ("", "", "", "请填写现在的密码"),
])
def test_a_refused_password_change_says_why(client: Any, old: str, new: str, again: str,
                                            fault: str) -> None:
    user = factories.user(username="zhang")
    factories.sign_in(client, user)
    answer = client.post("/accounts/password", data={"old": old, "new": new, "again": again})
    assert answer.status_code == 200 and fault in answer.text
    assert passwords.matches(db.session.get_one(User, user.id).password_hash, factories.PASSWORD)
    assert not entries("password_changed")


def test_a_password_change_ends_the_other_sessions(client: Any, app: Flask) -> None:
    user = factories.user(username="zhang")
    factories.sign_in(client, user)
    other = factories.sign_in(app.test_client(), user)
    answer = client.post("/accounts/password", data={
        "old": factories.PASSWORD, "new": NEW, "again": NEW})
    assert answer.status_code == 302
    assert client.get("/").status_code == 200
    assert other.get("/").status_code == 302
    assert len(entries("password_changed")) == 1


def test_a_one_time_password_must_be_changed_first(client: Any) -> None:
    factories.sign_in(client, factories.user(must_change_password=True))
    for path in ("/", "/accounts/roles"):
        assert client.get(path).headers["Location"] == "/accounts/password"
    assert "请先把初始密码改成自己的密码" in client.get("/accounts/password").text
    client.post("/accounts/password", data={
        "old": factories.PASSWORD, "new": NEW, "again": NEW})
    assert client.get("/").status_code == 200


# --- the administrator

def test_an_account_is_created_with_a_password_shown_once(admin: Any, app: Flask) -> None:
    organ = factories.organ("测试区发展和改革局")
    answer = admin.post("/accounts/new", data={
        "username": "Li.Si", "display_name": "李四", "organ_id": organ.id,
        "roles": ["answerer"]})
    shown = re.search(r'class="once">([^<]+)<', answer.text)
    assert shown
    user = db.session.query(User).filter_by(username="li.si").one()
    assert (user.roles, user.organ_id, user.must_change_password) == (["answerer"], organ.id, True)
    assert shown[1] not in user.password_hash
    assert shown[1] not in str([row.facts for row in db.session.query(AuditEntry)])
    fresh = app.test_client()
    fresh.post("/accounts/sign-in", data={"username": "li.si", "password": shown[1]})
    assert fresh.get("/").headers["Location"] == "/accounts/password"
    assert shown[1] not in admin.get(f"/accounts/{user.id}").text
    [entry] = entries("account_created")
    assert (entry.subject, entry.by, entry.facts["roles"]) == ("li.si", "keeper", ["answerer"])


@pytest.mark.parametrize("changed, fault, why", [
    ({"username": ""}, "请填写用户名", "empty"),
    ({"username": "李四"}, "用户名为 3 至 60 个小写字母", "not ASCII"),
    ({"username": "KEEPER"}, "已经有人使用", "taken, in another case"),
    ({"display_name": " "}, "请填写姓名", "blank"),
    ({"organ_id": "99999"}, "所在机关", "an organ that does not exist"),
    ({"organ_id": "x"}, "所在机关", "not a number"),
    ({"roles": ["handler", "admin"]}, "不得兼任", "who keeps the accounts sees no cases"),
    ({"roles": ["emperor"]}, "角色", "a role that does not exist"),
])
def test_a_faulty_account_is_refused_and_what_was_typed_is_kept(
        admin: Any, changed: dict[str, Any], fault: str, why: str) -> None:
    data = {"username": "li.si", "display_name": "李四", "organ_id": factories.organ("甲局").id,
            "roles": ["reader"]} | changed
    answer = admin.post("/accounts/new", data=data)
    assert answer.status_code == 200
    summary = answer.text.split("error-summary", 1)[1].split("</div>")[0]
    assert fault in summary, why
    words = re.sub(r"<[^>]+>|emperor", "", summary.split(">", 1)[1])
    assert not re.search(r"[A-Za-z]{4,}", words), "every message is Chinese"
    if changed.get("display_name", "x").strip():
        assert 'value="李四"' in answer.text
    assert db.session.query(User).count() == 1


def test_changing_roles_ends_the_sessions_and_is_logged(admin: Any, app: Flask) -> None:
    user = factories.user(["handler"], username="zhang")
    theirs = factories.sign_in(app.test_client(), user)
    assert theirs.get("/").status_code == 200
    admin.post(f"/accounts/{user.id}", data=fields_of(user, roles=["reader"]))
    assert theirs.get("/").status_code == 302
    [entry] = entries("account_changed")
    assert entry.facts == {"changed": {"roles": [["handler"], ["reader"]]}}


def test_a_disabled_account_is_out_at_once(admin: Any, app: Flask) -> None:
    user = factories.user(username="zhang")
    theirs = factories.sign_in(app.test_client(), user)
    form = fields_of(user)
    del form["active"]
    assert admin.post(f"/accounts/{user.id}", data=form).status_code == 302
    assert theirs.get("/").status_code == 302
    assert len(entries("account_disabled")) == 1
    answer = theirs.post("/accounts/sign-in", data={
        "username": "zhang", "password": factories.PASSWORD})
    assert answer.status_code == 401


def test_saving_nothing_new_writes_nothing(admin: Any) -> None:
    user = factories.user()
    admin.post(f"/accounts/{user.id}", data=fields_of(user))
    assert not entries("account_changed")


def test_two_administrators_see_each_others_change(admin: Any) -> None:
    user = factories.user(["handler"], username="zhang")
    form = fields_of(user, display_name="张三")
    admin.post(f"/accounts/{user.id}", data=form | {"roles": ["reader"]})
    late = admin.post(f"/accounts/{user.id}", data=form | {"display_name": "张三丰"})
    assert late.status_code == 409
    assert "已被他人修改，现在是：张三" in late.text and "法规检索" in late.text
    assert 'value="张三丰"' in late.text, "what was typed is kept"
    db.session.refresh(user)
    assert user.roles == ["reader"]
    version = re.search(r'name="version"[^>]*value="(\d+)"', late.text)
    assert version and version[1] == str(user.version), "saving again is now a decision"


def test_the_administrator_cannot_lock_himself_out(admin: Any) -> None:
    me = db.session.query(User).filter_by(username="keeper").one()
    for changed in ({"roles": ["reader"]}, {"active": ""}):
        form = {key: value for key, value in fields_of(me, **changed).items() if value != ""}
        assert "请由另一位系统管理员办理" in admin.post(f"/accounts/{me.id}", data=form).text
    assert admin.post(f"/accounts/{me.id}/reset").status_code == 302
    assert not entries("password_reset")


def test_a_reset_gives_a_one_time_password_and_lifts_the_lock(admin: Any, app: Flask) -> None:
    user = factories.user(username="zhang")
    theirs = app.test_client()
    for _ in range(5):
        theirs.post("/accounts/sign-in", data={"username": "zhang", "password": "wrong-one-1"})
    assert "暂停登录" in admin.get("/accounts/").text
    answer = admin.post(f"/accounts/{user.id}/reset")
    shown = re.search(r'class="once">([^<]+)<', answer.text)
    assert shown and answer.headers["Cache-Control"] == "no-store"
    done = theirs.post("/accounts/sign-in", data={"username": "zhang", "password": shown[1]})
    assert done.status_code == 302
    assert [entry.by for entry in entries("password_reset")] == ["keeper"]


@pytest.mark.parametrize("query, names, why", [
    ("", {"keeper", "li.si", "wang"}, "all"),
    ("?q=li.si", {"li.si"}, "by user name"),
    ("?q=王五", {"wang"}, "by person"),
    ("?q=财政", {"li.si"}, "by organ"),
    ("?q=%25", set(), "a wild card is a letter like others"),
    ("?state=disabled", {"wang"}, "by state"),
    ("?organ=abc&page=zzz", {"keeper", "li.si", "wang"}, "nonsense is ignored"),
])
def test_accounts_are_found(admin: Any, query: str, names: set[str], why: str) -> None:
    factories.user(username="li.si", organ=factories.organ("测试区财政局"))
    factories.user(username="wang", display_name="王五", active=False)
    text = admin.get("/accounts/" + query).text
    assert {name for name in ("keeper", "li.si", "wang") if f">{name}</a>" in text} == names, why


def test_an_unknown_account_is_not_found(admin: Any) -> None:
    assert admin.get("/accounts/4711").status_code == 404


# --- roles

def test_the_role_matrix_shows_the_table_itself(client: Any) -> None:
    factories.sign_in(client, factories.user(["reader"]))
    text = client.get("/accounts/roles").text
    granted = sum(len(granted) for _, granted in ROLES.values())
    assert text.count('class="yes"') == granted
    assert text.count('class="yes"') + text.count('class="no"') == len(ROLES) * len(LABELS)
    assert all(label in text for label, _ in ROLES.values())


def test_administrators_see_no_case_content() -> None:
    content = {Permission.CASE_READ, Permission.CASE_INTAKE, Permission.CASE_HANDLE,
               Permission.CASE_APPROVE, Permission.CASE_DECIDE, Permission.SUB_VOLUME,
               Permission.ANSWER_READ, Permission.ANSWER_FILE, Permission.RECORD_READ}
    assert not permissions_of(["admin"]) & content
    managers = [role for role, (_, granted) in ROLES.items() if Permission.USERS_MANAGE in granted]
    assert managers == ["admin"]


def test_accounts_made_by_commands_follow_the_same_rules(app: Flask) -> None:
    organ = factories.organ("甲局")
    made = services.create_user("demo-a", "演示甲", organ.id, ["handler", "reader"],
                                "demo-pass-2026", by="演示数据", must_change=False, demo=True)
    assert made.roles == ["reader", "handler"], "in table order, so that equal sets are equal"
    with pytest.raises(services.AccountError, match="没有这样的角色"):
        services.create_user("demo-b", "乙", organ.id, ["king"], "demo-pass-2026", by="演示数据")
