"""Keep, correct, revise, repeal and prolong the district's documents. The caller commits."""

from __future__ import annotations

import contextlib
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from app.audit.services import log
from app.evidence import store as files
from app.extensions import db
from app.laws import asof, chains
from app.laws import queries as laws
from app.laws.importing import store
from app.laws.importing.cut import articles_of
from app.laws.importing.texts import LawText, Reading
from app.laws.local import drafts, queries
from app.laws.local.drafts import RANK, SOURCE, Draft, Refused
from app.laws.local.queries import ATTACHMENT, BEFORE, PUBLISHED, REGISTRATION
from app.laws.models import Law, LawName, LawVersion
from app.laws.names import short_title, title_key
from app.organs import queries as organs

KINDS = {"local_norm_created": "登记规范性文件", "local_norm_corrected": "更正规范性文件",
         "local_norm_revised": "登记规范性文件的修订文本", "local_norm_repealed": "废止规范性文件",
         "local_norm_prolonged": "延续规范性文件有效期"}


def create(draft: Draft, *, on: date, at: datetime, by: str) -> LawVersion:
    """Keep a new document.

    :raises Refused: a fault, a title that is taken, or a number its issuer has used.
    """
    drafts.check(draft, on)
    _free_title(draft.title)
    _free_number(draft)
    version = _save(draft, _heading(draft), at)
    log("local_norm_created", _name(draft.title, draft.number), by=by, at=at, **_facts(draft))
    return version


def revise(law: Law, draft: Draft, *, on: date, at: datetime, by: str) -> LawVersion:
    """Keep a later version (修订) of ``law``; the earlier ones stay. The title must be its own."""
    drafts.check(draft, on)
    newest = queries.versions_of(law)[-1]
    if law.repealed:
        raise Refused("该文件已废止，不能再修订；重新制定的请另行登记。")
    if title_key(draft.title) != law.key:
        raise Refused(f"修订文本的名称应与原文件一致（{law.title}）；换了名称的，请登记为新文件，"
                      "再废止原文件。", "title")
    if newest.adopted and draft.adopted <= newest.adopted:
        raise Refused("修订文本的成文日期应晚于现有文本的成文日期。", "adopted")
    _free_number(draft)
    before = [list(line) for line in newest.history if not line[1].startswith(REGISTRATION)]
    version = _save(draft, [*before, *_heading(draft, "修订")], at, law)
    log("local_norm_revised", _name(law.title, draft.number), by=by, at=at, **_facts(draft))
    return version


def correct(law: Law, version: LawVersion, draft: Draft, *, reason: str, on: date, at: datetime,
            by: str) -> int:
    """Put right what was entered wrongly. The old values go to the log, an old text to a file."""
    drafts.check(draft, on)
    if not reason.strip():
        raise Refused("请写明更正的理由。", "reason")
    if title_key(draft.title) != law.key:
        _free_title(draft.title, law)
    if any(v.adopted == draft.adopted for v in law.versions if v.id != version.id):
        raise Refused("该文件的另一文本已是这一成文日期。", "adopted")
    _free_number(draft, version)
    before = _facts_of(law, version)
    digest = drafts.text_hash(draft.text)
    kept = [dict(other) for other in version.alternates if other["source"] != ATTACHMENT]
    if digest != version.source_hash:
        kept.append({"source": BEFORE, "path": f"{at.date().isoformat()} 更正前的正文.txt",
                     "hash": version.source_hash})
    _rename(law, draft)
    version.adopted = draft.adopted
    old_lines = [line for line in version.history if line[1] != PUBLISHED
                 and not line[1].startswith(REGISTRATION)]
    db.session.flush()
    if digest != version.source_hash:
        version.alternates = []  # else a return to an earlier text would count as held already
        _read_in(draft, version.source_path, at)
    _set(version, draft, _heading(draft) + old_lines, kept)
    _settle(law)
    changed = {name: [before[name], value] for name, value in _facts(draft).items()
               if before[name] != value}
    log("local_norm_corrected", _name(law.title, draft.number), by=by, at=at, 理由=reason,
        changed=changed)
    return law.id


def repeal(law: Law, *, day: date, document: str, by: str, at: datetime) -> int:
    """``day`` is the first day no longer in force, ``document`` what repeals it."""
    if law.repealed:
        raise Refused(f"该文件已自{law.repealed.isoformat()}起废止。")
    if not document.strip():
        raise Refused("请填写作出废止的文件。", "document")
    first = min((v.effective for v in law.versions if v.effective), default=None)
    if first and day < first:
        raise Refused("废止日期早于施行日期。", "day")
    law.repealed, law.repealed_by = day, document.strip()[:400]
    _settle(law)
    log("local_norm_repealed", _name(law.title, law.versions[-1].document_number or ""), by=by,
        at=at, 废止日期=day.isoformat(), 作出废止的文件=document.strip())
    return law.id


def prolong(law: Law, version: LawVersion, *, last_day: date, decided: date, document: str,
            by: str, at: datetime) -> int:
    """Prolong the validity to ``last_day`` (inclusive), decided before it ended."""
    if version.expires is None:
        raise Refused("该文件没有规定有效期，不需要延续。")
    if law.repealed:
        raise Refused("该文件已废止，不能延续有效期。")
    if decided >= version.expires:
        raise Refused("作出延续决定时有效期已经届满，文件已自动失效，不能延续；需要继续执行的，"
                      "应当重新制定并公布。", "decided")
    if version.adopted and decided < version.adopted:
        raise Refused("作出延续决定的日期早于成文日期。", "decided")
    if not document.strip():
        raise Refused("请填写决定延续的文件。", "document")
    expires = date.fromordinal(last_day.toordinal() + 1) if last_day < date.max else None
    if expires is None or expires <= version.expires:
        raise Refused("延续后的最后一日应晚于原有效期的最后一日。", "last_day")
    old, version.expires = version.expires, expires
    version.history = [*version.history, [
        decided.isoformat(), f"有效期延续至{last_day.year}年{last_day.month}月{last_day.day}日"
        f"（{document.strip()[:100]}）"]]
    _settle(law)
    log("local_norm_prolonged", _name(law.title, version.document_number or ""), by=by, at=at,
        changed={"失效日期": [old.isoformat(), expires.isoformat()]},
        决定日期=decided.isoformat(), 决定文件=document.strip())
    return law.id


def text_of(version: LawVersion) -> str:
    """The text as it was typed; where that file is gone, as it can be put together again."""
    with contextlib.suppress(files.Damaged), files.open_file(version.source_hash) as file:
        return file.read().decode()
    lines: list[str] = []
    heading = ""
    for article in laws.articles_of(version):
        if article.heading != heading:
            heading = article.heading
            lines += [part for part in heading.split(" / ") if part]
        if article.number is not None:
            lines.append(f"{article.label}　{article.text}")
        elif article.label in ("全文", "序言", "结尾"):
            lines.append(article.text)
        else:
            mark = "、" if len(article.label) <= 3 and "附" not in article.label else "\n"
            lines.append(f"{article.label}{mark}{article.text}")
    return "\n".join(lines)


def _save(draft: Draft, history: list[list[str]], at: datetime, law: Law | None = None
          ) -> LawVersion:
    _read_in(draft, draft.number, at)
    version = db.session.scalar(
        select(LawVersion).join(Law).where(
            Law.key == title_key(draft.title), LawVersion.source == SOURCE,
            LawVersion.adopted == draft.adopted))
    if version is None or (law is not None and version.law_id != law.id):
        raise Refused("库中已有名称相近的文件，无法确定是不是同一文件；请在名称前写上发文机关。",
                      "title")
    version.law.issuing_body = "、".join(draft.issuers)
    _set(version, draft, history, [])
    _settle(version.law)
    return version


def _read_in(draft: Draft, path: str, at: datetime) -> None:
    # The file of the typed text has the version's source_hash for its name: see text_of.
    files.put(draft.text.encode(), name=f"{draft.title}.txt", at=at, media_type="text/plain")
    articles, defects = articles_of(draft.text.split("\n"))
    reading = Reading(source=SOURCE, kind="file", files=1, parsed=1)
    reading.texts.append(LawText(
        title=draft.title, rank=RANK, path=path, raw_hash=drafts.text_hash(draft.text),
        articles=articles, adopted=draft.adopted, issuing_body="、".join(draft.issuers),
        region=region(), defects=defects, history=[(draft.adopted, "成文")],
        effective_given=draft.effective, document_number=draft.number))
    store.save(reading, at=at)


def _set(version: LawVersion, draft: Draft, history: list[list[str]],
         kept: list[dict[str, Any]]) -> None:
    version.document_number, version.expires = draft.number, draft.expires
    version.effective, version.effective_from = draft.effective, "given"
    version.original = draft.original
    version.history = sorted(history, key=lambda line: line[0])
    version.alternates = kept + [
        {"source": ATTACHMENT, "path": a.name, "hash": a.sha256} for a in draft.attachments]
    db.session.flush()


def _settle(law: Law) -> None:
    """The ends of the versions, after a day has changed."""
    db.session.flush()
    db.session.refresh(law)
    chain = chains.chain_of(law)
    ends = asof.untils(chain)
    for version in law.versions:
        version.until = ends[version.id]
    law.grade = asof.grade(chain, documented=True)
    db.session.flush()


def _heading(draft: Draft, word: str = "成文") -> list[list[str]]:
    lines = [[draft.adopted.isoformat(), word], [draft.published.isoformat(), PUBLISHED]]
    if draft.registration:
        lines.append([draft.published.isoformat(), REGISTRATION + draft.registration])
    return lines


def _rename(law: Law, draft: Draft) -> None:
    law.issuing_body = "、".join(draft.issuers)
    key = title_key(draft.title)
    if key != law.key:
        law.key = key
        if db.session.scalar(select(LawName).where(LawName.key == key)) is None:
            db.session.add(LawName(key=key, law_id=law.id, kind="title"))
    law.title, law.short_title = draft.title, short_title(draft.title)


def _free_title(title: str, own: Law | None = None) -> None:
    taken = db.session.scalar(
        select(Law).join(LawName, LawName.law_id == Law.id).where(
            LawName.key == title_key(title)))
    if taken is None or (own is not None and taken.id == own.id):
        return
    if queries.versions_of(taken):
        raise Refused(f"已登记过同名文件《{taken.title}》。属于修订的，请打开该文件登记修订文本；"
                      "是另一文件的，请在名称前写上发文机关。", "title")
    raise Refused(f"名称与库中的《{taken.title}》相同，请写全称（在名称前写上发文机关）。", "title")


def _free_number(draft: Draft, own: LawVersion | None = None) -> None:
    for version in db.session.scalars(select(LawVersion).where(
            LawVersion.source == SOURCE, LawVersion.document_number == draft.number)):
        if own is not None and version.id == own.id:
            continue
        if set(queries.issuers(version.law)) & set(draft.issuers):
            raise Refused(f"文号 {draft.number} 已用于《{version.law.title}》，请核对。", "number")


def region() -> str:
    """The district's name, from the register of organs."""
    government = organs.district_government()
    return government.name.removesuffix("人民政府")[:40] if government else "本区"


def _name(title: str, number: str) -> str:
    return f"《{title}》（{number}）"[:200]


def _facts(draft: Draft) -> dict[str, Any]:
    """What the log says of a document; the audit page shows the names as they are."""
    return {"名称": draft.title, "文号": draft.number, "发文机关": "、".join(draft.issuers),
            "成文日期": draft.adopted.isoformat(), "公布日期": draft.published.isoformat(),
            "施行日期": draft.effective.isoformat(), "失效日期": _iso(draft.expires),
            "统一登记号": draft.registration, "正文摘要": drafts.text_hash(draft.text)}


def _facts_of(law: Law, version: LawVersion) -> dict[str, Any]:
    return {"名称": law.title, "文号": version.document_number, "发文机关": law.issuing_body,
            "成文日期": _iso(version.adopted), "公布日期": _iso(queries.published_of(version)),
            "施行日期": _iso(version.effective), "失效日期": _iso(version.expires),
            "统一登记号": queries.registration_of(version), "正文摘要": version.source_hash}


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
