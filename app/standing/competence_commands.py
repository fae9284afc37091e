"""`flask competence`: which organ was competent for an item on a day."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import click

from app.standing.competence import Answer, ask
from app.standing.models import POWERS

_DAY = click.DateTime(["%Y-%m-%d"])


@click.command("competence", help="某日职权归谁：事项编号、日期，可以指明机关。")
@click.argument("item")
@click.argument("on", metavar="DATE", type=_DAY)
@click.option("--organ", metavar="NAME", help="问哪个机关；不写则问持有机关。")
@click.option("--apply-date", type=_DAY, help="许可申请日，用来判断在途件。")
@click.option("--power", type=click.Choice(list(POWERS)), default="license", show_default=True)
@click.option("--known-on", type=_DAY, help="按哪一日所知，用来复现当时的判断。")
@click.option("--json", "as_json", is_flag=True, help="输出JSON。")
def command(item: str, on: datetime, organ: str | None, as_json: bool, **more: Any) -> None:
    if len(item) != 3 or not (item.isascii() and item.isdigit()):
        raise click.UsageError(f"事项编号“{item}”应为3位数字，前导零不能省略，如 009。")
    if organ is not None and not organ.strip():
        raise click.UsageError("--organ 没有写机关名称。")
    applied, known = (more[name].date() if more[name] else None
                      for name in ("apply_date", "known_on"))
    found = ask(item, on.date(), more["power"], organ, apply_date=applied,
                known_on=known)
    click.echo(json.dumps(found.as_dict(), ensure_ascii=False) if as_json else _text(found))


def _text(found: Answer) -> str:
    said: list[str] = [f"{found.ruled.organ or '没有机关'}：{found.outcome_label}"
                       + (f"（{found.reason}：{found.ruled.words}）" if found.reason else "")]
    named: list[tuple[str, Any]] = [
        ("应署名机关", found.ruled.named_organ), ("印章", found.seal),
        ("依据", "、".join(found.basis)), ("条文", "、".join(found.ruled.articles))]
    said += [f"{label}：{value}" for label, value in named if value]
    said += [f"  第{step.number}步　{step.asked}：{step.answer}（{step.rule}）"
             for step in found.ruled.steps]
    said += [f"提示：{warning}" for warning in found.ruled.warnings]
    return "\n".join(said)
