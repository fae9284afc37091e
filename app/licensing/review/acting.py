"""Which form belongs to which act on a task, and the service it calls. No web library here.

One entry a verb: the form's class and ``(task, form, user, moment)`` -> None. What a form holds is
read through its own methods, so that the screens and the services meet in one place.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.accounts.models import User
from app.evidence import services as evidence
from app.evidence.models import StoredFile
from app.extensions import db
from app.licensing.review import answers, drafting, machine, opinion, points, services, signing
from app.licensing.review.flow import Refused
from app.licensing.review.models import ReviewPoint, ReviewTask


@dataclass(frozen=True)
class Acting:
    """What came with a form: its values, who sends it, when, and how many steps were shown."""

    task: ReviewTask
    form: Any
    by: User
    at: datetime

    @property
    def more(self) -> dict[str, Any]:
        return {"by": self.by, "at": self.at, "seen": self.form.seen_steps}

    def said(self, name: str) -> str:
        return str(self.form.said(name))

    def file(self) -> tuple[StoredFile | None, str]:
        """The uploaded PDF, stored; (None, "") where none was chosen."""
        given = self.form.file.data
        if not given or not given.filename:
            return None, ""
        try:
            kept = evidence.accept_pdf(given.stream, given.filename, at=self.at)
        except evidence.UploadRefused as refused:
            raise Refused(str(refused), "file") from None
        return kept, given.filename

    def point(self) -> ReviewPoint:
        number = self.form.point.data or ""
        found = db.session.get(ReviewPoint, int(number)) if number.isdecimal() and len(
            number) < 10 else None
        if found is None or found.task_id != self.task.id:
            raise Refused("没有这一项条件或者建议，请刷新页面。")
        return found


Verb = Callable[[Acting], str]


def _submit(a: Acting) -> str:
    services.submit(a.task, **a.more)
    return "已送审。"


def _accept(a: Acting) -> str:
    services.accept(a.task, **a.more)
    return "已收件，可以运行审查规则。"


def _run(a: Acting) -> str:
    (changes,) = machine.run([a.task], **a.more)
    if not changes:
        return "规则已运行。" if a.task.findings else "没有适用的规则。"
    dropped = sum(change["dropped"] for change in changes)
    again = f"其中 {dropped} 项原有的人工判断须重新作出。" if dropped else ""
    return f"规则已重新运行，{len(changes)} 项结果与上次不同（见经过）。{again}"


def _answer(a: Acting) -> str:
    answers.answer(a.task, {a.form.rule_id: (a.form.answer.data or "", a.said("reason"))},
                   **a.more)
    return f"{a.form.rule_id} 已判断。"


def _draft(a: Acting) -> str:
    drafting.draft(a.task, {name: a.said(name) for name in drafting.FIELDS}, **a.more)
    return "意见书草稿已保存。"


def _point(a: Acting) -> str:
    drafting.point(a.task, a.form.kind.data, a.said("text"), organ=a.form.responsible(),
                   due_on=a.form.due_on.data, **a.more)
    return "已加入意见书草稿。"


def _drop(a: Acting) -> str:
    drafting.drop_point(a.task, a.point().id, **a.more)
    return "已从意见书草稿删去。"


def _note(a: Acting) -> str:
    file, name = a.file()
    answers.note(a.task, a.form.kind.data, a.said("text"), rule_id=a.form.rule.data or "",
                 file=file, file_name=name, **a.more)
    return "已保存。"


def _ask_counsel(a: Acting) -> str:
    drafting.ask_counsel(a.task, a.said("reason"), **a.more)
    return "已征询法律顾问。"


def _counsel(a: Acting) -> str:
    file, name = a.file()
    answers.counsel(a.task, a.said("text"), file=file, file_name=name, **a.more)
    return "法律意见已附上，以后只能追加。"


def _return(a: Acting) -> str:
    step = services.return_for_material(a.task, a.said("missing").split("\n"),
                                        a.form.supply_by.data, **a.more)
    made = opinion.supplement_notice(a.task, step, by=a.by, at=a.at)
    return f"已退回补充，制发《补充材料通知》（{made.number}）。"


def _supplement(a: Acting) -> str:
    services.supplement(a.task, a.form.papers(), a.said("reason"), **a.more)
    return "补充材料已送出。"


def _withdraw(a: Acting) -> str:
    services.withdraw(a.task, a.said("reason"), **a.more)
    return "已撤回。"


def _to_verify(a: Acting) -> str:
    services.to_verify(a.task, **a.more)
    return "已送复核。"


def _verify(a: Acting) -> str:
    services.verify(a.task, a.said("reason"), **a.more)
    return "复核通过，等待签发。"


def _back(a: Acting) -> str:
    services.back(a.task, a.said("reason"), **a.more)
    return "已退回初审。"


def _sign(a: Acting) -> str:
    signing.sign(a.task, a.form.conclusion.data or "", a.said("reason"),
                 delegation=a.form.delegation(), **a.more)
    return f"已签发：{a.task.opinion['number']}。"


def _deliver(a: Acting) -> str:
    points.deliver(a.task, a.form.on.data, **a.more)
    return "已登记送达。" + ("条件待核销。" if a.task.state == "CONDITIONS_OPEN" else "")


def _close(a: Acting) -> str:
    point = a.point()
    file, name = a.file()
    points.close(a.task, point, a.said("reason"), a.form.on.data, file=file, file_name=name,
                 **a.more)
    return "条件已核销，《条件核销单》已制发。"


def _adopt(a: Acting) -> str:
    points.adopt(a.task, a.point(), a.form.adoption.data or "", a.said("reason"),
                 a.form.on.data, **a.more)
    return "采纳情况已登记。"


def _archive(a: Acting) -> str:
    points.archive(a.task, **a.more)
    return "已归档。"


VERBS: dict[str, Verb] = {
    "submit": _submit, "accept": _accept, "run": _run, "answer": _answer, "draft": _draft,
    "point": _point, "drop": _drop, "note": _note, "ask_counsel": _ask_counsel,
    "counsel": _counsel, "return": _return, "supplement": _supplement, "withdraw": _withdraw,
    "to_verify": _to_verify, "verify": _verify, "back": _back, "sign": _sign,
    "deliver": _deliver, "close_condition": _close, "adopt": _adopt, "archive": _archive}
EVENT = {"point": "draft", "drop": "draft"}  # acts that are part of another event of the table
