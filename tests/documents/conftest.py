"""A case of a reconsideration office, and the people who write its documents."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from flask import Flask

from app.accounts.models import User
from app.cases.models import Case
from app.extensions import db
from tests import factories

AT = datetime(2026, 3, 9, 8, 0, tzinfo=UTC)


@pytest.fixture
def handler(app: Flask) -> User:
    government = factories.organ("X区人民政府", kind="district_government")
    office = factories.organ("X区司法局", parent=government, office_of=government)
    return factories.user(["handler"], office)


@pytest.fixture
def case(handler: User) -> Case:
    organ = handler.organ.office_of
    assert organ is not None
    made = Case(organ_id=organ.id, office_id=handler.organ_id, seq=12, year=2026,
                number="X政复〔2026〕12号", received_on=date(2026, 3, 2))
    db.session.add(made)
    db.session.commit()
    return made
