"""The facts a time limit is asked with: ``pause=2026-03-16/2026-04-20;ext_days=30``.

Some keys change the date; the others only explain where the trigger came from, so that nobody takes
the wrong day, and never change the result.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from app.rules.arithmetic import EARLIEST, LATEST, Pause, merge
from app.rules.derivations import RuleError
from app.rules.rulebook import EXTENSIONS, Rule
from app.rules.settings import CHOICES, Settings
from app.rules.workdays import ONE_DAY

EFFECTIVE = frozenset({"pause", "ext_days", "ext_wd", "remedy_known", "period_known", "term_wd",
                       "term_end", "mode"})
EXPLANATORY = frozenset({
    "case", "trigger", "channel", "origin", "ground", "received", "corrected",
    "correction_notice_received", "converted_on", "mediation", "suspended", "mail_posted",
    "no_decision", "precondition", "realestate",
})
# No value says: never told.
MAY_BE_EMPTY = frozenset({"remedy_known", "period_known"})
LONGEST_TERM = 1000  # working days


@dataclass(frozen=True)
class Chosen:
    """The options as far as they act on this rule."""

    pauses: tuple[Pause, ...] = ()
    extended: int = 0
    known: date | None = None
    term_workdays: int | None = None
    term_end: date | None = None
    mode: str = ""
    converted_on: date | None = None


def parse_day(text: str, what: str = "日期") -> date:
    """A day written YYYY-MM-DD. Raises RuleError."""
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII):
        raise RuleError(f"{what}“{text[:30]}”应写成YYYY-MM-DD")
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise RuleError(f"{what}“{text}”不存在") from None
    if not EARLIEST <= day <= LATEST:
        raise RuleError(f"{what}“{text}”超出可算范围（{EARLIEST.year}年至{LATEST.year}年）")
    return day


def parse_options(text: str) -> dict[str, str]:
    """``k=v;k=v`` -> {k: v}. Raises RuleError for a part without ``=`` and a key given twice."""
    found: dict[str, str] = {}
    for part in filter(None, (piece.strip() for piece in text.split(";"))):
        key, sign, value = (piece.strip() for piece in part.partition("="))
        if not sign or not key:
            raise RuleError(f"选项“{part[:40]}”应写成 键=值")
        if key in found:
            raise RuleError(f"选项 {key} 写了两次")
        found[key] = value
    return found


def choose(rule: Rule, options: Mapping[str, str], settings: Settings,
           pauses: Iterable[tuple[date, date | None]] = ()) -> Chosen:
    """Read the options for one rule. Raises RuleError: unknown, malformed, or not for this rule."""
    for key, value in options.items():
        if key not in EFFECTIVE | EXPLANATORY:
            raise RuleError(f"不认识的选项 {key[:40]}")
        if key in EFFECTIVE and not value and key not in MAY_BE_EMPTY:
            raise RuleError(f"选项 {key} 没有值")
    given = {key for key in options if key in EFFECTIVE}
    if strange := given - _accepted(rule):
        raise RuleError("；".join(_refusal(rule, key) for key in sorted(strange)))
    both = [*_read_pauses(options.get("pause", "")), *pauses]
    if both and not rule.pause:
        raise RuleError(_refusal(rule, "pause"))
    if rule.needs_pause and not both:
        raise RuleError(f"“{rule.title}”须写明{rule.pause}期间 pause=起日/消除日")
    if {"term_wd", "term_end"} <= given:
        raise RuleError("term_wd 和 term_end 只能写一个")
    return Chosen(
        pauses=merge(_as_pauses(both, settings)), extended=_extension(rule, options),
        known=_optional_day(options, rule.known),
        term_workdays=_positive(options, "term_wd", LONGEST_TERM) if "term_wd" in given else None,
        term_end=_optional_day(options, "term_end"), mode=_mode(options, settings),
        converted_on=_conversion(rule, options, settings))


def _accepted(rule: Rule) -> set[str]:
    accepted = {rule.known} if rule.known else set()
    if rule.pause:
        accepted.add("pause")
    if rule.extension:
        accepted.add(rule.extension.option)
    if rule.lead_given:
        accepted |= {"term_wd", "term_end"}
    if rule.backwards:
        accepted.add("mode")
    return accepted


def _refusal(rule: Rule, key: str) -> str:
    if key in EXTENSIONS and rule.extension:
        return f"“{rule.title}”的延长以 {rule.extension.option} 写明，不是 {key}"
    if key in EXTENSIONS:
        return f"“{rule.title}”不可延长，不接受 {key}（{rule.basis[0].cite}）"
    if key == "pause":
        return f"“{rule.title}”不因中止等情形停止计算，不接受 pause"
    return f"“{rule.title}”不使用选项 {key}"


def _extension(rule: Rule, options: Mapping[str, str]) -> int:
    extension = rule.extension
    if extension is None:
        return 0
    if extension.option not in options:
        if extension.required:
            raise RuleError(f"“{rule.title}”须写明延长日数 {extension.option}（{extension.basis}）")
        return 0
    try:
        return _positive(options, extension.option, extension.most)
    except RuleError as error:
        raise RuleError(f"{error}（{extension.basis}）") from None


def _positive(options: Mapping[str, str], key: str, most: int | None) -> int:
    value = options[key]
    number = int(value) if re.fullmatch(r"\d{1,4}", value, re.ASCII) else 0
    if number < 1 or (most is not None and number > most):
        limit = f"1至{most}的整数" if most else "正整数"
        raise RuleError(f"选项 {key}={value[:20]} 应为{limit}")
    return number


def _optional_day(options: Mapping[str, str], key: str) -> date | None:
    value = options.get(key, "") if key else ""
    return parse_day(value, f"选项 {key} 的日期") if value else None


def _mode(options: Mapping[str, str], settings: Settings) -> str:
    mode = options.get("mode", settings.hearing_notice_mode)
    if mode not in CHOICES["hearing_notice_mode"]:
        raise RuleError(f"选项 mode={mode[:20]} 只能是 strict 或者 lenient")
    return mode


def _conversion(rule: Rule, options: Mapping[str, str], settings: Settings) -> date | None:
    if not rule.converts or settings.conversion_base == "accepted":
        return None
    if not options.get("converted_on"):
        raise RuleError(f"按配置项 conversion_base 计算“{rule.title}”须写明 converted_on")
    return parse_day(options["converted_on"], "选项 converted_on 的日期")


def _read_pauses(text: str) -> list[tuple[date, date | None]]:
    """``a/b|c/d``; ``a/`` for a pause that still runs."""
    found: list[tuple[date, date | None]] = []
    for part in text.split("|") if text else []:
        first, sign, last = (piece.strip() for piece in part.partition("/"))
        if not sign:
            raise RuleError(f"选项 pause 中的“{part[:40]}”应写成 起日/止日，多段用|隔开")
        end = parse_day(last, "选项 pause 的日期") if last else None
        found.append((parse_day(first, "选项 pause 的日期"), end))
    return found


def _as_pauses(spans: Iterable[tuple[date, date | None]], settings: Settings) -> list[Pause]:
    found = []
    with_resumption = settings.suspension_interval == "[start,resume]"
    for start, resumed in spans:
        if resumed is not None and resumed < start:
            raise RuleError(f"不计期间的止日{resumed}早于起日{start}")
        end = resumed + ONE_DAY if resumed and with_resumption else resumed
        if end is None or end > start:
            found.append(Pause(start, end))
    return found
