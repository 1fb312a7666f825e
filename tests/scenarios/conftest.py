"""Scenarios: every Markdown page here is run, and must come back as it stands; `--update` rewrites it."""

import difflib
import os
import random
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path

import pytest

from mlplan.cli.entry import run
from mlplan.cli.settings import Settings
from mlplan.core.effect import Effects
from mlplan.testing.scenario import replay

START = 1_767_258_000.0  # 2026-01-01 09:00:00 UTC


class StandingClock:
    """Time that only waiting moves."""

    def __init__(self):
        self.passed = 0.0

    def now(self):
        return START + self.passed

    def monotonic(self):
        return self.passed

    def sleep(self, seconds):
        self.passed += seconds


def pytest_collect_file(file_path, parent):
    return Page.from_parent(parent, path=file_path) if file_path.suffix == ".md" else None


class Page(pytest.File):
    """A Markdown file."""

    def collect(self):
        yield Scenario.from_parent(self, name=self.path.stem)


class Scenario(pytest.Item):
    """One page, run from its top to its end in a directory of its own."""

    def runtest(self):
        page = self.path.read_text(encoding="utf-8")
        played = play(page, self.config._tmp_path_factory.mktemp(self.name))
        if self.config.getoption("--update"):
            self.path.write_text(played, encoding="utf-8")
        elif played != page:
            raise NotAsWritten(page, played)

    def repr_failure(self, excinfo):
        return str(excinfo.value) if isinstance(excinfo.value, NotAsWritten) else super().repr_failure(excinfo)

    def reportinfo(self):
        return self.path, 0, f"scenario {self.name}"


class NotAsWritten(AssertionError):
    """A page whose output is another by now."""

    def __init__(self, page, played):
        diff = difflib.unified_diff(page.split("\n"), played.split("\n"), "as written", "as it is", lineterm="")
        super().__init__("\n".join(diff))


def play(page: str, directory: Path) -> str:
    """Return a page as it is now; every page has the same time, chance and order of steps."""
    effects = Effects(clock=StandingClock(), random=random.Random(7))  # noqa: S311 - chance that repeats
    before = Path.cwd()
    os.chdir(directory)
    try:
        return replay(page, directory, lambda words: call(words, effects))
    finally:
        os.chdir(before)


def call(words: list[str], effects: Effects) -> tuple[str, int]:
    """Run one command in this process, with nobody at the keyboard."""
    said = StringIO()
    with redirect_stdout(said), redirect_stderr(said):
        code = run(words, Settings(parallelism=1, effects=effects))
    return said.getvalue(), code
