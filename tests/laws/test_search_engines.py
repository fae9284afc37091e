"""The port: both engines answer the same questions alike, also while an index is replaced."""

from __future__ import annotations

import importlib.util
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from app.laws.models import ImportRun
from app.laws.search import library as indexes
from app.laws.search import service, tokens
from app.laws.search.port import Doc, Engine, IndexBroken, Probe, Scope
from tests.conftest import TODAY
from tests.laws import texts

TEXTS = ["行政机关应当在十日内作出决定", "行政复议机关维持原决定", "申请人提出申请",
         "供水许可由供水机关办理", "供水供水供水", "决定", "a1 号决定"]
ENGINES = ["whoosh", pytest.param("tantivy", marks=pytest.mark.skipif(
    importlib.util.find_spec("tantivy") is None, reason="tantivy is not installed"))]
ALL = Scope(np.ones(len(TEXTS), bool), tuple(range(1, len(TEXTS) + 1)))


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    made = indexes.make(request.param, tmp_path)
    assert made.build(Doc(n, tokens.units(text)) for n, text in enumerate(TEXTS, 1)) == len(TEXTS)
    yield made


def only(*ordinals: int) -> Scope:
    mask = np.zeros(len(TEXTS), bool)
    mask[list(ordinals)] = True
    return Scope(mask, tuple(n + 1 for n in ordinals), len(ordinals) / len(TEXTS))


ASKED = [
    (Probe(("复议",)), ALL, [1], "one pair"),
    (Probe(("决定",)), ALL, [5, 6, 1, 0], "the shorter the article the better"),
    (Probe(("供水",)), ALL, [4, 3], "the oftener the better"),
    (Probe(("供水", "决定"), ((("机关",),),)), ALL, [3, 0, 1], "a condition leaves out"),
    (Probe((), ((("行政", "政机", "机关"),),)), ALL, [0], "only a condition"),
    (Probe(("决定",), ((("复议",), ("十日",)),)), ALL, [1, 0], "one alternative is enough"),
    (Probe(("决定",), ((("复议",),), (("十日",),))), ALL, [], "all conditions at once"),
    (Probe(("决定",)), only(0), [0], "a narrow scope"),
    (Probe(("决定",)), only(0, 1, 2, 3, 4), [1, 0], "a wide scope"),
    (Probe(("决定",)), only(), [], "an empty scope"),
    (Probe(("a1",)), ALL, [6], "latin"),
    (Probe(("绝无",)), ALL, [], "no such unit"),
    (Probe(("绝无",), ((("绝无",),),)), ALL, [], "no such condition"),
    (Probe(()), ALL, [], "nothing asked"),
]


@pytest.mark.parametrize("case", ASKED, ids=lambda case: case[3])
def test_the_best_articles(engine: Engine, case: tuple[Probe, Scope, list[int], str]) -> None:
    probe, scope, wanted, why = case
    found = engine.search(probe, 10, scope)
    assert sorted(found.ordinals.tolist()) == sorted(wanted), why
    if probe.units:
        assert found.ordinals[:1].tolist() == wanted[:1], why
    assert not found.full and len(found.scores) == len(found.ordinals)
    assert list(found.scores) == sorted(found.scores, reverse=True)


def test_a_limit_says_that_there_is_more(engine: Engine) -> None:
    found = engine.search(Probe(("决定",)), 2, ALL)
    assert found.full and len(found.ordinals) == 2
    assert len(engine.search(Probe(("决定",)), 1, only(0, 1)).ordinals) == 1


def test_how_often_a_unit_stands(engine: Engine) -> None:
    assert [engine.frequency(u) for u in ("决定", "供", "绝无")] == [4, 2, 0]


def test_an_index_that_is_gone_is_said(engine: Engine, tmp_path: Path) -> None:
    shutil.rmtree(tmp_path)
    with pytest.raises(IndexBroken):
        type(engine)(tmp_path).search(Probe(("决定",)), 5, ALL)


def test_an_empty_index_answers(tmp_path: Path) -> None:
    for name in ("whoosh", *(["tantivy"] if importlib.util.find_spec("tantivy") else [])):
        (tmp_path / name).mkdir()
        made = indexes.make(name, tmp_path / name)
        assert made.build([]) == 0
        found = made.search(Probe(("决定",)), 5, Scope(np.zeros(0, bool), (1,)))
        assert not len(found.ordinals)


def test_whoosh_itself_reads_what_is_written(tmp_path: Path) -> None:
    from app.laws.search import whoosh_engine
    made = whoosh_engine.WhooshEngine(tmp_path)
    chance = np.random.default_rng(5)
    words = [[f"w{n}" for n in chance.integers(0, 40, 30)] for _ in range(9000)]
    words[-1] = ["rare"] * 300  # more than a byte counts, and far from any other
    made.build(Doc(1, row) for row in words)
    reader = made._open()
    for unit in ("w3", "w39", "rare"):
        matcher, theirs = reader.postings("body", unit), []
        while matcher.is_active():
            theirs.append((matcher.id(), matcher.weight()))
            matcher.next()
        ordinals, weights = made._postings(reader, unit)
        assert list(zip(ordinals.tolist(), weights.tolist(), strict=True)) == theirs
        assert theirs == [(n, min(row.count(unit), 255)) for n, row in enumerate(words)
                          if unit in row]


@pytest.mark.parametrize("name", ENGINES)
def test_a_search_goes_on_while_the_index_is_replaced(library: ImportRun, tmp_path: Path,
                                                      name: str) -> None:
    root = tmp_path / "index"
    indexes.build(root, name)
    catalogue = service.catalogue_on(TODAY, strict=False)

    def ask() -> list[str]:
        return [h.article.label for h in service.search(
            "听证笔录", catalogue, root=root, engine=name).hits]
    before = ask()
    assert before
    held = indexes.open_index(root, name)
    for _ in range(3):
        indexes.build(root, name)
        assert ask() == before
    assert len(list((root / name).iterdir())) == 2, "the stamp and one index"
    # Another process replaced it: our engine was opened late, in a folder that is gone by now.
    gone = indexes.opened(name, root / name / indexes.json.loads(
        (root / name / indexes.STAMP).read_text())["folder"])
    gone.engine.__init__(tmp_path / "nowhere")  # type: ignore[misc]
    assert ask() == before and held is not indexes.open_index(root, name)


@pytest.mark.parametrize("name", ENGINES)
def test_threads_search_at_once(library: ImportRun, tmp_path: Path, name: str) -> None:
    texts.load(tmp_path / "more", {"行政法/乙法(2020-01-01).md": texts.md("乙法", "\n\n".join(
        f"第{'一二三四五六七八九'[n]}条 供水机关第{n}次办理听证决定。" for n in range(9)))})
    root = tmp_path / "index"
    indexes.build(root, name)
    opened = indexes.open_index(root, name)
    everything = service.catalogue_on(TODAY, strict=False).select(service.Filters(),
                                                                   opened.forward).scope
    probes = [Probe(("供水", "听证")), Probe(("机关",)), Probe(("听证",), ((("供水",),),))]
    wanted = [opened.engine.search(p, 20, everything).ordinals.tolist() for p in probes]
    wrong: list[object] = []

    def work() -> None:
        for turn in range(60):
            n = turn % len(probes)
            found = opened.engine.search(probes[n], 20, everything).ordinals.tolist()
            if found != wanted[n]:
                wrong.append((n, found))
    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
