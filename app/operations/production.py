"""What must be true before real cases are entrusted to this installation."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, inspect, select
from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError

from app.accounts.models import User
from app.config import DEFAULT_SECRET
from app.operations import schema

SECRET_LENGTH = 32


class NotReady(Exception):
    """The installation must not serve; the message lists every fault and what to do."""

    def __init__(self, faults: list[str]) -> None:
        lines = "\n".join(f"  {number}. {fault}" for number, fault in enumerate(faults, 1))
        super().__init__(f"正式环境（ZHENGHENG_ENV=production）不能启动：\n{lines}")
        self.faults = faults


def check(settings: Mapping[str, Any]) -> list[str]:
    """Return what stands in the way, in Chinese with what to do; empty when ready.

    ``settings`` is the application's configuration. Nothing is written, and the database is not
    created by asking.
    """
    return (_secret_faults(str(settings["SECRET_KEY"] or "")) + _database_faults(settings)
            + _clock_faults(settings))


def require(settings: Mapping[str, Any]) -> None:
    """Raise ``NotReady`` when this is production and something stands in the way."""
    if settings["PRODUCTION"] and (faults := check(settings)):
        raise NotReady(faults)


def _secret_faults(secret: str) -> list[str]:
    how = ("请运行 python3 -c \"import secrets; print(secrets.token_hex(32))\" 生成一个，"
           "写入环境变量 SECRET_KEY，并妥善保管。")
    if not secret or secret == DEFAULT_SECRET:
        return [f"会话密钥 SECRET_KEY 仍是演示用的默认值，任何人都能伪造登录。{how}"]
    if len(secret) < SECRET_LENGTH or len(set(secret)) < 8:
        return [f"会话密钥 SECRET_KEY 过短或过于简单（至少 {SECRET_LENGTH} 个字符）。{how}"]
    return []


def _clock_faults(settings: Mapping[str, Any]) -> list[str]:
    if settings.get("TODAY") is None:
        return []
    return ["环境变量 ZHENGHENG_TODAY 把日期固定了，期限和登记时间都会是错的；它只供演示，请删除。"]


def _database_faults(settings: Mapping[str, Any]) -> list[str]:
    url = settings["SQLALCHEMY_DATABASE_URI"]
    newest = schema.head(settings.get("MIGRATIONS"))
    if newest is None:
        return ["没有找到数据库迁移文件夹 migrations/versions，请使用完整的发布包。"]
    engine = create_engine(url)
    try:
        if engine.dialect.name == "sqlite" and not _sqlite_exists(engine.url.database):
            return ["数据库尚未建立，请先运行：flask --app wsgi db upgrade"]
        with engine.connect() as connection:
            return _migration_faults(connection, newest) + _account_faults(connection)
    except SQLAlchemyError as error:
        return [f"连接不上数据库，请检查 DATABASE_URL 和数据库服务。（{type(error).__name__}）"]
    finally:
        engine.dispose()


def _sqlite_exists(path: str | None) -> bool:
    return bool(path) and Path(str(path)).exists()


def _migration_faults(connection: Connection, newest: str) -> list[str]:
    found = schema.revision(connection)
    if found == newest:
        return []
    state = "尚未迁移" if found is None else f"停留在版本 {found}"
    return [f"数据库{state}，程序需要版本 {newest}。请先备份，再运行：flask --app wsgi db upgrade"]


def _account_faults(connection: Connection) -> list[str]:
    table = User.__table__
    if not inspect(connection).has_table(User.__tablename__):
        return []
    names = list(connection.scalars(
        select(table.c.username).where(table.c.demo, table.c.active).order_by(table.c.username)))
    if not names:
        return []
    some = "、".join(names[:5]) + ("等" if len(names) > 5 else "")
    return [f"数据库里有 {len(names)} 个演示账户（{some}），其密码是公开的。请为正式环境使用新的"
            "数据库；如果确实要沿用本库，请运行：flask --app wsgi production disable-demo"]
