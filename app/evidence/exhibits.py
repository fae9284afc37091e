"""What the law says about when, and by whom, a piece of evidence was collected."""

from __future__ import annotations

from datetime import date

from app.rules.findings import Basis, Finding

POST_ACT_EVIDENCE = "post_act_evidence"

COLLECTORS = {
    "respondent": "被申请人",
    "applicant": "申请人",
    "third_party": "第三人",
    "reconsideration_organ": "行政复议机关",
}

SELF_COLLECTED = Basis("《行政复议法》第四十六条第一款",
                       "自行收集的证据不作为认定行政行为合法性、适当性的依据")
SUPPLEMENT = Basis("《行政复议法》第四十六条第二款",
                   "经行政复议机构同意，被申请人可以补充证据")


def gathered_after(
    act_date: date | None,
    collected_on: date | None,
    collected_by: str,
    *,
    applied_on: date | None = None,
    supplement_consented: bool = False,
) -> Finding:
    """Judge whether an exhibit can support the act, by when and by whom it was collected.

    ``act_date`` is the day of the act, ``collected_by`` a key of ``COLLECTORS``; ``applied_on`` the
    day of the application for reconsideration, when known. Only the respondent is bound
    (第四十六条第一款). What it collected during reconsideration: ``fail``, lifted only by a
    supplement that the reconsideration office agreed to (第二款). After the act but before the
    application, or with no application day given: ``unclear``, a person decides; it was not what
    the act stood on. A missing day is ``unclear`` too.
    """
    facts = {"act_date": act_date.isoformat() if act_date else None, "collected_by": collected_by,
             "collected_on": collected_on.isoformat() if collected_on else None,
             "applied_on": applied_on.isoformat() if applied_on else None,
             "supplement_consented": supplement_consented}

    def say(result: str, reason: str, *basis: Basis) -> Finding:
        return Finding(POST_ACT_EVIDENCE, result, reason, basis, facts)

    if collected_by not in COLLECTORS:
        raise ValueError(f"unknown collector {collected_by!r}")
    if collected_by != "respondent":
        return say("not_applicable",
                   f"证据由{COLLECTORS[collected_by]}取得，不受对被申请人取证的限制。")
    if collected_on is None or act_date is None:
        what = "证据的取得日期" if collected_on is None else "行政行为的作出日期"
        return say("unclear", f"没有填写{what}，无法判断是否在行政行为作出以后收集。",
                   SELF_COLLECTED)
    if collected_on <= act_date:
        return say("pass", "证据在行政行为作出之前或者当日取得。", SELF_COLLECTED)
    if supplement_consented:
        return say("pass", "证据在行政行为作出以后取得，属于经行政复议机构同意的补充证据。",
                   SUPPLEMENT)
    if applied_on is not None and collected_on >= applied_on:
        return say("fail", "证据由被申请人在行政复议期间自行收集，不作为认定行政行为合法、适当的"
                   "依据；只有经行政复议机构同意补充的，才能采用。", SELF_COLLECTED, SUPPLEMENT)
    return say("unclear", "证据由被申请人在行政行为作出以后收集，不是作出行政行为时的证据，"
               "请审查人员判断能否采用。", SELF_COLLECTED)
