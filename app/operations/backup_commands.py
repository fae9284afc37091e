"""`flask backup DIR` and `flask restore DIR`."""

from __future__ import annotations

import contextlib
import json
import sys
from pathlib import Path

import click
import flask_migrate
from flask import current_app
from flask.cli import with_appcontext

from app.audit import services as audit
from app.extensions import db, hooks
from app.operations import backup, restore, schema, serving
from app.operations.archive import ArchiveFault
from app.operations.shared_commands import BY, fail, invoke, tell
from app.today import now

FOLDER = click.Path(file_okay=False, path_type=Path)


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
    restore.bring_back(folder, manifest, build=build_schema, forward=bring_forward)
    audit.log("restore", folder.name, by=BY, taken_at=manifest["taken_at"],
              heads=manifest["heads"], undone=[str(change) for change in undone])
    db.session.commit()
    hooks.fire("restored")
    with contextlib.redirect_stdout(sys.stderr):  # standard output is for the result alone
        invoke("law", "index")
    click.echo(json.dumps({
        "restored": str(folder), "taken_at": manifest["taken_at"],
        "rows": sum(table["rows"] for table in manifest["tables"].values()),
        "files": len(manifest["files"]), "heads": manifest["heads"],
        "undone": [str(change) for change in undone]}, ensure_ascii=False))


def build_schema(revision: str | None) -> None:
    if revision is None:
        db.create_all()  # a database that no migration made (tests)
    else:
        flask_migrate.upgrade(revision=revision)


def bring_forward() -> None:
    with db.engine.connect() as connection:
        if schema.revision(connection) is not None:
            connection.close()
            flask_migrate.upgrade()
