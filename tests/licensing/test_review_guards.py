"""What a person with every role, a second hand or an old day could make of a review, and may not.
"""

from __future__ import annotations

import threading

import pytest
from flask import Flask
from sqlalchemy import text

from app.accounts.models import User
from app.extensions import db
from app.licensing import opinions
from app.licensing.review import answers, flow, people, points, queries, signing
from app.licensing.review.flow import Refused
from app.licensing.review.models import ReviewTask
from tests import factories
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


@pytest.mark.parametrize("seen", [True, False], ids=["as the page sends it", "without the count"])
def test_of_two_signers_at_once_one_signs(app: Flask, who: People, seen: bool) -> None:
    second = factories.user(["review_signer"], who.office, username="second")
    (task,) = helpers.verified(who)
    task_id, steps = task.id, len(flow.steps_of(task)) if seen else None
    signers, start = (who.signer.id, second.id), threading.Barrier(2)
    found: dict[int, object] = {}

    def sign(signer: int) -> None:
        with app.app_context():
            by, mine = db.session.get(User, signer), db.session.get(ReviewTask, task_id)
            assert by and mine and mine.findings
            start.wait(timeout=10)
            try:
                with flow.racing():
                    signing.sign(mine, "LEGAL", by=by, at=AT, seen=steps)
                    db.session.commit()
                found[signer] = "signed"
            except Exception as fault:
                found[signer] = fault
            finally:
                db.session.remove()

    threads = [threading.Thread(target=sign, args=(signer,)) for signer in signers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    db.session.rollback()
    db.session.expire_all()
    (winner,) = [signer for signer in signers if found[signer] == "signed"]
    assert all(isinstance(found[s], Refused) for s in signers if s != winner), found
    signed = db.session.get(ReviewTask, task_id)
    assert signed and signed.signer_id == winner and signing.verify(signed) == []
    assert [step.name for step in flow.steps_of(signed)].count("sign") == 1
    assert len(queries.documents_of(signed)) == 1
