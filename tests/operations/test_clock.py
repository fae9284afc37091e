"""The hourly clock: every feature is asked, one commit, and a failure does not stop it."""

from __future__ import annotations

import json
import threading
from datetime import date, datetime
from typing import Any

import pytest
from flask import Flask

from app.audit import services as audit
from app.extensions import Hooks, db
from app.operations import serving, tick_commands

DAY = date(2026, 11, 24)


@pytest.fixture
def hooks(monkeypatch: pytest.MonkeyPatch) -> Hooks:
    own = Hooks()
    monkeypatch.setattr(tick_commands, "hooks", own)
    return own


def test_tick_prints_the_moment_and_what_was_recorded(
    app: Flask, runner: Any, hooks: Hooks
) -> None:
    def lapse(now: datetime) -> list[dict[str, Any]]:
        audit.log("lapse", "答复期满", by="系统", at=now)
        return [{"case": "1", "event": "answer_missed", "now": now.isoformat()}]

    hooks.on("tick", lapse)
    hooks.on("tick", lambda now: None)
    result = runner.invoke(args=["tick", "--now", "2026-03-20T08:00"])
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout) == {
        "now": "2026-03-20T08:00:00+08:00",
        "recorded": [{"case": "1", "event": "answer_missed",
                      "now": "2026-03-20T08:00:00+08:00"}]}
    db.session.rollback()
    assert audit.heads()["log"]["length"] == 1, "committed"


@pytest.mark.parametrize(("given", "moment"), [
    ("2026-03-20", "2026-03-20T00:00:00+08:00"),
    ("2026-03-20T00:00:00+00:00", "2026-03-20T00:00:00+00:00")])
def test_a_moment_without_a_zone_is_beijing_time(
    runner: Any, hooks: Hooks, given: str, moment: str
) -> None:
    assert json.loads(runner.invoke(args=["tick", "--now", given]).stdout)["now"] == moment


def test_without_a_moment_the_clock_of_the_application_counts(runner: Any, hooks: Hooks) -> None:
    assert json.loads(runner.invoke(args=["tick"]).stdout)["now"].startswith(DAY.isoformat())


def test_a_moment_that_does_not_exist_is_wrong_usage(runner: Any, hooks: Hooks) -> None:
    result = runner.invoke(args=["tick", "--now", "2026-02-30"])
    assert result.exit_code == 2 and "2026-02-30" in result.stderr


def test_a_failing_feature_leaves_nothing_half_recorded(app: Flask, hooks: Hooks) -> None:
    hooks.on("tick", lambda now: [audit.log("lapse", "x", by="系统") and {}])
    hooks.on("tick", lambda now: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        tick_commands.run_tick(datetime(2026, 3, 20).astimezone())
    assert audit.heads()["log"]["length"] == 0


def test_the_clock_goes_on_after_a_failure() -> None:
    calls, thrice = [], threading.Event()

    def work() -> None:
        calls.append(1)
        if len(calls) == 3:
            thrice.set()
        raise RuntimeError("database away")

    clock = serving.Clock(work, every=0.01)
    clock.start()
    assert thrice.wait(5)
    clock.stop()
    count = len(calls)
    assert not thrice.wait(0) or len(calls) == count
