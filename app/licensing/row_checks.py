"""What is wrong with one row of a list of items: missing, unreadable, contradictory, unknown."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.laws import queries as laws
from app.licensing.bases import citations
from app.licensing.columns import BLANK, CODE, COLUMNS, EXTRA, REQUIRED, USUAL_REASON
from app.licensing.models import MODES, POWER_TYPES, RETAINED, ItemVersion
from app.organs import queries as organs

REFUSED, WARNING = "拒收", "警告"
# Departments that the reform plan leaves what they have (领域指南 A.2), by words of their names.
NOT_TRANSFERRED = {
    "公安": "公安分局", "生态环境": "环保分局", "环境保护": "环保分局", "环保": "环保分局",
    "税务": "税务局", "气象": "气象局", "编办": "编办", "机构编制": "编办", "档案": "档案局"}
IN_FORCE = ("是", "否", "待核", "")
_TITLE = re.compile(r"《(.+)》")
_PROMISED = re.compile(r"(\d+)\s*个?工作日")


@dataclass(frozen=True)
class RowFault:
    """``row`` as a spreadsheet counts it: the heading is row 1. ``level``: 拒收 | 警告."""

    row: int
    field: str
    value: str
    message: str
    level: str = REFUSED

    def as_dict(self) -> dict[str, Any]:
        return {"行号": self.row, "字段": self.field, "级别": self.level, "原值": self.value[:60],
                "说明": self.message}


@dataclass
class Checker:
    """Judges rows; remembers which organs and laws were asked for, so each is asked once.

    ``on``: the first day of the new versions. Without any law in the library bases are not asked
    (``law_check`` False): every row would say the same.
    """

    on: date
    law_check: bool = True
    _known: dict[tuple[str, str], bool] = field(default_factory=dict)

    def read(self, number: int, row: Mapping[str, str],
             last: ItemVersion | None) -> tuple[dict[str, Any], list[RowFault]]:
        """The content of a row and its faults; ``last``: the version that stays where the file has
        no column."""
        faults = [RowFault(number, name, "", f"{name}没有填写。")
                  for name in REQUIRED if not row.get(name)]
        code = row.get(CODE, "")
        if code and not re.fullmatch(r"[0-9]{3}", code):
            faults.append(RowFault(number, CODE, code, "编号应为3位数字；前导零可能被表格软件"
                                                       "去掉了，请按文本保存。"))
        content = dict(last.content if last else BLANK)
        for column in (*COLUMNS, *EXTRA):
            if column.header not in row:
                continue
            cell = row[column.header]
            if column.longest and len(cell) > column.longest:
                faults.append(RowFault(number, column.header, cell,
                                       f"{column.header}超过{column.longest}个字。"))
            if cell.startswith(("=", "@")):  # a spreadsheet would run it in the exported CSV
                faults.append(RowFault(number, column.header, cell,
                                       "以“=”或者“@”开头的是公式，不是内容，请改为文字。"))
            try:
                content[column.name] = column.read(cell)
            except ValueError as fault:
                faults.append(RowFault(number, column.header, cell, str(fault)))
        if not row.get("权力类型") and not content["power_type"]:
            content["power_type"] = "许可"
        self._usual_reason(row, content, last)
        faults += [RowFault(number, name, row.get(name, ""), message, level)
                   for name, message, level in self.judge(content)
                   if not (name in REQUIRED and not row.get(name))]
        return content, faults

    def _usual_reason(self, row: Mapping[str, str], content: dict[str, Any],
                      last: ItemVersion | None) -> None:
        if row.get("保留原因"):
            return
        moved = last is not None and last.mode != content["mode"]
        if last is None or moved or "保留原因" in row:
            content["retained_reason"] = USUAL_REASON.get(content["mode"], "")
        if moved and content["mode"] == "划转" and "复查日" not in row:
            content["retained_review_on"] = None

    def judge(self, content: Mapping[str, Any]) -> list[tuple[str, str, str]]:
        """(column, what is wrong and what to do, level) of a content, from a file or a form."""
        return [*_values(content), *_contradictions(content, self.on), *self._unknown(content)]

    def _unknown(self, content: Mapping[str, Any]) -> list[tuple[str, str, str]]:
        found = []
        names = [("原主管部门", content["original_department"]),
                 *(("监管部门", name) for name in content["supervising_department"].split("、"))]
        for column, name in names:
            if name and not self._is_known("organ", name):
                found.append((column, "机关名录里没有这个机关，请先登记或者改正名称。"
                              if column == "原主管部门" or name == content["supervising_department"]
                              else f"机关名录里没有“{name}”，请先登记或者改正名称。", WARNING))
        titles = dict.fromkeys(
            title.group(1) for base in content["bases"] for cite in citations(base)
            if (title := _TITLE.search(cite)))
        if not titles and content["bases"]:
            found.append(("设定依据", "没有写出法规的名称，请写成《名称》第几条。", WARNING))
        if self.law_check:
            found += [("设定依据", f"法规库没有收录《{title}》，无法核对；请先导入，或者改正名称。",
                       WARNING) for title in titles if not self._is_known("law", title)]
        return found

    def _is_known(self, kind: str, name: str) -> bool:
        key = (kind, name)
        if key not in self._known:
            found = organs.by_name(name) if kind == "organ" else laws.find_law(name)
            self._known[key] = found is not None
        return self._known[key]


def _values(content: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    found = []
    if content["mode"] and content["mode"] not in MODES:
        found.append(("办理方式", f"办理方式应为{'、'.join(MODES)}之一。", REFUSED))
    if content["basis_in_force"] not in IN_FORCE:
        found.append(("依据现行有效", "应填写“是”“否”或者“待核”。", REFUSED))
    if content["power_type"] not in POWER_TYPES:
        found.append(("权力类型", f"权力类型应为{'、'.join(POWER_TYPES)}之一。", REFUSED))
    if content["national_code"] and not re.fullmatch(r"[0-9A-Z]{12,14}", content["national_code"]):
        found.append(("国家编码", "国家编码是12至14位数字和大写字母（主项、子项12位，"
                                  "业务办理项14位）。", REFUSED))
    return found


def _contradictions(content: Mapping[str, Any], on: date) -> list[tuple[str, str, str]]:
    found = []
    mode, reason, again = (content[name] for name in
                           ("mode", "retained_reason", "retained_review_on"))
    if mode == "划转":
        department = content["original_department"]
        kept = next((name for word, name in NOT_TRANSFERRED.items() if word in department), "")
        if kept:
            found.append(("办理方式", f"改革方案没有把{kept}的事项列为划转（整建制进驻、垂直管理"
                          "进驻或者综合窗口受理），请核对办理方式或者原主管部门。", REFUSED))
        if content["basis_in_force"] == "否":
            found.append(("依据现行有效", "设定依据已经失效的事项不能划转实施（《行政许可法》"
                          "第四条）；请补正现行依据，或者取消该事项。", REFUSED))
        if not content["supervising_department"]:
            found.append(("监管部门", "划转后审管分离，须写明由哪个部门监管（《行政许可法》"
                          "第六十一条）。", WARNING))
        if reason or again:
            found.append(("保留原因" if reason else "复查日",
                          "划转的事项没有保留原因和复查日，请核对办理方式。", REFUSED))
    elif mode in MODES and reason in RETAINED and reason not in _fitting(mode):
        found.append(("保留原因", f"办理方式为{mode}的，保留原因应为"
                      f"{'或者'.join(RETAINED[one] for one in _fitting(mode))}。", REFUSED))
    if again and again <= on:
        found.append(("复查日", f"复查日应在本次生效日{on}之后。", REFUSED))
    statutory = content["statutory_limit"]
    promised = [int(days) for days in _PROMISED.findall(content["promised_limit"])]
    if statutory and promised and max(promised) > statutory:
        found.append(("承诺时限", f"承诺时限{max(promised)}个工作日长于法定办结时限{statutory}个"
                      "工作日（《行政许可法》第四十二条），请核对两者。", REFUSED))
    return found


def _fitting(mode: str) -> tuple[str, ...]:
    """进驻 covers both rows of A.2: whole departments (暂不划转) and vertical ones."""
    return {"暂不划转": ("NOT_YET_TRANSFERRED",), "综合窗口": ("PARTY_DEPARTMENT",),
            "进驻": ("VERTICAL_MANAGEMENT", "NOT_YET_TRANSFERRED")}.get(mode, ())
