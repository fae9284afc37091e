"""Templates on screen: list, download, replace after a check, history, restore."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, send_file, url_for
from flask_login import current_user

from app.audit import services as audit
from app.documents import template_store
from app.documents.catalogue import AREAS, DocumentType, of_area, types
from app.documents.docx import TemplateFault
from app.documents.fields import fields_of
from app.documents.forms import TemplateForm
from app.documents.models import TemplateVersion
from app.documents.pdf import available
from app.evidence import store
from app.extensions import db
from app.permissions import Permission, requires
from app.today import now

bp = Blueprint("documents", __name__, url_prefix="/templates")
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@bp.get("/")
@requires(Permission.TEMPLATE_EDIT)
def index() -> Any:
    areas = [(label, [(kind, template_store.in_use(kind.code)) for kind in of_area(area)])
             for area, label in AREAS.items() if of_area(area)]
    return render_template("documents/index.html", areas=areas, no_pdf=available())


@bp.route("/<code>", methods=["GET", "POST"])
@requires(Permission.TEMPLATE_EDIT)
def template(code: str) -> Any:
    kind, form, faults = _kind(code), TemplateForm(), []
    if form.validate_on_submit():
        try:
            version = template_store.replace(
                code, form.file.data.read(), name=form.file.data.filename or "", note=form.note.data
                or "", by=current_user, at=now())
            audit.log("template_replaced", code, by=current_user.username,
                      sha256=version.file_sha256, note=version.note)
            db.session.commit()
            flash(f"《{kind.title}》已改用新模板，以后制发的文书按新模板生成。", "success")
            return redirect(url_for(".template", code=code))
        except TemplateFault as fault:
            db.session.rollback()
            faults = fault.faults
    status = 422 if form.errors or faults else 200
    return render_template("documents/template.html", kind=kind, form=form, faults=faults,
                           fields=fields_of(kind), used=template_store.in_use(code),
                           history=template_store.history(code)), status


@bp.get("/<code>/file")
@requires(Permission.TEMPLATE_EDIT)
def current_file(code: str) -> Any:
    return _send(template_store.template_of(_kind(code).code), f"{_kind(code).title}（模板）.docx")


@bp.get("/<code>/shipped")
@requires(Permission.TEMPLATE_EDIT)
def shipped_file(code: str) -> Any:
    kind = _kind(code)
    return _send(kind.template.read_bytes(), f"{kind.title}（随系统提供的模板）.docx")


@bp.get("/<code>/versions/<int:version_id>")
@requires(Permission.TEMPLATE_EDIT)
def version_file(code: str, version_id: int) -> Any:
    version = _version(code, version_id)
    return _send(store.path_of(version.file_sha256).read_bytes(), version.file_name)


@bp.post("/<code>/versions/<int:version_id>/use")
@requires(Permission.TEMPLATE_EDIT)
def use_version(code: str, version_id: int) -> Any:
    version = _version(code, version_id)
    template_store.use(version)
    audit.log("template_version_used", code, by=current_user.username, sha256=version.file_sha256)
    db.session.commit()
    flash(f"已恢复使用“{version.file_name}”。", "success")
    return redirect(url_for(".template", code=code))


@bp.post("/<code>/restore")
@requires(Permission.TEMPLATE_EDIT)
def restore(code: str) -> Any:
    kind = _kind(code)
    template_store.restore(code)
    audit.log("template_restored", code, by=current_user.username)
    db.session.commit()
    flash(f"《{kind.title}》已恢复为随系统提供的模板。", "success")
    return redirect(url_for(".template", code=code))


def _kind(code: str) -> DocumentType:
    return types().get(code) or abort(404)


def _version(code: str, version_id: int) -> TemplateVersion:
    found = db.session.get(TemplateVersion, version_id)
    if found is None or found.code != code:
        abort(404)
    return found


def _send(content: bytes, name: str) -> Any:
    return send_file(BytesIO(content), mimetype=DOCX, download_name=name, as_attachment=True)
