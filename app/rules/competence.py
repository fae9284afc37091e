"""Was this organ competent for this item on that day? The ten steps of 领域指南 B.6, pure.

Days are [from, to): from 0:00 of its first day the power is the new holder's; only 残余办结截止
includes its last day. Nothing is guessed: what the documents leave open is CONTESTED with its
reason, and every answer carries the steps that led to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from app.rules.competence_facts import (
    A22,
    A24,
    A25,
    A26,
    ARTICLES,
    CONTESTED,
    LICENSING,
    NO,
    OUTCOMES,
    REASONS,
    RESIDUAL,
    RETAINED,
    SHARED,
    YES,
    Answer,
    Defect,
    ItemState,
    OrganState,
    Question,
    Step,
)
from app.rules.party_facts import LedgerRow, unique

__all__ = ["CONTESTED", "LICENSING", "NO", "OUTCOMES", "REASONS", "RESIDUAL", "RETAINED", "YES",
           "Answer", "Defect", "ItemState", "OrganState", "Question", "Step", "competence",
           "whom_to_ask"]

def whom_to_ask(question: Question, ledger: Iterable[LedgerRow]) -> tuple[str, ...]:
    """Whose competence answers a question without an organ: the holders, or who finishes.

    An application in flight that the transfer leaves with the original organ is that organ's.
    """
    rows = _rows(question, ledger)
    sole = [row for row in rows if row.mode not in SHARED and row.covers(question.on)]
    found = unique(row.organ for row in sole)
    if len(found) == 1:
        before = _predecessor(rows, sole[0])
        if before and _residual(question, sole[0]):
            return (before.organ,)
        return found
    return found or unique(row.organ for row in rows
                           if row.mode == "联办" and row.covers(question.on))


def competence(question: Question, ledger: Iterable[LedgerRow], organ: OrganState,
               item: ItemState | None = None, defects: Sequence[Defect] = ()) -> Answer:
    """Ask the ten steps in order; the first that decides ends the asking.

    ``ledger``: all rows of the item as known on the day of knowledge, of every power.
    """
    asked = _Asking(question, tuple(ledger), organ, item or ItemState(), tuple(defects))
    return asked.answer()


class _Asking:
    """The steps share what was collected; each returns an Answer or None to go on."""

    def __init__(self, question: Question, ledger: tuple[LedgerRow, ...], organ: OrganState,
                 item: ItemState, defects: tuple[Defect, ...]) -> None:
        self.q, self.organ, self.item, self.defects = question, organ, item, defects
        self.ledger = ledger
        self.rows = _rows(question, ledger)
        self.sole = [row for row in self.rows if row.mode not in SHARED]
        self.holding = [row for row in self.sole if row.covers(question.on)]
        self.own = [row for row in self.rows if row.organ == organ.name]
        self.steps: list[Step] = []
        self.warnings: list[str] = list(organ.notes)

    def answer(self) -> Answer:
        for step in (self._organ, self._item, self._stationed, self._administrative):
            if found := step():
                return found
        return self._ledger()

    def _organ(self) -> Answer | None:
        why = self.organ.why_not
        self._step(1, f"“{self.organ.name}”在{self.q.on}是否存在", why or "存在")
        return self._end(NO, "ORGAN_NOT_EXIST") if why else None

    def _item(self) -> Answer | None:
        asked = f"事项{self.q.item}在{self.q.on}是否在册、是否行政许可"
        if self.item.listed is None:
            self._step(2, asked, "没有目录可查，本步略过")
            return None
        wrong = ""
        if not self.item.listed:
            wrong = "当日不在事项目录内"
        elif self.q.power in LICENSING and self.item.power_type != "许可":
            wrong = f"职权类型为{self.item.power_type}，不是行政许可"
        self._step(2, asked, wrong or f"在册：{self.item.name}，办理方式{self.item.mode}")
        return self._end(NO, "ITEM_NOT_LIVE") if wrong else None

    def _stationed(self) -> Answer | None:
        if self.item.mode not in RETAINED or self.q.power not in LICENSING:
            return None
        asked = f"办理方式为“{self.item.mode}”，职权不变，该机关是否原机关"
        own = next((row for row in self.own if row.covers(self.q.on)), None)
        original = own or self.organ.name == self.item.original
        if not original:
            if any(row.mode == "相对集中" for row in self.holding):
                self.warnings.append("目录与台账不一致：目录记为未划转，台账有相对集中的一行，请核对。")
            self._step(3, asked, f"不是；原机关为“{self.item.original or '未载明'}”")
            return self._end(NO, "NOT_TRANSFERRED")
        if own is None and self.rows:
            self._step(3, asked, "是，但台账当日没有它的一行，按台账再查")
            return None
        self._step(3, asked, "是")
        if own is None:
            self.warnings.append("台账没有登记这一行，请补登。")
        return self._end(YES, None, own)

    def _administrative(self) -> Answer | None:
        authorised = any(row.mode == "授权" and row.covers(self.q.on) for row in self.own)
        if self.organ.administrative or authorised or self.q.power not in LICENSING:
            return None
        self._step(3, f"“{self.organ.name}”是否行政机关或者授权组织", "都不是", A22)
        if self.holding:
            self.warnings.append(f"对外责任归设立它的机关或者持权机关“{self.holding[0].organ}”"
                                 "（领域指南 B.7）；综合窗口只代收。")
        return self._end(NO, "NOT_ADMIN_ORGAN")

    def _ledger(self) -> Answer:
        held = next((row for row in self.own if row.covers(self.q.on)), None)
        if held is None:
            ended = [row for row in self.own if row.mode not in SHARED
                     and row.valid_to is not None and row.valid_to <= self.q.on]
            if ended:
                return self._moved(max(ended, key=lambda row: row.valid_from))
            return self._not_holding()
        if held.mode == "委托":
            return self._delegated(held)
        if held.mode == "联办":
            others = "、".join(unique(row.organ for row in self.rows if row.covers(self.q.on)
                                     and row.organ != held.organ))
            self._step(8, f"{self.q.on}是否持有", f"与{others or '其他机关'}联合办理", A26)
            self.warnings.append(f"须与{others or '其他机关'}联合办理，各自署名。")
            return self._defective(held, "JOINT_HANDLING")
        if len({row.organ for row in self.holding}) > 1:
            self._step(8, f"{self.q.on}由谁持有", "、".join(row.organ for row in self.holding))
            return self._end(CONTESTED, "SEVERAL_HOLDERS", held)
        return self._holding(held)

    def _holding(self, held: LedgerRow) -> Answer:
        before = _predecessor(self.rows, held)
        if before is None:
            self._step(7, f"{self.q.on}是否持有", f"持有：自{held.valid_from}，{held.basis_doc}")
            return self._defective(held, None)
        in_flight = self._in_flight(held)
        if in_flight and _residual(self.q, held):
            self._step(5, "在途件由谁办结",
                       f"原机关“{before.organ}”，至{held.residual_until}（含）")
            return self._end(CONTESTED, "IN_FLIGHT_BELONGS_TO_T", held)
        if in_flight and (open_ := _open_rule(held)):
            self._step(6, "划转文件有没有在途件规则", REASONS[open_])
            return self._end(CONTESTED, open_, held)
        if in_flight and held.in_flight == "A_TAKE_OVER":
            self.warnings.append("承接机关续办在途件，期限连续计算，不因划转重置。")
        self._step(8, f"{self.q.on}是否在取得之日（{held.valid_from}）当日或者之后",
                   f"是，{held.basis_doc}", A25 if held.mode == "相对集中" else "")
        return self._defective(held, None)

    def _moved(self, lost: LedgerRow) -> Answer:
        assert lost.valid_to is not None
        taker = next((row for row in sorted(self.sole, key=lambda row: row.valid_from)
                      if row.valid_from >= lost.valid_to and row.organ != lost.organ), None)
        if taker is None:
            self._step(8, f"{self.q.on}是否持有", f"{lost.valid_to}起终止，没有机关继续行使")
            return self._end(NO, "POWER_ENDED", lost)
        if self._in_flight(taker):
            if _residual(self.q, taker):
                self._step(5, "在途件由谁办结", f"原机关办结，至{taker.residual_until}（含）")
                self.warnings.append("只能办结划转前收到的这一件，以原机关名义署名、盖章。")
                return self._end(RESIDUAL, None, lost, taker)
            if open_ := _open_rule(taker):
                self._step(6, "划转文件有没有在途件规则", REASONS[open_])
                return self._end(CONTESTED, open_, lost, taker)
            why = ("承接机关续办" if taker.in_flight == "A_TAKE_OVER"
                   else f"尾端期{taker.residual_until}已过，应转承接机关")
            self._step(5, "在途件由谁办结", why)
        elif self.q.apply_date is None and taker.in_flight != "A_TAKE_OVER":
            self.warnings.append("没有给出许可申请日：若是划转前收到的在途件，请填申请日再问。")
        self._step(8, f"{self.q.on}是否持有", f"{lost.valid_to}起已归“{taker.organ}”，"
                   f"{taker.basis_doc}", A25 if taker.mode == "相对集中" else "")
        return self._end(NO, "POWER_MOVED", lost, taker)

    def _not_holding(self) -> Answer:
        if any(row.valid_from > self.q.on for row in self.own):
            first = min((row for row in self.own if row.valid_from > self.q.on),
                        key=lambda row: row.valid_from)
            self._step(7, f"{self.q.on}是否持有", f"自{first.valid_from}起才持有")
            return self._end(NO, "PREMATURE", first)
        if not self.rows:
            self._step(8, f"{self.q.on}由谁持有", "台账没有这个事项的这项职权")
            return self._end(CONTESTED, "NOT_IN_LEDGER")
        reviews = [row for row in self.ledger if row.item == self.q.item
                   and row.organ == self.organ.name and row.power == "license_review"]
        if self.q.power == "license" and reviews:
            self._step(8, "该机关承担什么", "受理、审核；决定权没有移交", A22)
            return self._end(NO, "REVIEW_ONLY")
        owner = "、".join(unique(row.organ for row in self.holding)) or "无人"
        self._step(8, f"{self.q.on}由谁持有", owner)
        # Where the transfer has not taken place, the bureau that will hold it is told so.
        waiting = (self.item.mode == "划转" and not self.own
                   and not any(row.mode == "相对集中" for row in self.rows))
        return self._end(NO, "NOT_TRANSFERRED" if waiting else "NEVER_HELD")

    def _delegated(self, held: LedgerRow) -> Answer:
        if not self.holding:
            self._step(8, "委托机关当日是否持有", "没有", A24)
            return self._end(CONTESTED, "NO_DELEGATOR", held)
        by = self.holding[0]
        self._step(8, "受谁委托", f"“{by.organ}”，{held.basis_doc}", A24)
        self.warnings.append(f"以“{by.organ}”的名义作出并用其印章，不得再委托。")
        found = self._end(YES, "DELEGATED", held, by)
        return replace(found, named_organ=by.organ)

    def _defective(self, held: LedgerRow, reason: str | None) -> Answer:
        """Step 9: what is wrong on the day although the power is there."""
        found = list(self.defects)
        if self.item.suspended:
            found.insert(0, Defect("ITEM_SUSPENDED"))
        said = [defect.words or REASONS.get(defect.reason, defect.reason) for defect in found]
        self._step(9, "当日有没有缺陷（依据链、公布、印章、审查意见）",
                   "；".join(said) or "没有查到")
        # Only a power that was transferred is contested for its papers; the original one is old.
        weighty = [d for d in found if d.reason == "ITEM_SUSPENDED"
                   or (held.mode == "相对集中" and d.weighty)]
        self.warnings += [f"{words}{f'（{defect.basis}）' if defect.basis else ''}。"
                          for words, defect in zip(said, found, strict=True)]
        if weighty:
            answer = self._end(CONTESTED, weighty[0].reason, held)
            cited = [d.basis for d in weighty if d.basis.startswith("《") and "第" in d.basis]
            return replace(answer, articles=unique((*answer.articles, *cited)))
        return self._end(YES, reason, held)

    # ── small parts ──────────────────────────────────────────────────────

    def _in_flight(self, taker: LedgerRow) -> bool:
        """Step 4: applied for before the transfer, acted upon after it."""
        found = _in_flight(self.q, taker)
        applied = self.q.apply_date or "未载明"
        self._step(4, f"申请日{applied}是否在划转（{taker.valid_from}）之前",
                   "是，属于在途件" if found else "否")
        return found

    def _step(self, number: int, asked: str, answer: str, rule: str = "") -> None:
        self.steps.append(Step(number, asked, answer, rule))

    def _end(self, outcome: str, reason: str | None, row: LedgerRow | None = None,
             other: LedgerRow | None = None) -> Answer:
        rightful = self.holding[0] if len({r.organ for r in self.holding}) == 1 else None
        named = (self.organ.name if outcome in (YES, RESIDUAL)
                 else rightful.organ if rightful else None)
        if reason == "IN_FLIGHT_BELONGS_TO_T" and row:
            before = _predecessor(self.rows, row)
            named = before.organ if before else named
        lead = row or rightful
        used = unique_rows(r for r in (row, other, rightful) if r)
        articles = list(ARTICLES.get(reason or "", ()))
        if not articles:
            articles = [A22]
            if any(r.mode == "相对集中" for r in used):
                articles.append(A25)
        docs = unique(r.basis_doc for r in used if r.basis_doc)
        self._step(10, "依据链", "、".join(docs) or "台账没有依据文件")
        return Answer(
            outcome, reason, self.organ.name, lead.mode if lead else None, named,
            lead.valid_from if lead else None, lead.valid_to if lead else None, docs,
            tuple(articles), unique(self.warnings), tuple(self.steps), used)


def unique_rows(rows: Iterable[LedgerRow]) -> tuple[LedgerRow, ...]:
    return tuple(dict.fromkeys(rows))


def _rows(question: Question, ledger: Iterable[LedgerRow]) -> list[LedgerRow]:
    return [row for row in ledger if row.item == question.item and row.power == question.power]


def _predecessor(rows: Iterable[LedgerRow], held: LedgerRow) -> LedgerRow | None:
    """Who held the power until this row began, if it was another organ."""
    before = [row for row in rows if row.mode not in SHARED and row.organ != held.organ
              and row.valid_to is not None and row.valid_to <= held.valid_from]
    return max(before, key=lambda row: row.valid_from, default=None)


def _in_flight(question: Question, taker: LedgerRow) -> bool:
    return question.apply_date is not None and (
        question.apply_date < taker.valid_from <= question.on)


def _residual(question: Question, taker: LedgerRow) -> bool:
    """Step 5: the original organ finishes it, the last day included."""
    return (_in_flight(question, taker) and taker.in_flight == "T_FINISH"
            and taker.residual_until is not None and question.on <= taker.residual_until)


def _open_rule(taker: LedgerRow) -> str:
    """Step 6: what the transfer leaves open about applications in flight."""
    if not taker.in_flight:
        return "NO_IN_FLIGHT_RULE"
    if taker.in_flight == "T_FINISH" and taker.residual_until is None:
        return "RESIDUAL_END_UNKNOWN"
    return "IN_FLIGHT_BY_STAGE" if taker.in_flight == "BY_STAGE" else ""
