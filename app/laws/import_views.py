"""Import law texts by upload, look at what was recognised, and read the reports of all runs."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

from flask import (
    Blueprint,
    Flask,
    abort,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    send_file,
    session,
    url_for,
)
from flask_login import current_user
from sqlalchemy import select

from app.audit import services as audit
from app.audit.queries import Kind, name_kinds
from app.evidence import names
from app.evidence import store as files
from app.evidence.models import StoredFile
from app.evidence.sheets import write_xlsx
from app.extensions import db
from app.laws import queries
from app.laws.import_forms import CorrectForm, TakeBackForm, UploadForm
from app.laws.importing import archive, official_file, sources, store, undo, uploads
from app.laws.importing.texts import Reading
from app.laws.local import reindex
from app.laws.models import ImportRun, LawVersion
from app.paging import page_of, paginate, wanted_page
from app.permissions import Permission, requires
from app.today import now

bp = Blueprint("imports", __name__, url_prefix="/laws/imports")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SMALL_ZIP = 3 * 1024 * 1024  # bytes, and
SMALL_COUNT = 300  # files: some seconds; a page must not hang for longer
REMEMBERED = 20
UPLOADS = "law_uploads"  # of this session: nobody looks at other people's files by their hash
KINDS = {"wheel": "法规包", "markdown": "文件夹或压缩包", "file": "单个文件"}
COUNTS = {"files": "文件", "parsed": "分条", "listed": "列出", "laws": "新增法", "versions": "版本",
          "articles": "条文", "unchanged": "未变", **store.APART}


@bp.get("/")
@requires(Permission.LAW_IMPORT)
def index() -> Any:
    page = paginate(select(ImportRun).order_by(ImportRun.id.desc()),
                    wanted_page(request.args.get("page")))
    return render_template("laws/imports.html", page=page, kinds=KINDS, counts=COUNTS)


@bp.get("/<int:run_id>")
@requires(Permission.LAW_IMPORT)
def run(run_id: int) -> Any:
    """One run: its counts, and its problems, searched by words of the file's name or the reason."""
    return _report(db.get_or_404(ImportRun, run_id), TakeBackForm())


def _report(found: ImportRun, form: TakeBackForm) -> Any:
    words = request.args.get("q", "").strip()[:200]
    rows = _problems(found, words)
    versions = db.session.scalars(
        select(LawVersion).where(LawVersion.import_run_id == found.id).limit(21)).all()
    return render_template(
        "laws/imports_run.html", run=found, kinds=KINDS, counts=COUNTS, q=words, total=len(rows),
        page=page_of(rows, wanted_page(request.args.get("page"))), versions=versions, form=form,
        may_be=undo.may_be(found), refusal=undo.refusal(found))


@bp.post("/<int:run_id>/take-back")
@requires(Permission.LAW_IMPORT)
def take_back(run_id: int) -> Any:
    """Remove what the import of a single file brought, once confirmed."""
    found = db.get_or_404(ImportRun, run_id)
    form = TakeBackForm()
    if not form.validate_on_submit():
        return _report(found, form), 422
    try:
        gone = undo.take_back(found, at=now(), by=current_user.username)
    except undo.Refused as refusal:
        flash(str(refusal), "warning")
        return redirect(url_for(".run", run_id=run_id))
    facts: dict[str, Any] = {"导入编号": run_id, "通过日期": str(gone.adopted or ""),
                             "法已删除": gone.law_gone}
    audit.log("law_import_taken_back", f"《{gone.law}》"[:200], by=current_user.username, **facts)
    db.session.commit()
    flash(f"已撤回：《{gone.law}》" + ("已从库中删除。" if gone.law_gone else "的这一版本已删除。"),
          "success")
    return _reindexed(run_id)


@bp.get("/<int:run_id>/report.xlsx")
@requires(Permission.LAW_IMPORT)
def report(run_id: int) -> Any:
    found = db.get_or_404(ImportRun, run_id)
    words = request.args.get("q", "").strip()[:200]
    rows = [(p["file"], p["why"]) for p in _problems(found, words)]
    book = write_xlsx(rows, ("文件", "说明"), f"导入报告{run_id}")
    return send_file(BytesIO(book), mimetype=XLSX, as_attachment=True,
                     download_name=f"导入报告{run_id}.xlsx")


def _problems(run: ImportRun, words: str) -> list[dict[str, str]]:
    return [p for p in run.problems if words in p["file"] or words in p["why"]]


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.LAW_IMPORT)
def new() -> Any:
    form = UploadForm()
    if form.validate_on_submit():
        name = names.shown_name(form.file.data.filename)
        try:
            if name.lower().endswith(".zip"):
                return _zip(form.file.data.stream, name)
            return _file(form.file.data.stream, name)
        except (archive.SourceRefused, files.TooLarge) as refusal:
            db.session.rollback()
            form.file.errors = [*form.file.errors, _said(refusal, name)]
    return render_template("laws/imports_new.html", form=form), 422 if form.errors else 200


def _said(refusal: Exception, name: str) -> str:
    if isinstance(refusal, files.TooLarge):
        return (f"《{name}》超过 {refusal.limit // archive.MIB} MB 的上限；"
                "大的来源请用命令 flask law import 导入。")
    return str(refusal)


def _file(stream: Any, name: str) -> Any:
    """Check that a single file can be read, keep it, and go to its preview."""
    if official_file.kind_of(name) is None and not name.lower().endswith((".doc", ".wps", ".rtf")):
        raise archive.SourceRefused(
            f"《{name}》的类型不能导入（可用：.docx、.html、.pdf、.txt，或者 Markdown 的 .zip）。")
    with files.staged(stream) as staged:
        official_file.read(staged.path, name)
        row = files.keep(staged, name=name, at=now())
    db.session.commit()
    mine = [entry for entry in session.get(UPLOADS, []) if entry[0] != row.sha256]
    session[UPLOADS] = [*mine, [row.sha256, name]][-REMEMBERED:]
    return redirect(url_for(".preview", sha256=row.sha256))


def _zip(stream: Any, name: str) -> Any:
    with files.staged(stream) as staged:
        with archive.open_zip(staged.path) as opened:
            count = len(opened.infolist())
        if staged.size > SMALL_ZIP or count > SMALL_COUNT:
            raise archive.SourceRefused(
                f"《{name}》有 {count} 个文件，在网页上导入会很久。请把它放到服务器上，"
                "运行 flask law import 文件。")
        reading = sources.read(staged.path, kind="markdown", name=name)
    return _imported(_save(reading), name)


@bp.route("/files/<sha256>", methods=["GET", "POST"])
@requires(Permission.LAW_IMPORT)
def preview(sha256: str) -> Any:
    """What was recognised of an uploaded file; sent back, it is imported as corrected."""
    name = dict(session.get(UPLOADS, [])).get(sha256)
    if name is None:
        abort(404)
    try:
        found = uploads.kept(sha256, name)
    except archive.SourceRefused as refusal:
        abort(422, str(refusal))
    if found is None:
        abort(404)
    form = CorrectForm()
    if form.validate_on_submit():
        reading = sources.of_file(found, corrected=form.corrected(), original=sha256)
        return _imported(_save(reading), name)
    if request.method == "GET":
        form.propose(found)
    law = queries.find_law(form.title.data or "")
    return render_template("laws/imports_preview.html", form=form, found=found, law=law,
                           name=name), 422 if form.errors else 200


def _save(reading: Reading) -> ImportRun:
    run = store.save(reading, at=now())
    single = reading.texts[0].path if reading.kind == "file" else run.source
    facts: dict[str, Any] = {"导入编号": run.id, "文件": run.counts["files"],
                             "版本": run.counts["versions"]}
    audit.log("law_imported", single, by=current_user.username, **facts)
    db.session.commit()
    return run


def _imported(run: ImportRun, name: str) -> Any:
    """Tell what happened and when a search will find it; then the run's report."""
    changed = run.counts["versions"]
    flash(f"《{name}》已导入：新增或更新 {changed} 个版本。" if changed
          else f"《{name}》的内容库中已有，没有变化。", "success")
    return _reindexed(run.id)


def _reindexed(run_id: int) -> Any:
    """Renew the index, say when it is done, and go to the run's report."""
    waiting = reindex.after_save(current_app._get_current_object(),  # type: ignore[attr-defined]
                                 Path(current_app.config["DATA_DIR"]) / "index",
                                 current_app.config["SEARCH_ENGINE"])
    if waiting:
        flash(waiting, "info")
    return redirect(url_for(".run", run_id=run_id))


@bp.get("/original/<int:version_id>")
@requires(Permission.LAW_READ)
def original(version_id: int) -> Any:
    """The official file that a version came from, as it was uploaded; never shown in the page."""
    version = db.get_or_404(LawVersion, version_id)
    row = db.session.get(StoredFile, version.original) if version.original else None
    if row is None:
        abort(404)
    try:
        stream = files.open_file(row.sha256)
    except files.Damaged:
        abort(404, "原件不在文件库中，请用备份恢复。")
    return send_file(stream, mimetype="application/octet-stream", as_attachment=True,
                     download_name=names.shown_name(
                         f"{version.law.short_title}（{version.adopted}）"
                         f"{Path(row.first_name).suffix}"))


def register(app: Flask) -> None:
    """The pages, and the name of what the audit log says of an import."""
    app.register_blueprint(bp)
    name_kinds({"law_imported": Kind("导入法规", details=True),
                "law_import_taken_back": Kind("撤回导入的法规", details=True)})
