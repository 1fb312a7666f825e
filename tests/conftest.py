"""Shared by all tests: what is optional, what `--update` rewrites, and figures that the run prints at its end."""

import os
from collections import defaultdict
from collections.abc import Callable, Iterator

import pytest

Need = Callable[[object, str], None]
Figure = Callable[[str], None]
Tally = Callable[[str, int, int], None]
FIGURE, TALLY = "figure", "tally"
FIRST = ("tests/crash/", "tests/unit/state/", "tests/cycle/")
"""What takes longest is begun first, so that no core waits for it at the end; it forks, which a small process does faster."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let transcripts be written anew instead of compared."""
    parser.addoption("--update", action="store_true", help="rewrite the transcripts in README.md and tests/scenarios")


@pytest.fixture
def update(request: pytest.FixtureRequest) -> bool:
    """Tell whether transcripts are to be rewritten."""
    return bool(request.config.getoption("--update"))


@pytest.fixture
def need() -> Need:
    """Return `need(found, why)`: it skips the test unless `found`, and fails it where MLPLAN_TEST_ALL=1 wants all."""

    def check(found: object, why: str) -> None:
        if found:
            return
        if os.environ.get("MLPLAN_TEST_ALL") == "1":
            pytest.fail(f"{why} (MLPLAN_TEST_ALL=1 skips nothing)")
        pytest.skip(why)

    return check


@pytest.fixture
def figure(record_property: Callable[[str, object], None]) -> Figure:
    """Return `figure(line)`: the line is printed under "figures" when the run ends."""
    return lambda line: record_property(FIGURE, line)


@pytest.fixture
def tally(record_property: Callable[[str, object], None]) -> Tally:
    """Return `tally(what, points, problems)`: printed as one figure for all tests of the same `what`, on whatever core."""
    return lambda *counts: record_property(TALLY, counts)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest; everything else keeps its order."""
    items.sort(key=lambda item: not item.nodeid.startswith(FIRST))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the figures of all tests."""
    reports = [one for stat in ("passed", "failed") for one in terminalreporter.stats.get(stat, [])]
    told = [one for report in reports for one in report.user_properties]
    lines = [line for name, line in told if name == FIGURE] + list(
        _totals([found for name, found in told if name == TALLY])
    )
    if lines:
        terminalreporter.section("figures")
    for line in lines:
        terminalreporter.write_line(str(line))


def _totals(tallies: list[tuple[str, int, int]]) -> Iterator[str]:
    """Yield one line for each kind of enumeration."""
    totals: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for what, points, problems in tallies:
        totals[what].append((points, problems))
    for what, found in totals.items():
        points, problems = (sum(column) for column in zip(*found, strict=True))
        yield f"{what}: {len(found)} scenarios, {points} points, {problems} that do not converge"
