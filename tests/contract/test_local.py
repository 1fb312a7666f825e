from collections.abc import Iterator
from pathlib import Path

import pytest

from mlplan.core.declaration import Target
from mlplan.core.effect import Effects, SystemClock
from mlplan.core.provider import Provider
from mlplan.core.values import Values
from mlplan.providers.local.handler import LocalProvider
from mlplan.providers.local.register import Logged, register
from mlplan.providers.registry import Context, open_provider
from mlplan.testing.contract import ProviderContract
from mlplan.testing.laws import LawContract

MODEL = """\
flavors:
  python_function: {loader_module: mlflow.sklearn, python_version: 3.11.7}
signature:
  inputs: '[{"type": "double", "name": "amount", "required": true}]'
  outputs: '[{"type": "long", "required": true}]'
"""


class Local:
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


class TestLocal(Local, ProviderContract): ...


class TestLaws(Local, LawContract):
    def stored(self, provider: Provider, kind: str, id: str) -> Values | None:  # noqa: A002
        assert isinstance(provider, LocalProvider)
        found = provider.workspace.find(kind, id)
        return found.values if found else None
