"""Stories: what is there before, and what is then applied, one of each kind of change.

Each has objects of others beside ours: they stand in what is observed, so that any touch shows.
"""

from worlds import ORIGIN, Story, World

from mlplan.core.declaration import Import, Lifecycle, Moved, Removed
from mlplan.core.state import Entry, Intent
from mlplan.core.values import Unknown


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


def two_endpoints(world, version=2):
    promoted(world, version)
    world.endpoint("@champion", name="f", key="f")


def rolled_out(world, version=2, duration="1d"):
    steps = [{"percent": 10, "duration": duration}]
    promoted(world, version)
    for key in ("e", "f"):
        world.endpoint("@champion", name=key, key=key, rollout={"steps": steps})


def on_the_way(world):
    """One step of a rollout is taken, and its time is up."""
    serving_two(world)
    applied(lambda one: rolled_out(one, 1, "0s"), lambda one: one.apply(), lambda one: rolled_out(one, 2, "0s"))(world)


def serving_two(world):
    applied(World.model, lambda one: two_endpoints(one, 1))(world)


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
    """A schema stands in a catalog that does not exist, so that it and nothing else fails, each time."""
    world.declare("catalog.main", name="main", comment="new")
    world.declare("schema.ml", catalog_name="main", name="ml")
    world.declare("registered_model.m", catalog_name="main", schema_name="ml", name="m", comment="new")
    world.declare("schema.lost", catalog_name="nowhere", name="lost")
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
    Story("move an alias with two endpoints behind it", serving_two, two_endpoints),
    Story("take the first step of two rollouts", serving_two, rolled_out),
    Story("end two rollouts and move the alias", on_the_way, lambda world: rolled_out(world, 2, "0s")),
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
