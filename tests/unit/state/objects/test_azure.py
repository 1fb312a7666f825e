"""Azure: the contracts over Azurite, and what each answer of a store is taken for."""

import pytest

from mlplan.core.effect import Effects
from mlplan.state.azure import AzureStore
from mlplan.state.ledger import Owner
from mlplan.state.objects.backend import ObjectBackend
from mlplan.testing.backend_contract import BackendContract
from mlplan.testing.objects.contract import StoreContract


class TestBackend(BackendContract):
    @pytest.fixture
    def opens(self, container):
        store = AzureStore(container)  # it remembers nothing, and is slow to make
        return lambda: ObjectBackend(store, container.prefix, Owner("fraud", "prod"), Effects())


class TestStore(StoreContract):
    @pytest.fixture
    def store(self, container):
        return AzureStore(container)
