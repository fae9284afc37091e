"""质量抽查 on screen: draw by a published seed, draw again, record what was found."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_login import current_user

from app.extensions import db
from app.licensing.review import forms, quality
from app.licensing.review.base_views import attempt, bp
from app.licensing.review.flow import Refused
from app.licensing.review.models import QualitySample
from app.permissions import Permission, requires
from app.today import now, today

P = Permission


@bp.route("/quality", methods=["GET", "POST"])
@requires(P.REVIEW_AUDIT)
def quality_list() -> Any:
    form = forms.SampleForm()
    if request.method == "GET":
        form.since.data, form.until.data = today() - timedelta(days=365), today()
    elif form.validate_on_submit() and (done := attempt(form, lambda: _draw(form))):
        return done
    rows = list(db.session.scalars(quality.samples(current_user)))
    return render_template("review/quality.html", form=form, rows=rows,
                           checks={row.id: quality.checks(row) for row in rows}
                           ), 422 if request.method == "POST" else 200


def _draw(form: forms.SampleForm) -> Any:
    since, until = form.since.data or date.min, form.until.data or date.max
    if until < since:
        raise Refused("止日早于起日。", "until")
    made = quality.draw(
        form.said("title"), form.said("seed"), form.said("published"),
        quality.population(current_user, since, until), form.count.data or 0,
        by=current_user, at=now())
    db.session.commit()
    flash(f"已抽取 {len(made.picked)} 份。", "success")
    return redirect(url_for(".quality_sample", sample_id=made.id))


@bp.route("/quality/<int:sample_id>", methods=["GET", "POST"])
@requires(P.REVIEW_AUDIT)
def quality_sample(sample_id: int) -> Any:
    sample = quality.get(current_user, sample_id) or abort(404)
    form = forms.CheckForm()
    if form.validate_on_submit() and (done := attempt(form, lambda: _check(sample, form))):
        return done
    return render_template(
        "review/quality_sample.html", sample=sample, tasks=quality.tasks_of(sample),
        checks=quality.checks(sample), form=form, same=quality.redo(sample)
    ), 422 if request.method == "POST" else 200


def _check(sample: QualitySample, form: forms.CheckForm) -> Any:
    task = next((t for t in quality.tasks_of(sample) if str(t.id) == form.task.data), None)
    if task is None:
        raise Refused("这一份不在抽中之列。")
    quality.check(sample, task, form.verdict.data or "", form.said("remarks"), by=current_user,
                  at=now())
    db.session.commit()
    flash("已登记。", "success")
    return redirect(url_for(".quality_sample", sample_id=sample.id))
