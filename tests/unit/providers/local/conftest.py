from pathlib import Path

import pytest

from mlplan.core.declaration import Target
from mlplan.core.effect import Effects
from mlplan.core.provider import Edit
from mlplan.engine.diff import differences
from mlplan.kinds import spec
from mlplan.providers.local import open_workspace
from mlplan.providers.local.register import Logged, register
from mlplan.providers.registry import Context

MODEL = Path(__file__).parents[4] / "examples/fraud/models/fraud_score/v1"


class Clock:
    """A clock that stands still."""

    def now(self):
        return 1000.0

    def monotonic(self):
        return 0.0

    def sleep(self, seconds):
        pytest.fail(f"slept {seconds} s")


class Desk:
    """A workspace with short words for what tests do in it."""

    def __init__(self, workspace):
        self.workspace = workspace
        self.store = workspace.store

    def make(self, kind, **values):
        values = spec(kind).canonical(values)
        return self.workspace.create(kind, spec(kind).identify(values), values)

    def change(self, kind, id_, **values):
        actual = self.workspace.read(kind, id_)
        desired = spec(kind).canonical(actual.values | values)
        fields = tuple(one.field for one in differences(desired, actual.values, None, spec(kind).shape()))
        return self.workspace.update(kind, id_, Edit(actual, desired, fields))

    def hierarchy(self, versions=0):
        self.make("catalog", name="main")
        self.make("schema", catalog_name="main", name="ml")
        self.make("registered_model", catalog_name="main", schema_name="ml", name="m")
        for _ in range(versions):
            self.version()

    def version(self):
        return register(self.workspace, "main.ml.m", MODEL, Logged(), Clock())

    def endpoint(self, version="1", **values):
        entity = {"name": "current", "entity_name": "main.ml.m", "entity_version": version, "traffic_percentage": 100}
        return self.make("serving_endpoint", name="e", served_entities=[entity], **values)

    def serve(self, version):
        entity = self.workspace.read("serving_endpoint", "e").values["served_entities"][0]
        return self.change("serving_endpoint", "e", served_entities=[entity | {"entity_version": version}])

    def served(self):
        found = self.workspace.read("serving_endpoint", "e")
        return found.status, [one["entity_version"] for one in found.values.get("served_entities", ())]


@pytest.fixture
def desk(tmp_path):
    workspace = open_workspace(Target("local"), Context(tmp_path, "fraud", "dev", Effects()))
    yield Desk(workspace)
    workspace.store.close()


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def example_model():
    return MODEL
