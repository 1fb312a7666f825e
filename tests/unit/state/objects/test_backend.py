"""Object backend: the contract over stores of this process and of this machine."""

import pytest

from mlplan.core.effect import Effects
from mlplan.state.ledger import Owner
from mlplan.state.objects.backend import ObjectBackend
from mlplan.testing.backend_contract import BackendContract
from mlplan.testing.objects.contract import StoreContract
from mlplan.testing.objects.folder import FolderStore
from mlplan.testing.objects.memory import MemoryStore

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
