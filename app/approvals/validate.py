"""Check one record against the format: required fields, values, check digits, order of times.

What is legally wrong with a record (late, beyond authority) is no format error: it is taken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from app.approvals import values
from app.approvals.record_format import CHILDREN, SINGLES, Field, record_format
from app.approvals.values import BadCell, Moment
from app.rules.identity import PLACEHOLDER, resident_id_fault, uscc_fault

REFUSED, WARNING, FILE = "拒收", "警告", "文件级"
Catalogue = Callable[[date], Mapping[str, str]]
_PERSONAL = {"证件号码", "XK_FR_ZJHM", "XK_XDR_ZJHM"}
_ADVICE = {
    "XK-E01": "补填后重新导入。", "XK-E02": "改正后重新导入。", "XK-E03": "按格式说明的取值改正。",
    "XK-E04": "核对统一社会信用代码证书后改正重新导入。", "XK-E05": "填写真实的统一社会信用代码。",
    "XK-E06": "核对各环节时间的先后。", "XK-E07": "确需改变内容的，走更正导入并写明理由。",
    "XK-E09": "核对身份证件后改正重新导入。", "XK-E10": "请在原系统按文本重新导出。",
    "XK-E12": "核对表头；该列已原样存档。", "XK-E13": "缩短后重新导入。",
    "XK-E14": "核对事项目录；不影响导入。", "XK-E15": "核对有效期起止。",
}


@dataclass(frozen=True)
class FormatError:
    """One line of the error list of the format's section 4."""

    level: str
    sheet: str
    where: str
    case_no: str
    field: str
    code: str
    value: str
    message: str
    advice: str = ""

    def as_dict(self, number: int, file: str) -> dict[str, Any]:
        return {"序号": number, "级别": self.level, "文件": file, "工作表": self.sheet,
                "行号": self.where, "办件编号": self.case_no, "字段": self.field,
                "错误码": self.code, "原值": self.value, "说明": self.message,
                "建议": self.advice or _ADVICE.get(self.code, "")}


class RecordCheck:
    """Reads one record of a JSON package.

    ``errors`` fills up; ``clean`` is the normalised content. ``catalogue`` gives the items (code
    -> name) of a day.
    """

    def __init__(self, raw: Any, number: int, catalogue: Catalogue) -> None:
        self.errors: list[FormatError] = []
        self.case_no = ""
        self.clean: dict[str, Any] = {}
        self._path = f"cases[{number}]"
        if not isinstance(raw, dict):
            self._add(REFUSED, "办件", self._path, "—", "XK-E11", raw, "办件应为一个对象。")
            return
        no = raw.get("办件编号")
        self.case_no = no.strip() if isinstance(no, str) else ""
        children = {*CHILDREN, *SINGLES, *SINGLES.values()}
        self.clean = self._row("办件", {k: v for k, v in raw.items() if k not in children},
                               self._path)
        result = raw.get("结果", raw.get("结果公示"))
        if not isinstance(result, dict):
            self._add(REFUSED, "结果公示", f"{self._path}.结果", "—", "XK-E01", "",
                      "没有结果公示的内容。")
            result = {}
        self.clean["结果"] = self._row("结果公示", result, f"{self._path}.结果")
        self.clean["听证"] = (self._row("听证", raw["听证"], f"{self._path}.听证")
                            if isinstance(raw.get("听证"), dict) and raw["听证"] else None)
        for table in CHILDREN:
            self.clean[table] = list(self._rows(table, raw.get(table)))
        self._identity()
        self._order()
        self._across(catalogue)

    @property
    def refused(self) -> bool:
        return any(error.level == REFUSED for error in self.errors)

    def _rows(self, table: str, given: Any) -> Iterator[dict[str, Any]]:
        if values.is_empty(given):
            return
        if not isinstance(given, list):
            self._add(REFUSED, table, f"{self._path}.{table}", "—", "XK-E11", given,
                      f"{table}应为数组。")
            return
        for number, row in enumerate(given):
            where = f"{self._path}.{table}[{number}]"
            if isinstance(row, dict):
                yield self._row(table, row, where)
            else:
                self._add(REFUSED, table, where, "—", "XK-E11", row, f"{table}的一行应为一个对象。")

    def _row(self, table: str, raw: Mapping[str, Any], where: str) -> dict[str, Any]:
        known, aliases = record_format().tables[table], record_format().aliases
        clean: dict[str, Any] = {}
        for given, value in raw.items():
            name = given if given in known or table != "结果公示" else aliases.get(given, given)
            field = known.get(name)
            if field is None:
                if not values.is_empty(value):
                    self._add(WARNING, table, where, given, "XK-E12", value, "不认识的列。")
                    clean[given] = value
                continue
            if values.is_empty(value):
                continue
            try:
                clean[name] = self._value(field, value)
            except BadCell as bad:
                # A wrong extension value counts as not stated; codes and days are never guessed.
                soft = field.mark == "+" and bad.code in ("XK-E03", "XK-E05")
                if bad.code == "XK-E05" and name == "XK_LYDWDM":
                    soft, clean[name] = True, value
                self._add(WARNING if soft else REFUSED, table, where, given, bad.code, value,
                          bad.message, bad.advice)
                clean.setdefault(name, None)
        granted = clean.get("办结结果") == "准予"
        for field in known.values():
            needed = field.mark == "*" or (field.mark == "g" and granted)
            if needed and field.name not in clean:
                self._add(REFUSED, table, where, field.name, "XK-E01", "",
                          f"{field.name}没有填写。")
        return clean

    def _value(self, field: Field, value: Any) -> Any:
        if isinstance(value, dict) or (isinstance(value, list) and field.kind != "list"):
            raise BadCell("XK-E11", f"{field.name}应为单个值。")
        if field.kind == "moment":
            return values.moment(value)
        if field.kind == "day":
            return values.day(value)
        if field.kind == "int":
            return values.integer(value)
        if field.kind == "money":
            return values.money(value)
        if field.kind == "flag":
            return values.flag(value)
        if field.kind == "list":
            return values.several(value)
        text = values.code(value) if field.kind in ("code", "uscc") else str(value).strip()
        if field.kind == "enum" and text not in field.choices:
            raise BadCell("XK-E03", f"{field.name}应为{'、'.join(field.choices)}之一。")
        if field.kind == "uscc" and (fault := uscc_fault(text)):
            raise BadCell("XK-E05" if text == PLACEHOLDER else "XK-E04", fault.message)
        if field.name == "事项编号" and not (len(text) == 3 and text.isascii() and text.isdigit()):
            raise BadCell("XK-E10", "事项编号应为3位数字，前导零可能已经丢失。")
        if field.longest and len(text) > field.longest:
            raise BadCell("XK-E13", f"{field.name}超过{field.longest}个字。")
        return text

    def _identity(self) -> None:
        """Numbers whose kind stands in another column, and what that kind makes required."""
        case, result = self.clean, self.clean["结果"]
        kind, number = case.get("证件类型代码"), case.get("证件号码")
        if kind == "001" and number:
            self._uscc("办件", self._path, "证件号码", number)
        elif kind == "111" and number:
            self._resident("办件", self._path, "证件号码", number)
        elif number and kind != "999" and len(number) > 18:
            self._add(REFUSED, "办件", self._path, "证件号码", "XK-E13", number,
                      "证件号码超过18位。")
        if case.get("法定时限值") is not None and not case.get("法定时限单位"):
            self._add(REFUSED, "办件", self._path, "法定时限单位", "XK-E01", "",
                      "填了法定时限值，须填单位。")
        where = f"{self._path}.结果"
        for which in ("XK_FR", "XK_XDR"):
            number = result.get(f"{which}_ZJHM")
            if number and result.get(f"{which}_ZJLX") in ("身份证", "居民身份证", "111"):
                self._resident("结果公示", where, f"{which}_ZJHM", number)
        needed = {"法人及非法人组织": ("XK_XDR_SHXYM", "XK_FRDB", "XK_FR_ZJLX", "XK_FR_ZJHM"),
                  "个体工商户": ("XK_XDR_SHXYM",), "自然人": ("XK_XDR_ZJLX", "XK_XDR_ZJHM"),
                  }.get(result.get("XK_XDR_LB") or "", ())
        for name in needed:
            if name not in result:
                self._add(REFUSED, "结果公示", where, name, "XK-E01", "",
                          f"行政相对人类别为{result['XK_XDR_LB']}的，须填{name}。")
        if result.get("XK_XDR_LB") == "自然人" and result.get("XK_XDR_SHXYM"):
            self._add(REFUSED, "结果公示", where, "XK_XDR_SHXYM", "XK-E04",
                      result["XK_XDR_SHXYM"], "自然人不填统一社会信用代码。")

    def _order(self) -> None:
        case, result = self.clean, self.clean["结果"]
        line: list[tuple[str, Any]] = [(name, case.get(name)) for name in
                                       ("申请时间", "收件时间", "受理时间")]
        end = [("办结时间", result.get("办结时间")), ("送达时间", result.get("送达时间"))]
        self._rising("办件", self._path, line)
        self._rising("结果公示", f"{self._path}.结果", [("受理时间", case.get("受理时间")), *end])
        self._rising("结果公示", f"{self._path}.结果",
                     [end[0], ("公示时间", result.get("公示时间"))])
        for number, step in enumerate(case["环节"]):
            self._rising("环节", f"{self._path}.环节[{number}]", [
                ("受理时间", case.get("受理时间")), ("开始时间", step.get("开始时间")),
                ("结束时间", step.get("结束时间")), end[0]])
        for number, special in enumerate(case["特别程序"]):
            self._rising("特别程序", f"{self._path}.特别程序[{number}]", [
                ("开始时间", special.get("开始时间")), ("结束时间", special.get("结束时间"))])
        start, until = result.get("XK_YXQZ"), result.get("XK_YXQZI")
        if start and until and until < start:
            self._add(REFUSED, "结果公示", f"{self._path}.结果", "XK_YXQZI", "XK-E15",
                      until, f"有效期至{until}早于有效期自{start}。")
        ended, decided = result.get("办结时间"), result.get("XK_JDRQ")
        if ended and decided and ended.day != decided:
            self._add(WARNING, "结果公示", f"{self._path}.结果", "XK_JDRQ", "XK-E06", decided,
                      f"许可决定日期与办结时间的日期{ended.day}不同，以许可决定日期为准。")
        first = next((row.get("告知时间") for row in case["补正"] if row.get("次序") == 1), None)
        told = case.get("补正告知时间")
        if first and told and first.day != told.day:
            self._add(WARNING, "办件", self._path, "补正告知时间", "XK-E06", told,
                      f"与补正表次序1的告知时间{first.day}不一致，以补正表为准。")

    def _rising(self, sheet: str, where: str, line: list[tuple[str, Any]]) -> None:
        known = [(name, at) for name, at in line if isinstance(at, Moment)]
        for (before, first), (after, then) in pairwise(known):
            if first.after(then):
                self._add(REFUSED, sheet, where, after, "XK-E06", then,
                          f"{after}（{then}）早于{before}（{first}）。")

    def _across(self, on_day: Catalogue) -> None:
        decided = self.clean["结果"].get("XK_JDRQ")
        catalogue = on_day(decided) if decided else {}
        code, name = self.clean.get("事项编号"), self.clean.get("事项名称")
        if not decided or not code:
            return
        if code not in catalogue:
            self._add(WARNING, "办件", self._path, "事项编号", "XK-E14", code,
                      "事项编号不在当日的事项目录。")
        elif name and catalogue[code] != name:
            self._add(WARNING, "办件", self._path, "事项名称", "XK-E14", name,
                      f"目录中事项{code}的名称是“{catalogue[code]}”。")

    def _uscc(self, sheet: str, where: str, name: str, number: str) -> None:
        if fault := uscc_fault(number):
            self._add(REFUSED, sheet, where, name,
                      "XK-E05" if number == PLACEHOLDER else "XK-E04", number, fault.message)

    def _resident(self, sheet: str, where: str, name: str, number: str) -> None:
        if fault := resident_id_fault(number.upper()):
            self._add(REFUSED, sheet, where, name, "XK-E09", number, fault.message)

    def _add(self, level: str, sheet: str, where: str, field: str, code: str,  # noqa: PLR0917
             value: Any, message: str, advice: str = "") -> None:
        shown = values.masked_number(value) if field in _PERSONAL else values.masked(value)
        self.errors.append(FormatError(level, sheet, where, self.case_no, field, code, shown,
                                       message, advice))
