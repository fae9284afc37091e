"""Forms that change the power ledger."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, SelectField, StringField
from wtforms.validators import ValidationError

from app.fields import DateField, choices, given, optional, required
from app.organs import queries as organs
from app.organs.models import Organ
from app.standing.forms import CODE, POWER_CHOICES, clean
from app.standing.models import IN_FLIGHT, MODES, PowerLedger
from app.standing.services import Entry


class Clean(FlaskForm):
    class Meta(FlaskForm.Meta):
        def bind_field(self, form: Any, unbound_field: Any, options: Any) -> Any:
            return super().bind_field(form, unbound_field, {**options, "filters": [clean]})


class EntryForm(Clean):
    """One row: enter it, or correct what is known."""

    item = StringField("事项编号", [*required("事项编号"), CODE])
    power = SelectField("职权种类", choices=POWER_CHOICES, default="license")
    organ = StringField("机关", [*required("机关"), *optional(120)],
                        description="机关名录中的名称，可写简称，如 区水利局。")
    mode = SelectField("取得方式", choices=choices({mode: mode for mode in MODES}))
    valid_from = DateField("起始日", required("起始日"), description="当日 0 时起持有。")
    valid_to = DateField("终止日", optional(), description="当日起不再持有；至今持有的不填。")
    basis_doc = StringField("依据文号", [*required("依据文号"), *optional(200)])
    in_flight = SelectField("在途件规则", choices=choices(IN_FLIGHT), default="")
    residual_until = DateField("残余办结截止", optional(), description="含当日。")
    announced_on = DateField("公布日", optional())
    handed_over_on = DateField("交接签署日", optional())
    note = StringField("备注", optional(300))

    found: Organ | None = None

    def validate_organ(self, field: Any) -> None:
        self.found = organs.by_name(field.data or "")
        if self.found is None:
            raise ValidationError(
                f"机关名录里没有“{(field.data or '')[:40]}”，请先在机关名录登记。")

    def validate_residual_until(self, field: Any) -> None:
        if field.data and self.valid_from.data and field.data < self.valid_from.data:
            raise ValidationError("残余办结截止不能早于起始日。")

    def entry(self, **kept: Any) -> Entry:
        """The row to enter; ``kept``: details of the row it replaces."""
        assert self.found is not None
        details = dict(kept)
        for key, field in (("公布日", self.announced_on), ("交接签署日", self.handed_over_on)):
            details.pop(key, None)
            if field.data:
                details[key] = field.data.isoformat()
        return Entry(self.found, self.item.data or "", self.power.data, self.mode.data,
                     given(self.valid_from), (self.basis_doc.data or "").strip(),
                     self.valid_to.data, self.in_flight.data or "", self.residual_until.data,
                     (self.note.data or "").strip(), details)


class CorrectForm(EntryForm):
    reason = StringField("更正理由", [*required("更正理由"), *optional(300)],
                         description="旧的一行保留，仍可按更正以前所知查询。")


class ExplainForm(Clean):
    words = StringField("空档的原因", [*required("空档的原因"), *optional(300)])


class ImportForm(FlaskForm):
    file = FileField("Excel 文件", validators=[FileRequired("请选择 .xlsx 文件。")],
                     description="列名与导出的相同；有一行不对则全部不导入。")
    dry_run = BooleanField("只预检，不写入", default=True)


def values_of(row: PowerLedger) -> dict[str, Any]:
    """What the form shows of a row that is to be corrected."""
    details = row.details or {}
    return {"item": row.item_code, "power": row.power, "organ": row.organ.name, "mode": row.mode,
            "valid_from": row.valid_from, "valid_to": row.valid_to, "basis_doc": row.basis_doc,
            "in_flight": row.in_flight, "residual_until": row.residual_until, "note": row.note,
            "announced_on": _day(details.get("公布日")),
            "handed_over_on": _day(details.get("交接签署日"))}


def _day(text: Any) -> Any:
    try:
        return date.fromisoformat(str(text or ""))
    except ValueError:
        return None
