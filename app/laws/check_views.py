"""The page that checks the citations of a text. Nothing that is checked is kept."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from flask import render_template, request, send_file

from app.evidence import names
from app.evidence import store as files
from app.evidence.sheets import write_xlsx
from app.laws.check_forms import TOO_LONG, CheckForm
from app.laws.checking import display, service
from app.laws.checking.library import Library
from app.laws.checking.verdicts import VERDICTS
from app.laws.importing import official_file
from app.laws.importing.archive import SourceRefused
from app.laws.views import bp
from app.permissions import Permission, requires
from app.today import today

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LISTED = 1000  # mentions in the table and marked in the text; the workbook has them all


@bp.route("/check", methods=["GET", "POST"])
@requires(Permission.LAW_READ)
def check() -> Any:
    """Find and judge every citation; with ``export`` as a workbook instead of a page."""
    form = CheckForm()
    if not form.is_submitted():
        return render_template("laws/check.html", form=form, result=None)
    if not form.validate() or not _read(form):
        return render_template("laws/check.html", form=form, result=None), 422
    # A browser sends line ends as CRLF; the places are counted in the text as it is shown.
    text = (form.text.data or "").replace("\r\n", "\n").replace("\x00", "")
    on = form.document_date.data or today()
    rows = display.rows(service.check(text, Library(), on=on, today=today(),
                                      host_law=form.host_law.data or None))
    wanted = form.show.data if form.show.data in VERDICTS else ""
    shown = [row for row in rows if not wanted or row.verdict == wanted]
    if "export" in request.form:
        book = write_xlsx(display.sheet(shown), display.HEADERS, "引用核对")
        return send_file(BytesIO(book), mimetype=XLSX, as_attachment=True,
                         download_name=f"引用核对{on.isoformat()}.xlsx")
    return render_template(
        "laws/check.html", form=form, result=rows, shown=shown[:LISTED],
        left=len(shown) - LISTED,
        segments=display.segments(text, shown[:LISTED]), counts=display.counts(rows),
        on=on, wanted=wanted, kinds=display.KINDS)


def _read(form: CheckForm) -> bool:
    """Put the words of an uploaded file into the form; False with the reason on the field."""
    if not form.uploaded:
        return True
    name = names.shown_name(form.file.data.filename)
    try:
        with files.staged(form.file.data.stream) as staged:
            lines = official_file.read(staged.path, name).lines
    except SourceRefused as refusal:
        form.refuse_file(str(refusal).replace("再导入", "再核对").replace("不能导入", "不能核对"))
        return False
    except files.TooLarge as refusal:
        form.refuse_file(f"《{name}》超过 {refusal.limit // (1024 * 1024)} MB 的上限。")
        return False
    text = "\n".join(lines)
    if len(text) > service.LARGEST:
        form.refuse_file(TOO_LONG)
        return False
    form.text.data = text
    return True
