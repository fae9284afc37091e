"""`flask items review`: what the rules say of the items of a sheet; nothing is saved."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from app.extensions import db
from app.licensing import queries
from app.licensing.review import facts as collector
from app.licensing.review.library import Library
from app.rules.findings import Finding
from app.rules.review.conclusion import CONCLUSIONS, propose
from app.rules.review.facts import ReviewFacts
from app.rules.review.gather import gather
from app.rules.review.judge import review
from app.rules.review.table import rules_on
from app.today import today

_SENT = "送审"
_NAMES = (("事项名称", "送审事项名称"), ("设定依据", "送审设定依据"))


@click.command("review")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="审查基准日，缺省为今日。")
@click.option("--with-files", is_flag=True,
              help="目录中有同一编号的，连同实施规范、移交和改革文件一起审查。")
@click.option("--json", "as_json", is_flag=True)
def review_(file: Path, as_of: datetime | None, with_files: bool, as_json: bool) -> None:
    """Review every row by its columns, with the law of the day of reference; save nothing."""
    on = as_of.date() if as_of else today()
    try:
        rows = read_rows(file.read_bytes())
    except ValueError as refused:
        click.echo(str(refused), err=True)
        sys.exit(1)
    told = Counter(row.get("编号", "") for row in rows)
    library = Library(on)
    for row, facts in zip(rows, _facts(rows, on, library, with_files), strict=True):
        line = reviewed(facts, on, told[row.get("编号", "")] > 1)
        click.echo(json.dumps(line, ensure_ascii=False) if as_json else _printed(line))
    db.session.rollback()


def read_rows(data: bytes) -> list[dict[str, str]]:
    """Rows of a CSV in UTF-8 or GB18030 with either set of columns; cells in excess are dropped.

    :raises ValueError: not such a file; the message is Chinese.
    """
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise ValueError("文件的编码识别不出，请另存为 UTF-8 或 GB18030 的 CSV。")
    try:
        reader = csv.DictReader(io.StringIO(text.replace("\0", ""), newline=""))
        names = list(reader.fieldnames or ())
        missing = [said[0] for said in (("编号",), *_NAMES) if not set(said) & set(names)]
        if missing:
            raise ValueError(f"第1行（表头）缺少：{'、'.join(missing)}。")
        return [{name: (value or "").strip() for name, value in row.items()
                 if isinstance(name, str) and not isinstance(value, list)} for row in reader]
    except csv.Error as error:
        raise ValueError(f"不是能读的 CSV：{error}") from error


def _facts(rows: list[dict[str, str]], on: date, library: Library,
           with_files: bool) -> list[ReviewFacts]:
    """The facts of every row in order; with files, the catalogue's where it has the item."""
    known: dict[str, ReviewFacts] = {}
    if with_files:
        codes = {row.get("编号", "") for row in rows}
        versions = [v for v in queries.catalogue(on) if v.code in codes]
        known = {facts.code: facts for facts in collector.of_catalogue(versions, on, library)}
    return [known.get(row.get("编号", "")) or collector.from_row(row, on, library)
            for row in rows]


def reviewed(facts: ReviewFacts, on: date, twice: bool = False) -> dict[str, Any]:
    """The object of one row as the contract has it."""
    findings = review(facts, on)
    table = rules_on(on)
    proposal = propose(findings, on, table)
    shown = gather(findings, table)
    lines = [_line(finding, table[finding.condition].severity,
                   table[finding.condition].blocker_kind) for finding in shown.findings]
    if shown.materials is not None:
        lines.append(_line(shown.materials, "HIGH", None))
    if twice and table:
        lines.append(_line(Finding("SET-11", "unclear", f"编号{facts.code}在表中出现不止一次，"
                                                        f"须更正后再审",
                                   (table["SET-04"].basis[0],)), "BLOCKER", "FATAL"))
    return {"编号": facts.code, "state": proposal.state, "proposed": proposal.conclusion,
            "findings": lines}


def _line(finding: Finding, severity: str, kind: str | None) -> dict[str, Any]:
    return {"rule": finding.condition, "result": finding.result, "severity": severity,
            "blocker_kind": kind, "reason": finding.reason,
            "basis": [basis.cite for basis in finding.basis],
            "facts": json.loads(json.dumps(dict(finding.facts), ensure_ascii=False, default=str))}


def _printed(line: Mapping[str, Any]) -> str:
    open_ = [f for f in line["findings"] if f["result"] in ("fail", "unclear")]
    said = CONCLUSIONS[line["proposed"]] if line["proposed"] else "待人工判断，暂无建议"
    out = [f"{line['编号']}　{said}"]
    out += [f"  {f['rule']} {'不符合' if f['result'] == 'fail' else '待判断'}：{f['reason']}"
            f"（{'、'.join(f['basis'][:3])}）" for f in open_]
    return "\n".join(out)
