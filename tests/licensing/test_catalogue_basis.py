"""The words that the catalogue's actions and ways of handling quote stand in their articles."""

from __future__ import annotations

from datetime import date

import pytest

from app.laws import queries
from app.licensing.actions import ACTIONS
from app.licensing.handling import HANDLINGS
from tests.laws.corpus import Corpus, corpus, installed_corpus  # noqa: F401

TODAY = date(2026, 11, 24)
QUOTED = dict.fromkeys([*(basis for row in ACTIONS.values() for basis in row.basis),
                        *(basis for row in HANDLINGS for basis in row.basis)])


@pytest.mark.corpus
def test_the_quotations_stand_in_the_articles(corpus: Corpus) -> None:  # noqa: F811
    states = {basis.cite: queries.quote_status(basis.cite, basis.quote, TODAY) for basis in QUOTED}
    assert "changed" not in states.values(), states
    if corpus.wheel and corpus.extra:
        assert set(states.values()) == {"held"}, states
