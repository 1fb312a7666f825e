"""Crash enumeration over the real engine, state and local workspace: every single stop converges, and every pair on demand.

Each scenario has objects of others beside ours: they stand in what is observed, so that any touch shows.
"""

import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from mlplan.core.declaration import (
    DEFAULT_LIFECYCLE,
    Declaration,
    Environment,
    Import,
    Lifecycle,
    Moved,
    Removed,
    Resource,
    Target,
)
from mlplan.core.provider import Edit
from mlplan.core.source import Origin
from mlplan.core.state import Entry, Intent
from mlplan.core.values import Unknown
from mlplan.engine.applier import run
from mlplan.engine.diff import differences
from mlplan.engine.options import Options
from mlplan.engine.planner import make_plan
from mlplan.kinds import spec
from mlplan.providers.local.register import Logged, register
from mlplan.providers.registry import Context, open_provider
from mlplan.state.registry import open_backend
from mlplan.testing.crash import Report, enumerate_crashes

ORIGIN = Origin("mlplan.yaml", ())
MODEL = Path(__file__).parents[2] / "examples/fraud/models/fraud_score/v1"
MEMORY = Path("/dev/shm")  # noqa: S108 - thousands of worlds are made there; a disk only makes it slow


class Silent:
    """Nobody watches."""

    def started(self, step, change): ...

    def finished(self, step, change, outcome): ...

    def skipped(self, step, change, why): ...

    def stopping(self):
        return False


class World:
    """A project that is declared anew in each process, over the state and workspace of one directory."""

    def __init__(self, root, effects):
        self.root, self.effects = root, effects
        self.resources, self.moved, self.removed, self.imports = {}, [], [], []
        self.backend = open_backend(Target("local", {"path": "state"}), root, "test", "dev", effects)
        self.provider = open_provider(Target("local"), Context(root, "test", "dev", effects, 1))

    def declare(self, address, needs=(), lifecycle=DEFAULT_LIFECYCLE, **values):
        kind = spec(address.partition(".")[0])
        self.resources[address] = Resource(address, kind.kind, kind.canonical(values), ORIGIN, tuple(needs), lifecycle)

    def apply(self, **options):
        environment = Environment("dev", Target("local"))
        lists = (self.moved, self.removed, self.imports)
        declared = Declaration(self.root, "test", environment, Target("local"), self.resources, *lists)
        lease = self.backend.lock("apply")
        try:
            state = self.backend.read()
            plan = make_plan(declared, state, self.provider, Options(parallelism=1, **options))
            refused = [one.summary for one in plan.diagnostics if one.severity == "error"]
            assert not refused, refused
            assert not plan.blocked, [(one.address, one.blocked) for one in plan.blocked]
            return run(plan, state, self.provider, lease, self.effects, Silent(), 1)
        finally:
            lease.release()

    def make(self, kind, id_, **values):
        """Make an object that is not ours."""
        self.provider.handler(kind).create(id_, spec(kind).canonical(values))

    def outside(self, kind, id_, **values):
        """Change an object behind mlplan's back."""
        handler = self.provider.handler(kind)
        actual = handler.read(id_)
        desired = spec(kind).canonical(actual.values | values)
        fields = tuple(one.field for one in differences(desired, actual.values, None, spec(kind).shape()))
        handler.update(id_, Edit(actual, desired, fields))

    def model(self, versions=2):
        """Declare a model in its catalog and schema, make it, and give it versions."""
        self.declare("catalog.main", name="main")
        self.declare("schema.ml", catalog_name="main", name="ml")
        self.declare("registered_model.m", catalog_name="main", schema_name="ml", name="m")
        self.apply()
        for _ in range(versions):
            register(self.provider.workspace, "main.ml.m", MODEL, Logged(), self.effects.clock)

    def endpoint(self, version, name="e", **more):
        entity = {"name": "m", "entity_name": "main.ml.m", "entity_version": version, "traffic_percentage": 100}
        self.declare("serving_endpoint.e", name=name, served_entities=[entity], **more)


@dataclass
class Story:
    """What is there before, and what is then declared and applied."""

    name: str
    before: Callable[[World], None]
    after: Callable[[World], None]
    silent: bool = True
    options: dict = field(default_factory=dict)

    def prepare(self, root):
        self._in(root, self._others, self.before)

    def run(self, root, effects):
        self._in(root, self.after, lambda world: world.apply(**self.options), effects=effects)

    def observe(self, root):
        found = {}
        self._in(root, lambda world: found.update(seen(world)))
        return found

    def _in(self, root, *acts, effects=None):
        from mlplan.core.effect import Effects  # noqa: PLC0415

        world = World(root, effects or Effects())
        try:
            for act in acts:
                act(world)
        finally:
            world.provider.close()

    def _others(self, world):
        world.make("catalog", "others", name="others", comment="theirs")
        world.make("schema", "others.ml", catalog_name="others", name="ml")
        world.make("experiment", "/Shared/theirs", name="/Shared/theirs", tags={"team": "other"})
        rows = [{"principal": "theirs", "privileges": ["USE_CATALOG"]}]
        world.make("grants", "catalog/others", securable_type="catalog", full_name="others", grants=rows)


def seen(world):
    """Return every object of the workspace, and state without the numbers that count runs.

    The server numbers objects as they come, and a run that was stopped may make them in another order.
    """
    store, state = world.provider.workspace.store, world.backend.read()
    rows = {f"{row.kind} {row.id}": [row.values, row.status] for kind in store.kinds() for row in store.of_kind(kind)}
    for location in [rows[name][0] for name in rows if name.startswith("volume")]:
        location["storage_location"] = location["storage_location"].rpartition("/")[0]
    entries = {
        address: [one.kind, one.id, one.values, list(one.needs), one.protect] for address, one in state.entries.items()
    }
    return {"objects": rows, "entries": entries, "pending": [one.address for one in state.pending]}


def chain(world):
    world.declare("catalog.main", name="main", comment="c")
    world.declare("schema.ml", catalog_name="main", name="ml")
    world.declare("volume.v", catalog_name="main", schema_name="ml", name="v", volume_type="MANAGED")
    world.declare("registered_model.m", catalog_name="main", schema_name="ml", name="m")
    rows = [{"principal": "svc", "privileges": ["EXECUTE"]}]
    world.declare("grants.registered_model.m", securable_type="registered_model", full_name="main.ml.m", grants=rows)
    world.declare("experiment.e", name="/Shared/e", tags={"team": "risk"})


def reference(world):
    """An experiment whose tag is known only once the other is made."""
    world.declare("experiment.a", name="/Shared/a")
    pointer = Unknown("${resources.experiments.a.experiment_id}")
    world.declare("experiment.b", ("experiment.a",), name="/Shared/b", tags={"parent": pointer})


def applied(*acts, **options):
    """Return an act that declares and applies."""

    def act(world):
        for one in acts:
            one(world)
        world.apply(**options)

    return act


def updated(world):
    chain(world)
    world.declare("catalog.main", name="main", comment="new")
    world.declare("registered_model.m", catalog_name="main", schema_name="ml", name="m", comment="new")
    rows = [
        {"principal": "svc", "privileges": ["EXECUTE", "APPLY_TAG"]},
        {"principal": "ops", "privileges": ["EXECUTE"]},
    ]
    world.declare("grants.registered_model.m", securable_type="registered_model", full_name="main.ml.m", grants=rows)
    world.declare("experiment.e", name="/Shared/e", tags={"team": "fraud", "tier": "1"})


def nothing(world):
    """Declare nothing."""


def replaced(world):
    chain(world)
    world.declare("catalog.main", name="main", comment="c", storage_root="s3://new")


def mixed(world):
    world.declare("catalog.main", name="main", comment="new")
    world.declare("schema.ml", catalog_name="main", name="ml")
    world.declare("schema.next", catalog_name="main", name="next")
    world.declare("registered_model.m", catalog_name="main", schema_name="ml", name="m")
    world.declare("experiment.new", name="/Shared/new")
    world.declare("experiment.e", name="/Shared/renamed", tags={"team": "risk"})


def serving(world):
    world.model()
    promoted(world, 1)
    world.apply()


def promoted(world, version=2):
    world.declare("catalog.main", name="main")
    world.declare("schema.ml", catalog_name="main", name="ml")
    world.declare("registered_model.m", catalog_name="main", schema_name="ml", name="m")
    world.declare("model_alias.m.champion", full_name="main.ml.m", alias="champion", version=version)
    world.endpoint("@champion")


def renamed_endpoint(world):
    promoted(world, 1)
    world.endpoint("@champion", name="e2", lifecycle=Lifecycle(create_before_destroy=True))


def moved(world):
    chain(world)
    world.resources.pop("experiment.e")
    world.declare("experiment.f", name="/Shared/f", tags={"team": "risk"})
    world.moved.append(Moved("experiment.e", "experiment.f", ORIGIN))


def soft_deleted(world):
    world.make("experiment", "/Shared/e", name="/Shared/e", tags={"team": "old"})
    world.provider.handler("experiment").delete("/Shared/e", {})


def existing(world):
    world.make("experiment", "/Shared/e", name="/Shared/e", tags={"team": "old"})
    world.make("catalog", "main", name="main")


def imported(world):
    world.imports += [Import("experiment.e", "/Shared/e", ORIGIN)]
    chain(world)


def forgotten(world):
    chain(world)
    for address in ("experiment.e", "grants.registered_model.m"):
        world.resources.pop(address)
        world.removed.append(Removed(address, destroy=False, origin=ORIGIN))


def broken_branch(world):
    """The alias names a version that does not exist, so that it and nothing else fails, each time."""
    world.declare("catalog.main", name="main", comment="new")
    world.declare("schema.ml", catalog_name="main", name="ml")
    world.declare("registered_model.m", catalog_name="main", schema_name="ml", name="m", comment="new")
    world.declare("model_alias.m.champion", full_name="main.ml.m", alias="champion", version=9)
    world.declare("experiment.new", name="/Shared/new")


def shared(world, mode="additive", **rows):
    world.declare("catalog.main", name="main")
    listed = [{"principal": who, "privileges": what.split()} for who, what in rows.items()]
    world.declare("grants.catalog.main", securable_type="catalog", full_name="main", mode=mode, grants=listed)


def foreign_rows(world):
    applied(lambda one: shared(one, svc="USE_CATALOG", ops="BROWSE"))(world)
    rows = [{"principal": "theirs", "privileges": ["USE_CATALOG"]}]
    rows += [{"principal": who, "privileges": what} for who, what in (("svc", ["USE_CATALOG"]), ("ops", ["BROWSE"]))]
    world.outside("grants", "catalog/main", grants=rows)


def drifted(world):
    applied(chain)(world)
    world.outside("experiment", "/Shared/e", tags={"team": "someone", "extra": "1"})
    world.provider.handler("volume").delete("main.ml.v", {})


def begun(world):
    """Stop while a step is under way, and never declare it again."""
    applied(chain)(world)
    lease = world.backend.lock("apply")
    gone = Entry("experiment", "/Shared/gone", {"name": "/Shared/gone"})
    lease.journal(world.backend.read()).intend(Intent(1, "create", "experiment.gone", gone))


ANYTHING = {"allow_destroy": frozenset("*")}
STORIES = [
    Story("create a chain", nothing, chain),
    Story("create with a reference known after apply", nothing, reference),
    Story("update fields, rows and tags", applied(chain), updated),
    Story("delete a chain", applied(chain), lambda world: world.declare("catalog.x", name="x"), options=ANYTHING),
    Story("destroy everything", applied(chain), nothing, options=ANYTHING | {"mode": "destroy"}),
    Story("replace a container and all inside", applied(chain), replaced, options=ANYTHING),
    Story("create, update, rename and delete at once", applied(chain), mixed, options=ANYTHING),
    Story("move an alias with the endpoint behind it", serving, promoted),
    Story("replace an endpoint, the new one first", serving, renamed_endpoint, options=ANYTHING),
    Story("restore a soft-deleted experiment", soft_deleted, chain, options={"adopt": frozenset({"experiment.e"})}),
    Story("rename a resource and its object", applied(chain), moved),
    Story("import one and adopt another", existing, imported, options={"adopt": frozenset({"catalog.main"})}),
    Story("forget", applied(chain), forgotten),
    Story("one branch fails", World.model, broken_branch, silent=False),
    Story("withdraw grants beside those of others", foreign_rows, lambda one: shared(one, svc="USE_CATALOG BROWSE")),
    Story("withdraw a whole block of grants", foreign_rows, lambda one: one.declare("catalog.main", name="main")),
    Story("repair drift", drifted, chain),
    Story("drop what a stopped run had begun", begun, chain),
]


@pytest.fixture(scope="module")
def work():
    place = MEMORY if os.access(MEMORY, os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=place) as directory:
        yield Path(directory)


@pytest.fixture(scope="module")
def total():
    return Report()


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_every_stop_converges(story, work, total):
    report = enumerate_crashes(story, work / story.name)
    total.add(report)
    assert report.problems == []
    assert report.points == report.moments > 30


def test_the_figures(total, figure):
    figure(
        f"crash enumeration: {len(STORIES)} scenarios, {total.points} points, {len(total.problems)} that do not converge"
    )
    assert total.problems == []


@pytest.mark.slow
@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_every_pair_of_stops_converges(story, work, figure):
    report = enumerate_crashes(story, work / f"{story.name}, twice", depth=2)
    figure(f"crash pairs: {story.name}: {report.points} points, {len(report.problems)} that do not converge")
    assert report.problems == []
