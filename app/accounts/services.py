"""Sign in, passwords and accounts; every act is written to the log. The caller commits."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from app.accounts import passwords
from app.accounts.models import SignInGuard, User
from app.audit import services as audit
from app.extensions import db
from app.permissions import ROLES

MAX_FAILURES = 5
LOCK = timedelta(minutes=15)
_FORGET = timedelta(days=1)


class AccountError(Exception):
    """A refusal in Chinese; ``field`` names the form field it belongs to."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class SignInRefused(AccountError):
    """``locked_minutes`` is None for a wrong name or password: the two look the same."""

    def __init__(self, locked_minutes: int | None = None) -> None:
        super().__init__(
            "用户名或密码不正确。" if locked_minutes is None else
            f"连续输错 {MAX_FAILURES} 次，已暂停登录，请 {locked_minutes} 分钟后再试，"
            "或者请系统管理员重置密码。")
        self.locked_minutes = locked_minutes


def sign_in(username: str, password: str, *, at: datetime) -> User:
    """Return the account, or raise SignInRefused; commit in both cases, failures are counted."""
    name = normal_name(username)
    user = db.session.scalar(select(User).where(User.username == name))
    _refuse_locked(db.session.get(SignInGuard, _key(name)), at)
    right = passwords.matches(user.password_hash if user else None, password)
    # Asked again under the lock: of many guesses at once only as many are answered as one by one.
    guard = _hold_guard(name, at)
    _refuse_locked(guard, at)
    if right and user and user.active:
        db.session.delete(guard)
        if passwords.outdated(user.password_hash):
            user.password_hash = passwords.hash_password(password)
        audit.log("sign_in", name, by=name)
        return user
    _count_failure(name, guard, known=user is not None, at=at)
    raise SignInRefused


def _refuse_locked(guard: SignInGuard | None, at: datetime) -> None:
    if guard and guard.locked_until and _aware(guard.locked_until) > at:
        raise SignInRefused(_minutes(_aware(guard.locked_until) - at))


def _hold_guard(name: str, at: datetime) -> SignInGuard:
    """The row of this name, new or old, locked until the commit; the write comes before the read
    because SQLite has no SELECT … FOR UPDATE."""
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    statement = insert(SignInGuard).values(name_hash=_key(name), failures=0, last_at=at)
    db.session.execute(statement.on_conflict_do_update(
        index_elements=["name_hash"], set_={"failures": SignInGuard.failures}))
    return db.session.get_one(SignInGuard, _key(name), with_for_update=True,
                              populate_existing=True)


def _count_failure(name: str, guard: SignInGuard, *, known: bool, at: datetime) -> None:
    # What was typed is named only when it is an account: it may be a password in the wrong box.
    subject = name if known else "不存在的用户名"
    if guard.failures == 0:
        db.session.execute(
            delete(SignInGuard).where(SignInGuard.last_at < at - _FORGET,
                                      SignInGuard.name_hash != guard.name_hash),
            execution_options={"synchronize_session": False})
    if guard.locked_until or _aware(guard.last_at) < at - _FORGET:
        guard.failures, guard.locked_until = 0, None  # the lock has run out: count anew
    guard.failures += 1
    guard.last_at = at
    audit.log("sign_in_failed", subject, by="匿名", failures=guard.failures)
    if guard.failures >= MAX_FAILURES:
        guard.locked_until = at + LOCK
        audit.log("sign_in_locked", subject, by="匿名", minutes=_minutes(LOCK))
        raise SignInRefused(_minutes(LOCK))


def sign_out(user: User) -> None:
    """End every session of the account: a copy of the cookie must not outlive the signing out."""
    _end_sessions(user)
    audit.log("sign_out", user.username, by=user.username)


def change_password(user: User, old: str, new: str) -> None:
    """Set a new password and end the user's other sessions."""
    if not passwords.matches(user.password_hash, old):
        raise AccountError("现在的密码不正确。", "old")
    if old == new:
        raise AccountError("新密码不得与现在的密码相同。", "new")
    faults = passwords.faults(new, user.username)
    if faults:
        raise AccountError("".join(faults), "new")
    _set_password(user, new, must_change=False)
    audit.log("password_changed", user.username, by=user.username)


def create_user(username: str, display_name: str, organ_id: int, roles: Iterable[str],
                password: str, *, by: str, must_change: bool = True, demo: bool = False) -> User:
    """Add an account; ``by`` is the acting user's name or a system actor."""
    name = normal_name(username)
    if db.session.scalar(select(User.id).where(User.username == name)):
        raise AccountError("这个用户名已经有人使用。", "username")
    user = User(username=name, display_name=display_name.strip(), organ_id=organ_id,
                roles=checked_roles(roles), password_hash=passwords.hash_password(password),
                must_change_password=must_change, demo=demo)
    db.session.add(user)
    db.session.flush()
    audit.log("account_created", name, by=by, display_name=user.display_name, organ_id=organ_id,
              roles=user.roles)
    return user


def update_user(user: User, display_name: str, organ_id: int, roles: Iterable[str], *,
                active: bool, by: User) -> None:
    """Change an account; losing or gaining anything ends its sessions."""
    chosen = checked_roles(roles)
    if user.id == by.id and (not active or "admin" not in chosen):
        raise AccountError("不能停用自己的账户，也不能取消自己的系统管理员角色；"
                           "请由另一位系统管理员办理。",
                           "roles" if active else "active")
    wanted = {"display_name": display_name.strip(), "organ_id": organ_id, "roles": chosen,
              "active": active}
    changed = {name: [getattr(user, name), value] for name, value in wanted.items()
               if getattr(user, name) != value}
    if not changed:
        return
    for name, (_old, value) in changed.items():
        setattr(user, name, value)
    db.session.flush()
    if changed.keys() & {"organ_id", "roles", "active"}:
        _end_sessions(user)
    kind = "account_changed"
    if "active" in changed:
        kind = "account_enabled" if active else "account_disabled"
    audit.log(kind, user.username, by=by.username, changed=changed)


def reset_password(user: User, *, by: User) -> str:
    """Give the account a one-time password, returned once and kept only as a hash."""
    if user.id == by.id:
        raise AccountError("自己的密码请用“修改密码”更改。")
    password = passwords.one_time()
    _set_password(user, password, must_change=True)
    db.session.execute(delete(SignInGuard).where(SignInGuard.name_hash == _key(user.username)))
    audit.log("password_reset", user.username, by=by.username)
    return password


def checked_roles(roles: Iterable[str]) -> list[str]:
    """Roles in table order. Who manages accounts must not see cases, hence no mixture."""
    chosen = set(roles)
    unknown = chosen - ROLES.keys()
    if unknown:
        raise AccountError(f"没有这样的角色：{'、'.join(sorted(unknown))}。", "roles")
    if "admin" in chosen and len(chosen) > 1:
        raise AccountError("系统管理员不办理业务，不得兼任其他角色；请另设账户。", "roles")
    return [role for role in ROLES if role in chosen]


def locked_names(users: Iterable[User], *, at: datetime) -> set[str]:
    """User names among ``users`` that are locked at the moment ``at``."""
    keys = {_key(user.username): user.username for user in users}
    rows = db.session.scalars(select(SignInGuard).where(SignInGuard.name_hash.in_(keys)))
    return {keys[row.name_hash] for row in rows
            if row.locked_until and _aware(row.locked_until) > at}


def normal_name(username: str) -> str:
    return username.strip().lower()


def _set_password(user: User, password: str, *, must_change: bool) -> None:
    user.password_hash = passwords.hash_password(password)
    user.must_change_password = must_change
    db.session.flush()
    _end_sessions(user)


def _end_sessions(user: User) -> None:
    """Counted by the database: two at once must not raise the same number to the same number."""
    db.session.execute(update(User).where(User.id == user.id).values(
        session_epoch=User.session_epoch + 1), execution_options={"synchronize_session": False})
    db.session.refresh(user, ["session_epoch"])


def _key(name: str) -> str:
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()


def _minutes(span: timedelta) -> int:
    return max(1, -(-int(span.total_seconds()) // 60))


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
