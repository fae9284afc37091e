"""`flask law normative FILE.csv`: many of the district's documents at once."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click
from flask import current_app

from app.extensions import db
from app.laws.local import table
from app.laws.local.drafts import Refused
from app.laws.search import library
from app.today import now, today


@click.command("normative", help="从 CSV 登记本区规范性文件；列：" + "、".join(table.COLUMNS)
               + "（没有规定有效期的写“无”），文件与表格放在同一文件夹。")
@click.argument("path", metavar="FILE.csv", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="只检查，不保存。")
@click.option("--by", default="flask", show_default=True, help="记入操作日志的经办人。")
@click.option("--json", "as_json", is_flag=True, help="只输出 JSON。")
def import_documents(path: Path, dry_run: bool, by: str, as_json: bool) -> None:
    """Keep all rows or none; the faults name their rows. Exit 1 with any fault."""
    try:
        count, faults = table.keep_all(path, on=today(), at=now(), by=by)
    except Refused as refusal:
        db.session.rollback()
        click.echo(str(refusal), err=True)
        sys.exit(1)
    if dry_run or faults:
        db.session.rollback()
    else:
        db.session.commit()
    saved = 0 if dry_run or faults else count
    if as_json:
        click.echo(json.dumps({"rows": count + len(faults), "saved": saved, "problems": [
            {"row": f.row, "why": f.why} for f in faults]}, ensure_ascii=False))
    else:
        for fault in faults:
            click.echo(f"第 {fault.row} 行：{fault.why}")
        click.echo(f"共 {count + len(faults)} 行，有错 {len(faults)} 行，保存 {saved} 件。"
                   + ("改正后重新导入；有错时一件也不保存。" if faults else ""))
    if faults:
        sys.exit(1)
    if saved:
        library.build(Path(current_app.config["DATA_DIR"]) / "index",
                      library.engine_name(current_app.config["SEARCH_ENGINE"]))
