"""A project, requests about it, and a watcher that agrees."""

from dataclasses import dataclass, field

import pytest

from mlplan.app.apply import apply
from mlplan.app.plan import plan
from mlplan.app.session import Request
from mlplan.core.effect import Effects
from mlplan.engine.options import Options

MANIFEST = "project: small\ndefault_environment: dev\nenvironments: {dev: {provider: local}, prod: {provider: local}}\n"
RESOURCES = """\
resources:
  experiments:
    one: {name: /Shared/one, tags: {team: risk}}
    two: {name: /Shared/two}
    three: {name: /Shared/three}
"""


@dataclass
class StandingClock:
    """Time that the test sets."""

    moment: float = 1_767_258_000.0

    def now(self):
        return self.moment

    def monotonic(self):
        return self.moment

    def sleep(self, seconds):
        self.moment += seconds


@dataclass
class Agreeing:
    """A watcher that agrees, remembers, and may act when a step has ended."""

    agrees: bool = True
    events: list = field(default_factory=list)
    after: dict = field(default_factory=dict)

    def planned(self, planned):
        self.events.append("planned")
        return self.agrees

    def begins(self, steps):
        self.events.append(f"begins {steps}")

    def started(self, step, change):
        self.events.append(f"started {step.address}")

    def finished(self, step, change, outcome):
        self.events.append(f"{outcome.status} {step.address}")
        self.after.get(step.number, lambda: None)()

    def skipped(self, step, change, why):
        self.events.append(f"skipped {step.address}: {why}")

    def said(self, text):
        self.events.append(f"said {text}")

    def waits(self, rollouts, until):
        self.events.append("waits")

    def ends(self):
        self.events.append("ends")


@pytest.fixture
def clock():
    return StandingClock()


@pytest.fixture
def project(tmp_path):
    (tmp_path / "resources").mkdir()
    (tmp_path / "mlplan.yaml").write_text(MANIFEST, encoding="utf-8")
    (tmp_path / "resources" / "all.yaml").write_text(RESOURCES, encoding="utf-8")
    return tmp_path


@pytest.fixture
def edit(project):
    def replace(old, new):
        path = project / "resources" / "all.yaml"
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    return replace


@pytest.fixture
def request_(project, clock):
    """Return a request about the project; one call at a time, so that steps have an order."""
    return Request(project, parallelism=1, effects=Effects(clock=clock))


@pytest.fixture
def watcher():
    return Agreeing()


@pytest.fixture
def applied(request_):
    """Return the project, applied once."""
    result = apply(request_, Options(parallelism=1), Agreeing())
    assert result.status == "applied"
    return result


@pytest.fixture
def planned(request_):
    """Return a call that plans."""
    return lambda **options: plan(request_, Options(parallelism=1, **options))
