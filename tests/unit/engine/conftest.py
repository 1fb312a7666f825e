"""A project, its state and its local workspace, driven through the engine's own doors."""

from pathlib import Path

import pytest

from mlplan.core.declaration import DEFAULT_LIFECYCLE, Declaration, Environment, Import, Moved, Removed, Resource
from mlplan.core.declaration import Target as Named
from mlplan.core.effect import Effects, SystemClock
from mlplan.core.provider import Edit
from mlplan.core.source import Origin
from mlplan.engine.applier import run
from mlplan.engine.diff import differences
from mlplan.engine.marking import told
from mlplan.engine.options import Options
from mlplan.engine.planner import make_plan
from mlplan.engine.survey import never
from mlplan.kinds import spec
from mlplan.providers.local.register import Logged, register
from mlplan.providers.registry import Context, open_provider
from mlplan.state.registry import open_backend

ORIGIN = Origin("mlplan.yaml", ())
STEPS = {"steps": [{"percent": 10, "duration": "30m"}, {"percent": 50, "duration": "2h"}]}
ENTITY = {"name": "m", "entity_name": "main.ml.m", "traffic_percentage": 100}


class Silent:
    """Nobody watches; the run stops after so many steps."""

    def __init__(self, steps=None):
        self.left = steps

    def started(self, _step, _change):
        if self.left is not None:
            self.left -= 1

    def finished(self, step, change, outcome): ...

    def skipped(self, step, change, why): ...

    def stopping(self):
        return self.left is not None and self.left <= 0


class Clock(SystemClock):
    """The machine's clock, put forward by hand."""

    ahead = 0.0

    def now(self):
        return super().now() + self.ahead


class World:
    """What a user has: resources to declare, a workspace to plan against, a state to remember."""

    def __init__(self, root: Path, project="test"):
        self.root, self.project = root, project
        self.resources = {}
        self.moved, self.removed, self.imports = [], [], []
        self.protected = False
        self.clock = Clock()
        self.returns = never
        self.effects = Effects(clock=self.clock)
        self.backend = open_backend(Named("local", {"path": "state"}), root, project, "dev", self.effects)
        self.provider = open_provider(Named("local"), Context(root, "test", "dev", self.effects))

    def declare(self, address, needs=(), lifecycle=DEFAULT_LIFECYCLE, **values):
        kind = spec(address.partition(".")[0])
        self.resources[address] = Resource(address, kind.kind, kind.canonical(values), ORIGIN, tuple(needs), lifecycle)

    def drop(self, *addresses):
        for address in addresses:
            del self.resources[address]

    def move(self, old, new):
        self.moved.append(Moved(old, new, ORIGIN))

    def remove(self, address, *, destroy):
        self.removed.append(Removed(address, destroy, ORIGIN))

    def adopt(self, address, id_):
        self.imports.append(Import(address, id_, ORIGIN))

    @property
    def declaration(self):
        environment = Environment("dev", Named("local"), self.protected)
        lists = (self.moved, self.removed, self.imports)
        return Declaration(self.root, self.project, environment, Named("local"), dict(self.resources), *lists)

    def plan(self, **options):
        return make_plan(
            self.declaration, self.backend.read(), self.provider, Options(**options), self.clock.now(), self.returns
        )

    def apply(self, *, parallelism=1, provider=None, steps=None, **options):
        provider = provider or self.provider
        lease = self.backend.lock("apply")
        try:
            state = self.backend.read()
            plan = make_plan(self.declaration, state, provider, Options(**options), self.clock.now(), self.returns)
            refused = [one.summary for one in plan.diagnostics if one.severity == "error"]
            assert not refused, refused
            assert not plan.blocked, [(one.address, one.blocked) for one in plan.blocked]
            return run(plan, state, provider, lease, self.effects, Silent(steps), parallelism)
        finally:
            lease.release()

    def settled(self, **options):
        """Apply, and expect that nothing failed and that the next plan is empty."""
        applied = self.apply(**options)
        assert not applied.failed, (applied.outcomes, applied.skipped)
        plan = self.plan(**options)
        assert plan.empty
        assert not plan.steps
        return applied

    def live(self, kind, id_):
        """Return an object as the engine sees it: its marker apart."""
        found = self.provider.handler(kind).read(id_)
        return None if found is None else told(kind, found)

    def outside(self, kind, id_, **values):
        """Change an object behind mlplan's back."""
        actual = self.provider.handler(kind).read(id_)
        desired = spec(kind).canonical(actual.values | values)
        fields = tuple(one.field for one in differences(desired, actual.values, None, spec(kind).shape()))
        self.provider.handler(kind).update(id_, Edit(actual, desired, fields))

    def versions(self, model, count):
        """Give a model so many versions."""
        directory = Path(__file__).parents[3] / "examples/fraud/models/fraud_score/v1"
        for _ in range(count):
            register(self.provider.workspace, model, directory, Logged({}, {}, {}, ""), self.effects.clock)

    def model(self):
        """Declare and make a model with three versions in a catalog and a schema."""
        self.declare("catalog.main", name="main")
        self.declare("schema.ml", catalog_name="main", name="ml")
        self.declare("registered_model.m", catalog_name="main", schema_name="ml", name="m")
        self.settled()
        self.versions("main.ml.m", 3)

    def champion(self, version, entity_version="@champion"):
        """Declare the champion and an endpoint behind it."""
        self.declare("model_alias.m.champion", full_name="main.ml.m", alias="champion", version=version)
        entities = [ENTITY | {"entity_version": entity_version}]
        self.declare("serving_endpoint.e", name="e", served_entities=entities)

    def points(self, version, alias="champion", **more):
        """Declare an alias of the model alone."""
        self.declare(f"model_alias.m.{alias}", full_name="main.ml.m", alias=alias, version=version, **more)

    def endpoint(self, name, version="@champion", entity="m", size=None, **more):
        """Declare an endpoint with one entity; `more` may hold its entities and its lifecycle, too."""
        served = ENTITY | {"name": entity, "entity_version": version} | ({"workload_size": size} if size else {})
        self.declare(f"serving_endpoint.{name}", name=name, **{"served_entities": [served], **more})


@pytest.fixture
def world(tmp_path):
    made = World(tmp_path)
    yield made
    made.provider.close()


@pytest.fixture
def followed(world):
    """Two endpoints behind the champion, of which one rolls out, at version 1; version 2 is declared."""
    world.model()
    world.versions("main.ml.m", 3)
    world.points(1)
    world.endpoint("e", rollout=STEPS)
    world.endpoint("g")
    world.settled()
    world.points(2)
    return world


def actions(plan):
    return {one.address: one.action for one in plan.active()}
