"""The district's normative documents: list, one document, keeping and its changes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote

from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask_login import current_user
from sqlalchemy.exc import IntegrityError

from app.audit.queries import Kind, name_kinds
from app.evidence import store
from app.evidence.names import download_name, media_type_of
from app.evidence.sheets import write_xlsx
from app.extensions import db, hooks
from app.fields import given
from app.laws import commands, normative_commands
from app.laws import normative_forms as forms
from app.laws.local import keeping, queries, reindex, uploads
from app.laws.local.drafts import Draft, Refused
from app.organs import queries as organs
from app.paging import page_of, wanted_page
from app.permissions import Permission, can, requires
from app.today import now, today

bp = Blueprint("normative", __name__, url_prefix="/laws/normative")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HEADS = ("文号", "文件名称", "发文机关", "成文日期", "公布日期", "施行日期", "有效期的最后一日",
         "状态", "统一登记号", "废止日期", "作出废止的文件")


def _asked() -> tuple[dict[str, Any], date, str]:
    """The filter of the query string, the day, and a complaint where one is unreadable."""
    args, complaint, on = request.args, "", today()
    if given := args.get("on", "").strip():
        try:
            on = date.fromisoformat(given)
        except ValueError:
            complaint = f"“{given[:20]}”不是日期，已按今天列出。日期应写如 2026-03-02。"
    within = args.get("within", "").strip()
    if within and not (within.isascii() and within.isdecimal() and len(within) < 5):
        complaint, within = "“多少日内届满”应是 0 至 9999 的整数，已不按此筛选。", ""
    sort = args.get("sort", "")
    wanted = {"text": args.get("q", "").replace("\x00", "")[:200],
              "issuer": args.get("issuer", "")[:120],
              "state": args.get("state", "")[:10], "within": int(within) if within else None,
              "sort": sort if sort.removeprefix("-") in queries.SORTS else ""}
    if on.year > 9900:
        on, complaint = today(), "日期过远，已按今天列出。"
    return wanted, on, complaint


@bp.get("/")
@requires(Permission.LAW_READ)
def index() -> Any:
    wanted, on, complaint = _asked()
    page = page_of(queries.rows(on, **wanted), wanted_page(request.args.get("page")))
    return render_template("laws/normative_index.html", page=page, wanted=wanted, on=on,
                           complaint=complaint, states=queries.STATES, soon=queries.SOON,
                           issuers=queries.all_issuers(), dated=bool(request.args.get("on")),
                           ending=len(queries.ending(today())))


@bp.get("/export.xlsx")
@requires(Permission.LAW_READ)
def export() -> Any:
    wanted, on, _ = _asked()
    rows = [[r.version.document_number, r.law.title, r.law.issuing_body, r.version.adopted,
             r.published, r.version.effective, r.last_day, r.state,
             queries.registration_of(r.version), r.law.repealed, r.law.repealed_by]
            for r in queries.rows(on, **wanted)]
    name = quote(f"规范性文件目录（{on.isoformat()}）.xlsx")
    return Response(write_xlsx(rows, HEADS, "规范性文件目录"), mimetype=XLSX, headers={
        "Content-Disposition": f"attachment; filename*=UTF-8''{name}"})


def _law(law_id: int) -> Any:
    return queries.of_id(law_id) or abort(404)


@bp.get("/<int:law_id>")
@requires(Permission.LAW_READ)
def detail(law_id: int) -> Any:
    law = _law(law_id)
    versions = [queries.Row(law, v, queries.state_on(law, v, today()))
                for v in reversed(queries.versions_of(law))]
    known = {name: organs.by_name(name) for name in queries.issuers(law)}
    return render_template(
        "laws/normative_detail.html", law=law, versions=versions, known=known, on=today(),
        registration=queries.registration_of,
        notes=queries.notes_of, files=queries.files_of, waiting=reindex.waiting(_root(), _engine()),
        soon=queries.SOON)


@bp.get("/<int:law_id>/<int:version_id>/files/<int:seq>")
@requires(Permission.LAW_READ)
def file(law_id: int, version_id: int, seq: int) -> Any:
    found = queries.files_of(_version(_law(law_id), version_id))
    if not 0 < seq <= len(found):
        abort(404)
    kept = found[seq - 1][1]
    try:
        stream = store.open_file(kept.sha256)
    except store.Damaged:
        abort(404)
    kind = media_type_of(kept.name)
    return send_file(stream, mimetype=kind, as_attachment=True,
                     download_name=download_name(kept.name, kind))


def _version(law: Any, version_id: int) -> Any:
    return next((v for v in queries.versions_of(law) if v.id == version_id), None) or abort(404)


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.LAW_IMPORT)
def new() -> Any:
    form = forms.DocumentForm()
    draft = _submitted(form)
    done = draft and _keep(form, "已登记。", lambda: keeping.create(
        draft, on=today(), at=now(), by=current_user.username).law_id)
    return done or _form(form, "登记规范性文件", None, "保存")


@bp.route("/<int:law_id>/revise", methods=["GET", "POST"])
@requires(Permission.LAW_IMPORT)
def revise(law_id: int) -> Any:
    law, form = _law(law_id), forms.DocumentForm()
    if request.method == "GET":
        names = queries.issuers(law)
        form.title.data, form.issuer.data = law.title, names[0] if names else ""
        form.issuers.data = "\n".join(names[1:])
    draft = _submitted(form)
    done = draft and _keep(form, "已登记修订文本。", lambda: keeping.revise(
        law, draft, on=today(), at=now(), by=current_user.username).law_id)
    return done or _form(form, "登记修订文本", law, "保存修订文本")


@bp.route("/<int:law_id>/<int:version_id>/correct", methods=["GET", "POST"])
@requires(Permission.LAW_IMPORT)
def correct(law_id: int, version_id: int) -> Any:
    law, form = _law(law_id), forms.DocumentForm()
    version = _version(law, version_id)
    mark = queries.state_mark(law, version)
    if request.method == "GET":
        form.fill(law, version, keeping.text_of(version))
        form.seen.data = mark
    draft = _submitted(form)
    if draft and form.seen.data != mark:
        form.seen.data = mark
        form.refuse(Refused("打开本页之后，该文件已被他人修改。您填写的内容还在；请对照该文件现在的"
                            "内容，确认后再保存。"))
        draft = None
    done = draft and _keep(
        form, "已更正；原来的内容留在操作日志中，更正前的正文另存为文件。",
        lambda: keeping.correct(law, version, draft, reason=form.reason.data or "", on=today(),
                                at=now(), by=current_user.username))
    return done or _form(form, "更正", law, "保存更正", correcting=True)


@bp.route("/<int:law_id>/repeal", methods=["GET", "POST"])
@requires(Permission.LAW_IMPORT)
def repeal(law_id: int) -> Any:
    law, form = _law(law_id), forms.RepealForm()
    done = form.validate_on_submit() and _keep(form, "已登记废止。", lambda: keeping.repeal(
        law, day=given(form.day), document=form.document.data or "", at=now(),
        by=current_user.username))
    return done or _change(form, law, "登记废止", (form.day, form.document))


@bp.route("/<int:law_id>/prolong", methods=["GET", "POST"])
@requires(Permission.LAW_IMPORT)
def prolong(law_id: int) -> Any:
    law, form = _law(law_id), forms.ProlongForm()
    version = queries.versions_of(law)[-1]
    last = queries.Row(law, version, "").last_day
    done = form.validate_on_submit() and _keep(form, "已登记有效期延续。", lambda: keeping.prolong(
        law, version, last_day=given(form.last_day), decided=given(form.decided),
        document=form.document.data or "", at=now(), by=current_user.username))
    return done or _change(form, law, "登记有效期延续",
                           (form.decided, form.last_day, form.document), last)


def _submitted(form: forms.DocumentForm) -> Draft | None:
    """The draft of a posted form whose text was seen by a person; else None with the faults."""
    if not form.is_submitted():
        return None
    original, attachments = form.remembered()
    try:
        if form.original.data and form.original.data.filename:
            original = uploads.keep(form.original.data.stream, form.original.data.filename,
                                    at=now())
        new = [f for f in form.attachments.data or () if f and f.filename]
        if len(new) + len(attachments) > forms.MOST_FILES:
            raise Refused(f"附件不能超过 {forms.MOST_FILES} 个。", "attachments")
        attachments += tuple(uploads.keep(f.stream, f.filename, at=now()) for f in new)
        if original and not (form.text.data or "").strip():
            form.show(uploads.read(original))
            raise Refused("已从原件读出正文和认得出的各项，请逐项核对后再保存。", "text")
        valid = form.validate()
    except Refused as refusal:
        valid = False
        form.refuse(refusal)
    db.session.commit()  # the stored files; a document is kept only by _keep
    form.remember(original, attachments)
    return form.draft(original, attachments) if valid else None


def _keep(form: Any, said: str, act: Callable[[], int]) -> Any:
    """Do it, commit, and go to the document; None with the refusal shown on the form."""
    try:
        law_id = act()
        db.session.commit()
    except Refused as refusal:
        db.session.rollback()
        form.refuse(refusal)
        return None
    except IntegrityError:
        db.session.rollback()
        form.refuse(Refused("另一人刚刚保存了同一文件，请刷新目录核对后再保存。"))
        return None
    # What it says of the index, the document's own page says as long as it is so.
    reindex.after_save(current_app._get_current_object(), _root(), _engine())  # type: ignore[attr-defined]
    flash(said, "success")
    return redirect(url_for("normative.detail", law_id=law_id))


def _change(form: Any, law: Any, heading: str, fields: Any, last: date | None = None) -> Any:
    page = render_template("laws/normative_change.html", form=form, law=law, heading=heading,
                           fields=fields, last=last)
    return page, 422 if request.method == "POST" else 200


def _form(form: forms.DocumentForm, heading: str, law: Any, button: str,
          correcting: bool = False) -> Any:
    original, attachments = form.remembered()
    page = render_template(
        "laws/normative_form.html", form=form, heading=heading, law=law, button=button,
        correcting=correcting, original=original, attachments=attachments,
        organs=[organ.name for organ in organs.search("").items])
    return page, 422 if request.method == "POST" else 200


def _root() -> Path:
    return Path(current_app.config["DATA_DIR"]) / "index"


def _engine() -> str:
    return str(current_app.config["SEARCH_ENGINE"])


def cards(*, user: Any, on: date) -> dict[str, Any] | None:
    """Home: documents whose validity ends within ``queries.SOON`` days, for who keeps them."""
    if not can(user, Permission.LAW_IMPORT):
        return None
    rows = []
    for row in queries.ending(on):
        left = row.days_left(on)
        rows.append({"text": f"{row.version.document_number}　{row.law.title}",
                     "hint": "今日届满" if not left else f"剩 {left} 日",
                     "tone": "bad" if left is not None and left <= 30 else "warn",
                     "url": url_for("normative.detail", law_id=row.law.id)})
    return {"title": f"{queries.SOON} 日内有效期届满的规范性文件", "rows": rows,
            "empty": f"没有在 {queries.SOON} 日内届满的规范性文件。",
            "more_url": url_for("normative.index", within=queries.SOON)}


def register(app: Flask) -> None:
    """The pages, the home card and the names of what the audit log says of them."""
    app.register_blueprint(bp)
    commands.group.add_command(normative_commands.import_documents)
    name_kinds({kind: Kind(label, details=True) for kind, label in keeping.KINDS.items()})
    hooks.on("home_cards", cards)
