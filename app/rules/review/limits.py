"""TIME-01 to TIME-04, TIME-06 to TIME-08: periods against 许可法 42–44, 82 and the item's own law.

What is not counted into them (TIME-05): `excluded`.
"""

from __future__ import annotations

from app.rules.findings import Basis
from app.rules.review.facts import ReviewFacts
from app.rules.review.judge import (
    Answer,
    fails,
    judges,
    missing,
    not_applicable,
    passes,
    unclear,
)
from app.rules.review.limits_in_law import (
    StatedLimit,
    in_laws,
    longest,
    names_unheld,
    promised,
    statutory,
)
from app.rules.review.sources import (
    LAWS_AND_REGULATIONS,
    group,
    source,
)
from app.rules.review.spans import (
    Span,
    stated_span,
)

LICENSING = "《行政许可法》"
SINGLE = Span(20, "工作日")  # 第四十二条第一款
PROLONGED = Span(10, "工作日")  # 第四十二条第一款
JOINT, JOINT_PROLONGED = Span(45, "工作日"), Span(15, "工作日")  # 第四十二条第二款
PRELIMINARY = Span(20, "工作日")  # 第四十三条
DELIVERY = Span(10, "工作日")  # 第四十四条



def _said(limits: list[StatedLimit]) -> str:
    return "；".join(f"{limit.cite}写{limit.span}" for limit in limits)


def _bases(limits: list[StatedLimit]) -> list[Basis]:
    return list(dict.fromkeys(Basis(limit.cite) for limit in limits))


def _allowed(span: Span, limits: list[StatedLimit]) -> list[StatedLimit]:
    """Limits of the item's law that ``span`` does not exceed for certain."""
    return [limit for limit in limits if span.exceeds(limit.span) is not True]


@judges("TIME-01")
def single_organ(facts: ReviewFacts) -> Answer:
    periods = statutory(facts)
    if not periods:
        return missing("法定办结时限")
    period, limits = longest(periods), in_laws(facts)
    used = {"法定时限": str(period), "单行法": _said(limits)}
    extension = _extension(facts)
    if extension is not None and extension.result == "fail":
        return extension
    if period.exceeds(SINGLE) is False:
        return passes(f"法定时限{period}，不超过20个工作日", Basis(f"{LICENSING}第四十二条第一款"),
                      **used)
    if allowed := _allowed(period, limits):
        return passes(f"法定时限{period}，单行法另有规定：{_said(allowed)}",
                      *_bases(allowed), **used)
    if limits:
        return fails(f"法定时限写{period}，单行法只给{_said(limits)}", *_bases(limits), **used)
    if unheld := names_unheld(facts):
        return unclear(f"法定时限{period}所引的{'、'.join(unheld)}不在库中，须核对原文", **used)
    if period.exceeds(SINGLE) is None:
        return unclear(f"法定时限写{period}，按自然日还是工作日计不明，无从比较", **used)
    return fails(f"法定时限写{period}，超过20个工作日，没有找到单行法的另外规定",
                 Basis(f"{LICENSING}第四十二条第一款"), **used)


def _extension(facts: ReviewFacts) -> Answer | None:
    said = group(facts, "limit")
    span = stated_span(said, "extension", "extension_unit")
    if span is None or span.value == 0:
        return None
    joint = said.get("mechanism") in ("统一办理", "联合办理", "集中办理")
    most, who = ((JOINT_PROLONGED, "本级人民政府负责人") if joint
                 else (PROLONGED, "本行政机关负责人"))
    cited = source(facts, said.get("extension_basis"))
    used = {"可延长": str(span), "谁批准": said.get("extension_by", "")}
    rule = Basis(f"{LICENSING}第四十二条第{'二' if joint else '一'}款")
    if span.exceeds(most) and (cited.rank not in LAWS_AND_REGULATIONS or cited.gone):
        return fails(f"可延长{span}，超过{most}，没有法律、法规另外规定", rule, **used)
    if said.get("extension_by") not in (None, who):
        return fails(f"延长由“{said['extension_by']}”批准，应当由{who}批准", rule, **used)
    if said.get("extension_told") is False:
        return fails("延长不告知申请人理由", rule, **used)
    return passes("延长合法", rule, **used)


@judges("TIME-02")
def joint_handling(facts: ReviewFacts) -> Answer:
    """45 days belong to several organs that act together, not to one that took over the power."""
    if not facts.transferred:
        return not_applicable("没有划转，仍由原机关依原来的方式办理", 办理方式=facts.mode)
    periods = statutory(facts)
    if not periods:
        return missing("法定办结时限")
    period, mechanism = longest(periods), group(facts, "limit").get("mechanism", "")
    used = {"法定时限": str(period), "办理方式": mechanism}
    rule = Basis(f"{LICENSING}第四十二条第二款")
    if period.exceeds(SINGLE) is False:
        return passes(f"划转后由一个机关办理，法定时限{period}，没有用45日", rule, **used)
    limits = in_laws(facts)
    if allowed := _allowed(period, limits):
        return passes(f"{period}来自单行法，不是第二十六条第二款的45日：{_said(allowed)}",
                      *_bases(allowed), **used)
    if names_unheld(facts):
        return unclear(f"{period}所引单行法不在库中，须核对", **used)
    if mechanism in ("统一办理", "联合办理", "集中办理"):
        if period.exceeds(JOINT):
            return fails(f"{mechanism}也不得超过45个工作日，写的是{period}", rule, **used)
        return unclear(f"写明{mechanism}、{period}；划转后许可权集中到一个机关，"
                       "是否仍有两个以上部门分别实施须由人判断", rule, **used)
    return fails(f"划转后由一个机关单独实施，却用{period}：45日只属于统一、联合、集中办理",
                 rule, Basis(f"{LICENSING}第二十六条第二款"), **used)


@judges("TIME-03")
def preliminary(facts: ReviewFacts) -> Answer:
    said = group(facts, "procedure")
    if said.get("preliminary") is None:
        return missing("有没有下级机关初审")
    if not said["preliminary"]:
        return not_applicable("没有下级机关初审", 初审=False)
    span = stated_span(said, "preliminary_limit", "preliminary_unit")
    if span is None:
        return missing("初审期限")
    cited = source(facts, said.get("preliminary_basis"))
    if span.exceeds(PRELIMINARY) is False:
        return passes(f"初审{span}，不超过20个工作日", 初审期限=str(span))
    if cited.rank in LAWS_AND_REGULATIONS and not cited.gone:
        return unclear(f"初审{span}，所引{cited.label}是否另有规定须核对", *cited.basis,
                       初审期限=str(span))
    return fails(f"初审{span}，超过20个工作日，没有法律、法规另外规定", 初审期限=str(span))


@judges("TIME-04")
def delivery(facts: ReviewFacts) -> Answer:
    if group(facts, "certificate").get("issued") is False:
        return not_applicable("不颁发许可证件", 颁发证件=False)
    span = stated_span(group(facts, "procedure"), "delivery_limit", "delivery_unit")
    if span is None:
        return missing("颁发、送达证件的期限")
    longer = span.exceeds(DELIVERY)
    if longer is None:
        return unclear(f"送达期限写{span}，与10个工作日无法比较", 送达期限=str(span))
    if longer:
        return fails(f"作出决定后{span}内送达，超过10个工作日", 送达期限=str(span))
    return passes(f"作出决定后{span}内颁发、送达", 送达期限=str(span))


@judges("TIME-06")
def working_days(facts: ReviewFacts) -> Answer:
    """82: the periods of that law are working days; another law's own period may be in days."""
    said = group(facts, "limit")
    stated = {"承诺时限": promised(facts), "法定时限": statutory(facts)}
    extension = stated_span(said, "extension", "extension_unit")
    if extension:
        stated["延长"] = [extension]
    if not stated["承诺时限"]:
        return missing("承诺时限")
    own = {limit.span.unit for limit in in_laws(facts)}
    used = {name: [str(span) for span in spans] for name, spans in stated.items()}
    wrong = [f"{name}{span}" for name, spans in stated.items() for span in spans
             if span.unit != "工作日" and span.unit not in own]
    if wrong and (unheld := names_unheld(facts)):
        return unclear(f"{'、'.join(wrong)}不以工作日计，所引{'、'.join(unheld)}须核对", **used)
    if wrong:
        return fails(f"{'、'.join(wrong)}不以工作日计，单行法没有这样写", **used)
    other = [f"{name}{span}" for name, spans in stated.items() for span in spans
             if span.unit != "工作日"]
    if other:
        return passes(f"{'、'.join(other)}依单行法的写法，其余以工作日计",
                      *_bases(in_laws(facts)), **used)
    return passes("时限都以工作日计", **used)


@judges("TIME-07")
def promised_limit(facts: ReviewFacts) -> Answer:
    ours, theirs, limits = promised(facts), statutory(facts), in_laws(facts)
    if not ours:
        return missing("承诺时限")
    if not theirs and not limits:
        return missing("法定办结时限")
    promise = longest(ours)
    bounds = [*theirs, *(limit.span for limit in limits)]
    used = {"承诺时限": str(promise), "法定时限": [str(span) for span in theirs],
            "单行法": _said(limits)}
    # Several limits of the law belong to several kinds of applications: only the longest binds all.
    most = longest([limit.span for limit in limits]) if limits else longest(theirs)
    if any(promise.exceeds(span) for span in theirs) or promise.exceeds(most):
        what = _said(limits) if limits and promise.exceeds(most) else \
            "法定时限" + "、".join(str(span) for span in theirs)
        return fails(f"承诺{promise}，长于{what}", *_bases(limits), **used)
    if any(promise.exceeds(span) is None for span in bounds):
        return unclear(f"承诺{promise}，单行法的“日”按工作日还是自然日计有争议，"
                       f"按自然日计可能超过：{_said(limits)}", *_bases(limits), **used)
    published = group(facts, "limit").get("published")
    if published is None:
        return missing("承诺时限是否公开", **used)
    if not published:
        return fails(f"承诺{promise}没有向社会公开", **used)
    return passes(f"承诺{promise}，不长于法定时限，已公开", *_bases(limits), **used)


@judges("TIME-08")
def special_law(facts: ReviewFacts) -> Answer:
    """42(1): where a law or regulation sets another period for the licence, that one binds."""
    limits = in_laws(facts)
    periods, ours = statutory(facts), promised(facts)
    used = {"单行法": [f"{x.cite}：{x.sentence[:80]}" for x in limits],
            "法定时限": [str(span) for span in periods], "承诺时限": [str(s) for s in ours]}
    if not limits:
        if unheld := names_unheld(facts):
            return unclear(f"所引的{'、'.join(unheld)}不在库中，单行法的期限须核对", **used)
        absent = [a.cite for a in facts.articles
                  if not a.law.articles and a.rank in LAWS_AND_REGULATIONS]
        if absent:
            return unclear(f"{'、'.join(absent)}不在库中，有没有单行法的期限须核对", **used)
        return not_applicable("所引条文及其后的条文没有另外规定期限，适用20个工作日", **used)
    if not periods and not ours:
        return missing("法定办结时限", "承诺时限", **used)
    allowed = [limit.span for limit in limits]
    most = longest(allowed)
    if over := [span for span in (*periods, *ours) if span.exceeds(most)]:
        return fails(f"写的{'、'.join(map(str, over))}长于单行法：{_said(limits)}",
                     *_bases(limits), **used)
    if periods and all(span.value in {limit.value for limit in allowed} for span in periods):
        return passes(f"法定时限与单行法一致：{_said(limits)}", *_bases(limits), **used)
    return unclear(f"单行法另有期限（{_said(limits)}），与所写的法定时限"
                   f"{'、'.join(map(str, periods)) or '（未写）'}不一致，须核对属哪种情形并标注",
                   *_bases(limits), **used)
