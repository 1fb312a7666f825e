"""Damage: whatever is cut, changed, put back or taken away is refused with the way out, and nothing is applied."""

import re

import pytest

from mlplan.core.effect import Effects
from mlplan.core.errors import StateError
from mlplan.core.state import Outcome
from mlplan.state.ledger import Owner
from mlplan.state.objects.backend import ObjectBackend
from mlplan.state.objects.lease import KEPT
from mlplan.testing.objects.memory import MemoryStore
from mlplan.testing.objects.still import StillHeart, WaitingClock
from mlplan.testing.runs import alias, applied, entry, intent, saved, stop

HERE = "fraud/prod/"
STATE, LOCK = f"{HERE}state.json", f"{HERE}lock.json"


def opened(store, owner=("fraud", "prod")):
    return ObjectBackend(store, "", Owner(*owner), Effects(clock=WaitingClock()), heart=StillHeart)


@pytest.fixture
def store():
    """Return a store with a state, a ledger, and the journal of a stopped run."""
    store = MemoryStore()
    saved(opened(store), a=entry())
    applied(opened(store), (alias(1, 7), Outcome(1, "done")))
    backend = opened(store)
    lease = backend.lock("apply")
    journal = lease.journal(backend.read())
    journal.intend(intent(1, "experiment.begun"))
    stop(backend, lease)
    return store


def refused(store, code):
    """Check that neither a plan nor an apply gets past it, and that they say what to do."""
    before = dict(store.objects)
    with pytest.raises(StateError) as error:
        opened(store).read()
    assert (error.value.code, bool(error.value.hint)) == (code, True)
    with pytest.raises(StateError):
        apply(store)
    assert store.objects.keys() - before.keys() <= {f"{HERE}probe"} | _seals(store)
    assert {name: data for name, data in store.objects.items() if name != LOCK and name in before} == {
        name: data for name, data in before.items() if name != LOCK
    }


def _seals(store):
    return {name for name, data in store.objects.items() if data.startswith(b'{"sealed"')}


def apply(store):
    backend = opened(store)
    lease = backend.lock("apply")
    try:
        return lease.save(backend.read())
    finally:
        lease.release()


def test_every_byte_of_state_counts(store, figure):
    whole = store.objects[STATE]
    for place in range(len(whole)):
        store.objects[STATE] = whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :]
        with pytest.raises(StateError) as error:
            opened(store).read()
        assert error.value.code in ("MLE601", "MLE602"), place
    figure(f"state in objects, each of {len(whole)} bytes flipped: refused every time")


def test_every_length_of_state_counts(store):
    whole = store.objects[STATE]
    for length in range(len(whole)):
        store.objects[STATE] = whole[:length]
        with pytest.raises(StateError) as error:
            opened(store).read()
        assert error.value.code == "MLE601", length


def test_every_byte_of_a_journal_counts(store):
    name = next(name for name in sorted(store.objects) if name.endswith("/000001.jsonl"))
    whole = store.objects[name]
    for place in range(len(whole) - 1):
        store.objects[name] = whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :]
        with pytest.raises(StateError) as error:
            opened(store).read()
        assert error.value.code == "MLE604", place
    store.objects[name] = whole
    assert [one.address for one in opened(store).read().pending] == ["experiment.begun"]


@pytest.mark.parametrize(
    "data", [b"", b"\x80garbage\n", b"\xef\xbb\xbf{}", b"{}"], ids=["empty", "garbage", "mark", "{}"]
)
def test_state_that_is_no_state_is_refused(store, data):
    store.objects[STATE] = data
    refused(store, "MLE601")


def test_state_of_another_project_is_refused(store):
    saved(opened(store, ("other", "prod")))
    store.objects[STATE] = store.objects["other/prod/state.json"]
    refused(store, "MLE603")


def test_state_of_a_newer_version_is_refused(store):
    store.objects[STATE] = store.objects[STATE].replace(b'{"format":1,', b'{"format":2,')
    refused(store, "MLE602")


def test_a_missing_part_of_a_journal_is_refused(store):
    backend = opened(store)
    names = [name for name in sorted(store.objects) if "/journal/" in name]
    backend.unlock(backend.lock("apply").holder.id)  # seals it, so that the part is one in the middle
    del store.objects[names[-1]]
    refused(store, "MLE604")


def test_a_state_that_was_put_back_is_refused_while_the_lock_knows_better(store):
    saved(opened(store))
    store.objects[STATE] = store.objects[f"{HERE}history/000001.json"]
    refused(store, "MLE605")


def test_a_state_that_was_put_back_is_refused_while_the_ledger_knows_better(store):
    """The lock is gone, too: what tells is that the ledger goes on where this state has no journal."""
    applied(opened(store), (alias(1, 8), Outcome(1, "done")))
    serial = opened(store).read().serial
    store.objects[STATE] = store.objects[f"{HERE}history/{1:06d}.json"]
    for name in [name for name in store.objects if name == LOCK or "/journal/" in name]:
        del store.objects[name]
    backend = opened(store)
    lease = backend.lock("apply")
    assert backend.read().serial < serial
    with pytest.raises(StateError, match="a later state was written here before") as error:
        lease.journal(backend.read())
    assert error.value.code == "MLE605"
    lease.release()


def test_a_state_that_vanished_is_not_an_empty_one(store):
    saved(opened(store))
    del store.objects[STATE]
    refused(store, "MLE605")


def test_a_changed_ledger_shows(store):
    name = f"{HERE}ledger/0000000001.jsonl"
    store.objects[name] = re.sub(rb'"version":7', b'"version":8', store.objects[name])
    assert opened(store).ledger().damage


def test_a_ledger_without_its_first_object_says_how_much_is_missing(store):
    applied(opened(store), (alias(1, 8), Outcome(1, "done")))
    del store.objects[f"{HERE}ledger/0000000001.jsonl"]
    assert opened(store).ledger().lost == 1


def test_the_states_before_are_kept_up_to_twenty(store):
    wrote = [saved(opened(store), a=entry(number=number)) for number in range(KEPT + 3)]
    kept = sorted(name for name in store.objects if "/history/" in name)
    assert kept == [f"{HERE}history/{one.serial:06d}.json" for one in wrote[-KEPT - 1 : -1]]
    for name, before in zip(kept, wrote[-KEPT - 1 : -1], strict=True):
        store.objects[STATE] = store.objects[name]
        store.objects.pop(LOCK, None)
        assert opened(store).read() == before


def test_little_is_left_of_many_runs(store):
    """Journals go; of one that another run had to seal its last part stays for a while."""
    for version in range(30):
        applied(opened(store), (alias(1, version), Outcome(1, "done")))
    assert len([name for name in store.objects if "/journal/" in name]) == 0
