"""The import of a single file that was a mistake can be taken back, and nothing else can."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.evidence.models import StoredFile
from app.extensions import db, hooks
from app.laws import queries
from app.laws.importing import undo
from app.laws.models import Article, ImportRun, Law, LawImpact, LawName, LawVersion
from app.laws.search import library as indexes
from tests import factories
from tests.laws import official_files as made
from tests.laws import texts
from tests.laws.test_import_pages import FIELDS, editor, html, uploaded  # noqa: F401

SURE = {"sure": "y"}


def imported(client: Any, place: Path, lines: list[str] = made.LAW, **said: str) -> ImportRun:
    answer = client.post(uploaded(client, place, lines), data=FIELDS | said)
    assert answer.status_code == 302
    run = db.session.get(ImportRun, int(answer.location.rsplit("/", 1)[1]))
    assert run is not None
    return run


def take_back(client: Any, run: ImportRun, **data: str) -> Any:
    return client.post(f"/laws/imports/{run.id}/take-back", data=data or SURE)


def test_a_wrong_title_is_taken_back_and_the_file_can_be_imported_rightly(
        editor: Any, tmp_path: Path) -> None:  # noqa: F811
    run = imported(editor, tmp_path, title="错写法")
    before = db.session.scalars(select(StoredFile.sha256)).all()
    assert "撤回本次导入" in html(editor.get(f"/laws/imports/{run.id}"))
    page = html(editor.get(take_back(editor, run).location))
    assert "已撤回：《错写法》已从库中删除" in page and "由 " in page
    assert "撤回本次导入</h2>" not in page, "once is enough"
    for gone in (Law, LawVersion, LawName, Article):
        assert not db.session.query(gone).count(), gone
    assert db.session.scalars(select(StoredFile.sha256)).all() == before, "the original stays"
    logged = db.session.scalars(select(AuditEntry.kind)).all()
    assert logged.count("law_import_taken_back") == 1
    assert "已经撤回" in html(editor.get(take_back(editor, run).location))
    imported(editor, tmp_path)
    assert queries.find_law("试验法") and not queries.find_law("错写法")


def test_the_index_follows(app: Flask, editor: Any, tmp_path: Path) -> None:  # noqa: F811
    root = Path(app.config["DATA_DIR"]) / "index"
    name = indexes.engine_name(app.config["SEARCH_ENGINE"])
    texts.load(tmp_path)
    indexes.build(root, name)
    held = indexes.open_index(root, name).forward.size
    run = imported(editor, tmp_path, title="错写法")
    assert indexes.open_index(root, name).forward.size > held
    take_back(editor, run)
    assert indexes.open_index(root, name).forward.size == held


def test_only_the_version_goes_where_another_is_held(editor: Any, tmp_path: Path  # noqa: F811
                                                     ) -> None:
    texts.load(tmp_path, {"行政法/试验法(2019-03-01).md": texts.TRIAL_2019})
    old = "行政法/旧办法(2018-01-01).md"
    texts.load(tmp_path / "old", {old: texts.md("旧办法", "第一条 甲。", info="2018年1月1日 公布")})
    ends = [line.replace("施行。", "施行。《旧办法》同时废止。") for line in made.LAW]
    run = imported(editor, tmp_path, ends)
    law, other = queries.find_law("试验法"), queries.find_law("旧办法")
    assert law is not None and other is not None
    assert (len(law.versions), law.versions[0].until, other.repealed) == (
        2, date(2024, 7, 1), date(2024, 7, 1))
    removed: list[int] = []

    def removing(version: LawVersion) -> None:
        removed.append(version.id)

    going = law.versions[1].id
    hooks.on("law_removing", removing)
    try:
        take_back(editor, run)
    finally:
        hooks._receivers["law_removing"].remove(removing)
    db.session.expire_all()
    assert [v.adopted for v in law.versions] == [date(2019, 3, 1)] and removed == [going]
    assert law.versions[0].until is None, "it is in force again"
    assert (other.repealed, other.repealed_by) == (None, None), "nothing repeals it any more"


def impact(run: ImportRun, **more: Any) -> LawImpact:
    version = db.session.scalars(select(LawVersion).where(
        LawVersion.import_run_id == run.id)).one()
    row = LawImpact(version_id=version.id, run_id=run.id, kind="rule", who="规则",
                    cite="《试验法》", verdict="changed", recorded_at=texts.AT, **more)
    db.session.add(row)
    db.session.commit()
    return row


def test_what_the_text_touched_goes_with_it_unless_somebody_has_dealt_with_it(
        editor: Any, tmp_path: Path) -> None:  # noqa: F811
    run = imported(editor, tmp_path)
    row = impact(run, handled_at=texts.AT)
    assert "已有人按该文本处理过" in html(editor.get(take_back(editor, run).location))
    row.handled_at = None
    db.session.commit()
    take_back(editor, run)
    assert not db.session.query(LawImpact).count() and not db.session.query(Law).count()


def test_a_corrected_upload_can_be_taken_back_as_well(editor: Any, tmp_path: Path  # noqa: F811
                                                      ) -> None:
    first = imported(editor, tmp_path)
    second = imported(editor, tmp_path, adopted="2024-01-09")
    assert "已被后来的导入更正" in undo.refusal(first)
    take_back(editor, second)
    assert not db.session.query(Law).count()


def replaced(client: Any, place: Path) -> ImportRun:
    texts.load(place, {"行政法/试验法(2024-01-05).md": texts.TRIAL_2024})
    return imported(client, place, [*made.LAW, "第五条　另行规定。"])


def other_source(client: Any, place: Path) -> ImportRun:
    run = imported(client, place)
    texts.load(place, {"行政法/试验法(2024-01-05).md": texts.TRIAL_2024})
    return run


def nothing_new(client: Any, place: Path) -> ImportRun:
    imported(client, place)
    return imported(client, place)


def other_words(client: Any, place: Path) -> ImportRun:
    imported(client, place)
    return imported(client, place, [*made.LAW, "第五条　另行规定。"])


def whole_folder(client: Any, place: Path) -> ImportRun:
    return texts.load(place)


STAYS = [
    (replaced, "原有的文本没有保留", "the text of another source was replaced"),
    (other_words, "原有的文本没有保留", "the text of an earlier upload was replaced"),
    (other_source, "还有其他来源", "another source has the version too"),
    (nothing_new, "没有新增版本", "the same file once more"),
    (whole_folder, "只有单个官方文件", "a folder of many texts"),
]


@pytest.mark.parametrize(("make", "words", "why"), STAYS)
def test_what_cannot_be_taken_back_says_why(editor: Any, tmp_path: Path, make: Any,  # noqa: F811
                                            words: str, why: str) -> None:
    run = make(editor, tmp_path)
    held = db.session.query(LawVersion).count(), db.session.query(Article).count()
    assert words in html(editor.get(take_back(editor, run).location)), why
    assert (db.session.query(LawVersion).count(), db.session.query(Article).count()) == held
    page = html(editor.get(f"/laws/imports/{run.id}"))
    assert 'name="sure"' not in page, why


def test_without_a_tick_nothing_goes(editor: Any, tmp_path: Path) -> None:  # noqa: F811
    run = imported(editor, tmp_path)
    assert "请勾选" in html(take_back(editor, run, sure=""), 422)
    assert db.session.query(Law).count() == 1
    assert editor.post("/laws/imports/999/take-back", data=SURE).status_code == 404


def test_only_law_editors_take_back_and_only_with_the_token(
        app: Flask, editor: Any, tmp_path: Path) -> None:  # noqa: F811
    run = imported(editor, tmp_path)
    reader = factories.sign_in(app.test_client(), factories.user(["reader"]))
    assert take_back(reader, run).status_code == 403
    app.config["WTF_CSRF_ENABLED"] = True
    assert take_back(editor, run).status_code == 400
    assert db.session.query(Law).count() == 1
