"""The rehearsal on screen: set or move E and see both sides; nothing is saved."""

from __future__ import annotations

from typing import Any

from flask import abort, render_template, request
from flask_login import current_user

from app.extensions import db
from app.licensing.handover import queries, rehearsing
from app.licensing.handover.forms import RehearsalForm
from app.licensing.handover.models import Handover
from app.licensing.handover.services import HandoverRefused, codes_in
from app.licensing.handover.views import _organs, bp, workbook
from app.organs import queries as organs
from app.paging import page_of, wanted_page
from app.permissions import Permission, requires
from app.rules.rehearsal import COLUMNS
from app.rules.rehearsal.compare import KINDS
from app.today import today

PER_PAGE = 50


@bp.get("/rehearsal")
@requires(Permission.HANDOVER_READ)
def rehearsal() -> Any:
    form, found = _asked()
    if found is None:
        return render_template("handover/rehearsal.html", form=form, found=None,
                               columns=COLUMNS, kinds=KINDS)
    lines = rehearsing.kept(found.lines, kind=form.kind.data or "", show=form.show.data or "",
                            text=form.q.data or "")
    if request.args.get("download"):
        heads, rows = rehearsing.table(lines)
        return workbook(rows, heads, "移交演练")
    page = page_of(lines, wanted_page(request.args.get("page")),
                   len(lines) or 1 if request.args.get("all") else PER_PAGE)
    return render_template("handover/rehearsal.html", form=form, found=found, page=page,
                           columns=COLUMNS, kinds=KINDS)


@bp.get("/rehearsal/line")
@requires(Permission.HANDOVER_READ)
def rehearsal_line() -> Any:
    """One line with all its working."""
    form, found = _asked()
    kind, key = request.args.get("line_kind", ""), request.args.get("line", "")
    sides = rehearsing.working(found, kind, key, today()) if found else None
    if found is None or sides is None:
        abort(404)
    line = next(each for each in found.lines if (each.kind, each.key) == (kind, key))
    return render_template("handover/rehearsal_line.html", form=form, line=line, kinds=KINDS,
                           before=sides[0], after=sides[1], columns=COLUMNS,
                           asked=request.args.to_dict())


def _asked() -> tuple[RehearsalForm, rehearsing.Rehearsed | None]:
    asked = bool(request.args)
    form = RehearsalForm(request.args if asked else None)
    mine = [handover for handover in db.session.scalars(queries.scoped_to(current_user))
            if handover.state != "void"]
    form.handover.choices = [("", "（不按移交，自己填）"),
                             *((str(handover.id), handover.title) for handover in mine)]
    form.to_organ.choices = [("", "（按移交、台账）"),
                             *((str(organ.id), organ.name) for organ in _organs())]
    if not asked or not form.validate():
        return form, None
    handover: Handover | None = None
    if form.handover.data:
        handover = queries.get(current_user, int(form.handover.data))
    organ = organs.by_id(int(form.to_organ.data)) if form.to_organ.data else None
    try:
        return form, rehearsing.run(rehearsing.Wanted(
            handover, tuple(codes_in(form.codes.data or "")), organ.name if organ else "",
            form.effective_on.data, form.in_flight.data or "", form.residual_until.data),
            today(), user=current_user)
    except HandoverRefused as refusal:
        form.form_errors.extend(refusal.reasons)
        return form, None
