"""The shared contract and both laws, over a folder."""

from pathlib import Path

import pytest
from mlplan_folder import open_provider

from mlplan.core.declaration import Target
from mlplan.core.effect import Effects
from mlplan.core.errors import Denied, Mistake
from mlplan.core.provider import Provider
from mlplan.providers.context import Context
from mlplan.testing.contract import ProviderContract
from mlplan.testing.laws import LawContract


def opened(root: Path, *, writable: bool = True, **options: object) -> Provider:
    """Return the provider as mlplan opens it."""
    return open_provider(Target("folder", options), Context(root, "demo", "dev", Effects(), writable=writable))


@pytest.fixture
def provider(tmp_path: Path) -> Provider:
    """Return the provider over a folder that is not there yet."""
    return opened(tmp_path)


class TestContract(ProviderContract):
    """What every provider does."""


class TestLaws(LawContract):
    """What holds for every field."""


def test_a_run_that_only_reads_cannot_write(tmp_path: Path) -> None:
    """Only apply and destroy open a provider for writing."""
    handler = opened(tmp_path, writable=False).handler("experiment")
    assert handler is not None
    with pytest.raises(Denied):
        handler.create("/Shared/a", {"name": "/Shared/a"})
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_option_is_refused(tmp_path: Path) -> None:
    """An option that nobody reads could point a plan at the wrong place."""
    with pytest.raises(Mistake):
        opened(tmp_path, pth="elsewhere")
