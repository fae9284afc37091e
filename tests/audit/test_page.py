"""The audit page: what an administrator sees of the chains, and what not."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from app.audit import queries
from app.audit import services as audit
from app.audit.models import GENESIS
from app.extensions import db
from tests import factories


@pytest.fixture
def auditor(client: Any) -> Any:
    return factories.sign_in(client, factories.user(["admin"], username="keeper"))


def _drop_triggers() -> None:
    """What a person with the database file could do."""
    if db.engine.dialect.name == "sqlite":
        for (name,) in db.session.execute(text(
                "select name from sqlite_master where type = 'trigger'"
                " and tbl_name = 'audit_entry'")).all():
            db.session.execute(text(f"drop trigger {name}"))
    else:
        db.session.execute(text("alter table audit_entry disable trigger all"))


def test_an_empty_chain_has_the_genesis_head(auditor: Any) -> None:
    page = auditor.get("/audit/").text
    assert GENESIS in page and "没有符合条件的日志" in page


def test_the_log_is_paged_newest_first_and_filtered(auditor: Any) -> None:
    for number in range(120):
        audit.log("sign_in" if number % 2 else "sign_out", f"u{number}", by=f"name{number % 3}")
    first = auditor.get("/audit/").text
    assert "共 120 条，第 1–50 条" in first and ">u119<" in first and ">u69<" not in first
    assert "第 101–120 条" in auditor.get("/audit/?page=3").text
    assert "第 101–120 条" in auditor.get("/audit/?page=99").text, "past the end is the last page"
    kind = auditor.get("/audit/?kind=sign_in").text
    assert "共 60 条" in kind and "?kind=sign_in&amp;page=2" in kind, "links keep the filter"
    assert "共 20 条" in auditor.get("/audit/?kind=sign_in&by=name0").text


def test_verifying_tells_that_the_chain_holds_and_is_logged(auditor: Any) -> None:
    audit.log("sign_in", "zhang", by="zhang")
    page = auditor.post("/audit/verify").text
    assert "审计链完整" in page and "操作日志 1 条" in page
    assert "核验审计链" in page


def test_verifying_names_the_first_break(auditor: Any, app: Flask) -> None:
    for number in range(3):
        audit.log("sign_in", f"u{number}", by="zhang")
    _drop_triggers()
    db.session.execute(text("update audit_entry set subject = 'x' where position = 2"))
    page = auditor.post("/audit/verify").text
    assert "审计链断裂" in page and "操作日志第 2 条：内容与哈希不符" in page
    assert "审计链完整" not in page


def test_facts_are_shown_only_of_kinds_that_can_hold_no_case_content(auditor: Any) -> None:
    audit.log("some_case_thing", "甲", by="zhang", applicant="王某某")
    audit.log("sign_in_failed", "zhang", by="匿名", failures=3)
    page = auditor.get("/audit/").text
    assert "王某某" not in page
    assert "连续失败次数：</span>3" in page


def test_every_kind_that_is_written_has_a_chinese_name(app: Flask) -> None:
    written = {kind for path in Path(app.root_path).rglob("*.py")
               for kind in re.findall(r"\blog\(\s*\"([a-z_]+)\"", path.read_text("utf-8"))}
    assert len(written) > 10 and not written - set(queries.KINDS)


def test_times_are_shown_in_beijing_time(auditor: Any) -> None:
    from datetime import UTC, datetime
    audit.log("sign_in", "zhang", by="zhang", at=datetime(2026, 11, 23, 17, 30, tzinfo=UTC))
    assert "2026年11月24日 01:30" in auditor.get("/audit/").text
