"""From when a text applies that one decision changed together with others."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from app.laws import amendments
from app.laws.amendments import first_day, load
from app.laws.catalogue import CatalogueFault

FIRST = (date(1990, 1, 1), "1990年1月1日国务院发布")
TOGETHER = (date(2017, 11, 4), "2017年11月4日《关于修改〈会计法〉等十一部法律的决定》修正")


@pytest.mark.parametrize(("key", "rank", "adopted", "history", "expected", "reason"), [
    ("某条例", "行政法规", date(2019, 3, 2), [FIRST], date(2019, 3, 2),
     "国务院令第709号：自公布之日起施行; the heading lacks its last line, as many do"),
    ("某条例", "行政法规", date(2022, 3, 29), [FIRST], date(2022, 5, 1), "国务院令第752号 says so"),
    ("某条例", "行政法规", date(2019, 3, 2), [(date(2019, 3, 2), "2019年3月2日公布")], None,
     "an original of the same day"),
    ("某条例", "行政法规", date(2019, 3, 2), [], None, "nothing shows that it was changed"),
    ("某法", "法律", date(2019, 3, 2), [FIRST], None, "another rank"),
    ("某条例", "行政法规", date(2019, 3, 3), [FIRST], None, "no decision of that day"),
    ("某法", "法律", date(2017, 11, 4), [FIRST, TOGETHER], date(2017, 11, 5),
     "自2017年11月5日起施行"),
    ("某法", "法律", date(2017, 11, 4), [FIRST, (date(2017, 11, 4), "2017年11月4日修订")], None,
     "changed on that day by a decision of its own"),
    ("商标法", "法律", date(2019, 4, 23),
     [FIRST, (date(2019, 4, 23), "《关于修改〈建筑法〉等八部法律的决定》修正")], date(2019, 11, 1),
     "one of the eight has a day of its own"),
    ("某法", "法律", None, [FIRST], None, "a text without a day"),
])
def test_the_first_day_is_that_of_the_decision(
    *, key: str, rank: str, adopted: date | None, history: list[tuple[date, str]],
    expected: date | None, reason: str,
) -> None:
    assert first_day(key, rank, adopted, history) == expected, reason


@pytest.mark.parametrize(("row", "reason"), [
    ('rank = "条约"\nadopted = 2019-03-02\nby = "x"\neffective = 2019-03-02', "unknown rank"),
    ('rank = "法律"\nadopted = 2019-03-02\nby = "x"\neffective = 2019-03-01', "before itself"),
    ('rank = "法律"\nadopted = 2019-03-02\nby = "x"\nefective = 2019-03-02', "unknown column"),
])
def test_a_faulty_row_stops_the_start(tmp_path: Path, row: str, reason: str) -> None:
    path = tmp_path / "amendments.toml"
    path.write_text(f"[[amendment]]\n{row}\n", encoding="utf-8")
    with pytest.raises(CatalogueFault, match="第1行"):
        load(path)
    assert reason


def test_no_two_decisions_answer_for_one_text() -> None:
    seen = [(a.rank, a.adopted, a.words) for a in amendments.amendments()]
    assert len(seen) == len(set(seen))
    assert not [a.by for a in amendments.amendments() if a.rank == "法律" and not a.words]
