from collections.abc import Iterator
from pathlib import Path

import pytest

from mlplan.core.declaration import Target
from mlplan.core.effect import Effects, SystemClock
from mlplan.core.provider import Provider
from mlplan.providers.local.handler import LocalProvider
from mlplan.providers.local.register import Logged, register
from mlplan.providers.registry import Context, open_provider
from mlplan.testing.contract import ProviderContract

MODEL = """\
flavors:
  python_function: {loader_module: mlflow.sklearn, python_version: 3.11.7}
signature:
  inputs: '[{"type": "double", "name": "amount", "required": true}]'
  outputs: '[{"type": "long", "required": true}]'
"""


class TestLocal(ProviderContract):
    @pytest.fixture
    def provider(self, tmp_path: Path) -> Iterator[Provider]:
        opened = open_provider(Target("local"), Context(tmp_path, "contract", "dev", Effects()))
        yield opened
        opened.close()

    def register_version(self, provider: Provider, full_name: str) -> None:
        assert isinstance(provider, LocalProvider)
        directory = provider.workspace.store.path.parent / "model"
        directory.mkdir(exist_ok=True)
        (directory / "MLmodel").write_text(MODEL)
        register(provider.workspace, full_name, directory, Logged(), SystemClock())
