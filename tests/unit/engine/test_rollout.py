"""A rollout moves traffic step by step, keeps the alias until its end, and can go back to its start."""

import pytest

from mlplan.providers.local.outside import fail_next

STEPS = {"steps": [{"percent": 10, "duration": "30m"}, {"percent": 50, "duration": "2h"}]}


@pytest.fixture
def rolling(world):
    """An endpoint behind the champion, with a rollout of two steps, and version 2 declared as champion."""
    world.model()
    declare(world, 1)
    world.settled()
    declare(world, 2)
    return world


def declare(world, version, **more):
    world.champion(version)
    entity = {"name": "m", "entity_name": "main.ml.m", "traffic_percentage": 100, "entity_version": "@champion"}
    world.declare("serving_endpoint.e", name="e", served_entities=[entity], rollout=STEPS, **more)


def serving(world, id_="e"):
    served = world.live("serving_endpoint", id_).values["served_entities"]
    assert sum(one["traffic_percentage"] for one in served) == 100
    return {one["name"]: (one["entity_version"], one["traffic_percentage"]) for one in served}


def champion(world):
    return world.live("model_alias", "main.ml.m@champion").values["version"]


def steps(plan):
    return [(step.verb, step.address) for step in plan.steps]


def standing(world, address="serving_endpoint.e", **options):
    plan = world.plan(**options)
    found = plan.rollouts.get(address)
    return (found.standing, found.before, found.percent) if found else None


def applied(world, **options):
    result = world.apply(**options)
    assert not result.failed, (result.outcomes, result.skipped)


def later(world, seconds):
    world.clock.ahead += seconds


def test_the_first_step_serves_a_tenth_beside_the_old_version_and_holds_the_alias(rolling):
    plan = rolling.plan()
    assert standing(rolling) == ("starts", 0, 10)
    assert steps(plan) == [
        ("update", "serving_endpoint.e"),
        ("wait", "serving_endpoint.e"),
        ("record", "serving_endpoint.e"),
    ]
    assert plan.changes["model_alias.m.champion"].held == "serving_endpoint.e is rolled out first"
    applied(rolling)
    assert serving(rolling) == {"m": ("1", 90), "m-v2": ("2", 10)}
    assert champion(rolling) == 1


def test_until_its_time_is_up_nothing_is_done(rolling):
    applied(rolling)
    later(rolling, 29 * 60)
    plan = rolling.plan()
    assert (standing(rolling), plan.steps) == (("waits", 10, 10), [])
    assert plan.rollouts["serving_endpoint.e"].due is not None
    assert not plan.empty
    assert "MLE431" not in [one.code for one in plan.diagnostics]


def test_each_apply_takes_the_step_that_is_due_and_the_last_moves_the_alias(rolling):
    applied(rolling)
    later(rolling, 30 * 60)
    assert standing(rolling) == ("steps", 10, 50)
    applied(rolling)
    assert serving(rolling) == {"m": ("1", 50), "m-v2": ("2", 50)}
    later(rolling, 2 * 3600)
    plan = rolling.plan()
    assert standing(rolling) == ("ends", 50, 100)
    assert steps(plan)[-1] == ("update", "model_alias.m.champion")
    rolling.settled()
    assert (serving(rolling), champion(rolling)) == ({"m": ("2", 100)}, 2)
    assert rolling.backend.read().entries["serving_endpoint.e"].rollout == {}


def test_shares_are_parts_of_what_the_entity_has(world):
    world.model()
    for version in (1, 2):
        world.declare("model_alias.m.champion", full_name="main.ml.m", alias="champion", version=version)
        world.declare("model_alias.m.challenger", full_name="main.ml.m", alias="challenger", version=3)
        entity = {"name": "m", "entity_name": "main.ml.m", "traffic_percentage": 85, "entity_version": "@champion"}
        other = {**entity, "name": "next", "traffic_percentage": 15, "entity_version": "@challenger"}
        world.declare("serving_endpoint.e", name="e", served_entities=[entity, other], rollout=STEPS)
        applied(world)
    assert serving(world) == {"m": ("1", 77), "m-v2": ("2", 8), "next": ("3", 15)}


def test_going_back_to_the_old_version_ends_it_at_once(rolling):
    applied(rolling)
    declare(rolling, 1)
    assert standing(rolling) is None
    rolling.settled()
    assert serving(rolling) == {"m": ("1", 100)}
    assert rolling.backend.read().entries["serving_endpoint.e"].rollout == {}


def test_another_version_begins_anew(rolling):
    applied(rolling)
    declare(rolling, 3)
    assert standing(rolling) == ("starts", 0, 10)
    applied(rolling)
    assert serving(rolling) == {"m": ("1", 90), "m-v3": ("3", 10)}


def test_an_abort_returns_to_the_start_and_stays_there(rolling):
    applied(rolling)
    assert standing(rolling, abort=frozenset(["serving_endpoint.e"])) == ("aborts", 10, 0)
    applied(rolling, abort=frozenset(["serving_endpoint.e"]))
    assert (serving(rolling), champion(rolling)) == ({"m": ("1", 100)}, 1)
    later(rolling, 7 * 86400)
    assert (standing(rolling), rolling.plan().steps) == (("aborted", 0, 0), [])
    assert standing(rolling, restart=frozenset(["serving_endpoint.e"])) == ("starts", 0, 10)
    applied(rolling, restart=frozenset(["serving_endpoint.e"]))
    assert serving(rolling) == {"m": ("1", 90), "m-v2": ("2", 10)}


def test_an_aborted_version_does_not_stand_in_the_way_of_the_next(rolling):
    applied(rolling)
    applied(rolling, abort=frozenset(["serving_endpoint.e"]))
    declare(rolling, 3)
    assert standing(rolling) == ("starts", 0, 10)


def test_a_step_that_fails_leaves_the_step_before_it(rolling):
    applied(rolling)
    later(rolling, 3600)
    fail_next(rolling.provider.workspace, "e", "no such wheel")
    assert rolling.apply().failed
    assert serving(rolling) == {"m": ("1", 90), "m-v2": ("2", 10)}
    applied(rolling)
    assert serving(rolling) == {"m": ("1", 50), "m-v2": ("2", 50)}


def test_no_endpoint_of_a_unit_ends_before_the_others(rolling):
    entity = {"name": "m", "entity_name": "main.ml.m", "traffic_percentage": 100, "entity_version": "@champion"}
    slow = {"steps": [{"percent": 20, "duration": "1d"}]}
    for version in (1, 2):
        rolling.champion(version)
        declare(rolling, version)
        rolling.declare("serving_endpoint.f", name="f", served_entities=[entity], rollout=slow)
        rolling.declare("serving_endpoint.g", name="g", served_entities=[entity])
        if version == 1:
            rolling.settled()
    applied(rolling)
    assert (serving(rolling, "f"), serving(rolling, "g")) == ({"m": ("1", 80), "m-v2": ("2", 20)}, {"m": ("1", 100)})
    later(rolling, 3600)
    applied(rolling)
    later(rolling, 3 * 3600)
    plan = rolling.plan()
    assert plan.rollouts["serving_endpoint.e"].why == "serving_endpoint.f is not as far"
    assert (standing(rolling), plan.steps) == (("waits", 50, 50), [])
    later(rolling, 86400)
    rolling.settled()
    assert [serving(rolling, one) for one in "efg"] == [{"m": ("2", 100)}] * 3
    assert champion(rolling) == 2


def test_a_share_changed_by_hand_is_put_back_to_the_step(rolling):
    applied(rolling)
    live = rolling.live("serving_endpoint", "e").values["served_entities"]
    by_hand = [{**one, "traffic_percentage": 70 if one["name"] == "m" else 30} for one in live]
    rolling.outside("serving_endpoint", "e", served_entities=by_hand)
    rolling.provider.handler("serving_endpoint").wait("e")
    causes = {one.cause for one in rolling.plan().changes["serving_endpoint.e"].fields}
    assert causes == {"drift"}
    applied(rolling)
    assert serving(rolling) == {"m": ("1", 90), "m-v2": ("2", 10)}


def test_a_lost_state_goes_on_from_what_is_served(rolling):
    applied(rolling)
    lease = rolling.backend.lock("test")
    state = rolling.backend.read()
    state.entries["serving_endpoint.e"] = state.entries["serving_endpoint.e"]._replace(rollout={})
    lease.save(state)
    lease.release()
    later(rolling, 3600)
    assert standing(rolling) == ("waits", 10, 10)
    assert steps(rolling.plan()) == [("record", "serving_endpoint.e")]
    applied(rolling)
    later(rolling, 1800)
    assert standing(rolling) == ("steps", 10, 50)


def test_a_name_that_the_rollout_needs_and_another_entity_has_is_an_error(rolling):
    entity = {"name": "m", "entity_name": "main.ml.m", "traffic_percentage": 90, "entity_version": "@champion"}
    other = {**entity, "name": "m-v2", "traffic_percentage": 10, "entity_version": "3"}
    rolling.declare("serving_endpoint.e", name="e", served_entities=[entity, other], rollout=STEPS)
    assert "MLE435" in [one.code for one in rolling.plan().diagnostics]


def test_numbers_roll_out_too(world):
    world.model()
    for version in ("1", "2"):
        entity = {"name": "m", "entity_name": "main.ml.m", "traffic_percentage": 100, "entity_version": version}
        world.declare("serving_endpoint.e", name="e", served_entities=[entity], rollout=STEPS)
        applied(world)
    assert serving(world) == {"m": ("1", 90), "m-v2": ("2", 10)}
