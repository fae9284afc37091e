"""Many reviews at once: a batch and its progress, one answer for many, the signer's table."""

from __future__ import annotations

from collections import Counter
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_login import current_user
from sqlalchemy import select

from app.extensions import db
from app.licensing.review import batches, flow, forms, machine, queries, signing
from app.licensing.review.base_views import ACT, attempt, bp
from app.licensing.review.models import ANSWERS, STATES, ReviewFinding, ReviewTask
from app.licensing.review.screens import SEVERITIES, TONES
from app.permissions import Permission, requires
from app.rules.review.conclusion import CONCLUSIONS
from app.rules.review.table import rules_on
from app.today import now, today

P = Permission
MOST = 2000
# What a batch page can do: name -> label and the states it is for.
ACTS = {"accept": "收件", "run": "运行审查规则", "draft": "写入意见书草稿", "to_verify": "送复核",
        "verify": "复核通过", "deliver": "登记送达"}


@bp.get("/batches")
@requires(P.REVIEW_READ)
def batch_list() -> Any:
    found = queries.batches(current_user)
    counts: dict[int, Counter[str]] = {batch.id: Counter() for batch in found}
    mine = queries.scoped_to(current_user).with_only_columns(ReviewTask.id)
    for batch_id, state in db.session.execute(select(ReviewTask.batch_id, ReviewTask.state).where(
            ReviewTask.id.in_(mine), ReviewTask.batch_id.in_(counts))):
        counts[batch_id or 0][state] += 1
    return render_template("review/batches.html", batches=found, counts=counts, states=STATES)


@bp.route("/batches/<int:batch_id>", methods=["GET", "POST"])
@requires(P.REVIEW_READ)
def batch(batch_id: int) -> Any:
    found = queries.batch(current_user, batch_id) or abort(404)
    tasks = list(db.session.scalars(queries.search(
        current_user, queries.Wanted(batch=batch_id), today())))
    form = forms.BatchForm()
    if request.method == "POST":
        if not set(ACT) & current_user.permissions:
            abort(403)
        chosen = set(forms.ids_of(request.form.getlist("task")))
        if form.validate_on_submit():
            done = attempt(form, lambda: _act(
                batch_id, request.form.get("act", ""),
                [task for task in tasks if task.id in chosen], form))
            if done is not None:
                return done
    counts = Counter(task.state for task in tasks)
    open_ = _open_counts([task.id for task in tasks])
    return render_template(
        "review/batch.html", batch=found, tasks=tasks, counts=counts, open_counts=open_,
        form=form, states=STATES, tones=TONES, conclusions=CONCLUSIONS,
        possible=_possible(tasks)), 422 if request.method == "POST" else 200


def _possible(tasks: list[ReviewTask]) -> dict[str, int]:
    """Act -> for how many tasks the state and the person's permissions allow it."""
    table, out = flow.events(), {}
    for name in ACTS:
        event = table[name]
        if set(event.who) & current_user.permissions:
            count = sum(task.state in event.sources and
                        (name != "verify" or task.verifier_id is None) for task in tasks)
            if count:
                out[name] = count
    return out


def _open_counts(ids: list[int]) -> Counter[int]:
    """Task id -> rules still to be answered by a person."""
    rows = db.session.scalars(select(ReviewFinding.task_id).where(
        ReviewFinding.task_id.in_(ids), ReviewFinding.machine == "unclear",
        ReviewFinding.answer.is_(None)))
    return Counter(rows)


def _act(batch_id: int, name: str, tasks: list[ReviewTask], form: forms.BatchForm) -> Any:
    if name not in ACTS:
        raise flow.Refused("请选择要做什么。")
    if not tasks:
        raise flow.Refused("请至少选择一项。")
    more: dict[str, Any] = {"by": current_user, "at": now()}
    if name == "draft":
        words = {"course": form.said("course"), "risks": form.said("risks")}
        report = batches.draft(tasks, words, **more)
    elif name == "verify":
        report = batches.verify(tasks, form.said("comment"), **more)
    elif name == "deliver":
        if form.on.data is None:
            raise flow.Refused("请填写送达日。", "on")
        report = batches.deliver(tasks, form.on.data, **more)
    else:
        report = getattr(batches, name)(tasks, **more)
    db.session.commit()
    _tell(report, ACTS[name])
    return redirect(url_for(".batch", batch_id=batch_id))


def _tell(report: batches.Report, label: str) -> None:
    if report.done:
        flash(f"{label}：已办理 {len(report.done)} 项。", "success")
    for task, why in report.refused[:10]:
        flash(f"{task.item.code} 没有办理：{why}", "warning")
    if len(report.refused) > 10:
        flash(f"另有 {len(report.refused) - 10} 项没有办理，原因类似。", "warning")


@bp.route("/answer", methods=["GET", "POST"])
@requires(P.REVIEW_HANDLE)
def group_answer() -> Any:
    """One rule, many items: an answer with a reason for those that stay checked."""
    source = request.values
    rule_id = source.get("rule", "")[:10]
    table = rules_on(today())
    wanted = queries.Wanted(batch=_batch(source.get("batch", "")), state="open",
                            department=source.get("department", "")[:60])
    rows = _open_findings(rule_id, wanted) if rule_id in table else []
    form = forms.GroupForm()
    chosen = set(forms.ids_of(request.form.getlist("task")))
    if form.validate_on_submit():
        done = attempt(form, lambda: _answer(rule_id, [
            task for task, _ in rows if task.id in chosen], form, wanted))
        if done is not None:
            return done
    mine = queries.search(current_user, wanted, today()).with_only_columns(ReviewTask.id)
    waiting = Counter(db.session.scalars(select(ReviewFinding.rule_id).where(
        ReviewFinding.task_id.in_(mine.order_by(None)), ReviewFinding.machine == "unclear",
        ReviewFinding.answer.is_(None))))
    return render_template(
        "review/group.html", rule=table.get(rule_id), rows=rows, form=form, wanted=wanted,
        waiting=[(table[name], count) for name in table if (count := waiting.get(name, 0))],
        chosen=chosen if request.method == "POST" else {task.id for task, _ in rows},
        batches=queries.batches(current_user), departments=queries.departments(current_user),
        severities=SEVERITIES, answers=ANSWERS), 422 if request.method == "POST" else 200


def _batch(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def _open_findings(rule_id: str, wanted: queries.Wanted
                   ) -> list[tuple[ReviewTask, ReviewFinding]]:
    tasks = list(db.session.scalars(queries.search(current_user, wanted, today())))
    found = {row.task_id: row for row in db.session.scalars(select(ReviewFinding).where(
        ReviewFinding.task_id.in_([task.id for task in tasks]), ReviewFinding.rule_id == rule_id,
        ReviewFinding.machine == "unclear", ReviewFinding.answer.is_(None)))}
    return [(task, found[task.id]) for task in tasks
            if task.id in found and task.state in flow.events()["answer"].sources]


def _answer(rule_id: str, tasks: list[ReviewTask], form: forms.GroupForm,
            wanted: queries.Wanted) -> Any:
    report = batches.answer(rule_id, tasks, form.answer.data or "", form.said("reason"),
                            by=current_user, at=now())
    db.session.commit()
    _tell(report, f"{rule_id} {ANSWERS[form.answer.data or '']}")
    return redirect(url_for(".group_answer", batch=wanted.batch or None,
                            department=wanted.department or None))


@bp.route("/sign", methods=["GET", "POST"])
@requires(P.REVIEW_SIGN)
def sign_many() -> Any:
    """Everything that waits for a signature; each opinion is signed on its own."""
    tasks = list(db.session.scalars(
        queries.search(current_user, queries.Wanted(state="DOUBLE_CHECK"), today())
        .where(ReviewTask.verifier_id.is_not(None)).limit(MOST)))
    form = forms.PlainForm()
    failed: dict[int, str] = {}
    if form.validate_on_submit():
        chosen = set(forms.ids_of(request.form.getlist("task")))
        done = attempt(form, lambda: _sign([t for t in tasks if t.id in chosen], failed))
        if done is not None:
            return done
        tasks = [t for t in tasks if t.signed_hash is None]
    steps = {task.id: len(flow.steps_of(task)) for task in tasks}
    return render_template(
        "review/sign.html", tasks=tasks, form=form, failed=failed, steps=steps,
        conclusions=signing.SIGNABLE, all_conclusions=CONCLUSIONS,
        against={t.id: flow.reasons_against(t, "sign", current_user, today()) for t in tasks},
        said=request.form, proposals={t.id: machine.proposal(t) for t in tasks},
        counts={t.id: machine.counts(t.findings) for t in tasks},
    ), 422 if request.method == "POST" else 200


def _sign(tasks: list[ReviewTask], failed: dict[int, str]) -> Any:
    if not tasks:
        raise flow.Refused("请至少勾选一份。")
    done = 0
    for task in tasks:  # each in its own transaction: what is refused for one leaves the others
        number, task_id = task.number, task.id
        seen = request.form.get(f"seen-{task_id}", "")
        try:
            with flow.racing():
                signing.sign(task, request.form.get(f"conclusion-{task_id}", "")[:14],
                             forms.tidy(request.form.get(f"reason-{task_id}", ""))[:2000],
                             by=current_user, at=now(),
                             seen=int(seen) if seen.isdecimal() and len(seen) < 7 else None)
                db.session.commit()
                done += 1
        except flow.Refused as refused:
            db.session.rollback()
            failed[task_id] = str(refused)
            flash(f"{number} 没有签发：{refused}", "warning")
    if done:
        flash(f"已签发 {done} 份意见书。", "success")
    return None if failed else redirect(url_for(".sign_many"))
