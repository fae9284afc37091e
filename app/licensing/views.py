"""The catalogue on screen, as of a day."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

from flask import Blueprint, abort, render_template, request, send_file
from flask_login import current_user

from app.evidence.sheets import write_xlsx
from app.extensions import hooks
from app.licensing import comparing, exporting, particulars, public_list, queries, remedies
from app.licensing.bases import citations
from app.licensing.handling import handling
from app.licensing.models import ACTIONS, MODES, POWER_TYPES, RETAINED
from app.organs import queries as organs
from app.paging import wanted_page
from app.permissions import Permission, requires
from app.standing import queries as standing
from app.standing.models import POWERS
from app.today import today

bp = Blueprint("licensing", __name__, url_prefix="/items")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LIMITS = {"5": "5个工作日以内", "10": "10个工作日以内", "20": "20个工作日以内",
          "-1": "单行法另有规定"}
SUSPENDED = {"1": "暂停的", "0": "没有暂停的"}
FILTERS = ("q", "department", "mode", "power_type", "rank", "supervising", "suspended", "limit",
           "sort")


def day(name: str = "on") -> tuple[date, str]:
    """The day of the query string, else today with what is wrong with it."""
    text = request.args.get(name, "").strip()
    try:
        found = date.fromisoformat(text) if text else today()
    except ValueError:
        return today(), (f"“{text[:20]}”不是存在的日期，以下按今日显示。"
                         "请写成 2026-03-02 的样子。")
    return (found, "") if found.year < 9900 else (today(), "日期过远，以下按今日显示。")


def asked() -> queries.Wanted:
    """The filters of the query string; what is not among the choices is left out."""
    args = {name: request.args.get(name, "").replace("\x00", "")[:200]
            for name in FILTERS}
    return queries.Wanted(
        text=args["q"], department=args["department"], mode=args["mode"],
        power_type=args["power_type"], rank=args["rank"], supervising=args["supervising"],
        suspended=args["suspended"] == "1" if args["suspended"] in SUSPENDED else None,
        limit=int(args["limit"]) if args["limit"] in LIMITS else None,
        sort=args["sort"] if args["sort"].removeprefix("-") in queries.SORTS else "code")


def download(data: bytes, name: str, kind: str = XLSX) -> Any:
    return send_file(BytesIO(data), mimetype=kind, as_attachment=True, download_name=name)


@bp.get("/")
@requires(Permission.ITEM_READ)
def index() -> Any:
    on, fault = day()
    wanted = asked()
    page = queries.search(wanted, on, wanted_page(request.args.get("page")))
    return render_template(
        "licensing/index.html", page=page, on=on, fault=fault, wanted=wanted,
        choices=queries.choices(on), modes=MODES, power_types=POWER_TYPES, limits=LIMITS,
        suspended=SUSPENDED, number=queries.version_number(on), said=request.args,
        # Only the filters: a visitor's `endpoint` or `_scheme` would steer url_for.
        kept={name: request.args[name] for name in (*FILTERS, "on") if name in request.args})


@bp.get("/export.xlsx")
@requires(Permission.ITEM_READ)
def export() -> Any:
    on, _ = day()
    headers, rows = exporting.table(on, extra=True, versions=queries.matching(asked(), on))
    return download(write_xlsx(rows, headers, f"事项目录{on}"), f"事项目录（{on}）.xlsx")


@bp.get("/export.csv")
@requires(Permission.ITEM_READ)
def export_csv() -> Any:
    on, _ = day()
    headers, rows = exporting.table(on, versions=queries.matching(asked(), on))
    return download(exporting.as_csv(headers, rows), f"事项目录（{on}）.csv", "text/csv")


@bp.get("/public")
@requires(Permission.ITEM_READ)
def public() -> Any:
    """公布清单: a page to print, or a workbook."""
    on, fault = day()
    ready, waiting = public_list.listed(on)
    if request.args.get("as") == "xlsx":
        rows = [line.row(number) for number, line in enumerate(ready, 1)]
        return download(write_xlsx(rows, public_list.HEADERS, "公布清单"),
                        f"行政许可事项清单（{on}）.xlsx")
    return render_template("licensing/public.html", ready=ready, waiting=waiting, on=on,
                           fault=fault, number=queries.version_number(on))


@bp.get("/compare")
@requires(Permission.ITEM_READ)
def compare() -> Any:
    (old, fault), (new, other) = day("old"), day("new")
    made = comparing.compare(old, new) if "old" in request.args else None
    if made and request.args.get("as") == "xlsx":
        return download(write_xlsx(comparing.sheet(made), comparing.HEADERS, "目录对照"),
                        f"事项目录对照（{old}与{new}）.xlsx")
    return render_template("licensing/compare.html", made=made, old=old, new=new,
                           fault=fault or other, actions=ACTIONS,
                           numbers=(queries.version_number(old), queries.version_number(new)))


@bp.get("/<code>")
@requires(Permission.ITEM_READ)
def detail(code: str) -> Any:
    item = queries.item(code.replace("\x00", "")) or abort(404)
    on, fault = day()
    version = queries.version_on(item.code, on)
    records = sum(hooks.fire("item_records", code=item.code, user=current_user))
    come, become = queries.lineage(item.code)
    return render_template(
        "licensing/detail.html", item=item, version=version, on=on, fault=fault, powers=POWERS,
        ledger=standing.rows(item.code, None), records=records, come=come, become=become,
        holders=[row.organ for row in standing.holders(item.code, "license", on)],
        remedy=remedies.of_item(item.code, on),
        proposal=queries.proposed(item.code), retained=RETAINED, actions=ACTIONS,
        handling=handling(version.mode, version.retained_reason) if version else None,
        file=particulars.on(item.code, on), defects=_defects(item.code, on),
        bases=[(base, citations(base)) for base in version.bases] if version else [],
        department=organs.by_name(version.original_department) if version else None,
        supervisors=[(name, organs.by_name(name))
                     for name in version.supervising_department.split("、") if name]
        if version else [])


def _defects(code: str, on: date) -> list[Any]:
    return [each for part in hooks.fire("item_defects", code=code, day=on) for each in part]
