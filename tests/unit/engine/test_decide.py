"""The truth table of decide.py, row by row, against the local workspace."""

import pytest

from mlplan.core.declaration import Lifecycle
from mlplan.core.path import parse, text


def only(plan):
    (change,) = plan.active()
    return change


def fields(change):
    return {text(one.path): (one.before, one.after, one.cause) for one in change.fields}


@pytest.fixture
def tagged(world):
    world.declare("experiment.e", name="/Shared/e", tags={"team": "risk"})
    world.settled()
    return world


def test_absent_and_declared_is_created(world):
    world.declare("experiment.e", name="/Shared/e")
    assert only(world.plan()).action == "create"


def test_gone_and_in_state_is_created_again_and_says_why(tagged):
    tagged.declare("catalog.c", name="c")
    tagged.settled()
    tagged.provider.handler("catalog").delete("c", {})
    change = only(tagged.plan())
    assert (change.action, change.reason) == ("create", "it was deleted outside of mlplan")


def test_soft_deleted_comes_back_with_its_id_and_is_brought_to_what_is_declared(tagged):
    before = tagged.live("experiment", "/Shared/e").outputs["experiment_id"]
    tagged.provider.handler("experiment").delete("/Shared/e", {})
    tagged.declare("experiment.e", name="/Shared/e", tags={"team": "fraud"})
    plan = tagged.plan()
    assert only(plan).action == "restore"
    assert [step.verb for step in plan.steps] == ["restore", "update"]
    tagged.settled()
    after = tagged.live("experiment", "/Shared/e")
    assert (after.outputs["experiment_id"], after.values["tags"]) == (before, {"team": "fraud"})


def test_an_object_that_exists_is_never_taken_over_unasked(tagged):
    tagged.drop("experiment.e")
    tagged.remove("experiment.e", destroy=False)
    tagged.settled()
    tagged.removed.clear()
    tagged.declare("experiment.other", name="/Shared/e", tags={"team": "fraud"})
    change = only(tagged.plan())
    assert change.action == "import"
    assert "--adopt experiment.other" in change.blocked
    assert fields(change) == {"tags.team": ("risk", "fraud", "config")}
    assert not tagged.plan(adopt=frozenset(["experiment.other"])).blocked
    tagged.adopt("experiment.other", "/Shared/e")
    tagged.settled()
    assert tagged.live("experiment", "/Shared/e").values["tags"] == {"team": "fraud"}


def test_an_import_of_nothing_is_an_error(world):
    world.declare("experiment.e", name="/Shared/e")
    world.adopt("experiment.e", "/Shared/nothing")
    assert [one.code for one in world.plan().diagnostics] == ["MLE407"]


def test_an_import_under_another_name_renames(tagged):
    tagged.drop("experiment.e")
    tagged.remove("experiment.e", destroy=False)
    tagged.settled()
    before = tagged.live("experiment", "/Shared/e").outputs
    tagged.removed.clear()
    tagged.declare("experiment.new", name="/Shared/new", tags={"team": "risk"})
    tagged.adopt("experiment.new", "/Shared/e")
    assert [step.verb for step in tagged.plan().steps] == ["adopt", "rename", "update"]  # the marker
    tagged.settled()
    assert tagged.live("experiment", "/Shared/e") is None
    assert tagged.live("experiment", "/Shared/new").outputs == before


def test_drift_is_told_from_configuration_field_by_field(tagged):
    tagged.outside("experiment", "/Shared/e", tags={"team": "risk", "seen": "yes"})
    tagged.declare("experiment.e", name="/Shared/e", tags={"team": "fraud"})
    assert fields(only(tagged.plan())) == {
        "tags.team": ("risk", "fraud", "config"),
        "tags.seen": ("yes", None, "drift"),
    }
    tagged.settled()


def test_ignored_fields_are_left_to_others(tagged):
    lifecycle = Lifecycle(ignore_changes=(parse("tags.seen"),))
    tagged.declare("experiment.e", name="/Shared/e", tags={"team": "fraud"}, lifecycle=lifecycle)
    tagged.outside("experiment", "/Shared/e", tags={"team": "risk", "seen": "yes"})
    assert set(fields(only(tagged.plan()))) == {"tags.team"}
    tagged.settled()
    assert tagged.live("experiment", "/Shared/e").values["tags"] == {"team": "fraud", "seen": "yes"}


def test_a_rename_in_place_keeps_the_id_and_its_permissions_follow(tagged):
    rows = [{"group_name": "mle", "level": "CAN_EDIT"}]
    tagged.declare("permissions.experiment.e", object_type="experiment", object_name="/Shared/e", permissions=rows)
    tagged.settled()
    before = tagged.live("experiment", "/Shared/e").outputs
    tagged.declare("experiment.e", name="/Shared/new", tags={"team": "risk"})
    tagged.declare("permissions.experiment.e", object_type="experiment", object_name="/Shared/new", permissions=rows)
    plan = tagged.plan()
    assert [(step.verb, step.address) for step in plan.steps] == [
        ("rename", "experiment.e"),
        ("record", "permissions.experiment.e"),
    ]
    tagged.settled()
    assert tagged.live("experiment", "/Shared/new").outputs == before
    assert tagged.live("permissions", "experiment//Shared/new").values["permissions"] == rows


def test_no_longer_declared_is_deleted(tagged):
    tagged.drop("experiment.e")
    tagged.declare("experiment.other", name="/Shared/other")
    plan = tagged.plan()
    assert {one.address: one.action for one in plan.active()} == {
        "experiment.e": "delete",
        "experiment.other": "create",
    }
    tagged.settled()
    assert tagged.live("experiment", "/Shared/e").status == "deleted"


def test_gone_and_no_longer_declared_is_forgotten(tagged):
    tagged.declare("catalog.c", name="c")
    tagged.settled()
    tagged.provider.handler("catalog").delete("c", {})
    tagged.drop("catalog.c")
    assert only(tagged.plan()).action == "forget"
    tagged.settled()


def test_removed_without_destroy_is_let_go(tagged):
    tagged.drop("experiment.e")
    tagged.declare("catalog.c", name="c")
    tagged.remove("experiment.e", destroy=False)
    tagged.settled()
    assert tagged.live("experiment", "/Shared/e").status == "live"
    assert "experiment.e" not in tagged.backend.read().entries


def test_moved_touches_nothing(tagged):
    before = tagged.live("experiment", "/Shared/e")
    tagged.drop("experiment.e")
    tagged.declare("experiment.new", name="/Shared/e", tags={"team": "risk"})
    tagged.move("experiment.e", "experiment.new")
    plan = tagged.plan()
    assert [(step.verb, step.address) for step in plan.steps] == [("record", "experiment.new")]
    assert only(plan).reason == "moved from experiment.e"
    tagged.settled()
    assert tagged.live("experiment", "/Shared/e") == before


def test_what_only_steers_mlplan_changes_state_and_no_object(world):
    world.declare("catalog.c", name="c")
    world.settled()
    world.declare("catalog.c", name="c", force_destroy=True)
    plan = world.plan()
    assert [step.verb for step in plan.steps] == ["record"]
    assert only(plan).risk == "safe"
    world.settled()


def test_a_fixed_field_is_refused_with_the_reason(world):
    world.model()
    entities = [{"name": "m", "entity_name": "main.ml.m", "entity_version": "1", "traffic_percentage": 100}]
    world.declare("serving_endpoint.e", name="e", served_entities=entities, description="one")
    world.settled()
    world.declare("serving_endpoint.e", name="e", served_entities=entities, description="two")
    assert only(world.plan()).blocked.startswith("description cannot be changed: the API has no call")
