"""Two versions of a law side by side: on a page, printed, and as a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any

from flask import render_template, request, send_file

from app.evidence import sheets
from app.extensions import db
from app.laws import comparing, queries, wording
from app.laws.contents import predecessor
from app.laws.models import Law, LawVersion
from app.laws.views import bp, day, links, version_of
from app.permissions import Permission, requires

SHOWS = {"changes": "只看有变化的", "operative": "只看实质用语有变化的", "all": "全部条文"}
HEADERS = ("旧文位置", "新文位置", "变化", "旧文", "新文", "变化的实质用语", "说明")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.get("/<int:law_id>/compare")
@requires(Permission.LAW_READ)
def compare(law_id: int) -> Any:
    """Without ``old`` and ``new``: the version in force on the day, and the one before it."""
    law = db.get_or_404(Law, law_id)
    on, complaint = day()
    old, new = _chosen(law, queries.version_on(law, on)[0])
    show = request.args.get("show", "changes")
    show = show if show in SHOWS else "changes"
    made = comparing.compare(queries.articles_of(old), queries.articles_of(new)) \
        if old and new and old is not new else None
    if made and old and new and request.args.get("as") == "xlsx":
        name = f"{law.short_title} {old.adopted}与{new.adopted}对照.xlsx"
        data = sheets.write_xlsx(_sheet(made.chosen(show)), HEADERS, "新旧对照")
        return send_file(BytesIO(data), mimetype=XLSX, download_name=name, as_attachment=True)
    return render_template(
        "laws/compare.html", law=law, on=on, complaint=complaint, old=old, new=new, made=made,
        show=show, shows=SHOWS, states=comparing.STATES, kinds=wording.KINDS,
        entries=made.chosen(show) if made else [], wanted=show, link=links(on))


def _chosen(law: Law, in_force: LawVersion | None) -> tuple[LawVersion | None, LawVersion | None]:
    """The two versions asked for, the older first; what is not asked for is filled in."""
    asked = {name: request.args.get(name, "").strip() for name in ("old", "new")}
    new = version_of(law, asked["new"]) if asked["new"] else None
    old = version_of(law, asked["old"]) if asked["old"] else None
    if new is None:
        later = [v for v in law.versions if old and predecessor(v) is old]
        new = later[0] if later else in_force or (law.versions[-1] if law.versions else None)
    if old is None and new is not None:
        old = predecessor(new)
        if old is None and not asked["new"] and len(law.versions) > 1:
            old, new = law.versions[0], law.versions[1]
    return old, new


def _sheet(entries: list[comparing.Entry]) -> Iterator[list[str]]:
    for entry in entries:
        for row in entry.rows:
            touched = [f"{wording.KINDS[p.kind]}：{p.text}（{'旧' if p.op == 'del' else '新'}）"
                       for p in row.pieces if p.kind]
            yield [row.old.place if row.old else "", row.new.place if row.new else "",
                   comparing.STATES[row.state], row.old.text if row.old else "",
                   row.new.text if row.new else "", "\n".join(touched), row.note]
