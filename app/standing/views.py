"""Who held this power on that day?"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request

from app.extensions import hooks
from app.organs import queries as organs
from app.permissions import Permission, requires
from app.standing import queries
from app.standing.forms import QuestionForm
from app.standing.models import IN_FLIGHT, POWERS
from app.today import today

bp = Blueprint("standing", __name__, url_prefix="/standing")


@bp.get("/")
@requires(Permission.ITEM_READ)
def index() -> Any:
    asked = "item" in request.args
    form = QuestionForm(request.args if asked else None, on=today())
    answer = None
    if asked and form.validate():
        code, on = form.item.data or "", form.on.data or today()
        rows = queries.rows(code, form.power.data, form.known_on.data)
        register = {row.organ: organs.by_name(row.organ) for row in rows}
        answer = {"code": code, "on": on, "power": POWERS[form.power.data], "rows": rows,
                  "holders": [row for row in rows if row.covers(on)],
                  "title": next(iter(filter(None, hooks.fire("item_title", code=code, on=on))), ""),
                  "organs": register,
                  "seals": {name: organs.seals_on(organ, on)
                            for name, organ in register.items() if organ}}
    return render_template("standing/index.html", form=form, answer=answer, in_flight=IN_FLIGHT)
