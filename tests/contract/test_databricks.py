"""The shared contract and both laws over HTTP: the real SDK against a workspace on loopback."""

from collections.abc import Callable

import pytest

from mlplan.core.provider import Provider
from mlplan.providers.local.workspace import Workspace
from mlplan.testing.contract import ProviderContract
from mlplan.testing.laws import LawContract


class OverHttp:
    @pytest.fixture
    def provider(
        self,
        opener: Callable[..., Provider],
        register_one: Callable[[str], int],
        workspace: Workspace,
        monkeypatch: pytest.MonkeyPatch,
    ) -> Provider:
        for number in ("", *map(str, range(200))):
            monkeypatch.setenv(f"alpha{number}", f"content of alpha{number}")
            monkeypatch.setenv(f"beta{number}", f"content of beta{number}")
        self.register, self.workspace = register_one, workspace
        return opener()

    def register_version(self, provider: Provider, full_name: str) -> None:
        self.register(full_name)


class TestDatabricks(OverHttp, ProviderContract): ...


class TestLaws(OverHttp, LawContract): ...
