"""`flask law train-ranking` on an invented library: files that fit, the same every time."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from flask.testing import FlaskCliRunner

from app.laws.models import ImportRun
from app.laws.search import features, model, model_training, vectors

ASKED = (("我要在几天里交书面说明呀", "中华人民共和国试验法第二条"),
         ("听证由谁来组织呢请告诉我", "中华人民共和国试验法第三条"),
         ("笔录要不要当事人签名确认", "试验法第三条之一"),
         ("供水许可归哪个机关负责管", "样例条例第一条"))


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    place = tmp_path / "questions.jsonl"
    place.write_text("\n".join(json.dumps({"id": i, "query": q, "gold": [gold]})
                               for i, (q, gold) in enumerate(ASKED * 15)), "utf-8")
    return place


def test_training_writes_the_same_files_every_time(
        runner: FlaskCliRunner, library: ImportRun, questions: Path, tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_training, "LEAST", 1)
    monkeypatch.setattr(model_training, "WIDTH", 4)
    monkeypatch.setattr(model, "EPOCHS", 2)
    assert runner.invoke(args=["law", "index"]).exit_code == 0
    held = []
    for name in ("first", "again"):
        done = runner.invoke(args=["law", "train-ranking", str(questions), "--to",
                                   str(tmp_path / name)])
        assert done.exit_code == 0, done.output
        assert "请运行 flask law index" in done.stdout
        held.append((model.load(tmp_path / name / "ranker.npz"),
                     vectors.load(tmp_path / name / "vectors.npz")))
    (networks, tables), (networks_again, tables_again) = held
    assert networks.into.shape[1] == len(features.NAMES)
    assert np.array_equal(networks.into, networks_again.into)
    assert np.array_equal(tables.doc, tables_again.doc)
    assert np.array_equal(tables.ask, tables_again.ask)
    assert tables.width == 4


@pytest.mark.parametrize("text, said, why", [
    ("{", "第 1 行读不出", "no JSON"),
    ('{"query": "问"}', "第 1 行读不出", "no answers"),
    ('{"query": "问", "gold": ["甲法第一条"]}', "至少要 50 个", "too few to learn from"),
    ("", "至少要 50 个", "an empty file"),
    ("问", "不是 UTF-8", "GB18030"),
])
def test_a_file_that_cannot_be_learned_from_is_refused(
        runner: FlaskCliRunner, tmp_path: Path, text: str, said: str, why: str) -> None:
    place = tmp_path / "bad.jsonl"
    place.write_bytes(text.encode("utf-8" if text != "问" else "gb18030"))
    done = runner.invoke(args=["law", "train-ranking", str(place), "--to", str(tmp_path / "to")])
    assert done.exit_code == 1 and said in done.stderr, why
    assert not (tmp_path / "to").exists()
