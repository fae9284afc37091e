"""`flask law train-ranking`: learn the ranking anew from questions with known articles."""

from __future__ import annotations

import json
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import click
import numpy as np
from flask import current_app

from app.laws.commands import DAY, group, tell
from app.laws.search import library, model, model_fitting, service, vectors
from app.laws.search.model_fitting import Fitting
from app.today import today

LEAST = 50  # questions, below which nothing can be learned
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def fitting(questions: Path, day: datetime | None) -> Fitting:
    """The questions of a file over the national texts, the newest of each law.

    :raises click.ClickException: a line that cannot be read, or no index.
    """
    lines: list[dict[str, Any]] = []
    try:
        texts = questions.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError:
        raise click.ClickException(f"{questions.name} 不是 UTF-8 编码的文本") from None
    for number, text in enumerate(texts, 1):
        try:
            line = json.loads(text)
            lines.append({"query": str(line["query"]), "gold": [str(g) for g in line["gold"]]})
        except (ValueError, KeyError, TypeError):
            raise click.ClickException(
                f"{questions.name} 第 {number} 行读不出：每行应是含 query 和 gold 的 JSON"
            ) from None
    if len(lines) < LEAST:
        raise click.ClickException(f"{questions.name} 只有 {len(lines)} 个问题，至少要 {LEAST} 个")
    try:
        index = library.open_index(
            Path(current_app.config["DATA_DIR"]) / "index",
            library.engine_name(current_app.config["SEARCH_ENGINE"]))
    except library.IndexUnavailable as missing:
        raise click.ClickException(str(missing)) from None
    catalogue = service.catalogue_on(day.date() if day else today(), strict=False,
                                     scope="national")
    mask = catalogue.select(service.ALL, index.forward).scope.mask
    tell(f"问题 {len(lines)} 个，语料 {int(mask.sum())} 条")
    return Fitting(model_fitting.gather(lines, catalogue, index), index.forward, mask,
                   model_fitting.keywords(catalogue, index), tell)


@group.command("train-ranking", help="用带答案的问题重新训练检索排序，写入 legal_corpus/ranking。")
@click.argument("questions", type=FILE)
@click.option("--on", "day", type=DAY, help="语料按哪一天；缺省为今天。")
@click.option("--to", "folder", type=click.Path(file_okay=False, path_type=Path),
              default=vectors.FOLDER, help="写到哪个文件夹。")
def train(questions: Path, day: datetime | None, folder: Path) -> None:
    """Learn tables and networks; the same questions and corpus give the same files."""
    began = time.monotonic()
    given = fitting(questions, day)
    judged = given.unseen(model_fitting.folds(given.questions, together=False))
    learned = model_fitting.ranker(judged)
    tell("全部问题")
    tables = given.tables(np.arange(len(given.questions)))
    folder.mkdir(parents=True, exist_ok=True)
    used = np.unique(np.concatenate(given.cut))
    vectors.save(folder / vectors.FILE.name, tables, used)
    model.save(folder / model.FILE.name, learned)
    size = sum(f.stat().st_size for f in folder.glob("*.npz"))
    click.echo(f"已写入 {folder}（{size} 字节，{time.monotonic() - began:.0f} 秒）。"
               "请运行 flask law index 重建索引。")
