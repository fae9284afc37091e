"""Legality reviews on screen: the list, sending, and one review with everything done to it."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

from flask import (
    Flask,
    abort,
    flash,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask_login import current_user

from app.audit.queries import Kind, name_kinds
from app.documents import services as documents
from app.evidence import store
from app.evidence.names import download_name
from app.extensions import db, hooks
from app.licensing import queries as items
from app.licensing.review import (  # the views among them register their pages
    acting,
    batch_views,
    batches,
    citing,
    commands,
    flow,
    forms,
    matrix_views,
    opinion,
    people,
    quality_views,
    queries,
    signing,
    trigger_views,
    triggers,
)
from app.licensing.review import services as reviews
from app.licensing.review.base_views import ACT, asked, attempt, bp, sheet, task_or_404
from app.licensing.review.cards import cards as home_cards
from app.licensing.review.models import STATES, ReviewTask
from app.licensing.review.screens import TONES, page_of_task
from app.paging import wanted_page
from app.permissions import Permission, requires
from app.rules.review.conclusion import CONCLUSIONS
from app.today import now, today

P = Permission
PAGES = (batch_views, matrix_views, quality_views, trigger_views)
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
HEADS = ("审查编号", "事项编号", "事项名称", "原主管部门", "轮次", "状态", "送审单位", "送审日",
         "审查基准日", "办理期限", "系统建议", "结论", "文号", "签发日", "送达日", "初审", "复核",
         "签发")


@bp.get("/")
@requires(P.REVIEW_READ)
def index() -> Any:
    wanted = asked()
    page = queries.page(current_user, wanted, today(), wanted_page(request.args.get("page")))
    return render_template(
        "review/index.html", page=page, wanted=wanted, states=STATES, conclusions=CONCLUSIONS,
        departments=queries.departments(current_user), batches=queries.batches(current_user),
        dues=queries.dues(page.items), tones=TONES)


@bp.get("/export.xlsx")
@requires(P.REVIEW_READ)
def export() -> Any:
    tasks = list(db.session.scalars(queries.search(current_user, asked(), today())))
    dues = queries.dues(tasks)
    rows = [[t.number, t.item.code, t.item_version.name, t.item_version.original_department,
             t.round, t.state_label, t.submitting_organ.name if t.submitting_organ else "",
             t.submitted_on, t.as_of, dues.get(t.id), CONCLUSIONS.get(t.proposed or "", ""),
             CONCLUSIONS.get(t.conclusion or "", ""), t.opinion.get("number", ""), t.signed_on,
             t.delivered_on, *(who.display_name if who else "" for who in
                               (t.reviewer, t.verifier, t.signer))] for t in tasks]
    return sheet(rows, HEADS, "合法性审查")


@bp.route("/new", methods=["GET", "POST"])
@requires(P.REVIEW_SUBMIT)
def new() -> Any:
    form = forms.SendForm()
    catalogue = [*items.catalogue(today()), *items.proposals()]
    chosen = request.form.getlist("items") or request.args.getlist("items")
    if form.validate_on_submit():
        done = attempt(form, lambda: _send(form, catalogue, chosen))
        if done is not None:
            return done
    elif request.method == "GET":
        form.materials.data = "\n".join(f"{name}，1，原件" for name in reviews.PAPERS)
    return render_template("review/new.html", form=form, catalogue=catalogue,
                           chosen=set(chosen)), 422 if request.method == "POST" else 200


def _send(form: forms.SendForm, catalogue: Any, chosen: list[str]) -> Any:
    scope = form.scope.data
    versions = (batches.versions_of(chosen, catalogue) if scope == "chosen" else
                [v for v in catalogue if scope == "all" or v.mode == "划转"])
    at, as_of = now(), form.as_of.data or today()
    if as_of > today():
        raise flow.Refused("审查基准日不能晚于今天。", "as_of")
    several = len(versions) > 1
    batch = reviews.open_batch(form.said("title"), as_of, by=current_user, at=at) \
        if several else None
    tasks = reviews.open_tasks(
        versions, as_of=as_of, materials=forms.materials_of(form.said("materials")),
        planned_on=form.planned_on.data, by=current_user, at=at, batch=batch,
        major=bool(form.major.data))
    batches.submit(tasks, by=current_user, at=at)
    db.session.commit()
    flash(f"已送审 {len(tasks)} 项。", "success")
    return redirect(url_for(".batch", batch_id=batch.id) if batch else
                    url_for(".show", task_id=tasks[0].id))


@bp.get("/<int:task_id>")
@requires(P.REVIEW_READ)
def show(task_id: int) -> Any:
    return render_template("review/show.html", **page_of_task(
        current_user, task_or_404(task_id), today(), {}, request.args))


@bp.post("/<int:task_id>/act")
@requires(*ACT)
def act(task_id: int) -> Any:
    """One thing done to a review; ``act`` names it, ``rule`` the rule it is about."""
    task = task_or_404(task_id)
    name = request.form.get("act", "")
    if name not in forms.OF_ACT:
        abort(404)
    form = forms.OF_ACT[name](prefix="")
    rule = request.form.get("rule", "")[:10]
    if isinstance(form, forms.AnswerForm):
        form.rule_id = rule
    elif isinstance(form, forms.NoteForm):
        form.rule.data = rule
    if form.validate_on_submit():
        done = attempt(form, lambda: _do(task, name, form))
        if done is not None:
            return done
        task = task_or_404(task_id)
    form.seen.data = str(len(flow.steps_of(task)))  # the next attempt starts from what is shown
    return render_template("review/show.html", **page_of_task(
        current_user, task, today(), {(name, rule if name == "answer" else ""): form},
        request.args)), 422


def _do(task: ReviewTask, name: str, form: forms.Base) -> Any:
    said = acting.VERBS[name](acting.Acting(task, form, current_user, now()))
    db.session.commit()
    flash(said, "success")
    anchor = request.form.get("rule", "")[:10] if name == "answer" else None
    return redirect(url_for(".show", task_id=task.id, _anchor=anchor or None))


@bp.get("/<int:task_id>/opinion.docx")
@requires(P.REVIEW_READ)
def opinion_file(task_id: int) -> Any:
    """The signed opinion; before, a preview of the draft."""
    task = task_or_404(task_id)
    if task.signed_hash is None:
        content = documents.preview(opinion.CODE, opinion.data(task))
        return send_file(BytesIO(content), mimetype=DOCX, as_attachment=True,
                         download_name=f"合法性审查意见书（草稿）{task.item.code}.docx")
    document = opinion.document_of(task, at=now())
    db.session.commit()
    return _stored(document.file_sha256, f"{document.number} 合法性审查意见书.docx", DOCX)


@bp.get("/<int:task_id>/documents/<int:document_id>")
@requires(P.REVIEW_READ)
def document_file(task_id: int, document_id: int) -> Any:
    task = task_or_404(task_id)
    found = next((d for d in queries.documents_of(task) if d.id == document_id), None)
    if found is None:
        abort(404)
    return _stored(found.file_sha256, f"{found.number or task.item.code} {found.title}.docx", DOCX)


@bp.get("/<int:task_id>/evidence/<sha256>")
@requires(P.REVIEW_READ)
def evidence_file(task_id: int, sha256: str) -> Any:
    name = queries.files_of(task_or_404(task_id)).get(sha256)
    if name is None:
        abort(404)
    return _stored(sha256, download_name(name, "application/pdf"), "application/pdf")


def _stored(sha256: str | None, name: str, kind: str) -> Any:
    try:
        return send_file(store.open_file(sha256 or ""), mimetype=kind, as_attachment=True,
                         download_name=name)
    except (store.Damaged, OSError, ValueError):
        abort(404)


@bp.post("/<int:task_id>/verify")
@requires(P.REVIEW_READ)
def verify(task_id: int) -> Any:
    """Compute the signature again."""
    task = task_or_404(task_id)
    wrong = signing.verify(task)
    if wrong:
        flash(f"{task.number}：{'；'.join(wrong)}。请保存现场并报告系统管理员。", "danger")
    else:
        flash(f"{task.number}：正文、逐项结论、依据版本与签发时一致。", "success")
    return redirect(url_for(".show", task_id=task.id))


def cards(*, user: Any, on: date) -> list[dict[str, Any]]:
    return home_cards(user, on, lambda task: url_for("reviews.show", task_id=task),
                lambda **query: url_for("reviews.index", **query),
                lambda: url_for("reviews.trigger_list"))


def register(app: Flask) -> None:
    """The pages, the hooks and the names of what the audit log says of reviews."""
    app.register_blueprint(bp)
    app.cli.add_command(commands.group)
    name_kinds({
        flow.RECORDED: Kind("合法性审查", details=True),
        "review_opened": Kind("送审", details=True),
        "review_batch": Kind("合法性审查（多项）", details=True),
        "review_interest": Kind("登记审查利害关系", details=True),
        "review_triggered": Kind("触发再审查", details=True),
        "review_trigger_closed": Kind("处理再审查触发", details=True),
        "quality_drawn": Kind("质量抽查", details=True),
        "quality_checked": Kind("登记抽查结论", details=True)})
    hooks.on("home_cards", cards)
    hooks.on("law_citing", citing.law_citing)
    hooks.on("law_changed", triggers.law_changed)
    hooks.on("opinion_signed", triggers.signed)
    hooks.on("review_trigger", triggers.record)
    hooks.on("tick", triggers.tick)
    hooks.on("may_handle", people.may_handle)

