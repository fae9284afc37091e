"""Where to go against a decision: by who decides, not by a fixed sentence."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from flask import Flask

from app.extensions import db
from app.licensing import remedies
from app.organs import demo as organs_demo

ON = date(2026, 11, 24)


@pytest.fixture
def register(app: Flask) -> Iterator[None]:
    organs_demo.load("演示")
    db.session.flush()
    yield


@pytest.mark.usefixtures("register")
@pytest.mark.parametrize(("decider", "reviewer", "court", "article", "reason"), [
    ("X区行政审批服务局", "X区人民政府", "X区人民法院", "第（一）项", "本级政府部门"),
    ("X区人民政府", "X市人民政府", "X市中级人民法院", "第（二）项", "下一级政府，不向自己复议"),
    ("X区民政局", "X区人民政府", "X区人民法院", "第（一）项", "划转之前的原部门"),
])
def test_the_remedy_follows_who_decides(decider: str, reviewer: str, court: str,
                                        article: str, reason: str) -> None:
    found = remedies.of_decider(decider, ON)
    assert found is not None and found.certain, reason
    assert (found.reviewers, found.court) == ((reviewer,), court), reason
    assert f"向{reviewer}申请行政复议" in found.text and f"向{court}提起" in found.text
    assert any(each.cite == f"《行政复议法》第二十四条第一款{article}" for each in found.basis)


@pytest.mark.usefixtures("register")
def test_an_organ_outside_the_register_has_no_derived_remedy() -> None:
    assert remedies.of_decider("没有登记的局", ON) is None
    assert remedies.of_item("999", ON) is None
