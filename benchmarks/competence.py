"""The competence query over 1,000 items × 20 years of changes: milliseconds a question.

Run: `.venv/bin/python -m benchmarks.competence`. Asked: at most 20 ms.
"""

from __future__ import annotations

import os
import random
import statistics
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path

ITEMS, YEARS, QUESTIONS = 1_000, 20, 300
START = date(2006, 1, 1)
AT = datetime(2026, 11, 24, tzinfo=UTC)


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="zhengheng-bench-") as folder:
        os.environ["ZHENGHENG_DATA"] = folder
        measure(Path(folder))


def measure(folder: Path) -> None:
    """Fill a database of its own and ask; prints the median, the 95th percentile and the most."""
    import flask_migrate
    from sqlalchemy import insert

    from app import create_app
    from app.extensions import db
    from app.organs.models import Organ
    from app.standing.competence import ask
    from app.standing.models import PowerLedger

    app = create_app({"SQLALCHEMY_DATABASE_URI": f"sqlite:///{folder / 'bench.db'}",
                      "DATA_DIR": folder, "SECRET_KEY": "bench"})
    chance = random.Random(2026)
    with app.app_context():
        flask_migrate.upgrade()
        db.session.add_all(Organ(name=f"X区第{n}局", kind="district_department",
                                 valid_from=date(2005, 1, 1)) for n in range(30))
        db.session.commit()
        rows = [{
            "organ_id": 1 + (item + year) % 30, "item_code": f"{item:03}", "power": power,
            "mode": "相对集中" if year % 3 else "原权", "valid_from": date(START.year + year, 1, 1),
            "valid_to": date(START.year + year + 1, 1, 1) if year < YEARS else None,
            "basis_doc": f"X政发〔{START.year + year}〕{item}号", "in_flight": "T_FINISH",
            "residual_until": date(START.year + year, 3, 31), "details": {}, "note": "",
            "known_from": AT, "known_to": None, "entered_by": "测量"}
            for item in range(ITEMS) for year in range(YEARS + 1)
            for power in ("license", "supervision")]
        db.session.execute(insert(PowerLedger), rows)
        db.session.commit()
        took: list[float] = []
        spent: list[float] = []
        for _ in range(QUESTIONS + 5):
            on = date(chance.randint(2006, 2026), chance.randint(1, 12), chance.randint(1, 28))
            applied = date(on.year - 1, 12, 20) if chance.random() < 0.5 else None
            organ = f"X区第{chance.randint(0, 29)}局" if chance.random() < 0.5 else None
            begin, busy = time.perf_counter(), time.process_time()
            ask(f"{chance.randrange(ITEMS):03}", on, organ=organ, apply_date=applied)
            took.append((time.perf_counter() - begin) * 1000)
            spent.append((time.process_time() - busy) * 1000)
            db.session.rollback()
        took = sorted(took[5:])  # the first ones compile the statements
        print(f"{len(rows)} rows, {QUESTIONS} questions: median {statistics.median(took):.1f} ms, "
              f"95 % {took[int(len(took) * 0.95)]:.1f} ms, most {took[-1]:.1f} ms; "
              f"processor {statistics.median(spent[5:]):.1f} ms")


if __name__ == "__main__":
    main()
