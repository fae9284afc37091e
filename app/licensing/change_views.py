"""The changes of the catalogue: their history, and making one (preview, then for good)."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, session, url_for
from flask_login import current_user
from sqlalchemy.exc import IntegrityError

from app.extensions import db
from app.fields import given
from app.licensing import changes, queries, undo, versions
from app.licensing.actions import ACTIONS, OFFERED
from app.licensing.change_forms import ChangeForm, ReasonForm, form_for
from app.licensing.import_views import UPLOADS
from app.licensing.models import ACTIONS as LABELS
from app.licensing.models import PROPOSED, CatalogChange
from app.licensing.pending import pending
from app.licensing.views import bp
from app.paging import wanted_page
from app.permissions import Permission, can, requires
from app.rules.findings import Basis, Finding
from app.today import now, today

RACE = "他人同时改动了目录，这次没有写入；您填写的内容都在，请重新预览。"


@bp.get("/changes")
@requires(Permission.ITEM_READ)
def changes_index() -> Any:
    action, code = (request.args.get(name, "").replace("\x00", "")[:14]
                    for name in ("action", "item"))
    page = queries.changes(action if action in LABELS else "", code.strip(),
                           wanted_page(request.args.get("page")))
    return render_template("licensing/changes.html", page=page, labels=LABELS, action=action,
                           code=code, offered=[ACTIONS[name] for name in OFFERED],
                           proposals=queries.proposals(), form=ReasonForm())


@bp.get("/changes/<int:number>")
@requires(Permission.ITEM_READ)
def change(number: int) -> Any:
    return _page(_change(number), ReasonForm())


def _change(number: int) -> CatalogChange:
    found = queries.change(number) if number < 2**31 else None
    if found is None or found.number < 1:
        abort(404)
    return found


def _page(found: CatalogChange, form: ReasonForm) -> Any:
    findings = [Finding(one["condition"], one["result"], one["reason"],
                        tuple(Basis(**basis) for basis in one["basis"]), one["facts"])
                for one in found.facts.get("findings", [])]
    upload = request.args.get("upload", "")
    against = (undo.refusals(found, today=today(), user=current_user._get_current_object())
               if can(current_user, Permission.ITEM_MANAGE) else [])
    return render_template(
        "licensing/change.html", change=found, labels=LABELS, findings=findings, form=form,
        against=against,
        upload=upload if upload in session.get(UPLOADS, {}) else "")


@bp.post("/changes/<int:number>/undo")
@requires(Permission.ITEM_MANAGE)
def undo_change(number: int) -> Any:
    found, form = _change(number), ReasonForm()
    if not form.validate_on_submit():
        return _page(found, form), 422
    if why := _take_back(found, form):
        flash(why, "warning")
    else:
        flash(f"目录第{number}版的变动已撤销，恢复到它之前的内容。", "success")
    return redirect(url_for(".change", number=number))


def _take_back(found: CatalogChange, form: ReasonForm) -> str:
    versions.lock()
    against = undo.refusals(found, today=today(), user=current_user._get_current_object())
    if against:
        db.session.rollback()
        return "不能撤销：" + "".join(against)
    versions.take_back(found, form.reason.data or "", by=current_user.username, at=now())
    db.session.commit()
    return ""


@bp.post("/proposals/<code>/withdraw")
@requires(Permission.ITEM_MANAGE)
def withdraw_proposal(code: str) -> Any:
    waiting, form = queries.proposed(code.replace("\x00", "")), ReasonForm()
    if waiting is None or waiting.change is None:
        abort(404)
    if not form.validate_on_submit():
        flash("撤回须写明理由。", "warning")
    elif why := _take_back(waiting.change, form):
        flash(why, "warning")
    else:
        flash(f"拟新增事项{code}已撤回。", "success")
    return redirect(url_for(".changes_index"))


@bp.route("/changes/new/<action>", methods=["GET", "POST"])
@requires(Permission.ITEM_MANAGE)
def change_new(action: str) -> Any:
    row = ACTIONS.get(action) or abort(404)
    codes = _codes(request.values.get("codes", ""))
    if row.codes[1] and not row.codes[0] <= len(codes) <= row.codes[1]:
        return _choose(action, "codes" in request.values)
    form = form_for(row, codes, today())
    shown = None
    if form.validate_on_submit():
        draft = form.draft(row, codes)
        if request.form.get("confirm"):
            versions.lock()
        shown = changes.preview(draft, today=today(), user=current_user._get_current_object())
        if request.form.get("confirm") and not shown.refusals:
            if form.seen.data != shown.digest():
                flash(RACE, "warning")
            elif done := _carry_out(form, draft):
                return done
        form.seen.data = shown.digest()
    return render_template("licensing/change_new.html", row=row, form=form, codes=codes,
                           shown=shown, labels=LABELS), 422 if form.errors else 200


def _carry_out(form: ChangeForm, draft: Any) -> Any:
    try:
        done = changes.carry_out(draft, by=current_user.username, at=now(), today=today(),
                                 user=current_user._get_current_object())
        db.session.commit()
    except versions.CatalogueRefused as refusal:
        db.session.rollback()
        form.form_errors.append(str(refusal))
        return None
    except IntegrityError:
        db.session.rollback()
        flash(RACE, "warning")
        return None
    if done.action == PROPOSED:
        flash("已登记拟新增事项，请送合法性审查；有了意见再办理新增。", "success")
        return redirect(url_for(".changes_index"))
    flash(f"已办理{LABELS[done.action]}，目录为第{done.number}版，"
          f"自{given(form.on)}起生效。", "success")
    return redirect(url_for(".change", number=done.number))


def cards(user: Any, on: Any) -> dict[str, Any] | None:
    """What the home page shows to who keeps the catalogue; nothing while nothing is pending."""
    if not can(user, Permission.ITEM_MANAGE) or not (found := pending(on)):
        return None
    return {"title": "事项目录", "empty": "", "more_url": url_for("licensing.changes_index"),
            "rows": [{"text": f"{one.version.code} {one.version.name}", "hint": one.words,
                      "tone": one.tone, "url": url_for("licensing.detail", code=one.version.code)}
                     for one in found[:8]]}


def _codes(text: str) -> tuple[str, ...]:
    for mark in "，、；;,\n\t　":
        text = text.replace(mark, " ")
    return tuple(dict.fromkeys(code[:10] for code in text.replace("\x00", "").split()))[:50]


def _choose(action: str, tried: bool) -> Any:
    """Which items, before the form that depends on them."""
    row = ACTIONS[action]
    candidates = ([(one.code, one.name) for one in queries.proposals()] if action == "ADD"
                  else list(queries.names(today()).items()))
    return render_template("licensing/change_choose.html", row=row, tried=tried,
                           candidates=candidates, said=request.values.get("codes", "")[:300])
