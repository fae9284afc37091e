"""A backup is complete, verified before use, and portable; a restore says what it undoes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert, select, text

from app.accounts.models import User
from app.audit import services as audit
from app.audit.models import AuditEntry
from app.evidence import store
from app.evidence.models import StoredFile
from app.extensions import db
from app.operations import backup, restore, serving
from app.operations.archive import ArchiveFault
from app.organs.models import Organ
from tests.conftest import make_app

AT = datetime(2026, 11, 24, 1, 2, 3, 456789, tzinfo=UTC)


def fill() -> str:
    """A small database: a child organ before its parent, an account, a file, a sealed log."""
    db.session.execute(insert(Organ), [
        {"id": 5, "name": "X区人民政府", "kind": "district_government",
         "valid_from": date(2019, 3, 1)}])
    db.session.execute(insert(Organ), [
        {"id": 2, "name": "X区司法局", "kind": "district_department", "parent_id": 5,
         "valid_from": date(2019, 3, 1), "valid_to": date(2030, 1, 1)}])
    db.session.add(User(username="zhang", display_name="张𠮷", organ_id=2, roles=["handler"],
                        password_hash="x", active=True))
    sha = store.put("正文".encode(), name="申请书.pdf", at=AT).sha256
    audit.log("account_created", "zhang", by="系统", at=AT, roles=["handler"], note=None)
    audit.log("sign_in", "zhang", by="zhang", at=AT)
    db.session.commit()
    return sha


def content() -> dict[str, list[Any]]:
    """Everything in the database, table by table, by primary key."""
    return {table.name: [tuple(map(plain, row)) for row in db.session.execute(
        select(table).order_by(*table.primary_key.columns))] for table in db.metadata.sorted_tables}


def plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    return value


@pytest.fixture
def taken(app: Flask, tmp_path: Path) -> Path:
    fill()
    backup.take(tmp_path / "kept", at=AT)
    return tmp_path / "kept"


@pytest.fixture
def elsewhere(tmp_path: Path) -> Any:
    """Another, empty SQLite installation: a backup crosses from engine to engine."""
    other = make_app(f"sqlite:///{tmp_path / 'other.db'}", tmp_path / "other")
    with other.app_context():
        db.create_all()
        db.session.commit()
    yield other
    with other.app_context():
        db.engine.dispose()


def test_a_backup_restores_every_row_and_file_elsewhere(
    app: Flask, taken: Path, elsewhere: Flask
) -> None:
    before, heads = content(), audit.heads()
    with elsewhere.app_context():
        result = elsewhere.test_cli_runner().invoke(args=["restore", str(taken)])
        assert result.exit_code == 0, result.output
        after = content()
        assert after["audit_entry"][:2] == before["audit_entry"]
        assert len(after["audit_entry"]) == 3, "the restore itself is on the record"
        for name in before.keys() - {"audit_entry", "audit_head"}:
            assert after[name] == before[name], name
        assert audit.verify()[1] == [] and audit.heads() != heads
        (file,) = db.session.scalars(select(StoredFile))
        assert store.verify(file.sha256)


def test_new_rows_do_not_take_restored_numbers(app: Flask, taken: Path) -> None:
    result = app.test_cli_runner().invoke(args=["restore", str(taken), "--replace"])
    assert result.exit_code == 0, result.output
    db.session.add(Organ(name="新机关", kind="other"))
    db.session.commit()
    assert db.session.scalar(select(Organ.id).where(Organ.name == "新机关")) == 6


def test_the_append_only_guard_is_there_again_after_a_restore(app: Flask, taken: Path) -> None:
    app.test_cli_runner().invoke(args=["restore", str(taken), "--replace"])
    with pytest.raises(Exception, match="append-only"):
        db.session.execute(text("UPDATE audit_entry SET subject = 'x'"))
    db.session.rollback()


def test_json_null_and_no_value_stay_different(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sqlalchemy import JSON, Column, Integer, MetaData, Table

    from app.operations import archive

    table = Table("t", MetaData(), Column("id", Integer, primary_key=True), Column("j", JSON))
    with db.engine.begin() as connection:
        table.create(connection)
        connection.execute(text("INSERT INTO t VALUES (1, NULL), (2, 'null'), (3, '{\"a\": []}')"))
        assert archive.dump(connection, table, tmp_path / "t")["rows"] == 3
        connection.execute(table.delete())
        archive.load(connection, archive.reflected(connection).tables["t"], tmp_path / "t")
        found = connection.execute(text("SELECT id, CAST(j AS TEXT) FROM t ORDER BY id")).all()
        assert [tuple(row) for row in found] == [(1, None), (2, "null"), (3, '{"a": []}')]
        table.drop(connection)


def test_a_backup_sees_one_moment(app: Flask, tmp_path: Path) -> None:
    fill()
    with backup.snapshot(db.engine) as connection:
        count = select(text("count(*)")).select_from(AuditEntry.__table__)
        assert connection.scalar(count) == 2
        audit.log("later", "x", by="y")
        db.session.commit()
        assert connection.scalar(count) == 2, "what others commit meanwhile is not seen"
    assert db.session.scalar(count) == 3


def change(path: str) -> Callable[[Path], None]:
    def act(folder: Path) -> None:
        (target,) = folder.glob(path)
        data = bytearray(target.read_bytes())
        data[len(data) // 2] ^= 1
        target.write_bytes(data)

    return act


def remove(path: str) -> Callable[[Path], None]:
    return lambda folder: next(folder.glob(path)).unlink()


def forge_log(folder: Path) -> None:
    """Change a sealed row and make every hash around it fit, as one who owns the backup can."""
    path = folder / "tables" / "audit_entry.jsonl"
    path.write_text(path.read_text("utf-8").replace('"sign_in"', '"sign_on"'), "utf-8")
    refit(folder)


def cut_log(folder: Path) -> None:
    path = folder / "tables" / "audit_entry.jsonl"
    path.write_text(path.read_text("utf-8").splitlines(keepends=True)[0], "utf-8")
    refit(folder)


def refit(folder: Path) -> None:
    from app.operations import archive

    manifest = json.loads((folder / "manifest.json").read_bytes())
    for name, said in manifest["tables"].items():
        said["sha256"] = archive.sha256_of(folder / "tables" / f"{name}.jsonl")
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    (folder / "manifest.sha256").write_text(archive.sha256_of(folder / "manifest.json"), "ascii")


SPOILED: list[tuple[str, Callable[[Path], None], str]] = [
    ("a row changed", change("tables/account.jsonl"), "备份的表 account 缺失或者与清单的哈希不符"),
    ("a table gone", remove("tables/organ.jsonl"), "备份的表 organ 缺失"),
    ("a file changed", change("files/*/*"), "缺失或者已改变"),
    ("a file gone", remove("files/*/*"), "缺失或者已改变"),
    ("the manifest changed", change("manifest.json"), "备份清单与其哈希不符"),
    ("no manifest", remove("manifest.json"), "不是完整的备份"),
    ("a forged log with fitting hashes", forge_log, "审计链 log 第 2 条断裂：内容与哈希不符"),
    ("a log cut short", cut_log, "审计链 log 第 2 条断裂"),
]


@pytest.mark.parametrize(("what", "spoil", "says"), SPOILED, ids=[row[0] for row in SPOILED])
def test_a_spoiled_backup_is_refused_and_nothing_is_touched(
    app: Flask, taken: Path, what: str, spoil: Callable[[Path], None], says: str
) -> None:
    spoil(taken)
    before = content()
    result = app.test_cli_runner().invoke(args=["restore", str(taken), "--replace", "--yes"])
    assert result.exit_code == 1 and says in result.stderr
    assert result.stdout == "" and content() == before


def test_a_database_with_data_is_replaced_only_when_told(app: Flask, taken: Path) -> None:
    result = app.test_cli_runner().invoke(args=["restore", str(taken)])
    assert result.exit_code == 1 and "--replace" in result.stderr


def test_security_changes_since_the_backup_are_listed_and_need_a_yes(
    app: Flask, taken: Path
) -> None:
    user = db.session.scalars(select(User)).one()
    user.active = False
    audit.log("account_disabled", "zhang", by="admin", changed={"active": [True, False]})
    audit.log("sign_in", "admin", by="admin")
    audit.log("password_reset", "li", by="admin")
    db.session.commit()
    refused = app.test_cli_runner().invoke(args=["restore", str(taken), "--replace"])
    assert refused.exit_code == 1
    assert "停用账户：zhang（admin）" in refused.stderr and "重置密码：li" in refused.stderr
    assert "account_created" not in refused.stderr and "新建账户" not in refused.stderr
    assert not db.session.scalars(select(User)).one().active

    done = app.test_cli_runner().invoke(args=["restore", str(taken), "--replace", "--yes"])
    assert done.exit_code == 0, done.output
    assert len(json.loads(done.stdout)["undone"]) == 2, "standard output is the result alone"
    assert db.session.scalars(select(User)).one().active
    last = db.session.scalars(select(AuditEntry).order_by(AuditEntry.position.desc())).first()
    assert last and last.kind == "restore" and len(last.facts["undone"]) == 2
    (kept,) = app.config["DATA_DIR"].glob("before-restore-*")
    assert restore.check(kept)["tables"]["audit_entry"]["rows"] == 5


def test_another_systems_log_counts_whole(app: Flask, taken: Path, elsewhere: Flask) -> None:
    with elsewhere.app_context():
        for name in ("a", "b", "c"):
            audit.log("account_disabled", name, by="admin")
        db.session.commit()
        undone = restore.security_changes_undone(restore.check(taken))
        assert [change.subject for change in undone] == ["a", "b", "c"]


def test_a_running_server_keeps_the_data_folder(app: Flask, taken: Path) -> None:
    with serving.holding(app.config["DATA_DIR"], alone=False):
        with serving.holding(app.config["DATA_DIR"], alone=False):
            pass  # several servers may share it
        result = app.test_cli_runner().invoke(args=["restore", str(taken), "--replace"])
    assert result.exit_code == 1 and "请先停止服务" in result.stderr


def test_a_damaged_stored_file_is_named_and_the_rest_is_backed_up(
    app: Flask, tmp_path: Path
) -> None:
    sha = fill()
    store.path_of(sha).write_bytes(b"other")
    result = app.test_cli_runner().invoke(args=["backup", str(tmp_path / "kept")])
    assert result.exit_code == 1 and "1 个已存文件缺失或已改变" in result.stderr
    assert json.loads(result.stdout)["damaged"] == [sha]
    assert restore.check(tmp_path / "kept")["tables"]["account"]["rows"] == 1


def test_the_command_prints_what_to_write_down(app: Flask, tmp_path: Path) -> None:
    fill()
    result = app.test_cli_runner().invoke(args=["backup", str(tmp_path / "kept")])
    said = json.loads(result.stdout)
    assert result.exit_code == 0 and said["files"] == 1 and said["heads"]["log"]["length"] == 2
    assert re.fullmatch(r"[0-9a-f]{64}", said["manifest_sha256"])


def test_an_interrupted_backup_leaves_no_folder_that_looks_whole(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill()
    with monkeypatch.context() as patch:
        patch.setattr(backup, "_copy_files", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            backup.take(tmp_path / "kept", at=AT)
    assert not (tmp_path / "kept").exists()
    backup.take(tmp_path / "kept", at=AT)
    with pytest.raises(ArchiveFault, match="已存在且不是空文件夹"):
        backup.take(tmp_path / "kept", at=AT)


def test_data_and_backup_are_closed_to_other_users_of_the_machine(app: Flask, tmp_path: Path
                                                                  ) -> None:
    backup.take(tmp_path / "private", at=AT)
    for folder in (app.config["DATA_DIR"], tmp_path / "private"):
        assert folder.stat().st_mode & 0o077 == 0, folder
