"""Who reviewed an item's legality does not handle a case about it (领域指南 A.6, P-21)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from app.cases import wall
from app.cases.engine import Refused
from app.extensions import hooks
from tests.cases.desk import Desk

WHY = "参与过本案事项（079）的合法性审查"


@pytest.fixture
def reviewed(desk: Desk) -> Iterator[None]:
    """乔办理 took part in the review of 079."""
    def may_handle(user: Any, code: str) -> list[str]:
        return [WHY] if (user.username, code) == ("chengban2", "079") else []
    hooks.on("may_handle", may_handle)
    yield
    hooks._receivers["may_handle"].remove(may_handle)


@pytest.mark.usefixtures("reviewed")
def test_the_reviewer_of_an_item_is_refused_as_handler_and_helper(desk: Desk) -> None:
    case = desk.open(item_code="079")
    desk.judge(case)
    barred, other = desk.people["chengban2"].id, desk.people["chengban"].id
    with pytest.raises(Refused, match="合法性审查") as caught:
        desk.record(case, "accept", "11-04", procedure="ordinary", handler=barred)
    assert caught.value.field == "handler"
    desk.record(case, "accept", "11-04", procedure="ordinary", handler=other)
    with pytest.raises(Refused, match="合法性审查"):
        desk.record(case, "assign", "11-05", handler=other, co_handler=barred)
    assert wall.handled(desk.people["chengban"]) == {"079": [case.number]}
    assert wall.handled(desk.people["chengban2"]) == {}


@pytest.mark.usefixtures("reviewed")
def test_a_case_about_another_item_is_open_to_the_reviewer(desk: Desk) -> None:
    case = desk.open(item_code="080")
    desk.judge(case)
    desk.record(case, "accept", "11-04", procedure="ordinary",
                handler=desk.people["chengban2"].id)
    assert case.handler_id == desk.people["chengban2"].id
