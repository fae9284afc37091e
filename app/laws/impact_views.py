"""新文本影响清单: what a new text touches, looked at and handled by people."""

from __future__ import annotations

from datetime import date
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from flask import abort, flash, redirect, render_template, request, url_for
from flask_login import current_user
from flask_wtf import FlaskForm
from wtforms import TextAreaField

from app.extensions import db
from app.fields import required
from app.laws import citing, impact, impact_queries
from app.laws.contents import predecessor
from app.laws.impact_queries import Wanted
from app.laws.models import Law, LawImpact
from app.laws.views import bp
from app.paging import wanted_page
from app.permissions import Permission, requires
from app.today import now, today

NOTE = 500
STATES = {"open": "待看", "handled": "已处理", "all": "全部"}


class HandleForm(FlaskForm):
    note = TextAreaField("处理情况", [*required("处理情况")], description=(
        "写明核对的结果，例如“引文未变，条号已改，规则已更新”。"))

    def validate_note(self, field: Any) -> None:
        if len(field.data or "") > NOTE:
            raise ValueError(f"不能超过 {NOTE} 个字。")


@bp.route("/impacts", methods=["GET", "POST"])
@requires(Permission.LAW_READ)
def impacts() -> Any:
    """The list; posting marks the ticked rows as handled, with one note."""
    form = HandleForm()
    chosen = {int(i) for i in request.form.getlist("chosen") if i.isdecimal() and len(i) < 10}
    if request.method == "POST":
        if not impact_queries.may_handle_any(current_user):
            abort(403)
        if not chosen:
            form.validate()
            form.form_errors = [*form.form_errors, "请先在列表中勾选处理的是哪些。"]
        elif form.validate():
            done = impact.handle(current_user, chosen, form.note.data or "", at=now())
            db.session.commit()
            flash(f"{done} 项已标记为已处理。" if done else
                  "所选的各项已经处理过，或者不归您处理。", "success" if done else "error")
            asked = urlencode(request.args.to_dict())
            return redirect(f"{url_for('laws.impacts')}?{asked}")
    wanted = _wanted()
    page = impact_queries.page(current_user, wanted, wanted_page(request.args.get("page")))
    law = db.session.get(Law, wanted.law) if wanted.law else None
    return render_template(
        "laws/impacts.html", page=page, wanted=wanted, form=form, chosen=chosen, law=law,
        kinds=citing.KINDS, verdicts=impact.VERDICTS, states=STATES, predecessor=predecessor,
        laws=impact_queries.laws(current_user), on=today(),
        runs=impact_queries.runs(current_user), counts=impact_queries.counts(current_user),
        names=impact_queries.names(page.items),
        by_version=[(version, list(rows)) for version, rows in groupby(
            page.items, key=lambda row: row.version)],
        handles=_handles, mine=any(row.handled_at is None and _handles(row) for row in page.items))


def _handles(row: LawImpact) -> bool:
    return impact_queries.may_handle(current_user, row)


def _wanted() -> Wanted:
    def number(name: str) -> int:
        text = request.args.get(name, "")
        return int(text) if text.isdecimal() and len(text) < 10 else 0

    def one_of(name: str, table: Any, default: str = "") -> str:
        given = request.args.get(name, "")
        return given if given in table else default

    return Wanted(law=number("law"), run=number("run"), kind=one_of("kind", citing.KINDS),
                  verdict=one_of("verdict", impact.VERDICTS),
                  state=one_of("state", STATES, "open"))


def cards(user: Any, on: date) -> dict[str, Any] | None:
    """For the home page: how many wait for this user, by law; nothing when none does."""
    rows = [{"text": f"《{title}》", "hint": f"{count} 项待看", "tone": "warn",
             "url": url_for("laws.impacts", law=law_id)}
            for law_id, title, count in impact_queries.waiting(user)]
    if not rows:
        return None
    total = sum(count for _, _, count in impact_queries.waiting(user))
    return {"title": f"新文本影响（{total} 项待看）", "rows": rows[:8], "empty": "",
            "more_url": url_for("laws.impacts")}
