"""Invented laws and items for the tables of the judgments: no real law's words, no real item."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from datetime import date
from typing import Any

from app.rules.review import judge
from app.rules.review.facts import ArticleFact, LawFact, Place, ReviewFacts

ON = date(2026, 11, 24)
DOCUMENT = "X样发〔2020〕1号"
MODULES = ("conditions", "charges", "tightening", "inspections", "limits", "excluded", "procedure",
           "hearings", "publishing", "validity", "supervision", "handing")


def law(short: str, rank: str, articles: Mapping[int, str] | None = None,
        why_not: str = "") -> LawFact:
    return LawFact(short, short, rank, why_not=why_not, articles=tuple(
        Place(number, 0, text) for number, text in (articles or {}).items()))


def article(of: LawFact, number: int) -> ArticleFact:
    place = of.article(number)
    label = Place(number, 0, "").label
    return ArticleFact(f"《{of.short}》{label}", f"《{of.short}》{label}", of, number=number,
                       held=place is not None and of.in_force,
                       why_not=of.why_not or ("" if place else f"没有该条：该版本中无{label}"),
                       text=place.text if place else "", whole=place.text if place else "")


# The regulation that sets the invented licence up, and texts of every other rank.
SAMPLE = law("样例经营管理条例", "ADMIN_REG", {
    5: "从事样例经营的，应当依法登记满一年，有二名以上技术人员，"
       "并向县级人民政府样例主管部门申请样例经营许可证。",
    6: "样例主管部门应当自收到申请之日起十五日内作出准予或者不准予的决定。"
       "专家论证的时间不计算在内。",
    7: "样例经营许可证有效期为三年。",
})
ACT = law("样例法", "LAW", {3: "国家对样例经营实行许可。", 8: "申请人应当具有本县户籍。",
                         9: "样例主管部门对样例经营进行监督检查。"})
RULE = law("样例经营办法", "MINISTRY_RULE", {2: "样例经营者应当有固定场所。"})
LOCAL = law("某省样例条例", "LOCAL_REG_PROV", {4: "从事样例经营的，应当有仓储设施。"})
GONE = law("旧样例条例", "ADMIN_REG", {1: "旧文。"}, why_not="已废止：自2020年1月1日起废止")
UNHELD = law("未收录规定", "UNKNOWN", why_not="库中没有该法")
SOURCES = {found.cite: found for found in (
    article(SAMPLE, 5), article(SAMPLE, 6), article(SAMPLE, 7), article(ACT, 3), article(ACT, 8),
    article(ACT, 9),
    article(RULE, 2), article(LOCAL, 4), article(GONE, 1), article(UNHELD, 1))}
FIVE, SIX, SEVEN = (f"《样例经营管理条例》第{number}条" for number in "五六七")
THREE, EIGHT = "《样例法》第三条", "《样例法》第八条"
RULE_TWO, LOCAL_FOUR = "《样例经营办法》第二条", "《某省样例条例》第四条"
GONE_ONE, UNHELD_ONE = "《旧样例条例》第一条", "《未收录规定》第一条"


def item(file: Mapping[str, Any] | None = None, bases: tuple[ArticleFact, ...] | None = None,
         **more: Any) -> ReviewFacts:
    """The invented item with what the table row says."""
    found = (SOURCES[FIVE],) if bases is None else bases
    columns: dict[str, Any] = {"name": "样例经营许可", "mode": "划转", "statutory_limit": 15,
                               "original_department": "区样例局"}
    return ReviewFacts("900", ON, bases=tuple(one.cite for one in found), articles=found,
                       file=file, cited=SOURCES, **{**columns, **more})


def ask(rule: str, facts: ReviewFacts) -> judge.Answer:
    for module in MODULES:
        importlib.import_module(f"app.rules.review.{module}")
    return judge._judgments[rule](facts)


def outcome(rule: str, facts: ReviewFacts) -> str:
    """The result, with ``missing`` where something was not handed in."""
    answer = ask(rule, facts)
    return "missing" if judge.NOT_SUBMITTED in answer.facts else answer.result
