"""S3: the contracts over moto, and what each answer of a store is taken for."""

import pytest

from mlplan.app.waiting import locked
from mlplan.core.effect import Effects
from mlplan.core.state import Outcome
from mlplan.state.ledger import Owner
from mlplan.state.objects.backend import ObjectBackend
from mlplan.state.s3 import S3Store
from mlplan.testing.backend_contract import BackendContract
from mlplan.testing.objects.contract import StoreContract
from mlplan.testing.objects.still import StillHeart, WaitingClock
from mlplan.testing.runs import alias, applied


class TestBackend(BackendContract):
    @pytest.fixture
    def opens(self, bucket):
        store = S3Store(bucket)  # it remembers nothing, and is slow to make
        return lambda: ObjectBackend(store, bucket.prefix, Owner("fraud", "prod"), Effects())


class TestStore(StoreContract):
    @pytest.fixture
    def store(self, bucket):
        return S3Store(bucket)


class Stopped(BaseException):
    """The process is gone: nothing that comes after is done."""


def stopping(at, seen):
    """Return a probe that stops the run at the moment with this number, and at every one after."""

    def probe(when, label):
        seen.append((when, label))
        if len(seen) > at:
            raise Stopped

    return probe


def test_a_run_that_is_stopped_at_any_effect_is_gone_on_with(bucket, figure):
    """What it had begun is in the bucket, and the ledger tells each step once."""
    store, stops = S3Store(bucket), 0
    for at in range(100):
        seen, clock, prefix = [], WaitingClock(), f"{bucket.prefix}/{at}"

        def opens(probe=None, clock=clock, prefix=prefix):
            effects = Effects(clock=clock, probe=probe)
            return ObjectBackend(store, prefix, Owner("fraud", "prod"), effects, heart=StillHeart)

        try:
            applied(opens(stopping(at, seen)), (alias(1, 7), Outcome(1, "done")))
        except Stopped:
            stops += 1
        else:
            break
        before, told = opens().read(), opens().ledger().records()
        begun = [label for when, label in seen if when == "after"].count("journal:put")
        assert len(before.entries) + len(before.pending) == len(told) == min(begun, 1), at
        lease = locked(opens(), "apply", 1000, clock)
        after = lease.save(opens().read())
        lease.release()
        assert (after.entries, after.pending) == (before.entries, before.pending), at
        assert opens().ledger().records() == told, at
        assert opens().holder() is None
    assert stops > 15
    figure(
        f"a run over S3 (moto) stopped at each of {stops} moments: what was begun is found, told once, and gone on with"
    )
