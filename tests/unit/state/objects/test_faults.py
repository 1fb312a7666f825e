"""Faults: at every request of a run, each way in which networks and stores go wrong; then a run that nothing disturbs."""

from contextlib import suppress

import pytest

from mlplan.app.waiting import locked
from mlplan.core.effect import Effects
from mlplan.core.errors import Locked, StateError
from mlplan.core.state import Outcome
from mlplan.state.ledger import Owner
from mlplan.state.objects.backend import ObjectBackend
from mlplan.testing.objects.memory import FaultyStore, MemoryStore
from mlplan.testing.objects.still import StillHeart, WaitingClock
from mlplan.testing.runs import entry, intent, saved

OWNER = Owner("fraud", "prod")
NAMES = ("experiment.a", "experiment.b")


def opened(store, clock=None):
    return ObjectBackend(store, "", OWNER, Effects(clock=clock or WaitingClock()), heart=StillHeart)


def apply(backend, calls, clock):
    """Do what an apply of two steps does; `calls` takes the calls that it makes to the platform."""
    lease = locked(backend, "apply", 1000, clock)
    try:
        state = backend.read()
        todo = [name for name in NAMES if name not in state.entries]
        if not todo and not state.recovered and not state.pending:
            return state
        journal = lease.journal(state)
        state.pending = []
        for step, name in enumerate(todo):
            journal.intend(intent(step, name))
            calls.append(name)
            journal.record(intent(step, name), Outcome(step, "done"))
            state.fold(intent(step, name), Outcome(step, "done"))
        journal.close()
        return lease.save(state)
    finally:
        lease.release()


def prepared():
    store = MemoryStore()
    saved(opened(store), old=entry())
    return store


def counted():
    """Return how many requests an undisturbed run makes."""
    store, clock = FaultyStore(prepared(), lambda *_: ""), WaitingClock()
    apply(opened(store, clock), [], clock)
    return store.requests


REQUESTS = counted()
FAULTS = ["lost before", "lost after", "late", "conflict", "refused"]


@pytest.mark.parametrize("lasting", [False, True], ids=["once", "from then on"])
@pytest.mark.parametrize("fault", FAULTS)
def test_whatever_goes_wrong_at_any_request_the_next_run_ends_well(fault, lasting):
    """Nothing is begun that is not in the journal, the ledger tells each step once, and what comes late changes nothing."""
    ended = 0
    for number in range(REQUESTS):
        inner = prepared()
        store = FaultyStore(inner, lambda at, _, k=number: fault if at == k or (lasting and at > k) else "")
        clock, calls = WaitingClock(), []
        try:
            apply(opened(store, clock), calls, clock)
            ended += 1
        except (StateError, Locked):
            known = opened(inner).read()
            begun = {one.address for one in known.pending} | known.entries.keys()
            assert set(calls) <= begun, number
        again = WaitingClock()
        first = apply(opened(inner, again), [], again)
        store.arrive()
        state = apply(opened(inner, again), calls, again)
        assert state.entries.keys() == {"experiment.old", *NAMES}, number
        assert (state.pending, state.serial >= first.serial) == ([], True), number
        ledger = opened(inner).ledger()
        done = [one.address for one in ledger.records() if one.outcome == "done"]
        assert set(done) == set(NAMES), number
    assert lasting or fault == "refused" or ended > REQUESTS / 2


class Loses(FaultyStore):
    """A store that reads well, and whose answer to one of its writes is lost."""

    def __init__(self, inner, at, fault):
        super().__init__(inner, lambda *_: "")
        self.writes, self.at, self.lost = 0, at, fault

    def put(self, key, data, tag):
        self.writes += 1
        self._fault = lambda *_: self.lost if self.writes - 1 == self.at else ""
        return super().put(key, data, tag)

    def _reading(self, key):
        self.requests += 1


@pytest.mark.parametrize("fault", ["lost before", "lost after", "conflict"])
def test_an_answer_that_is_lost_once_disturbs_nothing(fault, figure):
    """Each write is found to have happened or not, and the run goes on as if nothing had been."""
    quiet = Loses(prepared(), -1, fault)
    apply(opened(quiet), [], WaitingClock())
    for number in range(quiet.writes):
        inner, calls = prepared(), []
        state = apply(opened(Loses(inner, number, fault)), calls, WaitingClock())
        assert state.entries.keys() == {"experiment.old", *NAMES}, number
        assert calls == list(NAMES), number
        assert [one.address for one in opened(inner).ledger().records()] == calls, number
        assert opened(inner).holder() is None, number
    figure(f"an answer {fault}, at each of {quiet.writes} writes of an apply: every apply went through")


def remember(backend, calls, clock):
    """Write state without any step, as `state mv` does."""
    lease = locked(backend, "state mv", 1000, clock)
    try:
        return lease.save(backend.read())
    finally:
        lease.release()


def given_up(work, number, *, lasting):
    """Return a store where a run has given up on this request, and the calls that it made."""
    inner, calls = prepared(), []
    faults = {number: "late", number + 1: "refused"}  # it cannot be read back either
    store = FaultyStore(inner, lambda at, _: "late" if lasting and at >= number else faults.get(at, ""))
    with suppress(StateError, Locked):
        work(opened(store), calls, WaitingClock())
    return inner, store, calls


@pytest.mark.parametrize("lasting", [False, True], ids=["once", "from then on"])
@pytest.mark.parametrize("work", [apply, remember], ids=lambda one: one.__name__)
def test_a_write_that_arrives_late_is_refused_or_taken_in_whenever_that_is(work, lasting, figure):
    """The first run gives up on a write; it arrives at each request of the run after, which others depend on."""
    arrivals = 0
    for number in range(REQUESTS):
        for moment in range(0, 3 * REQUESTS, 2 if lasting else 1):
            inner, late, calls = given_up(work, number, lasting=lasting)
            reached, clock = [], WaitingClock()
            arriving = FaultyStore(
                inner, lambda at, _, m=moment, r=reached, s=late: r.append(s.arrive()) or "" if at == m else ""
            )
            try:
                apply(opened(arriving, clock), calls, clock)
            except (StateError, Locked):
                assert reached, (number, moment)  # nothing but the late write can be in its way
            state = opened(inner).read()
            known = state.entries.keys() | {one.address for one in state.pending}
            assert known >= set(calls), (number, moment)
            clock = WaitingClock()
            state = apply(opened(inner, clock), calls, clock)
            assert (state.entries.keys(), state.pending) == ({"experiment.old", *NAMES}, []), (number, moment)
            told = [one.address for one in opened(inner).ledger().records() if one.outcome == "done"]
            assert set(told) == set(NAMES), (number, moment)
            if not reached:
                break
            arrivals += 1
    figure(f"{work.__name__} gives up a write that arrives later, {arrivals} moments: nothing lost, nothing doubled")
