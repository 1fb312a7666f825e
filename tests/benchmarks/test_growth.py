"""Growth: four times the resources take about four times the work, whatever the shape of the graph.

Seconds depend on the machine; ratios of CPU time in one process hardly do, and bytes and calls not at all.
"""

import gc
import time

import pytest
import world

from mlplan.app.apply import apply
from mlplan.app.plan import plan
from mlplan.app.session import Request, Session
from mlplan.core.effect import Effects
from mlplan.engine.options import Options
from mlplan.engine.planner import make_plan

SMALL, LARGE = 2_500, 10_000
AT_MOST = 4.5
TOLERATED = 6.5
"""A busy machine may stretch one of the two; what is quadratic would come to 16."""


class CountingEffects(Effects):
    """Effects that count the bytes that go to state and journal."""

    written = 0

    def write(self, label, descriptor, data):
        self.written += len(data)
        super().write(label, descriptor, data)


class Silent:
    """A watcher that agrees to everything and says nothing."""

    def planned(self, planned):
        assert not planned.refused
        return True

    def __getattr__(self, name):
        return lambda *_: None


def planning(root):
    """Return the CPU seconds of reading and planning a project, at best of three."""
    gc.collect()
    gc.disable()  # the command line raises its thresholds; here other tests' objects would be walked, too
    try:
        return min(timed(root) for _ in range(3))
    finally:
        gc.enable()


def timed(root):
    began = time.process_time()
    assert len(plan(Request(root), Options()).plan.changes) > SMALL * 0.9
    return time.process_time() - began


@pytest.mark.parametrize("shape", ["flat", "chain"])
def test_planning_is_linear(tmp_path, shape, figure):
    for size in (SMALL, LARGE):
        world.bare(tmp_path / str(size), size, shape)
    small, large = (planning(tmp_path / str(size)) for size in (SMALL, LARGE))
    figure(f"planning {SMALL:,} and {LARGE:,} resources, {shape}: {large / small:.1f}x the CPU time, {AT_MOST} at most")
    assert large / small <= TOLERATED


def test_an_apply_writes_as_many_bytes_as_there_are_resources(tmp_path, figure):
    written = {}
    for size in (100, 400):
        world.bare(tmp_path / str(size), size)
        effects = CountingEffects()
        result = apply(Request(tmp_path / str(size), effects=effects), Options(), Silent())
        assert result.status == "applied"
        written[size] = effects.written
    figure(f"state and journal written per resource in an apply of all: {written[400] / 400:,.0f} bytes")
    assert written[100] > 100 * 100
    assert written[400] / written[100] <= AT_MOST


def test_a_plan_writes_nothing_and_an_empty_apply_no_state(tmp_path):
    world.bare(tmp_path, 50)
    effects = CountingEffects()
    plan(Request(tmp_path, effects=effects), Options())
    assert effects.written == 0
    assert not (tmp_path / ".mlplan").exists()
    apply(Request(tmp_path, effects=effects), Options(), Silent())
    [state] = (tmp_path / ".mlplan/state").rglob("state.json")
    before = state.stat()
    assert apply(Request(tmp_path, effects=effects), Options(), Silent()).status == "nothing to do"
    assert (state.stat().st_ino, state.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


class Counted:
    """A provider, or a handler of one, whose reads are counted."""

    def __init__(self, inner, calls):
        self.inner, self.calls = inner, calls

    def __getattr__(self, name):
        found = getattr(self.inner, name)
        if name in ("read", "read_many"):
            self.calls.append(name)
        return found

    def handler(self, kind):
        return Counted(self.inner.handler(kind), self.calls)


def test_what_can_be_read_together_is_not_read_one_by_one(tmp_path):
    world.bare(tmp_path, 500)
    apply(Request(tmp_path), Options(), Silent())
    calls = []
    with Session(Request(tmp_path)) as opened:
        made = make_plan(opened.declaration, opened.backend.read(), Counted(opened.provider, calls), Options())
    assert made.empty
    assert "read_many" in calls
    assert len(calls) < 500 / 5
