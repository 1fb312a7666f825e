"""Worlds: a project over the state and the workspace of one directory, declared anew in each process."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from told import FileJournals, keeping, untold

from mlplan.core.declaration import DEFAULT_LIFECYCLE, Declaration, Environment, Resource, Target
from mlplan.core.effect import Effects
from mlplan.core.provider import Edit
from mlplan.core.source import Origin
from mlplan.engine.applier import run
from mlplan.engine.diff import differences
from mlplan.engine.options import Options
from mlplan.engine.planner import make_plan
from mlplan.kinds import spec
from mlplan.providers.local.register import Logged, register
from mlplan.providers.local.slow import settled
from mlplan.providers.registry import Context, open_provider
from mlplan.state.registry import open_backend

LOCAL = Target("local")
ORIGIN = Origin("mlplan.yaml", ())
MODEL = Path(__file__).parents[2] / "examples/fraud/models/fraud_score/v1"


class Silent:
    """Nobody watches."""

    def started(self, step, change): ...

    def finished(self, step, change, outcome): ...

    def skipped(self, step, change, why): ...

    def stopping(self):
        return False


class World:
    """A project that is declared anew in each process, over the state and workspace of one directory."""

    def __init__(self, root, effects, target=LOCAL, backend=None):
        self.root, self.effects = root, effects
        self.resources, self.moved, self.removed, self.imports = {}, [], [], []
        self.backend = backend or open_backend(Target("local", {"path": "state"}), root, "test", "dev", effects)
        self.provider = open_provider(target, Context(root, "test", "dev", effects, 1, writable=True))

    def declare(self, address, needs=(), lifecycle=DEFAULT_LIFECYCLE, **values):
        kind = spec(address.partition(".")[0])
        self.resources[address] = Resource(address, kind.kind, kind.canonical(values), ORIGIN, tuple(needs), lifecycle)

    @property
    def declared(self):
        lists = (self.moved, self.removed, self.imports)
        return Declaration(self.root, "test", Environment("dev", LOCAL), LOCAL, self.resources, *lists)

    def plan(self):
        return make_plan(self.declared, self.backend.read(), self.provider, Options(), self.effects.clock.now())

    def apply(self, watcher=None, **options):
        lease = self.backend.lock("apply")
        try:
            state = self.backend.read()
            plan = make_plan(
                self.declared, state, self.provider, Options(parallelism=1, **options), self.effects.clock.now()
            )
            refused = [one.summary for one in plan.diagnostics if one.severity == "error"]
            assert not refused, refused
            assert not plan.blocked, [(one.address, one.blocked) for one in plan.blocked]
            return run(plan, state, self.provider, lease, self.effects, watcher or Silent(), 1)
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

    def endpoint(self, version, name="e", key="e", **more):
        entity = {"name": "m", "entity_name": "main.ml.m", "entity_version": version, "traffic_percentage": 100}
        self.declare(f"serving_endpoint.{key}", name=name, served_entities=[entity], **more)


@dataclass
class Story:
    """What is there before, and what is then declared and applied."""

    name: str
    before: Callable[[World], None]
    after: Callable[[World], None]
    silent: bool = True
    options: dict = field(default_factory=dict)
    told = FileJournals

    def prepare(self, root):
        self._in(root, self._others, self.before)

    def run(self, root, effects):
        self._in(root, self.after, lambda world: world.apply(**self.options), effects=effects)

    def observe(self, root):
        found = {}
        self._in(root, lambda world: found.update(seen(world), ledger=untold(root, world.backend, self.told)))
        return found

    def world(self, root, effects):
        return World(root, keeping(effects, root, self.told))

    def _in(self, root, *acts, effects=None):
        world = self.world(root, effects or Effects())
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
    found = [settled(store, row) for kind in store.kinds() for row in store.of_kind(kind)]
    rows = {f"{row.kind} {row.id}": [row.values, row.status] for row in found}
    for location in [rows[name][0] for name in rows if name.startswith("volume")]:
        location["storage_location"] = location["storage_location"].rpartition("/")[0]
    entries = {
        address: [one.kind, one.id, one.values, list(one.needs), one.protect] for address, one in state.entries.items()
    }
    return {"objects": rows, "entries": entries, "pending": [one.address for one in state.pending]}
