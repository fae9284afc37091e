"""Checks of a catalogue change that ask who takes over, until when, and whether it is in force."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select

from app.extensions import db
from app.licensing.actions import CONCENTRATED, TRUST, WITHIN
from app.licensing.change_checks import World, check, say
from app.licensing.handover.models import Handover, HandoverItem
from app.organs import queries as organs
from app.rules.findings import Finding
from app.standing import queries as standing
from app.standing.models import IN_FLIGHT

# Who may finish what is under way; to apply again would cost the applicant time and trust (A.10).
FINISHING = tuple(rule for rule in ("T_FINISH", "A_TAKE_OVER", "BY_STAGE") if rule in IN_FLIGHT)
LONG = 183  # days of suspension from which a person should ask whether it is a cancellation


@check
def moves_out(world: World) -> Iterator[Finding]:
    for version in world.versions:
        right = version.mode == "划转" and all(content["mode"] != "划转"
                                               for _, content in world.made)
        yield say("由划转转出", "pass" if right else "fail",
                   f"办理方式由划转改为{world.made[0][1]['mode']}。" if right else
                   "只有划转的事项才能转出，转出后的办理方式不能仍是划转。", CONCENTRATED)


@check
def taker(world: World) -> Iterator[Finding]:
    organ, on = world.draft.organ, world.draft.on
    if organ is None:
        yield say("承接机关", "fail", "请选择承接的机关。", WITHIN)
        return
    if not organs.exists_on(organ, on):
        yield say("承接机关", "fail", f"{organ.name}在{on}不存续，请核对机关名录。", WITHIN)
    for version in world.versions:
        holder = standing.holder(version.code, "license", on)
        if holder is None:
            yield say("承接机关", "fail", f"职权台账中{on}没有唯一的持有机关，不能转出；请先在"
                      "台账中登记。", WITHIN)
        elif holder.organ == organ.name:
            yield say("承接机关", "fail", f"{organ.name}已经持有这项职权。", WITHIN)
        else:
            yield say("承接机关", "pass", f"{holder.organ}的职权至{on}（不含）止，"
                      f"{organ.name}自该日起。", WITHIN)
        again = db.session.scalar(select(Handover).join(Handover.items).where(
            HandoverItem.item_code == version.code, Handover.to_organ_id == organ.id))
        yield say("再移交", "pass" if again else "unclear", f"移交“{again.title}”。" if again else
                   "还没有登记向承接机关的移交清单；转出须办理再移交。")
    if not world.draft.memo.strip():
        yield say("备忘录", "unclear", "没有写明双方签订的备忘录；有区政府的文件要求双方签备忘录，"
                   "法律没有统一规定。")


@check
def finishing(world: World) -> Iterator[Finding]:
    rule, until = world.draft.rule, world.draft.residual_until
    if rule not in FINISHING:
        why = ("申请人重新申请违反期限和信赖保护，不可取；" if rule == "RE_APPLY" else "")
        yield say("在途件规则", "fail", f"{why}在途件由谁办结没有选定，须书面写明。", WITHIN, TRUST)
    elif rule == "T_FINISH" and (until is None or until < world.draft.on):
        yield say("在途件规则", "fail", "由转出机关办结的，须写明办结的最后一日，"
                  f"不早于{world.draft.on}。", WITHIN)
    else:
        yield say("在途件规则", "pass", IN_FLIGHT[rule] + (f"，至{until}" if until else "") + "。")


@check
def ends(world: World) -> Iterator[Finding]:
    until, on = world.draft.until, world.draft.on
    if until is None or until <= on:
        yield say("暂停期限", "fail", "暂停须有期限：请填写恢复之日，并且晚于暂停之日。", TRUST)
    else:
        days = (until - on).days
        yield say("暂停期限", "unclear" if days > LONG else "pass",
                  f"{on}起暂停，{until}起恢复，共{days}日。"
                  + ("期限较长，请核对是否变相取消许可。" if days > LONG else ""), TRUST)


@check
def approved(world: World) -> Iterator[Finding]:
    said = world.draft.approved_by.strip()
    yield say("批准", "pass" if said else "fail", said or "请写明批准暂停的人或者机关。")


@check
def not_suspended(world: World) -> Iterator[Finding]:
    for version in world.versions:
        if version.suspended:
            yield say("没有暂停", "fail", f"事项{version.code}在{world.draft.on}已经暂停。")


@check
def suspended(world: World) -> Iterator[Finding]:
    if not world.versions:
        yield say("正在暂停", "fail", f"{world.draft.on}的目录里没有这个事项。")
    for version in world.versions:
        right = version.suspended and version.valid_from < world.draft.on
        yield say("正在暂停", "pass" if right else "fail",
                   f"自{version.valid_from}起暂停，{world.draft.on}起恢复。" if right else
                   "该事项当日没有暂停，或者恢复之日不在暂停之日之后。")
