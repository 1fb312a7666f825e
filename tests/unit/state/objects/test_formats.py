"""Formats in an object store: what this mlplan keeps there is read and gone on with by the one of the next format."""

import pytest

from mlplan.core.effect import Effects
from mlplan.core.errors import StateError
from mlplan.core.state import Outcome
from mlplan.state import formats
from mlplan.state.ledger import Owner
from mlplan.state.objects.backend import ObjectBackend
from mlplan.testing.objects.memory import MemoryStore
from mlplan.testing.objects.still import StillHeart, WaitingClock
from mlplan.testing.runs import applied, entry, intent, saved, stop

HERE = "fraud/prod/"


def opened(store):
    return ObjectBackend(store, "", Owner("fraud", "prod"), Effects(clock=WaitingClock()), heart=StillHeart)


def step(number, name):
    return intent(number, name), Outcome(number, "done", f"/Shared/{name}")


@pytest.fixture
def store():
    """Return a store with a state, and the journal of a stopped run."""
    store = MemoryStore()
    saved(opened(store), a=entry())
    backend = opened(store)
    lease = backend.lock("apply")
    lease.journal(backend.read()).intend(intent(1, "experiment.begun"))
    stop(backend, lease)
    return store


@pytest.fixture
def next_format(monkeypatch):
    steps = {**formats.STEPS, formats.latest(): formats.Step(lock=lambda raw: {**raw, "epoch": raw["epoch"] + 100})}
    monkeypatch.setattr(formats, "STEPS", steps)
    return monkeypatch


def test_the_first_write_of_the_next_format_keeps_the_object_of_before(store, next_format):
    before = store.objects[f"{HERE}state.json"]
    for number in range(25):
        state = applied(opened(store), step(1, f"experiment.e{number}"))
    assert state.epoch > 100
    assert opened(store).read() == state
    assert "experiment.begun" in [one.address for one in state.pending]
    assert store.objects[f"{HERE}state.format-{formats.latest() - 1}.json"] == before
    assert opened(store).ledger().damage == []


@pytest.mark.parametrize("newer", ["state.json", "lock.json"])
def test_what_the_next_format_wrote_is_refused_by_this_one(store, next_format, newer):
    applied(opened(store), step(1, "experiment.more"))
    other = {"state.json": "lock.json", "lock.json": "state.json"}[newer]
    del store.objects[HERE + other]
    next_format.undo()
    for use in (opened(store).read, lambda: opened(store).lock("apply")):
        with pytest.raises(StateError) as refused:
            use()
        assert refused.value.code == "MLE602"
        assert newer in str(refused.value)
