"""The documents of a handover: draft, issue, download."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from flask import abort, flash, redirect, send_file, url_for
from flask_login import current_user

from app.documents.catalogue import types
from app.evidence import store
from app.extensions import db
from app.licensing.handover import papers
from app.licensing.handover.views import bp, found
from app.permissions import Permission, requires
from app.today import now, today

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@bp.get("/<int:handover_id>/papers/<code>")
@requires(Permission.HANDOVER_READ)
def paper(handover_id: int, code: str) -> Any:
    """The draft, as it would print."""
    handover = found(handover_id)
    if code not in papers.PAPERS:
        abort(404)
    try:
        content = papers.preview(handover, code, today())
    except papers.FAULTS as fault:
        flash(str(fault), "error")
        return redirect(url_for(".show", handover_id=handover_id))
    return send_file(BytesIO(content), mimetype=DOCX, as_attachment=True,
                     download_name=f"{types()[code].title}（草稿）.docx")


@bp.post("/<int:handover_id>/papers/<code>")
@requires(Permission.HANDOVER_MANAGE)
def issue_paper(handover_id: int, code: str) -> Any:
    handover = found(handover_id)
    if code not in papers.PAPERS:
        abort(404)
    try:
        papers.issue(handover, code, on=today(), by=current_user, at=now())
        db.session.commit()
    except papers.FAULTS as fault:
        db.session.rollback()
        flash(str(fault), "error")
    else:
        flash(f"已制发{types()[code].title}。", "success")
    return redirect(url_for(".show", handover_id=handover_id))


@bp.get("/<int:handover_id>/documents/<int:document_id>")
@requires(Permission.HANDOVER_READ)
def document(handover_id: int, document_id: int) -> Any:
    one = papers.stored(found(handover_id), document_id)
    if one is None or not one.file_sha256:
        abort(404)
    return send_file(store.path_of(one.file_sha256), mimetype=DOCX, as_attachment=True,
                     download_name=f"{one.title}.docx")
