"""The deciding words of the handover's checks and categories stand in the cited articles."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from app.laws import queries
from app.rules.findings import Basis
from app.rules.handover.table import categories, checks

pytestmark = pytest.mark.corpus
BASES = [(check.id, basis) for check in checks().values() for basis in check.basis]
BASES += [(category.id, basis) for category in categories().values() for basis in category.basis]


@pytest.mark.parametrize(("row", "basis"), BASES, ids=[f"{row}-{b.cite}" for row, b in BASES])
def test_the_quotation_stands_in_the_article(corpus: Flask, row: str, basis: Basis) -> None:
    status = queries.quote_status(basis.cite, basis.quote, date(2026, 3, 1))
    assert status != "changed", f"{row}：{basis.cite}没有“{basis.quote}”"
    if status == "not_held":
        pytest.skip(f"库外：{basis.cite}")
