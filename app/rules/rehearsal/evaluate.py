"""Who decides, with which seal, until when, and who answers for it: under one given ledger.

Answers repeat (items of one batch have the same rows), so each question is asked once: ledgers are
compared with the item's code taken out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from app.rules import competence as query
from app.rules import parties
from app.rules.deadlines import Derivation, RuleBook, due
from app.rules.defendants import defendants
from app.rules.findings import Basis
from app.rules.party_facts import ActFacts, PartyDecision
from app.rules.rehearsal.clock import GENERAL_LIMIT, decision_rule
from app.rules.rehearsal.facts import Application, Item, OpenCase, Scene, Stand, Who, World
from app.rules.rehearsal.ledgers import ITEM, Ledger, Rows, phases, relevant, residual, staged

ONE_DAY = timedelta(days=1)


def evaluate(scene: Scene, asked: Mapping[str, tuple[date, date]]
             ) -> dict[tuple[str, str], Stand]:
    """How every line stands: ("item"|"application"|"case", code or number) -> Stand.

    ``asked``: item code -> (the day asked about, the day of an earlier decision).
    """
    judge = Evaluator(scene.world, scene.book)
    known = {item.code: item for item in scene.items}
    found: dict[tuple[str, str], Stand] = {}
    for item in known.values():
        on, earlier = asked[item.code]
        found["item", item.code] = judge.item(item, on, earlier)
    for each in scene.applications:
        if each.item in known:
            found["application", each.case_no] = judge.application(known[each.item], each,
                                                                   asked[each.item][0])
    for case in scene.cases:
        if case.item in known:
            found["case", case.number] = judge.case(known[case.item], case)
    return found


@dataclass(frozen=True)
class _Act:
    """An act (or an inaction) of ``signers``, challenged on ``on``."""

    rows: Rows
    power: str
    act_date: date
    on: date
    signers: tuple[str, ...]
    applied: date | None
    kind: str = "act"


class Evaluator:
    """Asks each question once; ``world`` and ``book`` must not change in between.

    ``working`` keeps the steps of every answer. They name days, so that answers of one phase of the
    ledger can then no longer be shared: for a single line, not for a whole list.
    """

    def __init__(self, world: World, book: RuleBook, *, working: bool = False) -> None:
        self.world, self.book, self.working = world, book, working
        self._ledgers: dict[Rows, Ledger] = {}
        self._of_item: dict[str, tuple[Item, Ledger]] = {}
        self._deciders: dict[object, tuple[str, str, Who]] = {}
        self._acts: dict[object, tuple[Who, Who]] = {}
        self._clocks: dict[object, Derivation] = {}
        self._stands: dict[object, Stand] = {}

    # ── the three kinds of lines ─────────────────────────────────────────

    def item(self, item: Item, on: date, earlier: date) -> Stand:
        """A new application decided on ``on``, and a decision of ``earlier`` attacked on ``on``."""
        ledger = self._ledger(item)
        key = ("item", id(ledger), on, earlier)
        if key not in self._stands:
            stand = self._stand(ledger, on, None)
            maker = self._decider(ledger.license, "license", earlier, None)[2]
            old = self._act(_Act(ledger.license, "license", earlier, max(on, earlier),
                                 maker.organs[:1], None))
            stand = replace(stand, earlier=old[0], earlier_defendant=old[1])
            self._stands[key] = replace(stand, open=_open(stand))
        return self._stands[key]

    def application(self, item: Item, one: Application, on: date) -> Stand:
        """One application: decided, or still open and then asked on its last lawful day."""
        ledger = self._staged(self._ledger(item), one.accepted_on)
        clock = self._clock(one.accepted_on, item.limit, one.extended, one.pauses)
        last = (clock.due or clock.nominal) if clock else None
        act_on = one.decided_on or max(filter(None, (last, on, one.applied_on)))
        key = ("application", id(ledger), one.applied_on, act_on, last, one.signer,
               one.decided_on is None, item.limit is None, one.extended, one.pauses,
               one.accepted_on)
        if key in self._stands:
            return self._stands[key]
        stand = self._stand(ledger, act_on, one.applied_on, signer=one.signer)
        inaction = None
        warnings = list(stand.warnings)
        if last is not None and one.decided_on is None:
            handler = self._decider(ledger.asked, ledger.power, last, one.applied_on)[2]
            inaction = self._act(_Act(ledger.asked, ledger.power, last, last + ONE_DAY,
                                      handler.organs[:1], one.applied_on, "inaction"))[0]
        if last is not None and (until := residual(ledger, one)) and until < last and (
                one.decided_on is None):
            warnings.append(f"法定到期日{last}晚于尾端截止日{until}：到期前未办结的，"
                            f"自{until + ONE_DAY}起转承接机关续办，期限连续计算。")
        if any(row.in_flight == "RE_APPLY" and one.applied_on < row.valid_from <= act_on
               for row in ledger.asked):
            warnings.append("要求重新申请不可取：法定期限自原受理之日起连续计算，不重置"
                            "（《行政许可法》第四十二条）。")
        if item.limit is None and clock:
            warnings.append(f"目录没有写明法定时限（单行法另定），暂按{GENERAL_LIMIT}个工作日推算，"
                            "请核对。")
        if one.accepted_on is None and one.decided_on is None:
            warnings.append("还没有受理：收到材料5日内未一次告知补正的，自收到之日起即为受理"
                            "（《行政许可法》第三十二条第一款第（四）项）。")
        if one.decided_on and one.signer and one.signer not in stand.decider.organs:
            warnings.append(f"决定由“{one.signer}”署名，当日有权的是{stand.decider.text}。")
        stand = replace(stand, inaction=inaction, due=last, clock=clock,
                        warnings=tuple(dict.fromkeys(warnings)))
        self._stands[key] = replace(stand, open=_open(stand))
        return self._stands[key]

    def case(self, item: Item, case: OpenCase) -> Stand:
        """A dispute: the competence on the day of the act, the parties as of its receipt."""
        ledger = self._ledger(item)
        stand = self._stand(ledger, case.act_date, case.apply_date, signer="、".join(case.signers))
        signers = case.signers or stand.decider.organs[:1]
        both = self._act(_Act(ledger.license, "license", case.act_date,
                              max(case.received_on, case.act_date), signers, case.apply_date,
                              case.act_kind))
        warnings = list(stand.warnings)
        later = [row for row in ledger.license if row.valid_from > case.received_on]
        if later:
            warnings.append(
                f"案件受理（{case.received_on}）之后职权于{later[0].valid_from}移交"
                f"“{later[0].organ}”：被告由法院决定变更或者追加，管辖不变"
                "（《最高人民法院关于适用〈中华人民共和国行政诉讼法〉的解释》第四条、第二十六条）；"
                "复议没有明文，需人工判断。")
        if case.respondent and both[0].organs and set(case.respondent) != set(both[0].organs):
            warnings.append(f"本案已确认的被申请人是{'、'.join(case.respondent)}，"
                            f"按此推定为{both[0].text}。")
        found = replace(stand, respondent=both[0], defendant=both[1],
                        liability="、".join(signers), warnings=tuple(warnings))
        return replace(found, open=_open(found))

    # ── questions ────────────────────────────────────────────────────────

    def _stand(self, ledger: Ledger, on: date, applied: date | None, signer: str = "") -> Stand:
        outcome, reason, decider = self._decider(ledger.license, "license", on, applied)
        handler = decider
        if ledger.review:
            outcome, reason, handler = self._decider(ledger.review, "license_review", on, applied)
        signs = tuple(signer.split("、")) if signer else decider.organs[:1]
        both = self._act(_Act(ledger.license, "license", on, on, signs, applied))
        seal, warnings = self._seal(decider.organs[:1], on)
        found = Stand(on, outcome, reason, decider, handler.organs, seal,
                      "、".join(handler.organs[:1] if ledger.review and not signer else signs),
                      *both, warnings=(*warnings, *decider.warnings))
        return replace(found, open=_open(found))

    def _decider(self, rows: Rows, power: str, on: date, applied: date | None
                 ) -> tuple[str, str, Who]:
        """The organ in whose name it is decided, by the competence query (B.6)."""
        if self.working:
            key: object = (id(rows), power, on, applied)
        else:
            applied = relevant(rows, applied, on)
            key = (id(rows), power, phases(rows, on), self._existing(rows, on), applied)
        if key in self._deciders:
            return self._deciders[key]
        question = query.Question(ITEM, on, power, applied)
        asked = query.whom_to_ask(question, rows)
        if not asked:
            found = ("NONE", "NO_HOLDER", Who((), "contested", reason=query.REASONS["NO_HOLDER"]))
        else:
            answer = query.competence(question, rows, self._organ(asked[0], on))
            named = answer.named_organ or asked[0]
            others = tuple(name for name in dict.fromkeys(row.organ for row in rows)
                           if name != named) if answer.outcome == query.CONTESTED else ()
            open_ = answer.outcome in (query.CONTESTED, query.NO)
            found = (answer.outcome, answer.reason or "", Who(
                (named,), "contested" if open_ else "certain", others, answer.reason or "",
                answer.words or query.OUTCOMES[answer.outcome],
                tuple(Basis(cite) for cite in answer.articles),
                tuple(f"{step.asked}：{step.answer}" for step in answer.steps)
                if self.working else (), answer.warnings))
        self._deciders[key] = found
        return found

    def _existing(self, rows: Rows, on: date) -> tuple[bool, ...]:
        return tuple(bool(self._organ(row.organ, on).why_not) for row in rows)

    def _organ(self, name: str, on: date) -> query.OrganState:
        founded, facts = self.world.founded.get(name), self.world.organs.get(name)
        why = ""
        if founded and on < founded:
            why = f"{founded}才成立"
        elif facts and facts.abolished_on and facts.abolished_on <= on:
            why = f"{facts.abolished_on}已撤销"
        return query.OrganState(name, why, administrative=not facts or facts.kind != "other")

    def _act(self, act: _Act) -> tuple[Who, Who]:
        """(respondent, defendant) of an act of ``signers``."""
        rows, applied = act.rows, act.applied
        key: object = act
        if not self.working:
            applied = relevant(rows, applied, act.act_date)
            key = (id(rows), act.power, phases(rows, act.act_date), phases(rows, act.on),
                   act.signers, applied, act.kind)
        if key not in self._acts:
            facts = ActFacts(
                act_date=act.act_date, on=act.on, signers=act.signers, organs=self.world.organs,
                item=ITEM, power=act.power, ledger=rows, apply_date=applied, act_kind=act.kind,
                requested=act.signers[0] if act.kind == "inaction" and act.signers else "")
            # Two tables, never one: reconsideration and litigation differ (领域指南 X8).
            self._acts[key] = (self._who(parties.respondent(facts)),
                               self._who(defendants(facts)))
        return self._acts[key]

    def _who(self, found: PartyDecision) -> Who:
        return Who(found.organs, found.certainty, found.alternatives, found.rule_id, found.reason,
                   found.basis, found.steps if self.working else (), found.warnings)

    def _seal(self, names: tuple[str, ...], on: date) -> tuple[str, tuple[str, ...]]:
        if not names:
            return "未定", ()
        name = names[0]
        if name not in self.world.seals:
            return f"“{name}”没有登记印章", ()
        in_use = [seal for seal in self.world.seals[name] if seal.in_use(on)]
        if not in_use:
            return "没有启用的印章", (f"“{name}”在{on}没有启用的印章"
                               "（《行政许可法》第三十九条）。",)
        approval = [seal.name for seal in in_use if seal.approval]
        retired = [seal for seal in self.world.seals[name] if seal.approval and not seal.in_use(on)]
        notes = (f"“{retired[0].name}”在{on}不得使用，须用行政印章。",) if (
            retired and not approval) else ()
        return "、".join(approval or [seal.name for seal in in_use]), notes

    def _clock(self, accepted: date | None, limit: int | None, extended: int,
               pauses: tuple[tuple[date, date | None], ...]) -> Derivation | None:
        """The last day to decide, from acceptance on; a transfer does not start it anew."""
        if accepted is None:
            return None
        key = (accepted, limit, extended, pauses)
        if key not in self._clocks:
            options = {"ext_wd": str(extended)} if extended else {}
            self._clocks[key] = due(decision_rule(self.book, accepted, limit), accepted,
                                    options=options, pauses=pauses)
        return self._clocks[key]

    # ── ledgers ──────────────────────────────────────────────────────────

    def _ledger(self, item: Item) -> Ledger:
        """The item's rows without its code; the same object for the same rows."""
        known = self._of_item.get(item.code)
        if known is None or known[0] is not item:
            bare = tuple(replace(row, item=ITEM, id=None, note="") for row in item.rows)
            known = self._of_item[item.code] = (item, self._shared(bare))
        return known[1]

    def _shared(self, rows: Rows) -> Ledger:
        if rows not in self._ledgers:
            self._ledgers[rows] = Ledger(
                tuple(row for row in rows if row.power == "license"),
                tuple(row for row in rows if row.power == "license_review"))
        return self._ledgers[rows]

    def _staged(self, ledger: Ledger, accepted: date | None) -> Ledger:
        """按阶段分流, decided for one application: accepted before E is finished by the original
        organ, the rest is taken over (领域指南 A.10)."""
        if not any(row.in_flight == "BY_STAGE" for row in (*ledger.license, *ledger.review)):
            return ledger
        return self._shared(tuple(staged(row, accepted)
                                  for row in (*ledger.license, *ledger.review)))


def _open(stand: Stand) -> tuple[str, ...]:
    """What is left to a lawyer: each question with both views and why it is open."""
    asked = (("由谁决定", stand.decider), ("被申请人", stand.respondent),
             ("被告", stand.defendant), ("逾期不决的被申请人", stand.inaction),
             ("此前决定的被申请人", stand.earlier), ("此前决定的被告", stand.earlier_defendant))
    return tuple(dict.fromkeys(f"{label}：{who.text}。{who.reason}" for label, who in asked
                               if who is not None and who.certainty == "contested"))
