"""Object backend: the contract over stores of this process and of this machine."""

import pytest

from mlplan.core.effect import Effects
from mlplan.core.state import Outcome
from mlplan.state.ledger import Owner
from mlplan.state.objects.backend import ObjectBackend
from mlplan.testing.backend_contract import BackendContract
from mlplan.testing.objects.contract import StoreContract
from mlplan.testing.objects.folder import FolderStore
from mlplan.testing.objects.memory import FaultyStore, MemoryStore
from mlplan.testing.objects.still import StillHeart
from mlplan.testing.runs import entry, intent, saved

OWNER = Owner("fraud", "prod")


class TestMemory(BackendContract):
    @pytest.fixture
    def opens(self):
        store = MemoryStore()
        return lambda: ObjectBackend(store, "teams/risk", OWNER, Effects())


class TestFolder(BackendContract):
    @pytest.fixture
    def opens(self, tmp_path):
        return lambda: ObjectBackend(FolderStore(tmp_path / "bucket"), "", OWNER, Effects())


class TestMemoryStore(StoreContract):
    @pytest.fixture
    def store(self):
        return MemoryStore()


class TestFolderStore(StoreContract):
    @pytest.fixture
    def store(self, tmp_path):
        return FolderStore(tmp_path / "bucket")


def test_few_requests_are_made(figure):
    """A plan needs three; an apply some twenty, and for each step one look at the lock and one part of the journal."""
    store = FaultyStore(MemoryStore(), lambda *_: "")

    def opens():
        return ObjectBackend(store, "", OWNER, Effects(), heart=StillHeart)

    saved(opens(), a=entry())
    counts = []
    for steps in (1, 2, 12):
        lease, before = opens().lock("apply"), store.requests
        state = opens().read()
        counts.append([store.requests - before])
        journal = lease.journal(state)
        for step in range(steps):
            lease.check()
            journal.intend(intent(step, f"experiment.{step}"))
            journal.record(intent(step, f"experiment.{step}"), Outcome(step, "done"))
        lease.save(state)
        lease.release()
        counts[-1].append(store.requests - before)
    assert [read for read, _ in counts] == [3, 3, 3]
    few, one_more, many = (apply for _, apply in counts)
    assert (one_more - few, many - few) == (2, 22)
    assert few <= 22
    figure(f"requests to a store of state: 3 for a plan, {few} for an apply of one step, 2 for each step more")
