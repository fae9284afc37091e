"""A derived date and how it was reached, step by step, so that it can be counted again by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from app.rules.findings import Basis

# What each kind of step says; the keys are the vocabulary of ``Step.kind``.
STEP_KINDS = {
    "start": "起算", "counted": "计入", "skipped": "不计入", "paused": "扣除", "estimated": "暂计",
    "lead": "前一期间", "extended": "延长", "nominal": "名义末日", "rolled": "顺延",
    "unrolled": "不顺延", "capped": "封顶", "deemed": "视为受理", "before": "倒数",
    "missing": "暂定",
}


class RuleError(ValueError):
    """A rule cannot be applied as asked; the message is Chinese and says what to change."""


@dataclass(frozen=True)
class Step:
    """``n``: the number of the day (counted, nominal) or of days (paused, extended); else None."""

    date: date
    kind: str
    n: int | None
    why: str

    def as_dict(self) -> dict[str, Any]:
        return {"date": self.date.isoformat(), "kind": self.kind, "n": self.n, "why": self.why}


@dataclass(frozen=True)
class Derivation:
    """``due`` is the last day, None while it cannot be fixed (then ``provisional``).

    It cannot be fixed when the day lies in a year whose holiday notice is not published, or when a
    pause has not ended. ``nominal`` is the last day before rolling; for a provisional one it is the
    best known estimate: calendar periods as counted; working days from Monday to Friday without the
    holidays of fixed date; without the running pause.
    """

    rule_id: str
    title: str
    trigger: date
    due: date | None
    nominal: date
    provisional: bool
    steps: tuple[Step, ...]
    basis: tuple[Basis, ...]

    def as_dict(self) -> dict[str, Any]:
        return {
            "rule_id": self.rule_id, "trigger": self.trigger.isoformat(),
            "due": self.due.isoformat() if self.due else None, "nominal": self.nominal.isoformat(),
            "provisional": self.provisional, "steps": [step.as_dict() for step in self.steps],
            "basis": [basis.as_dict() for basis in self.basis],
        }

    def as_text(self) -> str:
        """The derivation as a person reads it, several lines."""
        due = (f"{self.due}（{weekday(self.due)}）" if self.due
               else f"暂定（名义末日 {self.nominal}）")
        lines = [f"{self.title}（{self.rule_id}）",
                 f"起算事由发生日：{self.trigger}（{weekday(self.trigger)}）",
                 f"末日：{due}", "推算："]
        for step in self.steps:
            number = "" if step.n is None else f" {step.n}"
            day = f"{step.date}（{weekday(step.date)}）"
            why = f"　{step.why}" if step.why else ""
            lines.append(f"  {day} {STEP_KINDS[step.kind]}{number}{why}")
        lines.append("依据：")
        lines += [f"  {basis.cite}" + (f"：“{basis.quote}”" if basis.quote else "")
                  for basis in self.basis]
        return "\n".join(lines)


def weekday(d: date) -> str:
    return "一二三四五六日"[d.weekday()]
