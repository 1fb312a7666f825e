"""S3: the contracts over moto, and what each answer of a store is taken for."""

import pytest

from mlplan.core.effect import Effects
from mlplan.state.ledger import Owner
from mlplan.state.objects.backend import ObjectBackend
from mlplan.state.s3 import S3Store
from mlplan.testing.backend_contract import BackendContract
from mlplan.testing.objects.contract import StoreContract


class TestBackend(BackendContract):
    @pytest.fixture
    def opens(self, bucket):
        store = S3Store(bucket)  # it remembers nothing, and is slow to make
        return lambda: ObjectBackend(store, bucket.prefix, Owner("fraud", "prod"), Effects())


class TestStore(StoreContract):
    @pytest.fixture
    def store(self, bucket):
        return S3Store(bucket)
