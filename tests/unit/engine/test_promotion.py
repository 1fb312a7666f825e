"""Aliases and the endpoints behind them move as one, endpoints first."""

import pytest

from mlplan.engine.drift import find_drift
from mlplan.providers.local.outside import fail_next


def actions(plan):
    return {one.address: one.action for one in plan.active()}


@pytest.fixture
def served(world):
    world.model()
    world.champion(1)
    world.settled()
    return world


def version(world):
    return world.live("serving_endpoint", "e").values["served_entities"][0]["entity_version"]


def test_one_edit_moves_the_alias_and_the_endpoint_and_the_endpoint_goes_first(served):
    served.champion(2)
    plan = served.plan()
    assert [(step.verb, step.address) for step in plan.steps] == [
        ("update", "serving_endpoint.e"),
        ("wait", "serving_endpoint.e"),
        ("update", "model_alias.m.champion"),
    ]
    (field,) = plan.changes["serving_endpoint.e"].fields
    assert field.note == "follows @champion"
    served.settled()
    assert version(served) == "2"


def test_when_the_endpoint_fails_the_alias_has_not_moved_and_the_old_version_serves(served):
    fail_next(served.provider.workspace, "e", "no such wheel")
    served.champion(2)
    applied = served.apply()
    assert applied.failed
    assert list(applied.skipped.values()) == ["serving_endpoint.e failed"]
    assert served.live("model_alias", "main.ml.m@champion").values["version"] == 1
    served.settled()
    assert (version(served), served.live("model_alias", "main.ml.m@champion").values["version"]) == ("2", 2)


def test_an_alias_that_is_not_declared_is_followed_where_it_is(served):
    served.drop("model_alias.m.champion")
    served.remove("model_alias.m.champion", destroy=False)
    served.settled()
    served.outside("model_alias", "main.ml.m@champion", version=3)
    assert actions(served.plan()) == {"serving_endpoint.e": "update"}
    served.settled()
    assert version(served) == "3"


def test_an_alias_that_is_nowhere_is_an_error(served):
    served.champion(1, entity_version="@typo")
    assert [one.code for one in served.plan().diagnostics] == ["MLE405"]


def test_a_bot_may_move_its_alias_and_the_endpoint_follows_it(served):
    served.declare("model_alias.m.champion", full_name="main.ml.m", alias="champion", version=1, managed_by="bot")
    served.settled()
    served.outside("model_alias", "main.ml.m@champion", version=3)
    plan = served.plan()
    assert actions(plan) == {"serving_endpoint.e": "update"}
    assert [(one.code, one.severity) for one in plan.diagnostics] == [("MLE430", "note"), ("MLE431", "warning")]
    served.settled()
    assert served.live("model_alias", "main.ml.m@champion").values["version"] == 3


def test_an_observed_alias_is_never_made(served):
    served.declare("model_alias.m.canary", full_name="main.ml.m", alias="canary", version=1, managed_by="observe")
    served.apply()
    assert served.live("model_alias", "main.ml.m@canary") is None


def test_an_alias_and_an_endpoint_that_part_are_skew(served):
    served.outside("model_alias", "main.ml.m@champion", version=2)
    found = {one.address: one.status for one in find_drift(served.declaration, served.backend.read(), served.provider)}
    assert found == {"model_alias.m.champion": "changed", "serving_endpoint.e": "skew"}


def test_a_target_on_either_brings_the_other(served):
    served.champion(2)
    for target in ("model_alias.m.champion", "serving_endpoint.e"):
        assert set(actions(served.plan(targets=(target,)))) == {"model_alias.m.champion", "serving_endpoint.e"}


def test_excluding_either_leaves_both(served):
    served.champion(2)
    for pattern in ("model_alias.*", "serving_endpoint.e"):
        plan = served.plan(excludes=(pattern,))
        assert (actions(plan), plan.unselected) == ({}, 2)


def test_an_alias_does_not_go_while_an_endpoint_follows_it(served):
    served.drop("model_alias.m.champion")
    assert [one.code for one in served.plan().diagnostics] == ["MLE405"]
    served.remove("model_alias.m.champion", destroy=False)
    served.settled()
    assert served.live("model_alias", "main.ml.m@champion") is not None


def test_a_model_does_not_go_while_an_endpoint_serves_it(world):
    world.model()
    world.champion(1, entity_version="1")
    world.drop("model_alias.m.champion")
    world.settled()
    world.drop("registered_model.m")
    (blocked,) = world.plan().blocked
    assert blocked.blocked.startswith("serving_endpoint.e uses it")


def two_endpoints(world, version):
    world.champion(version)
    entity = {"name": "m", "entity_name": "main.ml.m", "traffic_percentage": 100, "entity_version": "@champion"}
    world.declare("serving_endpoint.f", name="f", served_entities=[entity])


def serves(world, id_):
    return [(one["name"], one["entity_version"], one["traffic_percentage"]) for one in entities(world, id_)]


def entities(world, id_):
    return world.live("serving_endpoint", id_).values["served_entities"]


def test_one_endpoint_that_fails_puts_the_others_of_its_unit_back(served):
    two_endpoints(served, 1)
    served.settled()
    fail_next(served.provider.workspace, "f", "no such wheel")
    two_endpoints(served, 2)
    applied = served.apply()
    assert applied.failed
    assert serves(served, "e") == serves(served, "f") == [("m", "1", 100)]
    assert served.live("model_alias", "main.ml.m@champion").values["version"] == 1
    assert "MLE431" not in [one.code for one in served.plan().diagnostics]
    two_endpoints(served, 2)
    served.settled()
    assert serves(served, "e") == serves(served, "f") == [("m", "2", 100)]


def test_what_was_put_back_is_what_state_holds(served):
    two_endpoints(served, 1)
    served.settled()
    fail_next(served.provider.workspace, "f", "no such wheel")
    two_endpoints(served, 2)
    served.apply()
    two_endpoints(served, 1)
    served.settled()


def test_a_version_that_does_not_exist_is_found_at_plan(served):
    served.champion(9)
    (found,) = [one for one in served.plan().diagnostics if one.severity == "error"]
    assert (found.code, found.address) == ("MLE432", "model_alias.m.champion")
