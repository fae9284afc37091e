"""The suite on several cores: who runs what, what is built once, what must not run beside others.

``make test`` runs pytest twice: ``--part=parallel`` on one worker a core (pytest-xdist), then
``--part=serial`` on one, for the tests marked ``serial``: those that measure the clock on the wall
or a child process, which a busy neighbour would make fail. Plain ``pytest`` runs everything in one
process, as ever. The hooks here are imported by ``tests/conftest.py``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from fasteners import InterProcessLock

PARTS = ("all", "parallel", "serial")
# A file stays on one worker: its fixtures are made once and its tests keep their order. Folders
# whose tests share something dear stay together as well: one Chromium at a time.
TOGETHER = ("tests/browser",)
# What takes longest begins first, so that no worker is left alone with it at the end.
SLOW_FIRST = ("tests/browser", "tests/rules/test_walks.py", "tests/test_hostile_input.py",
              "tests/test_pages.py", "tests/test_routes.py", "tests/laws/test_search.py")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--part", choices=PARTS, default="all",
                     help="parallel: without the tests marked serial; serial: only those")


def group(nodeid: str) -> str:
    """The file of a test, or the folder that is run as one: ``tests/laws/test_asof.py``."""
    file = nodeid.partition("::")[0]
    return next((folder for folder in TOGETHER if file.startswith(f"{folder}/")), file)


def _rank(nodeid: str) -> int:
    name = group(nodeid)
    return SLOW_FIRST.index(name) if name in SLOW_FIRST else len(SLOW_FIRST)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    part = config.getoption("part")
    if part == "all":
        return
    left_out = [item for item in items
                if (item.get_closest_marker("serial") is not None) != (part == "serial")]
    config.hook.pytest_deselected(items=left_out)
    unwanted = set(left_out)
    items[:] = [item for item in items if item not in unwanted]
    if part == "parallel":
        items.sort(key=lambda item: _rank(item.nodeid))  # stable: the order inside a file stays


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """A part may have no tests of what was asked for: that is no failure."""
    if exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED and session.config.getoption(
            "part") != "all":
        session.exitstatus = pytest.ExitCode.OK


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    from xdist.scheduler import LoadScopeScheduling

    class ByGroup(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return group(nodeid)

    config.option.loadscopereorder = False  # ours: what is slow, not what has many tests
    return ByGroup(config, log)


@contextmanager
def once(factory: pytest.TempPathFactory, name: str) -> Iterator[tuple[Path, bool]]:
    """A folder of this run that all workers share, and whether the caller is the first.

    The first fills it while the others wait; what it holds is only read afterwards.
    """
    base = factory.getbasetemp()
    shared = base.parent if _is_worker(base) else base
    with InterProcessLock(shared / f"{name}.lock"):
        folder, done = shared / f"shared-{name}", shared / f"{name}.done"
        folder.mkdir(exist_ok=True)
        first = not done.exists()
        yield folder, first
        done.touch()


def _is_worker(base: Path) -> bool:
    return base.name.startswith("popen-gw")


def told(reporter: Any, name: str) -> list[Any]:
    """What tests left under ``name`` in their ``user_properties``, from whichever worker."""
    reports = [report for found in reporter.stats.values() for report in found
               if getattr(report, "when", "") == "teardown"]
    return [value for report in reports for key, value in report.user_properties if key == name]


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """The size of the route matrix (tests/test_routes.py), counted over all its tests."""
    tried: Counter[str] = Counter()
    routes: set[str] = set()
    for counts, endpoints in told(terminalreporter, "route matrix"):
        tried.update(counts)
        routes.update(endpoints)
    if tried:
        parts = "，".join(f"{what} {count}" for what, count in tried.items())
        terminalreporter.write_line(
            f"route matrix: {tried.total()} requests to {len(routes)} routes ({parts})")
