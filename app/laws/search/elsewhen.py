"""Days on which the text asked for existed, where the day asked for has none."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, select

from app.extensions import db
from app.laws import queries
from app.laws.models import Article, Law, LawVersion
from app.laws.search.plan import Plan

MOST = 3


def days(plan: Plan, on: date) -> list[tuple[date, Law]]:
    """(first day of a version, its law), newest first, at most three, without ``on`` itself.

    Of a named law: versions that have the article asked for and every quoted phrase. Without a
    law: versions that hold every quoted phrase; without phrases none, as any word stood somewhere.
    """
    if plan.laws:
        found = db.session.scalars(select(LawVersion).where(
            LawVersion.law_id.in_(plan.laws), LawVersion.effective.is_not(None))).all()
        return _first([v for v in found if _has(v, plan)], on)
    if not plan.phrases:
        return []
    holding = select(Article.version_id).where(*_phrases(plan)).limit(200)
    return _first(db.session.scalars(select(LawVersion).where(
        LawVersion.id.in_(holding), LawVersion.effective.is_not(None))).all(), on)


def _has(version: LawVersion, plan: Plan) -> bool:
    if plan.article and queries.article_in(version, plan.article, plan.suffix) is None:
        return False
    if not plan.phrases:
        return True
    return db.session.scalar(select(Article.id).where(
        Article.version_id == version.id, *_phrases(plan)).limit(1)) is not None


def _phrases(plan: Plan) -> list[ColumnElement[bool]]:
    return [Article.text.contains(phrase, autoescape=True) for phrase in plan.phrases]


def _first(versions: Sequence[LawVersion], on: date) -> list[tuple[date, Law]]:
    found = [(v.effective, v.law) for v in sorted(
        versions, key=lambda v: (v.effective or date.min, v.id), reverse=True)
        if v.effective and v.effective != on]
    return found[:MOST]
