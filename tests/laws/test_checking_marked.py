"""The citation check against 461 mentions marked by hand (data/README.md says how)."""

from __future__ import annotations

from datetime import date

import pytest

from app.laws.checking.library import Library
from tests.laws import marking
from tests.laws.corpus import Corpus, corpus, installed_corpus  # noqa: F401

TODAY = date(2026, 11, 24)


@pytest.mark.corpus
@pytest.mark.parametrize(("name", "least"), list(zip(marking.SETS, (300, 161), strict=True)))
def test_the_check_finds_and_judges_what_a_reader_marked(
        corpus: Corpus, name: str, least: int) -> None:  # noqa: F811
    if corpus.wheel is None or not corpus.extra:
        pytest.skip("needs the wheel and lawrefbook.zip: the marks were judged with both")
    measure = marking.measure(Library(), TODAY, marking.rows(name))
    print(measure, *measure.errors, sep="\n")
    assert measure.expected >= least
    assert measure.false_absence == 0
    assert measure.precision >= 0.97 and measure.recall >= 0.97, measure
    assert measure.resolved >= 0.97 * measure.found, measure
    assert measure.agreed >= 0.97 * measure.judged, measure
