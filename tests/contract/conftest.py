"""A workspace on loopback behind the real SDK, and a project that is planned and applied there."""

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from mlplan.core.change import Change, Object
from mlplan.core.declaration import Target
from mlplan.core.effect import Effects, SystemClock
from mlplan.core.provider import Provider
from mlplan.core.values import Values
from mlplan.engine.marking import told
from mlplan.providers.local.register import Logged, register
from mlplan.providers.local.store import Store
from mlplan.providers.local.workspace import Workspace
from mlplan.providers.registry import Context, open_provider
from mlplan.testing.project import Project
from mlplan.testing.server.server import Server
from mlplan.testing.server.settings import Settings

USER = "deployer@example.com"
MODEL = """\
flavors:
  python_function: {loader_module: mlflow.sklearn, python_version: 3.11.7}
signature:
  inputs: '[{"type": "double", "name": "amount", "required": true}]'
  outputs: '[{"type": "long", "required": true}]'
"""
WORLD = {
    "catalog.main": {"name": "main"},
    "schema.ml": {"catalog_name": "main", "name": "ml"},
    "registered_model.scorer": {"catalog_name": "main", "schema_name": "ml", "name": "scorer"},
    "experiment.base": {"name": "/Shared/base"},
}
Open = Callable[..., Provider]


class Settled(Project):
    """A project with the words that tests about one workspace say most."""

    def settled(self, resources: Mapping[str, Values]) -> None:
        """Declare resources and apply them; the plan after that is empty."""
        self.declare(resources)
        outcome = self.apply()
        assert not outcome.failed, [one.error for one in outcome.outcomes.values()]
        assert self.plan().empty

    def live(self, kind: str, id: str) -> Object | None:  # noqa: A002
        handler = self.provider.handler(kind)
        assert handler is not None
        found = handler.read(id)
        return None if found is None else told(kind, found)

    def change(self, address: str) -> Change:
        return next(one for one in self.plan().active() if one.address == address)


class Quick(SystemClock):
    """Time that waiting moves on, so that nobody waits for it."""

    def __init__(self) -> None:
        self.skipped = 0.0

    def monotonic(self) -> float:
        return super().monotonic() + self.skipped

    def sleep(self, seconds: float) -> None:
        self.skipped += seconds


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep the machine's own Databricks settings out."""
    for name in list(os.environ):
        if name.startswith(("DATABRICKS_", "ACTIONS_", "ARM_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    store = Store(tmp_path / "workspace.db")
    yield Workspace(store, USER)
    store.close()


@pytest.fixture
def server(workspace: Workspace) -> Iterator[Server]:
    with Server(workspace, Settings(workspace_id=0)) as server:
        yield server


@pytest.fixture
def clock() -> Quick:
    return Quick()


@pytest.fixture
def opener(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clock: Quick) -> Iterator[Open]:
    monkeypatch.setenv("ACME_TOKEN", server.token)
    opened: list[Provider] = []

    def open_one(**more: object) -> Provider:
        target = Target("databricks", {"host": server.url, "token": {"env": "ACME_TOKEN"}})
        settings = {"effects": Effects(clock=clock), "parallelism": 8, "writable": True} | more
        opened.append(open_provider(target, Context(tmp_path, "contract", "dev", **settings)))  # type: ignore[arg-type]
        return opened[-1]

    yield open_one
    for one in opened:
        one.close()


@pytest.fixture
def register_one(workspace: Workspace, tmp_path: Path) -> Callable[[str], int]:
    """Return `register(full_name)`: the next version of a model, as a training job would register it."""
    directory = tmp_path / "model"
    directory.mkdir()
    (directory / "MLmodel").write_text(MODEL)
    return lambda full_name: register(workspace, full_name, directory, Logged(), SystemClock()).version


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Settled]]:
    """Return a server and a project with a model of two versions and an experiment, applied; waiting moves time."""
    root = tmp_path_factory.mktemp("world")
    store = Store(root / "workspace.db")
    workspace, effects = Workspace(store, USER), Effects(clock=Quick())
    (root / "MLmodel").write_text(MODEL)
    with Server(workspace) as server, pytest.MonkeyPatch.context() as patch:
        patch.setenv("ACME_TOKEN", server.token)
        target = Target("databricks", {"host": server.url, "token": {"env": "ACME_TOKEN"}})
        provider = open_provider(target, Context(root, "world", "dev", effects, 8, writable=True))
        project = Settled(provider, root, effects)
        project.declare(WORLD)
        assert not project.apply().failed
        for _ in range(2):
            register(workspace, "main.ml.scorer", root, Logged(), SystemClock())
        yield server, project
        provider.close()
    store.close()


@pytest.fixture
def project(world: tuple[Server, Settled]) -> Iterator[Settled]:
    """Return the world's project, which is as it was again afterwards."""
    server, project = world
    kept = dict(project.resources)
    server.log.clear()
    yield project
    server.faults.clear()
    project.resources.clear()
    project.resources.update(kept)
    assert not project.apply().failed


@pytest.fixture
def workspace_server(world: tuple[Server, Settled]) -> Server:
    """Return the server of the world."""
    return world[0]


@pytest.fixture
def writes(world: tuple[Server, Settled]) -> Callable[[], list[str]]:
    """Return `writes()`: the requests that may have changed something."""
    return lambda: [entry.call for entry in world[0].log.writing()]
