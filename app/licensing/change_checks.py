"""The key checks of a catalogue change: each looks at the draft and says pass, fail or unclear.

Registered by the names that the table in actions.py uses. ``unclear`` is for a person to weigh and
does not stop the change; ``fail`` does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select

from app.extensions import db
from app.laws.models import Law
from app.licensing import queries
from app.licensing.actions import (
    CLEARED,
    CONCENTRATED,
    LISTED,
    SUPERVISED,
    WITHIN,
    Draft,
)
from app.licensing.columns import differences
from app.licensing.models import CatalogChange, ItemVersion, LicensingItem
from app.licensing.review import queries as review
from app.licensing.row_checks import REFUSED, Checker
from app.rules.findings import Basis, Finding
from app.rules.review.likeness import likeness
from app.standing import queries as standing

ALIKE = 0.8  # of two names, from which a person should look whether one replaces the other


@dataclass(frozen=True)
class World:
    """What the checks look at. ``versions``: of the draft's codes on its day (or the proposal);
    ``made``: (code, content) of every version that would begin."""

    draft: Draft
    versions: tuple[ItemVersion, ...]
    made: tuple[tuple[str, dict[str, Any]], ...]
    flights: tuple[dict[str, Any], ...] = ()


Check = Callable[[World], Iterator[Finding]]
CHECKS: dict[str, Check] = {}


def check(function: Check) -> Check:
    """Register a check under its own name."""
    CHECKS[function.__name__] = function
    return function


def say(title: str, result: str, reason: str, *basis: Basis, **facts: Any) -> Finding:
    """A finding under a Chinese title; ``facts`` are shown beside it."""
    return Finding(title, result, reason, basis, facts)


@check
def in_force(world: World) -> Iterator[Finding]:
    on, found = world.draft.on, {version.code: version for version in world.versions}
    for code in world.draft.codes:
        version = found.get(code)
        if version is None:
            yield say("事项在目录中", "fail", f"{on}的目录里没有事项{code}，请核对编号和生效日。")
        elif version.valid_from >= on:
            yield say("事项在目录中", "fail", f"事项{code}的现行内容自{version.valid_from}起，"
                       "生效日应在其后；录入有误的，请先撤销那次变动。")
        elif version.valid_to is not None:
            yield say("事项在目录中", "fail", f"事项{code}自{version.valid_to}起另有内容（已安排的"
                       "变动或者恢复），请先办理恢复，或者撤销后一次变动。")
    if len(found) == len(world.draft.codes) == len(set(world.draft.codes)):
        yield say("事项在目录中", "pass", "、".join(
            f"{version.code} {version.name}" for version in world.versions))


@check
def superior(world: World) -> Iterator[Finding]:
    said = world.draft.superior.strip()
    yield say("上位清单", "pass" if said else "fail",
               said or "请写明上位清单（国家或者省清单）的名称、文号和其中的编码。", LISTED)


@check
def decided(world: World) -> Iterator[Finding]:
    said = world.draft.basis_doc.strip()
    yield say(world.draft.row.before, "pass" if said else "fail",
               said or "请写明决定或者法律修改的文号。", *world.draft.row.basis[:1])


@check
def opinion(world: World) -> Iterator[Finding]:
    for code in world.draft.codes:
        version = next((one for one in world.versions if one.code == code), None)
        task = review.valid_opinion(version, world.draft.on) if version else None
        if version is None:
            yield say("合法性审查意见", "fail", f"没有编号为{code}的拟新增事项，请先登记拟新增。")
        elif task is None:
            why = review.why_no_opinion(version, world.draft.on)
            yield say("合法性审查意见", "fail", f"事项{code}：{why}，不得列入目录；请先送审。",
                      WITHIN)
        else:
            yield say("合法性审查意见", "pass", f"意见{task.number}有效。", WITHIN)


@check
def transferred(world: World) -> Iterator[Finding]:
    for version, (_, content) in zip(world.versions, world.made, strict=False):
        if content["mode"] != "划转" or version.mode == "划转":
            continue
        if review.valid_opinion(version, world.draft.on) is None:
            yield say("改为划转", "fail", "没有有效的合法性审查意见，不得改为划转；请先送审，"
                      "再办理移交。", CONCENTRATED)
        else:
            yield say("改为划转", "unclear", "办理方式改为划转的，职权须另行办理移交，职权台账"
                      "才会变动。", CONCENTRATED)


@check
def sound(world: World) -> Iterator[Finding]:
    held = bool(db.session.scalar(select(func.count()).select_from(Law)))
    checker = Checker(world.draft.on, held)
    found = False
    for code, content in world.made:
        for name in ("name", "original_department", "mode", "bases"):
            if not content[name]:
                found = True
                yield say(f"{code}的内容", "fail",
                          "事项名称、原主管部门、办理方式和设定依据都要填写。")
                break
        for column, message, level in checker.judge(content):
            found = True
            yield say(f"{code}的{column}", "fail" if level == REFUSED else "unclear", message)
        twin = next((other for other in queries.catalogue(world.draft.on)
                     if other.code not in {code, *world.draft.codes}
                     and other.name == content["name"]
                     and other.original_department == content["original_department"]), None)
        if twin:
            found = True
            yield say(f"{code}的名称", "fail", f"与事项{twin.code}的名称和原主管部门都相同。")
    if not found:
        yield say("内容前后一致", "pass", "没有缺项和矛盾。")


@check
def code_free(world: World) -> Iterator[Finding]:
    yield from new_codes(world)


@check
def new_codes(world: World) -> Iterator[Finding]:
    parts, (least, most) = world.draft.parts, world.draft.row.makes
    codes = [part.code for part in parts]
    if not least <= len(parts) <= most:
        few = f"{least}" if least == most else f"{least}至{most}"
        yield say("新编码", "fail", f"须填写{few}个新编码，现有{len(parts)}个。")
    known = set(db.session.scalars(select(LicensingItem.code).join(LicensingItem.versions)))
    faults = [f"{code}不是3位数字" for code in codes if not re.fullmatch(r"[0-9]{3}", code)]
    faults += [f"{code}已经用过" for code in codes if code in known]
    faults += [f"{code}写了两次" for code in set(codes) if codes.count(code) > 1]
    faults += [f"{part.code}没有名称" for part in parts if not part.name]
    if len({part.name for part in parts}) < len(parts):
        faults.append("两个新事项的名称相同")
    if faults:
        yield say("新编码", "fail", "；".join(faults) + "。用过的编码不再使用。")
    elif parts:
        yield say("新编码", "pass", f"旧编码的停用日和新编码的启用日都是{world.draft.on}。"
                   if world.versions else "编码没有用过。", 新编码=codes)


@check
def not_renamed(world: World) -> Iterator[Finding]:
    gone = [change for change in db.session.scalars(select(CatalogChange).where(
        CatalogChange.action == "CANCEL", CatalogChange.undone_at.is_(None)))]
    for change in gone:
        for code in change.facts.get("ended", []):
            item = queries.item(code)
            if item is None or not item.versions:
                continue
            old = item.versions[-1]
            for _, content in world.made:
                was = f"{change.effective_on}取消的事项{code}“{old.name}”"
                if re.sub(r"\W", "", old.name) == re.sub(r"\W", "", content["name"]):
                    yield say("不是已取消的事项", "fail",
                              f"与{was}同名，取消后不得继续实施。", CLEARED)
                elif (likeness(old.name, content["name"]) >= ALIKE
                      or set(old.bases) == set(content["bases"])):
                    yield say("不是已取消的事项", "unclear", f"与{was}名称相近或者依据相同，"
                              "请核对是不是换名实施。", CLEARED)


@check
def in_flight(world: World) -> Iterator[Finding]:
    count = len(world.flights)
    said = world.draft.in_flight.strip()
    yield say("在途件", "pass" if said else "fail", said or
               f"{world.draft.row.in_flight}：须写明；没有在途件的写“无”。", 可见的在途件=count)
    if said in ("无", "没有") and count:
        yield say("在途件", "fail", f"写明没有在途件，但办件记录中有{count}件，请写明怎样办理。",
                   办件编号=[row["case_no"] for row in world.flights[:20]])


@check
def differs(world: World) -> Iterator[Finding]:
    if world.versions and world.made and not differences(world.versions[0].content,
                                                         world.made[0][1]):
        yield say("有变更", "fail", "填写的内容与现行内容相同，没有变更。")


@check
def alike(world: World) -> Iterator[Finding]:
    for name, words in (("mode", "办理方式"), ("power_type", "权力类型"),
                        ("suspended", "暂停状态")):
        if len({getattr(version, name) for version in world.versions}) > 1:
            yield say("可以合并", "fail", f"各事项的{words}不同，不能合并；请先变更一致。", WITHIN)
    if len({version.original_department for version in world.versions}) > 1:
        yield say("可以合并", "unclear", "各事项的原主管部门不同，请确认合并后由谁承担业务指导。")


@check
def supervision(world: World) -> Iterator[Finding]:
    if not world.made:
        return
    kept = set(world.made[0][1]["supervising_department"].split("、"))
    lost = {name: version.code for version in world.versions
            for name in version.supervising_department.split("、") if name and name not in kept}
    if lost:
        yield say("监管部门不丢失", "fail", "合并后没有写明监管部门：" + "、".join(
            f"{name}（原事项{code}）" for name, code in lost.items()) + "。", SUPERVISED)
    else:
        yield say("监管部门不丢失", "pass", "、".join(sorted(kept - {""})) or "没有登记",
                  SUPERVISED)


@check
def ledger(world: World) -> Iterator[Finding]:
    held = {version.code: sorted(row.organ for row in standing.holders(
        version.code, "license", world.draft.on)) for version in world.versions}
    if len({tuple(names) for names in held.values()}) > 1:
        yield say("职权归属", "fail", "各事项的许可决定权由不同机关持有，合并前须先办理移交："
                   + "；".join(f"{code} {'、'.join(names) or '没有登记'}"
                              for code, names in held.items()), WITHIN)
    elif not any(held.values()):
        yield say("职权归属", "unclear", "职权台账没有登记许可决定权，新编码的职权须另行登记。")
    else:
        yield say("职权归属", "pass", f"新编码的职权自{world.draft.on}起仍由"
                   f"{'、'.join(next(iter(held.values())))}行使，职权台账随之登记。")


def backdated(on: date, today: date) -> Iterator[Finding]:
    """A change that takes effect before it is entered is a late entry and says so."""
    if on < today:
        yield say("补录", "unclear", f"生效日{on}早于今日，属于补录；请核对这段时间按旧目录"
                  "作出的决定。")
