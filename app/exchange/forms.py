"""The forms of pushes, copied documents and joint conferences."""

from __future__ import annotations

from typing import Any

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import HiddenField, SelectField, StringField, TextAreaField

from app.exchange import copies, queries
from app.exchange.conferences import MeetingEntry
from app.exchange.models import Conference
from app.exchange.pushes import FIELDS, KINDS, Message
from app.fields import CheckboxListField, DateField, given, optional, required
from app.organs import queries as organs
from app.organs.models import Organ

FIELD_HELP = {"主体信息": "名称、统一社会信用代码；自然人不写证件号码。",
              "承诺事项": "告知承诺制办件的承诺内容。", "风险提示": "监管时应当留意的情形。",
              "期限": "整改期限、处罚履行期限等。"}


def _id(value: Any) -> int | None:
    return int(value) if value not in (None, "", "None") else None


class _OrganForm(FlaskForm):
    """Every select of organs gets the register's choices."""

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        for f in self:
            if isinstance(f, SelectField) and f.name.endswith("_id") and not f.choices:
                f.choices = [("", "请选择"), *organs.choices()]


class PushForm(_OrganForm):
    """Made for one direction by ``push_form``."""

    kind = SelectField("类型")
    item_code = StringField("事项编号", [*required("事项编号"), *optional(3)],
                            description="三位，如 131。")
    record_no = StringField("办件编号", optional(50))
    to_organ_id = SelectField("接收机关", required("接收机关"), coerce=_id)
    subject = StringField("相对人", [*required("相对人"), *optional(200)])
    happened_on = DateField("发生日期", required("日期"))
    direction = "approval"

    def message(self) -> Message:
        to = organs.by_id(self.to_organ_id.data) if self.to_organ_id.data else None
        assert to is not None  # the field is required and its choices are the register's
        content = {name: (self[f"c_{number}"].data or "").strip()
                   for number, name in enumerate(FIELDS[self.direction])}
        return Message(self.direction, self.kind.data, (self.item_code.data or "").strip(), to,
                       self.subject.data or "", given(self.happened_on),
                       {name: text for name, text in content.items() if text},
                       (self.record_no.data or "").strip())

    def fill(self, message: Message) -> None:
        self.kind.data, self.item_code.data = message.kind, message.item_code
        self.record_no.data, self.to_organ_id.data = message.record_no, message.to.id
        self.subject.data, self.happened_on.data = message.subject, message.happened_on
        for number, name in enumerate(FIELDS[self.direction]):
            self[f"c_{number}"].data = message.content.get(name, "")

    @property
    def contents(self) -> list[Any]:
        return [self[f"c_{number}"] for number in range(len(FIELDS[self.direction]))]


def push_form(direction: str) -> PushForm:
    fields: dict[str, Any] = {"direction": direction, "kind": SelectField(
        "类型", choices=[(kind, kind) for kind in KINDS[direction]])}
    for number, name in enumerate(FIELDS[direction]):
        fields[f"c_{number}"] = TextAreaField(name, optional(2000),
                                              description=FIELD_HELP.get(name, ""))
    label = "办结日期" if direction == "approval" else "检查、处理日期"
    fields["happened_on"] = DateField(label, required(label))
    made: PushForm = type(f"PushForm_{direction}", (PushForm,), fields)()
    return made


class SeenForm(FlaskForm):
    """A button; ``seen`` is the version of the row that the page showed."""

    seen = HiddenField()

    @property
    def expected(self) -> int:
        text = self.seen.data or ""
        return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else -1


class HandleForm(SeenForm):
    on = DateField("处置日期", required("处置日期"))
    note = TextAreaField("处置情况", [*required("处置情况"), *optional(2000)],
                         description="如：已纳入日常检查名单；已责令改正；已启动撤销调查。")


class WithdrawForm(SeenForm):
    reason = StringField("撤回理由", [*required("撤回理由"), *optional(300)])


class EscalateForm(SeenForm):
    conference_id = SelectField("联席会议", required("联席会议"), coerce=_id)

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        self.conference_id.choices = [  # type: ignore[assignment]
            ("", "请选择"), *queries.conference_choices()]


class CopyForm(_OrganForm):
    kind = SelectField("种类", choices=[(kind, kind) for kind in copies.KINDS])
    issuing_organ_id = SelectField("发文机关", required("发文机关"), coerce=_id)
    to_organ_id = SelectField("抄送给", required("收文机关"), coerce=_id)
    doc_no = StringField("文号", optional(100), description="会议、培训没有文号的不填。")
    title = StringField("标题", [*required("标题"), *optional(200)])
    issued_on = DateField("下发日期", required("下发日期"),
                          description="下发本系统下级之日；会议、培训为发出通知之日。")
    copied_on = DateField("抄送日期", required("抄送日期"), description="应与下发同日。")
    item_codes = StringField("有关事项", optional(1000),
                             description="事项编号，用顿号或者空格隔开。")
    file = FileField("文件", description="PDF，不超过 50 MB。")
    note = TextAreaField("说明", optional(500))

    def entry(self, file: tuple[str, str] | None) -> copies.CopyEntry:
        issuing, to = _organ(self.issuing_organ_id.data), _organ(self.to_organ_id.data)
        codes = (self.item_codes.data or "").replace("、", " ").replace("，", " ").replace(",", " ")
        return copies.CopyEntry(
            issuing, to, (self.doc_no.data or "").strip(), (self.title.data or "").strip(),
            given(self.issued_on), given(self.copied_on), self.kind.data, tuple(codes.split()),
            (self.note.data or "").strip(), file)


class ReceiveCopyForm(FlaskForm):
    note = TextAreaField("办理意见", optional(500))


class MeetingForm(SeenForm):
    title = StringField("会议名称", [*required("会议名称"), *optional(120)])
    held_on = DateField("开会日期", required("开会日期"))
    place = StringField("地点", optional(100))
    chair = StringField("主持人", optional(60))
    attendees = TextAreaField("参加单位", optional(4000), description="一行一个。")
    topics = TextAreaField("议题", optional(10_000))
    minutes = TextAreaField("会议纪要", optional(50_000))

    def entry(self) -> MeetingEntry:
        lines = (line.strip() for line in (self.attendees.data or "").splitlines())
        return MeetingEntry(
            self.title.data or "", given(self.held_on), self.place.data or "",
            self.chair.data or "", tuple(line for line in lines if line), self.topics.data or "",
            self.minutes.data or "")

    def fill(self, meeting: Conference) -> None:
        for name in ("title", "held_on", "place", "chair", "topics", "minutes"):
            self[name].data = getattr(meeting, name)
        self.attendees.data = "\n".join(meeting.attendees)
        self.seen.data = str(meeting.version)


class ResolutionForm(_OrganForm):
    content = TextAreaField("议定事项", [*required("议定事项"), *optional(4000)])
    organ_id = SelectField("责任单位", optional(), coerce=_id)
    item_code = StringField("有关事项", optional(3), description="事项编号，没有的不填。")
    due_on = DateField("完成期限", optional())


class FollowUpForm(FlaskForm):
    outcome = TextAreaField("落实情况", [*required("落实情况"), *optional(4000)])
    done_on = DateField("完成日期", optional(), description="没有完成的不填。")


class ManyForm(FlaskForm):
    """Several records at once, by their 办件编号."""

    records = CheckboxListField("办件", choices=[], validate_choice=False)


def _organ(organ_id: int | None) -> Organ:
    found = organs.by_id(organ_id) if organ_id else None
    assert found is not None
    return found
