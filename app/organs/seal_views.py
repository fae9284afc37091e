"""Pages of an organ's seals."""

from __future__ import annotations

from typing import Any

from flask import abort, send_file
from flask_login import current_user

from app.fields import given
from app.organs import files, forms, seals
from app.organs.models import Organ, Seal
from app.organs.services import OrganRefused
from app.organs.views import bp, done, fetch, refuse, show_form
from app.permissions import Permission, requires
from app.today import now

NOTE = ("印章自停用日起不得使用；停用后误用旧章的后果见职权查询的说明。电子印章与纸质印章名称一致，"
        "随印章一并启用、停用。")


@bp.route("/<int:organ_id>/seals/new", methods=["GET", "POST"])
@requires(Permission.ORGAN_MANAGE)
def seal_new(organ_id: int) -> Any:
    organ, form = fetch(organ_id), forms.SealForm()
    if form.validate_on_submit():
        try:
            seals.enable(organ, form.name.data or "", given(form.valid_from),
                         notice=form.notice.data or "", note=form.note.data or "",
                         image=files.keep("image", form.image.data, now()),
                         by=current_user.username, at=now())
            return done(organ, "已登记印章启用。")
        except OrganRefused as refusal:
            refuse(form, refusal)
    return show_form(form, "登记印章启用", fetch(organ_id), (
        form.name, form.valid_from, form.notice, form.note, form.image), note=NOTE)


@bp.route("/<int:organ_id>/seals/<int:seal_id>/retire", methods=["GET", "POST"])
@requires(Permission.ORGAN_MANAGE)
def seal_retire(organ_id: int, seal_id: int) -> Any:
    organ, seal = _seal(organ_id, seal_id)
    form = forms.RetireForm()
    if form.validate_on_submit():
        try:
            seals.retire(seal, given(form.on), notice=form.notice.data or "",
                         by=current_user.username, at=now())
            return done(organ, "已登记印章停用。")
        except OrganRefused as refusal:
            refuse(form, refusal)
            organ, seal = _seal(organ_id, seal_id)
    return show_form(form, f"登记停用：{seal.name}", organ, (form.on, form.notice), note=NOTE)


@bp.route("/<int:organ_id>/seals/<int:seal_id>/archive", methods=["GET", "POST"])
@requires(Permission.ORGAN_MANAGE)
def seal_archive(organ_id: int, seal_id: int) -> Any:
    organ, seal = _seal(organ_id, seal_id)
    form = forms.ArchiveForm()
    if form.validate_on_submit():
        try:
            seals.archive(seal, given(form.on), by=current_user.username, at=now())
            return done(organ, "已登记封存。")
        except OrganRefused as refusal:
            refuse(form, refusal)
            organ, seal = _seal(organ_id, seal_id)
    return show_form(form, f"登记封存：{seal.name}", organ, (form.on,))


@bp.route("/<int:organ_id>/seals/<int:seal_id>/image/new", methods=["GET", "POST"])
@requires(Permission.ORGAN_MANAGE)
def seal_image_new(organ_id: int, seal_id: int) -> Any:
    organ, seal = _seal(organ_id, seal_id)
    form = forms.ImageForm()
    if form.validate_on_submit():
        try:
            image = files.keep("image", form.image.data, now())
            if image is None:
                raise OrganRefused("印模：请选择图片。")
            seals.show(seal, image, by=current_user.username, at=now())
            return done(organ, "已登记印模。")
        except OrganRefused as refusal:
            refuse(form, refusal)
            organ, seal = _seal(organ_id, seal_id)
    return show_form(form, f"登记印模：{seal.name}", organ, (form.image,))


@bp.get("/<int:organ_id>/seals/<int:seal_id>/image")
@requires(Permission.SIGNED_IN)
def seal_image(organ_id: int, seal_id: int) -> Any:
    _, seal = _seal(organ_id, seal_id)
    found = files.opened(seal.image_sha256) or abort(404)
    return send_file(found["stream"], mimetype=found["type"], download_name=seal.image_name)


def _seal(organ_id: int, seal_id: int) -> tuple[Organ, Seal]:
    organ = fetch(organ_id)
    return organ, seals.by_id(organ, seal_id) or abort(404)
