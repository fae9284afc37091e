"""Take back the import of a single official file that was a mistake. The caller commits.

Only what that import itself made goes: a version that replaced a text held before stays, because
the text before was not kept. The uploaded original stays in the evidence store.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from app.extensions import db, hooks
from app.laws import catalogue
from app.laws.importing import official
from app.laws.importing.refresh import refresh, repealed_by
from app.laws.models import ImportRun, Law, LawImpact, LawVersion


class Refused(Exception):
    """It cannot be taken back; the message is Chinese and says why."""


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What went: the law's title, the version's day, and whether the law went with it."""

    law: str
    adopted: date | None
    law_gone: bool


def may_be(run: ImportRun) -> bool:
    """Whether taking back is a question at all: the upload of one official file."""
    return run.kind == "file" and run.source == official.SOURCE


def refusal(run: ImportRun) -> str:
    """Why ``run`` cannot be taken back, in Chinese; "" where it can."""
    if not may_be(run):
        return "只有单个官方文件的导入可以撤回。"
    if run.counts.get("taken_back"):
        return "这次导入已经撤回。"
    created = run.counts.get("created")
    if not created and not run.counts.get("versions"):
        return "这次导入没有新增版本，没有可以撤回的内容。"
    version = _version(run)
    if version is None:
        return "这次导入的文本已被后来的导入更正或者替换，不能再撤回。"
    if not created:
        return ("这次导入替换了库中原有的文本，原有的文本没有保留，不能撤回；"
                "请导入正确的文件来更正。")
    if version.alternates:
        others = "、".join(dict.fromkeys(other["source"] for other in version.alternates))
        return f"该版本还有其他来源（{others}），不能撤回；请导入正确的文件来更正。"
    if db.session.scalar(select(LawImpact.id).where(
            LawImpact.version_id == version.id, LawImpact.handled_at.is_not(None)).limit(1)):
        return "已有人按该文本处理过受影响的事项，不能撤回；请导入正确的文件来更正。"
    return ""


def take_back(run: ImportRun, *, at: datetime, by: str) -> TakenBack:
    """Remove the version that ``run`` made, and its law where no other version is held.

    The impacts recorded of the version go with it; the ends of the other versions and the laws
    that it repealed are as they were before it. Hook ``law_removing`` is fired first.

    :raises Refused: see `refusal`.
    """
    version = _version(run)
    why = refusal(run)
    if why or version is None:
        raise Refused(why)
    law = version.law
    hooks.fire("law_removing", version=version)
    touched = _no_longer_repealed(law)
    gone = TakenBack(law.title, version.adopted, len(law.versions) == 1)
    name = version.source_path
    if gone.law_gone:
        db.session.delete(law)
    else:
        law.versions.remove(version)
        touched[law.key] = law
    db.session.flush()
    refresh(touched)
    day = f"（{gone.adopted.isoformat()}）" if gone.adopted else ""
    said = (f"{at.date().isoformat()} 由 {by} 撤回：《{gone.law}》{day}已从库中删除，"
            "上传的原件仍保存。")
    run.counts = {**run.counts, "taken_back": 1}
    run.problems = [*run.problems, {"file": name, "why": said}]
    run.finished = at  # other processes see by it that the library has changed
    return gone


def _version(run: ImportRun) -> LawVersion | None:
    return db.session.scalar(select(LawVersion).where(
        LawVersion.import_run_id == run.id).limit(1))


def _no_longer_repealed(law: Law) -> dict[str, Law]:
    """Laws that a text of ``law`` ended; `refresh` ends again those that another text ends."""
    found = db.session.scalars(select(Law).where(Law.repealed_by == repealed_by(law.short_title)))
    freed = {}
    for other in found:
        fact = catalogue.facts().get(other.key)
        other.repealed = fact.repealed if fact else None
        other.repealed_by = fact.repealed_by if fact else None
        freed[other.key] = other
    return freed
