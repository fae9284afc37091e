"""What a person with every role, a second hand or an old day could make of a review, and may not.
"""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import text

from app.extensions import db
from app.licensing import opinions
from app.licensing.review import answers, people, points, signing
from app.licensing.review.flow import Refused
from tests.licensing import review_helpers as helpers
from tests.licensing.review_helpers import AT, TODAY, People

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def who(app: Flask) -> People:
    return helpers.people()


@pytest.mark.parametrize(("statement", "why"), [
    ("UPDATE review_note SET text = '可以划转' WHERE kind = 'counsel'", "法律顾问意见改了"),
    ("DELETE FROM review_note WHERE kind = 'comment'", "批注删了"),
    ("UPDATE review_note SET file_name = '另一份.pdf'", "证据的名称"),
])
def test_counsels_opinion_and_notes_are_bound_by_the_signature(
        who: People, statement: str, why: str) -> None:
    (task,) = helpers.verified(who)
    answers.note(task, "comment", "移交方案第三条与公告不一致", by=who.verifier, at=AT)
    answers.counsel(task, "暂缓划转", by=who.counsel, at=AT)
    signing.sign(task, "LEGAL", by=who.signer, at=AT, issue=False)
    db.session.commit()
    assert signing.verify(task) == []
    db.session.execute(text(statement))
    db.session.commit()
    db.session.expire_all()
    assert signing.verify(task) == ["正文、逐项结论或者依据版本与签发时不一致"], why


def test_a_transfer_in_the_ledger_of_an_item_that_is_not_to_move_is_a_defect(who: People) -> None:
    version = who.versions[0]
    assert opinions.defects(None, TODAY) == []
    assert "没有对这一目录版本" in opinions.defects(version, TODAY)[0][0]
    version.mode = "进驻"
    assert "不是划转" in opinions.defects(version, TODAY)[0][0]


def test_who_has_an_interest_cannot_close_a_condition(who: People) -> None:
    """A closed condition is what lets the item be transferred (A.6 硬约束 2)."""
    (task,) = helpers.delivered(who, conclusion="CONDITIONAL", condition="签订审管分离备忘录")
    (point,) = points.drafting.points_of(task, "condition")
    people.declare(who.reviewer, "拟定标准", organ=None, item=who.versions[0].item, since=TODAY,
                   until=None, note="", by=who.signer, at=AT)
    with pytest.raises(Refused, match="不得参与"):
        points.close(task, point, "备忘录已由双方签署", TODAY, by=who.reviewer, at=AT)
    assert point.closed_on is None
    points.close(task, point, "备忘录已由双方签署", TODAY, by=who.verifier, at=AT)
