"""A child cannot cost more than its limits, whatever it does."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import pytest

from app.evidence import limited

pytestmark = pytest.mark.serial
CHILD = "tests.evidence.hostile_child"


@pytest.fixture
def given(tmp_path: Path) -> Path:
    path = tmp_path / "given"
    path.write_text("正文", encoding="utf-8")
    return path


def test_the_child_gets_the_file_and_nothing_else(
    given: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://secret")
    with (tmp_path / "open").open("w") as ours:
        os.set_inheritable(ours.fileno(), True)
        answer: Any = limited.run(CHILD, given, "echo")
    assert answer["read"] == "正文"
    assert set(answer["environment"]) <= {"LANG", "LC_CTYPE", "PATH"}
    assert len(answer["descriptors"]) == 4, "three streams and the folder being listed"


CASES = [
    ("spin", 1.0, "time", "processor time without end"),
    ("sleep", 1.0, "time", "waiting without using the processor"),
    ("grow", 5.0, "memory", "memory without end"),
    ("flood", 5.0, "crash", "an answer without end"),
    ("babble", 5.0, "crash", "an answer that is not JSON"),
]


@pytest.mark.parametrize(("what", "seconds", "why", "reason"), CASES, ids=[c[0] for c in CASES])
def test_a_hostile_child_is_stopped(
    given: Path, what: str, seconds: float, why: str, reason: str
) -> None:
    begun = time.monotonic()
    with pytest.raises(limited.ChildFailed) as failure:
        limited.run(CHILD, given, what, seconds=seconds, memory=256, answer=1)
    assert failure.value.why == why, reason
    assert time.monotonic() - begun < seconds + 3


def test_what_the_child_started_dies_with_it(given: Path, tmp_path: Path) -> None:
    note = tmp_path / "pid"
    with pytest.raises(limited.ChildFailed):
        limited.run(CHILD, given, "offspring", str(note), seconds=1.5)
    state = Path(f"/proc/{note.read_text(encoding='utf-8')}/stat")
    for _ in range(50):
        try:
            if state.read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0] == "Z":
                return
        except FileNotFoundError:
            return
        time.sleep(0.05)
    pytest.fail("the grandchild is still running")
