"""Which template is in use: the shipped file, or one that the bureau uploaded in its place."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from sqlalchemy import select, update

from app.accounts.models import User
from app.documents.catalogue import types
from app.documents.docx import TemplateFault
from app.documents.fields import names_of
from app.documents.models import TemplateVersion
from app.evidence import limited, store
from app.extensions import db

SECONDS, MEGABYTES = 10, 512
SIZE_LIMIT = 5 * 1024 * 1024
CHILD = "app.documents.template_child"
FAILED = {"time": "检查模板用时过长，已停止。请确认文件是正常的文书模板。",
          "memory": "检查模板占用内存过多，已停止。请确认文件是正常的文书模板。",
          "crash": "文件无法读取。请用 Word 打开，另存为 .docx 后重新上传。"}


def template_of(code: str) -> bytes:
    """The content of the template in use. KeyError for an unknown code."""
    kind = types()[code]
    version = in_use(code)
    return (store.path_of(version.file_sha256) if version else kind.template).read_bytes()


def in_use(code: str) -> TemplateVersion | None:
    """The uploaded version in use; None for the shipped template."""
    return db.session.scalars(
        select(TemplateVersion).where(TemplateVersion.code == code, TemplateVersion.in_use)).first()


def history(code: str) -> list[TemplateVersion]:
    """Every uploaded version, newest first."""
    return list(db.session.scalars(select(TemplateVersion).where(TemplateVersion.code == code)
                                   .order_by(TemplateVersion.id.desc())))


def check_file(code: str, path: Path) -> list[str]:
    """Open an untrusted template in a limited child process; its faults in Chinese."""
    names = asdict(names_of(types()[code]))
    told = json.dumps(names, default=sorted, ensure_ascii=False)
    try:
        said = limited.run(CHILD, path, told, seconds=SECONDS, memory=MEGABYTES)
    except limited.ChildFailed as failed:
        return [FAILED[failed.why]]
    return [str(each) for each in said]


def replace(code: str, data: bytes, *, name: str, note: str, by: User, at: datetime
            ) -> TemplateVersion:
    """Check an uploaded template and put it in use; ``TemplateFault`` keeps nothing."""
    if not data:
        raise TemplateFault(["文件是空的。"])
    try:
        with store.staged(data, limit=SIZE_LIMIT) as file:
            if wrong := check_file(code, file.path):
                raise TemplateFault(wrong)
            kept = store.keep(file, name=name, at=at)
    except store.TooLarge:
        raise TemplateFault([f"文件超过 {SIZE_LIMIT // 1024 // 1024} 兆字节。"]) from None
    version = TemplateVersion(code=code, file_sha256=kept.sha256, file_name=kept.first_name,
                              note=note.strip(), uploaded_by_id=by.id, uploaded_at=at)
    db.session.add(version)
    db.session.flush()
    use(version)
    return version


def use(version: TemplateVersion) -> None:
    """Put an earlier version in use again."""
    restore(version.code)
    version.in_use = True
    db.session.flush()


def restore(code: str) -> None:
    """Go back to the shipped template; uploaded versions stay in the history."""
    db.session.execute(update(TemplateVersion).where(TemplateVersion.code == code)
                       .values(in_use=False), execution_options={"synchronize_session": "fetch"})
    db.session.flush()
