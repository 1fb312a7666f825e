"""Interleaving: one run is held up at each of its requests, its lock is broken, another run begins, and both go on."""

import threading

import pytest

from mlplan.core.effect import Effects
from mlplan.core.errors import Locked, StateError
from mlplan.core.state import Outcome
from mlplan.state.ledger import Owner
from mlplan.state.objects.backend import ObjectBackend
from mlplan.testing.objects.memory import FaultyStore, MemoryStore
from mlplan.testing.objects.still import StillHeart, WaitingClock
from mlplan.testing.runs import entry, intent, saved

OWNER = Owner("fraud", "prod")
LONG = 20.0


class Run(threading.Thread):
    """A run that stops before one of its requests until it is told to go on."""

    def __init__(self, store, work, at, name):
        super().__init__(daemon=True)
        self.calls, self.result, self.error, self.ended = [], None, None, False
        self.name_, self.work = name, work
        self.still, self.go = threading.Event(), threading.Event()
        self.backend = opened(FaultyStore(store, self._pass))
        self.at = at

    def run(self):
        try:
            self.result = self.work(self.backend, self.name_, self.calls)
        except (StateError, Locked) as error:
            self.error = error
        finally:
            self.ended = True
            self.still.set()

    def hold(self):
        """Start, and return once it stands before that request or has ended."""
        self.start()
        assert self.still.wait(LONG)

    def finish(self):
        self.go.set()
        self.join(LONG)
        assert not self.is_alive()

    def _pass(self, number, _key):
        if number == self.at:
            self.still.set()
            assert self.go.wait(LONG)
        return ""


def opened(store):
    return ObjectBackend(store, "", OWNER, Effects(clock=WaitingClock()), heart=StillHeart)


def apply(backend, name, calls):
    """Apply two steps, each with a call between its intent and its outcome."""
    lease = backend.lock("apply")
    try:
        state = backend.read()
        journal = lease.journal(state)
        for step, address in enumerate((f"experiment.{name}1", f"experiment.{name}2")):
            journal.intend(intent(step, address))
            calls.append(address)
            journal.record(intent(step, address), Outcome(step, "done"))
            state.fold(intent(step, address), Outcome(step, "done"))
        journal.close()
        return lease.save(state)
    finally:
        lease.release()


def remember(backend, name, calls):
    """Write state without any step, as `state mv` does."""
    lease = backend.lock("state mv")
    try:
        state = backend.read()
        state.entries[f"experiment.{name}"] = entry()
        return lease.save(state)
    finally:
        lease.release()


def settled(store, *runs):
    """Check what must hold however two runs met."""
    state, ledger = opened(store).read(), opened(store).ledger()
    known = state.entries.keys() | {one.address for one in state.pending}
    for run in runs:
        assert known >= set(run.calls), "a call was made, and nothing tells of it"
        if run.result is not None:
            assert known >= run.result.entries.keys(), "a run ended well, and what it wrote is gone"
    assert ledger.damage == []
    told = [one.address for one in ledger.records() if one.outcome == "done"]
    assert sorted(told) == sorted(set(told)), "a step is told twice"
    assert {"experiment.old"} <= state.entries.keys()
    later = apply(opened(store), "later", [])
    assert later.entries.keys() >= state.entries.keys()


def met(first, second, at, then):
    """Let two runs meet: the first is held up, its lock broken, the second held up, and the first goes on."""
    store = MemoryStore()
    saved(opened(store), old=entry())
    one, two = Run(store, first, at, "one"), Run(store, second, then, "two")
    one.hold()
    holder = opened(store).holder()
    if holder is not None:
        opened(store).unlock(holder.id)
    two.hold()
    ends = one.ended, two.ended
    one.finish()
    two.finish()
    settled(store, one, two)
    return ends, (one, two)


@pytest.mark.parametrize("second", [apply, remember], ids=lambda one: one.__name__)
@pytest.mark.parametrize("first", [apply, remember], ids=lambda one: one.__name__)
def test_no_meeting_of_two_runs_loses_or_doubles_anything(first, second, figure):
    meetings, refused = 0, 0
    for at in range(100):
        for then in range(100):
            (over, over_too), (one, two) = met(first, second, at, then)
            if over or over_too:
                break
            meetings, refused = meetings + 1, refused + bool(one.error)
            assert two.error is None or one.error is None, "each was in the way of the other"
        if over:
            break
    assert refused
    figure(
        f"{first.__name__} meets {second.__name__} in {meetings} ways: nothing lost, nothing twice; the first was refused in {refused}"
    )
