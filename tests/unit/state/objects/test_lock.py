"""Lock: who holds it, for how long, and who may take it over; every machine has a clock of its own."""

import threading

import pytest

from mlplan.app.waiting import locked
from mlplan.core.effect import Effects
from mlplan.core.errors import Locked, StateError
from mlplan.state.ledger import Owner
from mlplan.state.objects.backend import ObjectBackend
from mlplan.state.objects.heart import ThreadHeart
from mlplan.state.objects.lock import Terms
from mlplan.testing.objects.memory import FaultyStore, MemoryStore
from mlplan.testing.objects.still import StillHeart, WaitingClock
from mlplan.testing.runs import entry, intent, saved

OWNER = Owner("fraud", "prod")
LOCK = "fraud/prod/lock.json"
DAY = 86_400.0


class Machine:
    """A machine with its own clock and a heart that beats when the test says so."""

    def __init__(self, store, at=0.0):
        self.clock = WaitingClock(at)
        self.backend = ObjectBackend(store, "", OWNER, Effects(clock=self.clock), heart=lambda: self)
        self.beat = None

    def start(self, beat, every):
        self.beat = beat

    def stop(self): ...


@pytest.fixture
def store():
    return MemoryStore()


@pytest.mark.parametrize("skew", [0.0, DAY, -DAY, 1e9], ids=["none", "a day ahead", "a day behind", "since the epoch"])
def test_a_dead_holder_is_replaced_after_a_whole_lease_on_the_waiters_own_watch(store, skew):
    dead, waiter = Machine(store), Machine(store, at=skew)
    old = dead.backend.lock("apply")
    waited = []
    with pytest.raises(Locked):
        locked(waiter.backend, "apply", Terms().ttl - 1, waiter.clock, waited.append)
    assert len(waited) == 1
    assert old.holder.who in waited[0]
    new = locked(waiter.backend, "apply", 10, waiter.clock, waited.append)
    assert (new.took_over, old.took_over) == (old.holder, None)
    assert waited[-1] == f"Took over the lock of {old.holder.who}, which gave no sign of life."
    assert Terms().ttl <= waiter.clock.at - skew <= Terms().ttl + 5
    assert new.holder.epoch == old.holder.epoch + 1
    with pytest.raises(Locked, match="no longer locked by this run"):
        old.check()


def test_a_holder_that_renews_is_waited_for(store):
    holder, waiter = Machine(store), Machine(store)
    lease = holder.backend.lock("apply")
    for _ in range(20):
        holder.clock.sleep(Terms().beat)
        holder.beat()
        lease.check()
        with pytest.raises(Locked):
            locked(waiter.backend, "apply", Terms().beat, waiter.clock)
    lease.release()
    locked(waiter.backend, "apply", 0, waiter.clock).release()


def test_a_holder_that_cannot_renew_stops_before_anyone_may_take_over(store):
    down = []
    holder = Machine(FaultyStore(store, lambda *_: "lost before" if down else ""))
    lease = holder.backend.lock("apply")
    journal = lease.journal(holder.backend.read())
    down.append(1)
    holder.clock.sleep(Terms().ttl - Terms().margin + 1)
    holder.beat()
    for begin in (lease.check, lambda: journal.intend(intent(1))):
        with pytest.raises(Locked, match="could not be renewed in time") as refused:
            begin()
        assert (refused.value.code, refused.value.exit_code) == ("MLE619", 4)
    down.clear()
    holder.beat()
    lease.check()  # nobody took it meanwhile, so it is ours again


def test_a_renewal_that_was_given_up_and_arrives_later_is_recognised(store):
    slow = FaultyStore(store, lambda *_: "late" if late else "")
    late = []
    holder = Machine(slow)
    lease = holder.backend.lock("apply")
    late.append(1)
    holder.beat()
    late.clear()
    assert slow.arrive() == 1
    holder.beat()
    lease.check()
    lease.release()
    assert holder.backend.holder() is None


def test_of_two_that_wait_for_a_dead_holder_one_takes_over(store):
    Machine(store).backend.lock("apply")
    wins = []
    waiters = [Machine(store), Machine(store)]
    for step in range(60):
        for one in waiters:
            one.clock.sleep(7)
            try:
                wins.append((step, one.backend.lock("apply")))
            except Locked:
                continue
    assert len(wins) == 2  # the second took over from the first, which never renewed, a whole lease later
    assert (wins[1][0] - wins[0][0]) * 7 > Terms().ttl


def test_waiting_ends_when_the_lock_is_given_back(store):
    holder, waiter = Machine(store), Machine(store)
    lease = holder.backend.lock("apply")
    told = []
    waiter.clock.sleep = lambda seconds: lease.release() or WaitingClock.sleep(waiter.clock, seconds)
    new = locked(waiter.backend, "apply", 600, waiter.clock, told.append)
    assert (new.holder.epoch, len(told)) == (2, 1)


def test_who_is_refused_changes_nothing(store):
    lease = Machine(store).backend.lock("apply")
    before = dict(store.objects)
    with pytest.raises(Locked) as refused:
        Machine(store).backend.lock("apply")
    assert store.objects == before
    assert f"unlock --id {lease.holder.id}" in refused.value.hint
    assert "--lock-timeout" in refused.value.hint


def test_every_byte_of_the_lock_counts(store):
    """A changed byte is damage, never a free lock."""
    Machine(store).backend.lock("apply")
    whole = store.objects[LOCK]
    for place in range(len(whole) - 1):
        store.objects[LOCK] = whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :]
        with pytest.raises(StateError) as refused:
            Machine(store).backend.lock("apply")
        assert (refused.value.code, bool(refused.value.hint)) == ("MLE613", True), place


def test_the_epoch_grows_even_when_the_lock_was_removed(store):
    epochs = []
    for _ in range(3):
        epochs.append(saved(Machine(store).backend, a=entry()).epoch)
        del store.objects[LOCK]
    lease = Machine(store).backend.lock("apply")
    lease.journal(Machine(store).backend.read()).intend(intent(1))
    epochs.append(lease.holder.epoch)
    del store.objects[LOCK]
    epochs.append(Machine(store).backend.lock("apply").holder.epoch)
    assert epochs == sorted(set(epochs))


def test_a_lock_of_an_earlier_time_is_refused(store):
    saved(Machine(store).backend, a=entry())
    older = store.objects[LOCK]
    for _ in range(2):
        saved(Machine(store).backend, a=entry())
    store.objects[LOCK] = older
    with pytest.raises(StateError, match=r"an older lock\.json was put back") as refused:
        saved(Machine(store).backend, a=entry())
    assert refused.value.code == "MLE605"


@pytest.mark.parametrize("ignores", ["If-None-Match", "If-Match"])
def test_a_store_that_ignores_conditions_is_refused_before_the_lock(ignores):
    class Careless(MemoryStore):
        def put(self, key, data, tag):
            if (tag is None) == (ignores == "If-None-Match"):
                self.objects[key] = data
                return "any"
            return super().put(key, data, tag)

    store = Careless()
    with pytest.raises(StateError, match=ignores) as refused:
        Machine(store).backend.lock("apply")
    assert refused.value.code == "MLE617"
    assert set(store.objects) == {"fraud/prod/probe"}
    assert Machine(store).backend.read().entries == {}


def test_a_heart_beats_until_it_is_stopped():
    heart, beats, enough = ThreadHeart(), [], threading.Event()
    heart.start(lambda: beats.append(1) or (len(beats) > 2 and enough.set()), 0.001)
    assert enough.wait(10)
    heart.stop()
    count = len(beats)
    assert not threading.Event().wait(0.02)
    assert len(beats) == count


def test_a_lease_that_is_given_back_leaves_no_thread(store):
    before = threading.active_count()
    lease = ObjectBackend(store, "", OWNER, Effects()).lock("apply")
    assert threading.active_count() == before + 1
    lease.release()
    assert threading.active_count() == before


def test_still_hearts_do_nothing():
    heart = StillHeart()
    heart.start(lambda: pytest.fail("a beat"), 0)
    heart.stop()
