"""What the question of competence is asked with, and what it answers (领域指南 B.6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from app.rules.party_facts import LedgerRow

YES, NO, RESIDUAL, CONTESTED = "YES", "NO", "RESIDUAL", "CONTESTED"
OUTCOMES = {YES: "有权", NO: "无权", RESIDUAL: "可以办结在途件", CONTESTED: "有争议，需人工判断"}
SHARED = ("委托", "联办")  # held beside another organ's power
RETAINED = ("暂不划转", "进驻", "综合窗口")  # the power stays with the original organ (A.2)
LICENSING = ("license", "license_review")

# What each reason says; the codes are those of B.6 and those its ten steps leave unnamed.
REASONS = {
    "ORGAN_NOT_EXIST": "该机关当日不存在（未批复、未印发三定规定或者已经撤销）",
    "ITEM_NOT_LIVE": "该事项当日不在目录内、已经取消，或者不是行政许可",
    "NOT_TRANSFERRED": "该事项没有划转，仍由原机关行使",
    "NOT_ADMIN_ORGAN": "不是行政机关，也没有法律、法规授权，不能以自己名义实施许可",
    "IN_FLIGHT_BELONGS_TO_T": "划转前收到的在途件，依划转文件由原机关办结",
    "NO_IN_FLIGHT_RULE": "划转前收到的在途件，划转文件没有规定由谁办结",
    "IN_FLIGHT_BY_STAGE": "在途件按阶段分流，须核对该件处在哪个阶段",
    "RESIDUAL_END_UNKNOWN": "在途件由原机关办结，但没有写明办结截止日",
    "PREMATURE": "职权到取得之日才能行使，此前作出的为抢先",
    "POWER_MOVED": "职权已经移交，不再归该机关",
    "POWER_ENDED": "职权已经终止，没有机关继续行使",
    "REVIEW_ONLY": "该机关只承担受理、审核，许可由法定决定机关作出",
    "NEVER_HELD": "台账中该机关从未持有这项职权",
    "NOT_IN_LEDGER": "这项职权没有记入台账，无从核对",
    "NO_HOLDER": "当日没有机关持有这项职权",
    "SEVERAL_HOLDERS": "台账中当日有几个机关各自持有，须先核对台账",
    "DELEGATED": "受委托实施，以委托机关的名义作出",
    "NO_DELEGATOR": "台账记为委托，但当日没有可以委托的持有机关",
    "JOINT_HANDLING": "联合办理，各机关在自己的职权内作出",
    "ITEM_SUSPENDED": "该事项当日暂停实施",
    "SEAL_NOT_ENABLED": "当日没有启用的印章",
    "NOT_ANNOUNCED": "划转当日还没有公布",
}
A22, A23, A24 = (f"《行政许可法》第二十{n}条" for n in "二三四")
A25, A26 = "《行政许可法》第二十五条", "《行政许可法》第二十六条第二款"
SEAL = "《行政许可法》第三十九条第一款"
ARTICLES = {
    "NOT_ADMIN_ORGAN": (A22, A23), "DELEGATED": (A24,), "NO_DELEGATOR": (A24,),
    "JOINT_HANDLING": (A26,), "POWER_MOVED": (A22, A25), "PREMATURE": (A22, A25),
    "IN_FLIGHT_BELONGS_TO_T": (A22, A25), "NO_IN_FLIGHT_RULE": (A22, A25),
    "ORGAN_NOT_EXIST": (A22, "《地方各级人民政府机构设置和编制管理条例》第九条"),
    "SEAL_NOT_ENABLED": (A22, A25, SEAL),
    "NOT_ANNOUNCED": (A22, A25, "《行政许可法》第五条第二款"),
}


# What each of the ten steps stands on, where the step itself does not say.
_RULES = {1: A22, 2: "事项目录", 3: A22, 4: "划转文件的生效日", 5: "划转文件的在途件规则",
          6: "划转文件的在途件规则", 7: A22, 8: A22, 9: f"{A25}、{SEAL}", 10: "依据文件"}


@dataclass(frozen=True)
class Step:
    """One of the ten steps: what was asked, what came of it, and the article or document."""

    number: int
    asked: str
    answer: str
    rule: str = ""

    def __post_init__(self) -> None:
        if not self.rule:
            object.__setattr__(self, "rule", _RULES[self.number])

    def as_dict(self) -> dict[str, Any]:
        return {"step": self.number, "asked": self.asked, "answer": self.answer, "rule": self.rule}


@dataclass(frozen=True)
class Question:
    """``apply_date``: when the licence was applied for, which decides what was in flight."""

    item: str
    on: date
    power: str = "license"
    apply_date: date | None = None


@dataclass(frozen=True)
class OrganState:
    """The organ asked about, on the day. ``why_not``: why it does not exist, else empty.

    ``administrative``: False for an institution such as 政务服务中心. ``notes`` become warnings.
    """

    name: str
    why_not: str = ""
    administrative: bool = True
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class ItemState:
    """The item in the catalogue on the day; ``listed`` None: no catalogue was asked."""

    listed: bool | None = None
    name: str = ""
    mode: str = ""  # 划转 | 暂不划转 | 进驻 | 综合窗口
    power_type: str = "许可"
    original: str = ""  # full name of the original organ
    suspended: bool = False


@dataclass(frozen=True)
class Defect:
    """A defect of step 9 and what it stands on (a citation, or a document).

    ``weighty``: False where it is told only, because the office could not know better on the day.
    """

    reason: str
    basis: str = ""
    words: str = ""
    weighty: bool = True


@dataclass(frozen=True)
class Answer:
    """``named_organ``: in whose name to act, also where the one asked is not competent."""

    outcome: str
    reason: str | None
    organ: str | None
    mode: str | None = None
    named_organ: str | None = None
    effective_from: date | None = None
    effective_to: date | None = None
    basis: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    rows: tuple[LedgerRow, ...] = ()

    @property
    def words(self) -> str:
        """The reason in Chinese; a code of another feature's defect is explained by a warning."""
        return REASONS.get(self.reason or "", "") or (
            self.warnings[0] if self.reason and self.warnings else "")
