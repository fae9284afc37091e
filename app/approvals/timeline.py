"""What happened in a record, in order of time, for its page."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from app.approvals import values
from app.approvals.values import BadCell, Moment


@dataclass(frozen=True)
class Step:
    at: Moment
    what: str
    who: str = ""
    note: str = ""
    like: Moment | None = None  # the time to be placed at, where the own time is not stated

    @property
    def place(self) -> tuple[date, float]:
        moment = self.like if self.like and self.like.day == self.at.day else self.at
        return moment.day, moment.at.timestamp() if moment.at else math.inf


def timeline(data: dict[str, Any]) -> list[Step]:
    """All dated happenings of a record as given, oldest first; days without a time come last.

    The decision, of which only the day is stated, stands before the closing of the same day.
    """
    return sorted(_steps(data), key=lambda step: step.place)


def _steps(data: dict[str, Any]) -> Iterator[Step]:
    result = data.get("结果") or {}
    for name, what, who in (("申请时间", "申请", data.get("申请者名称", "")),
                            ("收件时间", "收件", ""),
                            ("受理时间", data.get("受理结果") or "受理", data.get("受理单位", ""))):
        yield from _one(data.get(name), what, who)
    for row in data.get("补正") or []:
        yield from _one(row.get("告知时间"), f"第{row.get('次序', '')}次补正告知", "",
                        "；".join(values.several(row.get("补正内容") or [])))
        yield from _one(row.get("补齐时间"), "补齐材料")
    for row in data.get("环节") or []:
        yield from _one(row.get("结束时间"), f"环节：{row.get('环节名称', '')}",
                        row.get("处理人", ""), row.get("意见") or row.get("业务动作", ""))
    for row in data.get("核查") or []:
        yield from _one(row.get("核查时间"), "现场核查",
                        "、".join(values.several(row.get("核查人员") or [])),
                        row.get("笔录编号", ""))
    for row in data.get("利害关系人") or []:
        yield from _one(row.get("告知时间"), "告知利害关系人", row.get("名称", ""),
                        row.get("意见") or "")
    hearing = data.get("听证") or {}
    for name, what in (("告知听证权时间", "告知听证权"), ("申请听证时间", "申请听证"),
                       ("公告时间", "听证公告"), ("通知时间", "听证通知"),
                       ("举行时间", "举行听证")):
        yield from _one(hearing.get(name), what, hearing.get("主持人") or "")
    for row in data.get("特别程序") or []:
        kind = row.get("种类名称", "")
        yield from _one(row.get("开始时间"), f"{kind}开始", row.get("批准人") or "",
                        row.get("启动理由或依据") or "")
        yield from _one(row.get("结束时间"), f"{kind}结束", "", row.get("结果") or "")
    closed = next(_one(result.get("办结时间"), "办结"), None)
    for step in _one(result.get("XK_JDRQ"), f"决定：{result.get('办结结果', '')}",
                     result.get("决定署名机关") or result.get("XK_XKJG", ""),
                     result.get("XK_WSH", "")):
        yield replace(step, like=closed.at if closed else None)
    for name, what in (("办结时间", "办结"), ("公示时间", "公示"), ("推送时间", "推送监管部门"),
                       ("监管签收时间", "监管部门签收")):
        yield from _one(result.get(name), what)
    yield from _one(result.get("送达时间"), f"送达（{result.get('送达方式') or '方式未载明'}）",
                    result.get("签收人") or "", result.get("送达回证编号") or "")


def _one(value: Any, what: str, who: Any = "", note: Any = "") -> Iterator[Step]:
    if values.is_empty(value):
        return
    try:
        at = values.moment(value)
    except BadCell:
        return  # a wrong extension value was taken with a warning; it is shown in the raw record
    yield Step(at, what, str(who), str(note))
