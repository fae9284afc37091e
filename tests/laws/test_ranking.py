"""The ranking: its parts on a small index, its learned files, and lawyers' own searches."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest

from app.laws.search import features, model, model_training, ranking, tokens, vectors
from app.laws.search.forward import RANKS, Forward, Writer
from app.laws.search.ranking import RankQuery
from app.laws.search.units import PAIR, codes, keys

ROOT = Path(__file__).resolve().parents[2]
QUESTIONS = ROOT.parent / "shared" / "data" / "statute-queries-train.jsonl"

ARTICLES = (  # law, rank, heading, text
    ("甲法", "法律", "第一章", "经营者应当退货，并承担运输费用。"),
    ("甲法", "法律", "第一章", "消费者可以要求经营者更换商品。"),
    ("甲法", "法律", "第二章", "用人单位应当支付劳动报酬。依照《乙条例》执行。"),
    ("乙条例", "行政法规", "", "退货的期限为七日。"),
    ("乙条例", "行政法规", "", "ABC 型号按第25号目录办理。"),
)


@pytest.fixture(scope="module")
def forward(tmp_path_factory: pytest.TempPathFactory) -> Forward:
    folder = tmp_path_factory.mktemp("forward")
    writer = Writer(folder)
    for i, (law, rank, heading, text) in enumerate(ARTICLES):
        number = 1 if law == "甲法" else 2
        writer.add(100 + i, 10 * number, number, law, rank, heading, text, i + 1)
    writer.finish()
    return Forward.open(folder)


# --- units and the forward index ----------------------------------------------------------------

@pytest.mark.parametrize("text, found, why", [
    ("退货吗", ["退", "退货", "货", "货吗", "吗"], "characters and pairs in order"),
    ("退，货", ["退", "货"], "pairs do not cross punctuation"),
    ("ＩＳＯ9001号", ["iso9001", "号"], "latin words and numbers whole, widths folded"),
    ("", [], "nothing"),
])
def test_units_of_a_text(text: str, found: list[str], why: str) -> None:
    assert tokens.units(text) == found, why


def test_a_question_is_looked_up_without_its_question_words() -> None:
    assert tokens.query_units("请问，退货，怎么办？") == ["退", "退货", "货", "办"]


def test_the_arrays_cut_chinese_as_the_units_do() -> None:
    text = "退换货物，应当；七日内。"
    single, pair = keys(codes(text))
    told = {chr(k) for k in single.tolist() if k} | {
        chr(k >> 16) + chr(k & 0xffff) for k in pair.tolist() if k}
    assert told == set(tokens.units(text))
    assert (pair[pair > 0] >= PAIR).all()


def test_a_forward_index_knows_its_articles(forward: Forward) -> None:
    assert forward.size == 5
    assert forward.article.tolist() == [100, 101, 102, 103, 104]
    assert forward.frequency("退货") == 2
    assert forward.frequency("货") == 2
    assert forward.frequency("龘") == 0
    assert forward.ordinals([103, 7, 100]).tolist() == [3, 0]
    assert [RANKS[r] for r in forward.law_rank.tolist()] == ["法律", "行政法规"]
    assert forward.law_cited.tolist() == [0, 1], "only laws that others cite by title"
    assert forward.law_size.tolist() == [3, 2]


def test_an_empty_forward_index_can_be_opened(tmp_path: Path) -> None:
    Writer(tmp_path).finish()
    empty = Forward.open(tmp_path)
    assert empty.size == 0
    assert empty.ordinals([1]).tolist() == []
    assert empty.frequency("退") == 0


# --- features -----------------------------------------------------------------------------------

def test_occurrences_are_counted_as_in_the_text(forward: Forward) -> None:
    question = "经营者不给退货"
    asked = features.ask(question, forward)
    rows = np.arange(5)
    counted = features.count(asked, forward.text, forward.start, rows)
    folded = [re.sub(r"[^\u3400-\u9fff0-9a-z]", "|", text.lower()) for *_, text in ARTICLES]
    chars = sorted(set(question))
    for i, text in enumerate(folded):
        assert counted.chars[i].tolist() == [text.count(c) for c in chars]
        assert counted.pairs[i].sum() == sum(
            text.count(p) for p in {question[k:k + 2] for k in range(len(question) - 1)})
    assert counted.longest.tolist() == [3, 3, 0, 2, 0]


def test_features_are_finite_for_any_question(forward: Forward) -> None:
    for text in ("退货", "龘靐", "a", "？" * 500, "的了吗", "退" * 500, "\x00退货"):
        scores = ranking.rerank(RankQuery(text, (1,), ("返还",)), np.arange(5), np.zeros(5),
                                forward)
        assert np.isfinite(scores).all(), text
        assert len(scores) == 5


def test_no_candidates_have_no_scores(forward: Forward) -> None:
    assert len(ranking.rerank(RankQuery("退货"), np.zeros(0, int), np.zeros(0), forward)) == 0


# --- the order ----------------------------------------------------------------------------------

def test_the_order_is_the_same_every_time(forward: Forward) -> None:
    query = RankQuery("买的东西能退货吗")
    first = ranking.rerank(query, np.arange(5), np.arange(5.0), forward)
    again = ranking.rerank(query, np.arange(5), np.arange(5.0), forward)
    assert first.tolist() == again.tolist()


def test_the_article_with_the_words_comes_first_without_anything_learned(
        forward: Forward, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model, "shipped", lambda: None)
    monkeypatch.setattr(vectors, "shipped", lambda: None)
    scores = ranking.rerank(RankQuery("劳动报酬"), np.arange(5), np.zeros(5), forward)
    assert scores.argmax() == 2


def test_a_named_law_comes_before_others(forward: Forward) -> None:
    scores = ranking.rerank(RankQuery("退货", laws=(2,)), np.arange(5), np.zeros(5), forward)
    assert scores.argmax() == 3


def test_a_prior_is_added_at_the_end(forward: Forward) -> None:
    query, all_ = RankQuery("退货"), np.arange(5)
    prior = np.array([0, 0, -1.0, 0, 0])
    plain = ranking.rerank(query, all_, np.zeros(5), forward)
    assert np.allclose(ranking.rerank(query, all_, np.zeros(5), forward, prior), plain + prior)


def test_widening_keeps_to_what_is_allowed_and_repeats_nothing(forward: Forward) -> None:
    if vectors.shipped() is None:
        pytest.skip("legal_corpus/ranking/vectors.npz is missing")
    allowed = np.array([True, True, False, True, True])
    ordinals, scores = ranking.widen(RankQuery("老板一直拖欠工资怎么讨要"), np.array([1]),
                                     np.array([2.0]), forward, allowed)
    assert ordinals[0] == 1
    assert len(set(ordinals.tolist())) == len(ordinals) == len(scores)
    assert 2 not in ordinals
    assert scores[1:].tolist() == [0.0] * (len(ordinals) - 1)


def test_a_term_is_not_widened(forward: Forward) -> None:
    """Whoever types 听证 wants the articles that have it."""
    ordinals, _ = ranking.widen(RankQuery("听证"), np.zeros(0, int), np.zeros(0), forward,
                                np.ones(5, bool))
    assert not len(ordinals)


def test_candidates_beyond_those_judged_in_full_come_after_them(
        forward: Forward, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ranking, "JUDGED", 2)
    scores = ranking.rerank(RankQuery("退货"), np.arange(5), np.array([5, 4, 3, 2, 1.0]), forward)
    order = np.argsort(-scores)
    short = ranking.shortlist(RankQuery("退货"), np.arange(5), np.array([5, 4, 3, 2, 1.0]),
                              forward)
    assert short is not None
    assert set(order[:2].tolist()) == set(short.at.tolist())


@pytest.mark.parametrize("given, reason", [
    ({"terms": ("退货", "退")}, "条文含有：退货"),
    ({"phrases": ("应当退货",)}, "含有引号中的原话：应当退货"),
    ({"terms": ("工资",)}, "用语不同而意思相近"),
    ({"status": "已废止"}, "注意：已废止"),
])
def test_the_reasons_are_said(given: dict[str, object], reason: str) -> None:
    told = ranking.why(RankQuery("退货"), title="甲法", text="经营者应当退货。", rank="部门规章",
                       **{"status": ranking.IN_FORCE, **given})  # type: ignore[arg-type]
    assert reason in told


# --- learning -----------------------------------------------------------------------------------

def test_networks_learn_the_same_from_the_same(forward: Forward) -> None:
    random = np.random.default_rng(0)
    lists = [random.standard_normal((150, len(features.NAMES))).astype(np.float32)
             for _ in range(12)]
    right = [rows[:, 3] == rows[:, 3].max() for rows in lists]
    first, again = model.fit(lists, right), model.fit(lists, right)
    assert np.array_equal(first.into, again.into)
    best = [first.scores(rows).argmax() == rows[:, 3].argmax() for rows in lists]
    assert sum(best) >= 7, "by chance one in 150"


def test_slopes_of_the_tables_are_those_of_the_loss() -> None:
    """Against finite differences, in double precision."""
    random = np.random.default_rng(1)
    units, width = 7, 3
    tables = tuple(random.standard_normal(shape) for shape in
                   ((units, width), (units, width), (units, 1)))
    scale = np.full((1, 1), 3.0)
    bags = model_training.Bags(np.array([0, 2, 4, 7]), np.array([0, 1, 2, 3, 4, 5, 6]),
                               np.ones(7))
    given = model_training.Corpus(np.arange(3), np.arange(units), np.ones(units) * 1.3, bags,
                                  tables[0])
    rows, docs = [np.array([0, 2]), np.array([1, 5, 6])], np.arange(3)
    right = np.array([[1, 0, 0], [0, 0.5, 0.5]])

    def loss() -> float:
        ask, doc, log = tables
        q = np.stack([(ask[r] * (1.3 * np.exp(log[r]))).sum(axis=0) for r in rows])
        d = np.stack([(doc[bags.row[bags.start[i]:bags.start[i + 1]]] * 1.3).sum(axis=0)
                      for i in range(3)])
        q /= np.linalg.norm(q, axis=1, keepdims=True)
        d /= np.linalg.norm(d, axis=1, keepdims=True)
        logits = q @ d.T * scale[0, 0]
        share = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
        return float(-(right * np.log(share)).sum() / len(rows))
    slopes = model_training._slopes(given, (*tables, scale), rows, docs, right)
    for table, slope in zip((*tables, scale), slopes, strict=True):
        for place in np.ndindex(table.shape):
            kept = table[place]
            table[place] = kept + 1e-5
            above = loss()
            table[place] = kept - 1e-5
            below = loss()
            table[place] = kept
            assert slope[place] == pytest.approx((above - below) / 2e-5, abs=2e-3)


def test_turning_the_tables_changes_no_cosine() -> None:
    random = np.random.default_rng(2)
    texts = random.standard_normal((2, 6, 4)).astype(np.float32)
    held = vectors.Vectors(np.array([0x4e00, 0x4e01, 0x4e02, 0x4e03, 0x4e04, 0x4e05], np.uint32),
                           texts[0], texts[1])
    other = vectors.turned(held, vectors.unit(texts[0]), vectors.unit(texts[1]))
    assert np.allclose(held.doc @ held.ask.T, other.doc @ other.ask.T, atol=1e-5)


# --- the shipped files --------------------------------------------------------------------------

def test_the_shipped_networks_belong_to_the_features_of_the_code() -> None:
    assert model.FILE.is_file() and vectors.FILE.is_file()
    learned = model.load(model.FILE)
    assert learned.into.shape[1] == len(features.NAMES)
    held = np.load(vectors.FILE)
    assert held["doc"].shape == (len(held["keys"]), model_training.WIDTH)
    assert (np.diff(held["keys"].astype(np.int64)) > 0).all()
    assert sum(f.stat().st_size for f in (model.FILE, vectors.FILE)) < 3_000_000


def test_networks_for_other_features_are_refused(tmp_path: Path,
                                                 monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(features, "NAMES", (*features.NAMES[:-1], "another"))
    with pytest.raises(ValueError, match="other features"):
        model.load(model.FILE)


def test_the_shipped_files_hold_no_text() -> None:
    """Numbers only; the names of features are the one exception."""
    for path in (model.FILE, vectors.FILE):
        with np.load(path, allow_pickle=False) as held:
            for name in held.files:
                assert held[name].dtype.kind in "fiu" or name == "names", (path.name, name)


@pytest.mark.skipif(not QUESTIONS.is_file(), reason="statute-queries-train.jsonl is not here")
def test_no_question_of_the_training_stands_in_the_product() -> None:
    asked = {json.loads(line)["query"] for line in QUESTIONS.read_text("utf-8").splitlines()}
    asked = {q for q in asked if len(q) > 8}
    for folder in ("app", "legal_corpus", "tests", "benchmarks", "docs"):
        for path in (ROOT / folder).rglob("*"):
            if path.suffix in {".py", ".toml", ".md", ".tsv", ".html", ".json", ".jsonl"}:
                text = path.read_text("utf-8", errors="ignore")
                assert not [q for q in asked if q in text], path
