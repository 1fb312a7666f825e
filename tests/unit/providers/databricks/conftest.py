"""A clock that waiting moves, and a wire that answers from a script."""

import pytest

from mlplan.core.effect import Effects
from mlplan.providers.databricks.client import Client


class FakeClock:
    """Time that stands still until someone waits."""

    def __init__(self):
        self.time = 1000.0
        self.slept = []

    def now(self):
        return self.time

    def monotonic(self):
        return self.time

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.time += seconds


class Even:
    """Randomness without surprise."""

    def random(self):
        return 0.5


class Script:
    """A wire that plays answers in order, the last one for ever; a Failure is raised."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.sent = []

    def send(self, method, path, query, body):
        self.sent.append((method, path, query, body))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    def fetch(self, path):
        return self.send("FETCH", path, None, None)


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def effects(clock):
    return Effects(clock=clock, random=Even())


@pytest.fixture
def script(effects):
    """Return `script(*answers)`: a client and its wire."""

    def make(*answers):
        wire = Script(*answers)
        return Client(wire, wire, effects), wire

    return make
