"""Who held this power on that day, and who answers for an act?"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, render_template, request

from app.extensions import hooks
from app.organs import queries as organs
from app.permissions import Permission, requires
from app.standing import parties
from app.standing.competence import ask
from app.standing.forms import PARTY_GROUPS, PartiesForm, QuestionForm
from app.standing.models import IN_FLIGHT, POWERS
from app.today import today

bp = Blueprint("standing", __name__, url_prefix="/standing")
TONES = {"YES": "good", "NO": "bad", "RESIDUAL": "warn", "CONTESTED": "warn"}
COURTS = {"basic": "基层人民法院", "intermediate": "中级人民法院"}
CERTAINTIES = {"certain": ("条文明确", "good"), "default": ("缺省，可以改", "plain"),
               "contested": ("需人工判断", "warn")}


@bp.get("/")
@requires(Permission.ITEM_READ)
def index() -> Any:
    asked = "item" in request.args
    form = QuestionForm(request.args if asked else None, on=today())
    shown: dict[str, Any] = {"form": form, "answer": None}
    if asked and form.validate():
        code, on = form.item.data or "", form.on.data or today()
        answer = ask(code, on, form.power.data, (form.organ.data or "").strip() or None,
                     apply_date=form.apply_date.data, known_on=form.known_on.data)
        rows = [row for row in answer.ledger if row.power == answer.question.power]
        titles = hooks.fire("item_title", code=code, on=on)
        shown |= {
            "answer": answer, "rows": rows, "power": POWERS[form.power.data],
            "title": next(iter(filter(None, titles)), ""), "tone": TONES[answer.outcome],
            "organs": {row.organ: organs.by_name(row.organ) for row in rows},
            # Only these: a visitor's `_external` or `_scheme` would steer url_for.
            "address": {name: form[name].data if isinstance(form[name].data, str)
                        else form[name].data.isoformat() for name in (
                "item", "power", "on", "organ", "apply_date", "known_on") if form[name].data}}
    return render_template("standing/index.html", in_flight=IN_FLIGHT, **shown)


@bp.get("/parties")
@requires(Permission.ITEM_READ)
def derive() -> Any:
    asked = "act_date" in request.args
    form, found = PartiesForm(request.args if asked else None), None
    if asked and form.validate():
        try:
            found = parties.decide(form.facts(), today=today(),
                                   settings=current_app.config.get("LOCAL_SETTINGS"))
        except parties.Faulty as fault:
            form.form_errors.append(str(fault))
    return render_template("standing/parties.html", form=form, found=found, courts=COURTS,
                           certainties=CERTAINTIES, powers=POWERS,
                           form_groups=PARTY_GROUPS)
