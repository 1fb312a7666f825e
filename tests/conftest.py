"""Shared by all tests: what is optional, what `--update` rewrites, and figures that the run prints at its end."""

import os
from collections.abc import Callable

import pytest

Need = Callable[[object, str], None]
Figure = Callable[[str], None]
FIGURE = "figure"


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


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the figures of all tests."""
    reports = [one for stat in ("passed", "failed") for one in terminalreporter.stats.get(stat, [])]
    lines = [line for report in reports for name, line in report.user_properties if name == FIGURE]
    if lines:
        terminalreporter.section("figures")
    for line in lines:
        terminalreporter.write_line(str(line))
