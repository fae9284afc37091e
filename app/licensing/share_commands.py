"""`flask items review-share`: how much of a review the machine decides, and with which material."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

import click

from app.licensing import queries
from app.licensing.review.facts import of_catalogue
from app.rules.review.facts import ReviewFacts
from app.rules.review.judge import is_missing, review
from app.today import today


@dataclass
class Share:
    """Results of all rules over some items; not_applicable is left out of the share."""

    results: Counter[str] = field(default_factory=Counter)
    open_by_rule: Counter[str] = field(default_factory=Counter)
    not_submitted: int = 0
    seconds: float = 0.0

    @property
    def applicable(self) -> int:
        return sum(self.results[name] for name in ("pass", "fail", "unclear"))

    @property
    def decided(self) -> float:
        """Part of the applicable results that is pass or fail, 0 to 1."""
        return (self.results["pass"] + self.results["fail"]) / max(1, self.applicable)

    def as_dict(self) -> dict[str, Any]:
        return {"decided": round(self.decided, 4), "applicable": self.applicable,
                **{name: self.results[name] for name in
                   ("pass", "fail", "unclear", "not_applicable")},
                "not_submitted": self.not_submitted, "seconds": round(self.seconds, 2),
                "most_open": dict(self.open_by_rule.most_common(12))}


def share(items: Iterable[ReviewFacts], on: date) -> Share:
    """Run every rule over every item."""
    found = Share()
    start = time.perf_counter()
    for facts in items:
        for finding in review(facts, on):
            found.results[finding.result] += 1
            found.not_submitted += is_missing(finding)
            if finding.result == "unclear":
                found.open_by_rule[finding.condition] += 1
    found.seconds = time.perf_counter() - start
    return found


def columns_only(facts: ReviewFacts) -> ReviewFacts:
    """The item as a sheet of the catalogue's columns would bring it, without any paper."""
    return replace(facts, file=None, cited={}, reform={}, supervision=None, handover=None)


@click.command("review-share")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="审查基准日，缺省为今日。")
@click.option("--json", "as_json", is_flag=True)
def review_share(as_of: datetime | None, as_json: bool) -> None:
    """What part of the applicable results the machine decides, with the files and without."""
    on = as_of.date() if as_of else today()
    versions = [version for version in queries.catalogue(on) if version.mode == "划转"]
    items = of_catalogue(versions, on)
    shares = {"有实施规范和各项材料": share(items, on),
              "只有目录各栏": share([columns_only(facts) for facts in items], on)}
    if as_json:
        click.echo(json.dumps({"on": on.isoformat(), "items": len(items),
                               "with_files": shares["有实施规范和各项材料"].as_dict(),
                               "columns_only": shares["只有目录各栏"].as_dict()},
                              ensure_ascii=False))
        return
    click.echo(f"{on} 划转事项 {len(items)} 项")
    for label, found in shares.items():
        said = found.results
        click.echo(f"{label}：系统判定 {found.decided:.1%}（适用 {found.applicable}：符合 "
                   f"{said['pass']}、不符合 {said['fail']}、待人判断 {said['unclear']}，其中缺材料 "
                   f"{found.not_submitted}；不适用 {said['not_applicable']}），"
                   f"用时 {found.seconds:.1f} 秒")
        click.echo("  待人判断最多的规则：" + "、".join(
            f"{rule} {count}" for rule, count in found.open_by_rule.most_common(8)))
