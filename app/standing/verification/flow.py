"""What can happen to a verification, in which state, and when each step is due (领域指南 B.3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.rules.derivations import Derivation
from app.rules.standing_elements import WEIGHTY, elements, table

ANSWERS = {"pass": "符合", "fail": "不符合", "no_effect": "不影响确认"}
# What a failing element of each weight means for the result (B.1, B.3).
WEIGHTS = {"BLOCKER": "不符合的，不能确认", "HIGH": "不符合的，不能整体确认",
           "MEDIUM": "不符合的，限期补齐"}
# Words that no machine and no reader can act on (B.3).
VAGUE = ("基本具备", "基本符合", "原则上具备", "原则同意")
# The step of the table whose limit runs in a state.
STEP_OF = {"received": "intake", "form_check": "form_check", "substance": "substance",
           "consulting": "consulting", "second_check": "second_check", "proposed": "proposed",
           "approved": "approved", "announced": "announced"}
OPEN = ("received", "correction", "form_check", "substance", "consulting", "second_check")
CONFIRMING = ("CONFIRMED", "CONFIRMED_SCOPED")


@dataclass(frozen=True)
class Move:
    """From one of ``sources`` to ``target`` ("" stays)."""

    name: str
    label: str
    sources: tuple[str, ...]
    target: str = ""


MOVES: dict[str, Move] = {move.name: move for move in (
    Move("ask_correction", "一次告知补正", ("received",), "correction"),
    Move("corrected", "收到补正材料", ("correction",), "received"),
    Move("accept", "受理", ("received",), "form_check"),
    Move("form_done", "形式核对完毕", ("form_check",), "substance"),
    Move("substance_done", "实体核对完毕，转征求意见", ("substance",), "consulting"),
    Move("consult", "征求意见", ("substance", "consulting")),
    Move("consult_answer", "登记答复", ("substance", "consulting", "second_check")),
    Move("consult_done", "征求意见完毕，转复核", ("consulting",), "second_check"),
    Move("settle", "处理分歧", ("second_check",)),
    Move("return_back", "退回重新核对", ("second_check", "proposed"), "substance"),
    Move("propose", "形成确认意见", ("second_check",), "proposed"),
    Move("approve", "登记政府批准", ("proposed",), "approved"),
    Move("announce", "登记公告", ("approved",), "announced"),
    Move("close", "归档", ("proposed", "announced"), "closed"),
    Move("withdraw", "撤回申请", OPEN, "withdrawn"),
)}
LABELS = {name: move.label for name, move in MOVES.items()} | {
    "open": "登记申请", "certificate": "制发确认书", "announcement_paper": "制发名录公告",
    "refresh": "重新取系统结论"}


def due(state: str, since: date) -> Derivation | None:
    """The last day of the step that runs in ``state`` since the day, with its working."""
    step = table().steps.get(STEP_OF.get(state, ""))
    return step.due(since) if step else None


def result_faults(result: str, kind: str, answers: Mapping[str, str],
                  excluded: Iterable[Mapping[str, Any]], held: Iterable[str]) -> list[str]:
    """Why the result cannot stand on these final answers (code -> pass | fail | no_effect)."""
    out, listed, items = [], list(excluded), set(held)
    failing = [code for code, answer in answers.items() if answer == "fail"]
    weighty = [code for code in failing if elements()[code].severity in WEIGHTY]
    names = "、".join(f"{elements()[code].short} {elements()[code].title}" for code in weighty)
    if (kind == "revoke") != (result == "REVOKED") and result != "PENDING":
        out.append("注销的结果只能是撤销、注销；撤销、注销只用于注销。")
    if result == "CONFIRMED" and weighty:
        out.append(f"下列要素不符合，不能整体确认：{names}。")
    if result == "CONFIRMED" and listed:
        out.append("整体确认不能有排除的事项；有排除的，结果选部分确认。")
    if result == "CONFIRMED_SCOPED":
        if "E1_ESTABLISHED" in failing:
            out.append("没有依法设立的，不能部分确认。")
        if not listed:
            out.append("部分确认必须逐项列明排除的事项、缺什么、何时补齐。")
        if items and items <= {str(row["item"]) for row in listed}:
            out.append("全部事项都被排除，应当不予确认。")
    if result == "NOT_CONFIRMED" and not weighty:
        out.append("没有不符合的重要要素，不予确认没有理由。")
    for row in listed:
        where = f"排除的事项{row.get('item') or '（无编号）'}"
        if row.get("item") not in items:
            out.append(f"{where}：本机关核对之日不持有这一事项的许可权。")
        if not row.get("why") or not row.get("due"):
            out.append(f"{where}：须写明缺什么和补齐的期限。")
    return out


def vague(text: str) -> str | None:
    """The vague words in an opinion, if any."""
    return next((word for word in VAGUE if word in text), None)
