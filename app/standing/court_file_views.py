"""The standing file for court, one click from an answer."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, request, url_for

from app.extensions import hooks
from app.permissions import Permission, requires
from app.standing import court_file
from app.standing.competence import ask
from app.standing.court_pdf import NotAppended
from app.standing.forms import QuestionForm
from app.standing.views import bp
from app.today import today


@bp.get("/court-file")
@requires(Permission.ITEM_READ)
def court_file_pdf() -> Any:
    form = QuestionForm(request.args)
    if not form.validate():
        return redirect(url_for("standing.index", item=request.args.get("item", "")[:20],
                                on=request.args.get("on", "")[:20]))
    code, on = form.item.data or "", form.on.data or today()
    answer = ask(code, on, form.power.data, (form.organ.data or "").strip() or None,
                 apply_date=form.apply_date.data, known_on=form.known_on.data)
    act = " ".join(request.args.get("act", "").replace("\x00", "").split())[:120]
    title = next(iter(filter(None, hooks.fire("item_title", code=code, on=on))), "")
    try:
        data = court_file.make(answer, made_on=today(), act=act, title=title)
    except NotAppended as failed:
        flash(f"{failed}请先在机关名录里重新上传该文件。", "error")
        return redirect(url_for("standing.index", item=code, on=on.isoformat()))
    return Response(data, mimetype="application/pdf", headers={
        "Content-Disposition": f"attachment; filename=standing-{code}-{on.isoformat()}.pdf"})
