"""Where to go against a decision on an item: derived from who decides, never from a fixed sentence.

The organ of reconsideration and the level of the court come from the decision tables on parties
(行政复议法第二十四条; 行政诉讼法第十四条、第十五条), the names from the register of organs.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.organs import queries as organs
from app.rules import defendants, parties
from app.rules.findings import Basis
from app.rules.party_facts import ActFacts, PartyDecision
from app.standing import queries as standing
from app.standing.facts import facts_of

_COURTS = {"basic": "基层人民法院", "intermediate": "中级人民法院"}
_PERIODS = (Basis("《行政复议法》第二十条第一款", "自知道或者应当知道该行政行为之日起六十日内"),
            Basis("《行政诉讼法》第四十六条第一款", "自知道或者应当知道作出行政行为之日起六个月内"),
            Basis("《行政复议法》第二十三条第一款第（三）项",
                  "认为行政机关存在本法第十一条规定的未履行法定职责情形"))


@dataclass(frozen=True)
class Remedy:
    """``decider`` decides on the day; ``reviewers``: who may reconsider (more: a choice).

    ``certain`` is false where the tables leave something to a person; ``why`` then says what.
    """

    decider: str
    reviewers: tuple[str, ...]
    court: str
    basis: tuple[Basis, ...]
    certain: bool = True
    why: str = ""
    by_government: bool = False  # a government decides: 划转 moves receipt and review alone

    @property
    def text(self) -> str:
        """The sentence for a guide or a decision."""
        return (f"不服{self.decider}所作决定的，可以自知道或者应当知道该决定之日起六十日内"
                f"向{'或者'.join(self.reviewers)}申请行政复议，或者自知道或者应当知道作出决定之日起"
                f"六个月内向{self.court}提起行政诉讼。")

    @property
    def silence(self) -> str:
        """No answer in time: reconsideration comes before a lawsuit (行政复议法第二十三条)."""
        return (f"逾期没有答复的，先向{'或者'.join(self.reviewers)}申请行政复议，"
                "对复议不服的再起诉。")


def of_item(code: str, on: date) -> Remedy | None:
    """The remedy against a decision made on ``on``; None where no single organ holds the power."""
    row = standing.holder(code, "license", on)
    return of_decider(row.organ, on) if row else None


def of_decider(name: str, on: date) -> Remedy | None:
    """The remedy against a decision of ``name``; None where the register does not tell."""
    known = facts_of([name])
    if name not in known:
        return None
    organ = parties.reconsideration_organ([known[name]])
    if not organ.organs:
        return None
    act = ActFacts(on, on, signers=(name,), organs=known)
    sued = PartyDecision((name,), "certain", "", "")
    level = defendants.court(act, sued, sued)
    sure = organ.certainty == "certain" and level.certainty == "certain"
    return Remedy(name, organ.organs, _court(level.verdict or ""),
                  tuple(dict.fromkeys((*organ.basis, *level.basis, *_PERIODS))), sure,
                  "" if sure else organ.reason or level.reason,
                  known[name].kind.endswith("government"))


def _court(level: str) -> str:
    """The district's own court, or the one above it; else its kind."""
    own = [court for court in organs.of_kind("court")
           if court.superior and court.superior.kind == "court"]
    if len(own) == 1 and own[0].superior:
        return own[0].name if level == "basic" else own[0].superior.name
    return f"有管辖权的{_COURTS.get(level, '人民法院')}"
