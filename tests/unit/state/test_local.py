"""Local backend: the contract, and what only a directory can show."""

import pytest

from mlplan.core.effect import Effects
from mlplan.state.local import LocalBackend
from mlplan.testing.backend_contract import BackendContract


class TestLocal(BackendContract):
    @pytest.fixture
    def opens(self, tmp_path):
        return lambda: LocalBackend(tmp_path / "state", "fraud", "prod", Effects())
