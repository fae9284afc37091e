"""How long a rehearsal takes: 136 items × 500 applications each, before and after, all at once.

`.venv/bin/python -m benchmarks.rehearsal [items] [applications an item]`; nothing is stored.
"""

from __future__ import annotations

import sys
import time
from datetime import date, timedelta
from pathlib import Path

from app.rules import rehearsal
from app.rules.deadlines import load_rules
from app.rules.party_facts import LedgerRow, OrganFacts

RULES = Path(__file__).resolve().parents[1] / "legal_corpus" / "rules"
FIRST, E = date(2019, 3, 1), date(2026, 6, 1)
TO = "某区行政审批服务局"


def made(items: int, each: int) -> rehearsal.Scene:
    """A district of 15 departments; applications of 200 days, every seventh decided."""
    departments = [f"某区第{n}局" for n in range(15)]
    organs = {name: OrganFacts(name, "district_department", government="某区人民政府")
              for name in (*departments, TO)}
    seals = {name: (rehearsal.SealFact(name, FIRST),
                    rehearsal.SealFact(f"{name}行政审批专用章", FIRST)) for name in organs}
    catalogue = [rehearsal.Item(f"{n:03}", f"许可{n}", (LedgerRow(
        departments[n % 15], f"{n:03}", "license", "原权", FIRST, None, "职责"),),
        (20, 30, None)[n % 3]) for n in range(1, items + 1)]
    applications = []
    for item in catalogue:
        for n in range(each):
            applied = E - timedelta(days=n % 200)
            decided = applied + timedelta(days=30) if n % 7 == 0 else None
            applications.append(rehearsal.Application(
                f"{item.code}-{n}", item.code, applied,
                applied + timedelta(days=2) if n % 5 else None, decided,
                item.rows[0].organ if decided else ""))
    return rehearsal.Scene(rehearsal.World(organs, seals), load_rules(RULES), tuple(catalogue),
                           tuple(applications))


def run(items: int = 136, each: int = 500) -> tuple[float, int]:
    """Seconds and lines."""
    scene = made(items, each)
    moves = {item.code: rehearsal.Move(item.code, E, TO, ("T_FINISH", "A_TAKE_OVER", "BY_STAGE", "")
                                       [n % 4], E + timedelta(days=90) if n % 4 in (0, 2) else None,
                                       "某政发〔2026〕9号") for n, item in enumerate(scene.items)}
    start = time.perf_counter()
    lines = rehearsal.rehearse(scene, moves, E)
    changed = sum(bool(line.differs) for line in lines)
    seconds = time.perf_counter() - start
    assert changed
    return seconds, len(lines)


if __name__ == "__main__":
    seconds, lines = run(*(int(argument) for argument in sys.argv[1:3]))
    print(f"{lines} lines in {seconds:.2f} s")
