"""Collect what a review reads of an item: its columns, the law of the day, its files and papers.

`from_row` takes a row as it was handed in, `of_version` an item of the catalogue, `of_catalogue`
all of them with a handful of queries. The snapshot is app.rules.review.facts.ReviewFacts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from app.licensing import particulars
from app.licensing.bases import citations, split_bases
from app.licensing.models import ItemFile, ItemVersion
from app.licensing.particulars_shape import cites
from app.licensing.review import papers
from app.licensing.review.library import Library
from app.rules.review import ranks
from app.rules.review.facts import LOCAL_REGULATIONS, ArticleFact, LawFact, ReviewFacts

# The two sets of columns (commands.md): that of the catalogue and that of a sheet sent for review.
_SENT = {"送审事项名称": "事项名称", "送审主管部门": "原主管部门", "送审办理方式": "办理方式",
         "送审设定依据": "设定依据", "送审其他内容": "其他内容"}
_COLUMNS = {"事项名称": "name", "原主管部门": "original_department", "办理方式": "mode",
            "依据层级": "basis_rank", "依据现行有效": "basis_in_force",
            "承诺时限": "promised_limit",
            "是否收费及依据": "fee", "证照名称": "certificate", "有效期": "validity",
            "监管部门": "supervising_department", "备注": "note", "其他内容": "other",
            "国家编码": "national_code", "权力类型": "power_type"}
_SPLIT = re.compile(r"[;；]")
_DAYS = r"(?:时限|期限)[:：为]?\s*(\d{1,4})\s*(?:个)?(?:工作日|日|天)"
_LEGAL_LIMIT = re.compile(rf"法定(?:办结)?{_DAYS}")
_BARE_LIMIT = re.compile(rf"(?<!承诺)(?<!办结){_DAYS}")
_LOCAL = (*LOCAL_REGULATIONS, "PROV_GOV_RULE", "CITY_GOV_RULE", "NORM_DOC", "MINISTRY_RULE")


def from_row(row: Mapping[str, str], on: date, library: Library | None = None) -> ReviewFacts:
    """The facts of one row, by its columns alone; either set of columns, whatever is missing."""
    said = {_SENT.get(name, name): (value or "").strip() for name, value in row.items()
            if isinstance(name, str)}
    given = frozenset(name for name in said if name in _COLUMNS or name in (
        "设定依据", "法定办结时限", "特别程序"))
    columns: dict[str, Any] = {field: said.get(name, "") for name, field in _COLUMNS.items()}
    other = columns["other"]
    limit = re.fullmatch(r"[0-9]{1,4}", said.get("法定办结时限", ""))
    statutory = int(limit[0]) if limit else _limit(other)
    if not columns["promised_limit"]:
        promised = re.search(r"承诺(?:办结)?(?:时限|期限)?[:：为]?\s*([^;；,，]+)", other)
        columns["promised_limit"] = promised[1] if promised else ""
    steps = tuple(step.strip() for step in _SPLIT.split(said.get("特别程序", ""))
                  if step.strip() not in ("", "—"))
    facts = ReviewFacts(
        code=said.get("编号", ""), as_of=on, **columns, statutory_limit=statutory,
        special_steps=steps, bases=tuple(split_bases(said.get("设定依据", ""))), given=given)
    return _with_law(facts, library or Library(on))


def of_version(version: ItemVersion, on: date, library: Library | None = None) -> ReviewFacts:
    """The facts of one item of the catalogue, with its files and the papers of the reform."""
    return next(iter(of_catalogue([version], on, library)))


def of_catalogue(versions: Iterable[ItemVersion], on: date,
                 library: Library | None = None) -> list[ReviewFacts]:
    """The facts of many items, in order: files, supervision and papers are read at once."""
    versions = list(versions)
    library = library or Library(on)
    library.prepare(name for version in versions for name in _names(version.bases))
    files = particulars.on_all(on)
    one = papers.read([version.code for version in versions], on)
    return [_of_version(version, on, library, files.get(version.item_id), one)
            for version in versions]


def _of_version(version: ItemVersion, on: date, library: Library, file: ItemFile | None,
                found: papers.Papers) -> ReviewFacts:
    content = file.content if file is not None else None
    facts = ReviewFacts(
        code=version.code, as_of=on, name=version.name,
        original_department=version.original_department, mode=version.mode,
        bases=tuple(version.bases), basis_rank=version.basis_rank,
        basis_in_force=version.basis_in_force, statutory_limit=version.statutory_limit,
        promised_limit=version.promised_limit, fee=version.fee, certificate=version.certificate,
        validity=version.validity, special_steps=tuple(version.special_steps),
        supervising_department=version.supervising_department, note=version.note,
        national_code=version.national_code, power_type=version.power_type, level=version.level,
        retained_reason=version.retained_reason, suspended=version.suspended,
        given=frozenset({*_COLUMNS, "设定依据", "法定办结时限", "特别程序"} - {"其他内容"}),
        file=content, reform=found.reform, organs=found.organs,
        supervision=found.supervision.get(version.item_id),
        handover=found.handover.get(version.code))
    facts = _with_law(facts, library)
    if content is None:
        return facts
    sources = {text: article for text in cites(content) if (article := _source(text, library))}
    return replace(facts, cited=sources)


def _with_law(facts: ReviewFacts, library: Library) -> ReviewFacts:
    articles = tuple(article for base in facts.bases
                     for article in _articles(base, facts.basis_rank, library))
    laws: dict[str, LawFact] = {a.law.title: a.law for a in articles}
    kin = {other.title: other for law in laws.values() if law.rank in _LOCAL
           for other in library.kin(law)}
    return replace(facts, articles=articles, kin=tuple(kin.values()))


def _articles(base: str, said: str, library: Library) -> Iterable[ArticleFact]:
    found = citations(base)
    if not found:  # a paper without a title in 《》: a mandate, minutes, a letter
        rank, _ = ranks.of_words(base, base)
        yield ArticleFact(base, base, LawFact(base, base, rank, why_not="不是法规，库中没有"),
                          why_not="不是法规，库中没有")
    for cite in found:
        article = library.article(cite, base, said)
        if article is not None:
            yield article


def _source(text: str, library: Library) -> ArticleFact | None:
    found = citations(text)
    return library.article(found[0], text) if found else None


def _names(bases: Iterable[str]) -> Iterable[str]:
    return (cite.split("》第")[0].strip("《》") for base in bases for cite in citations(base))


def _limit(other: str) -> int | None:
    """``法定办结时限:20个工作日`` or a bare ``时限20个工作日`` in a sheet's remarks."""
    found = _LEGAL_LIMIT.search(other) or _BARE_LIMIT.search(other)
    return int(found[1]) if found else None
