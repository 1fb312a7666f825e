from mlplan.core.declaration import Lifecycle
from mlplan.core.state import REPLACED

FIRST = Lifecycle(create_before_destroy=True)


def verbs(plan):
    return [(step.verb, step.address) for step in plan.steps]


def tree(world, **catalog):
    world.declare("catalog.main", name="main", **catalog)
    world.declare("schema.ml", catalog_name="main", name="ml")
    rows = [{"principal": "svc", "privileges": ["USE_SCHEMA"]}]
    world.declare("grants.schema.ml", securable_type="schema", full_name="main.ml", grants=rows)


def test_contents_go_down_before_their_container_and_come_back_after_it(world):
    tree(world)
    world.settled()
    tree(world, storage_root="s3://new")
    plan = world.plan()
    assert verbs(plan) == [
        ("forget", "grants.schema.ml"),
        ("delete", "schema.ml"),
        ("delete", "catalog.main"),
        ("create", "catalog.main"),
        ("create", "schema.ml"),
        ("create", "grants.schema.ml"),
    ]
    assert plan.changes["schema.ml"].reason == "goes down with catalog.main, which is replaced"
    assert {one.risk for one in plan.active()} == {"data_loss", "access"}
    world.settled()
    assert world.live("grants", "schema/main.ml").values["grants"]


def test_a_new_name_replaces_what_cannot_be_renamed_and_all_inside_it(world):
    tree(world)
    world.settled()
    world.declare("catalog.main", name="next")
    world.declare("schema.ml", catalog_name="next", name="ml")
    rows = [{"principal": "svc", "privileges": ["USE_SCHEMA"]}]
    world.declare("grants.schema.ml", securable_type="schema", full_name="next.ml", grants=rows)
    world.settled()
    assert world.live("catalog", "main") is None
    assert world.live("schema", "next.ml") is not None


def test_rows_on_what_is_deleted_end_with_it_and_are_kept_in_mind_until_it_is_gone(world):
    tree(world)
    world.declare("experiment.e", name="/Shared/e")
    world.settled()
    world.drop("schema.ml", "grants.schema.ml")
    assert verbs(world.plan()) == [("delete", "schema.ml"), ("forget", "grants.schema.ml")]
    world.provider.handler("volume").create(
        "main.ml.v", {"catalog_name": "main", "schema_name": "ml", "name": "v", "volume_type": "MANAGED"}
    )
    assert world.apply().failed
    assert "grants.schema.ml" in world.backend.read().entries
    world.provider.handler("volume").delete("main.ml.v", {})
    world.settled()


def test_create_before_destroy_makes_the_new_endpoint_before_the_old_one_goes(world):
    world.model()
    world.champion(1, entity_version="1")
    world.settled()
    old = world.resources["serving_endpoint.e"].values
    world.declare("serving_endpoint.e", lifecycle=FIRST, **{**old, "name": "e2"})
    plan = world.plan()
    assert verbs(plan) == [
        ("create", "serving_endpoint.e"),
        ("wait", "serving_endpoint.e"),
        ("delete", "serving_endpoint.e"),
    ]
    world.settled()
    assert world.live("serving_endpoint", "e") is None


def test_an_old_object_that_is_still_there_after_a_stop_is_taken_down_by_the_next_run(world):
    world.model()
    world.champion(1, entity_version="1")
    world.settled()
    old = world.resources["serving_endpoint.e"].values
    world.declare("serving_endpoint.e", lifecycle=FIRST, **{**old, "name": "e2"})
    world.apply(steps=1)
    assert world.backend.read().entries["serving_endpoint.e" + REPLACED].id == "e"
    world.settled()
    assert world.live("serving_endpoint", "e") is None
    assert world.live("serving_endpoint", "e2") is not None


def test_create_before_destroy_is_refused_where_the_name_stays(world):
    world.declare("catalog.c", name="c", lifecycle=FIRST)
    world.settled()
    world.declare("catalog.c", name="c", storage_root="s3://new", lifecycle=FIRST)
    assert "two objects cannot both be called c" in world.plan().changes["catalog.c"].blocked


def test_a_new_name_that_someone_else_has_is_refused(world):
    world.declare("catalog.c", name="c")
    world.settled()
    world.provider.handler("catalog").create("taken", {"name": "taken"})
    world.declare("catalog.c", name="taken")
    assert "taken exists already" in world.plan().changes["catalog.c"].blocked


def test_what_lets_go_of_something_changes_before_that_is_deleted(world):
    world.model()
    world.declare("registered_model.n", catalog_name="main", schema_name="ml", name="n", force_destroy=True)
    world.settled()
    world.versions("main.ml.n", 1)
    entity = {"name": "m", "entity_name": "main.ml.n", "entity_version": "1", "traffic_percentage": 100}
    world.declare("serving_endpoint.e", name="e", served_entities=[entity])
    world.settled()
    world.drop("registered_model.n")
    world.declare("serving_endpoint.e", name="e", served_entities=[entity | {"entity_name": "main.ml.m"}])
    assert verbs(world.plan()) == [
        ("update", "serving_endpoint.e"),
        ("wait", "serving_endpoint.e"),
        ("delete", "registered_model.n"),
    ]
    world.settled()


def test_a_rename_onto_a_name_that_is_not_free_yet_is_refused(world):
    world.declare("experiment.a", name="/Shared/a")
    world.declare("experiment.b", name="/Shared/b")
    world.settled()
    world.declare("experiment.a", name="/Shared/b")
    world.declare("experiment.b", name="/Shared/c")
    assert "/Shared/b exists already" in world.plan().changes["experiment.a"].blocked
    world.settled(targets=("experiment.b",))
    world.settled()


def test_rows_stay_on_an_object_until_its_successor_has_theirs(world):
    world.model()
    world.champion(1, entity_version="1")
    rows = [{"group_name": "app", "level": "CAN_QUERY"}]
    world.declare("permissions.p", object_type="serving_endpoint", object_name="e", permissions=rows)
    world.settled()
    old = world.resources["serving_endpoint.e"].values
    world.declare("serving_endpoint.e", lifecycle=FIRST, **{**old, "name": "e2"})
    world.declare("permissions.p", object_type="serving_endpoint", object_name="e2", permissions=rows)
    plan = world.plan()
    assert ("forget", "permissions.p") in verbs(plan)
    assert ("delete", "permissions.p") not in verbs(plan)
    world.settled()
    assert world.live("permissions", "serving_endpoint/e2").values["permissions"]


def test_contents_that_may_be_forced_are_forced_when_they_go_with_their_container(world):
    world.model()
    world.declare("registered_model.m", **{**world.resources["registered_model.m"].values, "force_destroy": True})
    world.settled()
    world.declare("catalog.main", name="main", storage_root="s3://new")
    world.settled()
    assert world.live("registered_model", "main.ml.m") is not None
