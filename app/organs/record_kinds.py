"""What is asked of each kind of record: one table for the form, the page and the check."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

YES_NO = {"yes": "是", "no": "否"}
# The chain of 行政许可法第二十五条, the highest document first, and what may stand beside it.
POWER_STEPS = {
    "statute": "法律、法规直接授予", "state_council": "国务院批准", "province": "省级人民政府决定",
    "city_plan": "市实施方案", "district_plan": "区实施方案", "catalog": "事项目录",
    "other": "其他文件",
}
PUBLISHED = {"name": "主体名称", "duties": "职责", "address": "办公地址", "contact": "联系方式",
             "items": "事项清单"}


@dataclass(frozen=True)
class Asked:
    """One thing a record says. ``kind``: text | lines | number | day | choice | several."""

    name: str
    label: str
    kind: str = "text"
    required: bool = False
    help: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class RecordKind:
    """``single``: on a day only the latest counts (one 三定规定, one 负责人); else all in force."""

    title_label: str = "文件名称"
    doc_label: str = "文号"
    asked: tuple[Asked, ...] = ()
    single: bool = True
    needs_end: bool = False
    doc_required: bool = True
    help: str = ""


KINDS: dict[str, RecordKind] = {
    "establishment": RecordKind(asked=(
        Asked("approved_by", "批准机关", required=True, help="上一级人民政府"),
        Asked("reviewed_doc", "上一级机构编制管理机关审核文号"),
        Asked("filed_doc", "本级人大常委会备案文号"),
        Asked("filed_on", "备案日期", "day")),
        help="县级以上地方各级人民政府行政机构的设立，见《地方各级人民政府机构设置和编制管理条例》第九条。"),
    "sanding": RecordKind(asked=(
        Asked("duties", "主要职责", "lines", True, "每行一项，照三定规定原文"),
        Asked("licensing_duty", "集中行使行政许可职责的原文", help="没有写明的不填，不要推断"),
        Asked("units", "内设机构", "lines", help="每行一个"),
        Asked("quota", "编制数", "number"), Asked("leaders", "领导职数", "number"))),
    "legal_rep": RecordKind("姓名", "任免文号", (Asked("post", "职务", required=True),)),
    "officer": RecordKind("姓名", "证件号码", (
        Asked("unit", "所在内设机构"), Asked("field", "执法领域"),
        Asked("issuer", "发证机关")), single=False, needs_end=True,
        help="不登记身份证号码。证件有效期的最后一日的次日填在“截止日”。"),
    "staffing": RecordKind(asked=(
        Asked("quota", "核定编制数", "number", True),
        Asked("on_post", "在编人数", "number", True))),
    "funding": RecordKind(asked=(
        Asked("in_budget", "列入本级预算", "choice", True, choices=YES_NO),
        Asked("separated", "收支两条线", "choice", True, choices=YES_NO))),
    "liability": RecordKind(asked=(
        Asked("litigation", "承担应诉工作的机构", required=True),
        Asked("compensation", "赔偿费用的列支渠道", required=True))),
    "publication": RecordKind(asked=(
        Asked("published", "公布的内容", "several", True, choices=PUBLISHED),
        Asked("url", "公布的网址或者刊载处"))),
    "delegation": RecordKind(asked=(
        Asked("direction", "方向", "choice", True,
              choices={"out": "本机关委托其他机关", "in": "本机关受其他机关委托"}),
        Asked("other", "对方名称", required=True),
        Asked("other_is_organ", "对方是行政机关", "choice", True, choices=YES_NO,
              help="行政许可只能委托其他行政机关实施（《行政许可法》第二十四条第一款）"),
        Asked("items", "委托的事项编号", "lines", help="每行一个，如 009"),
        Asked("announced_on", "公告日期", "day",
              help="受委托机关和委托的内容应当公告（第二十四条第一款）")), single=False),
    "power_basis": RecordKind(asked=(
        Asked("step", "哪一环", "choice", True, choices=POWER_STEPS),
        Asked("issuer", "作出机关", required=True),
        Asked("scope", "范围摘要", help="照文件原文")), single=False),
}


def shown(kind: str, data: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The record's own facts as (label, words), without what was left empty."""
    found = []
    for asked in KINDS[kind].asked if kind in KINDS else ():
        value = data.get(asked.name)
        if value in (None, "", []):
            continue
        if asked.kind == "choice":
            words = asked.choices.get(str(value), str(value))
        elif asked.kind == "several":
            words = "、".join(asked.choices.get(each, each) for each in value)
        elif asked.kind == "lines":
            words = "；".join(value)
        else:
            words = str(value)
        found.append((asked.label, words))
    return found
