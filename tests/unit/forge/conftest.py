"""GitHub on loopback, and a client of it whose clock stands still but for its own waits."""

import random
from dataclasses import dataclass, field

import pytest

from mlplan.core.effect import Effects
from mlplan.forge.client import GitHub
from mlplan.forge.run import run_of
from mlplan.testing.forge import GitHubServer


@dataclass
class StandingClock:
    """Time that passes by waiting only."""

    moment: float = 1_767_258_000.0
    slept: list = field(default_factory=list)

    def now(self):
        return self.moment

    def monotonic(self):
        return self.moment

    def sleep(self, seconds):
        self.slept.append(round(seconds))
        self.moment += seconds


class NoChance(random.Random):
    """Chance that adds nothing to a wait."""

    def random(self):
        return 0.0


@pytest.fixture
def clock():
    return StandingClock()


@pytest.fixture
def github():
    with GitHubServer(page=2) as server:
        yield server


@pytest.fixture
def client(github, clock, tmp_path):
    """Return a call that opens a client as a job of a pull request, or of a push, has it."""
    opened = []

    def connect(pull=None, *, sha="", token="", probe=None):
        environ = github.environ(tmp_path / "event.json", pull, sha=sha, token=token)
        opened.append(GitHub(run_of(environ), Effects(clock=clock, random=NoChance(), probe=probe)))
        return opened[-1]

    yield connect
    for one in opened:
        one.__exit__(None, None, None)
