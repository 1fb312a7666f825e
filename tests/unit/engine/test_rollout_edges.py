"""Rollouts that meet something else: references, new aliases, hands that meddle, others of the unit, renames."""

import pytest

from mlplan.core.declaration import Lifecycle
from mlplan.core.values import Unknown
from mlplan.engine.applier import run
from mlplan.providers.local.outside import fail_next

STEPS = {"steps": [{"percent": 10, "duration": "30m"}, {"percent": 50, "duration": "2h"}]}
HOUR = 3600


def serving(world, name):
    served = world.live("serving_endpoint", name).values["served_entities"]
    assert sum(one["traffic_percentage"] for one in served) == 100
    return {one["name"]: (one["entity_version"], one["traffic_percentage"]) for one in served}


def alias(world, name="champion"):
    found = world.live("model_alias", f"main.ml.m@{name}")
    return found.values["version"] if found else None


def applied(world, **options):
    result = world.apply(**options)
    assert not result.failed, (result.outcomes, result.skipped)


def standing(world, name, **options):
    found = world.plan(**options).rollouts.get(f"serving_endpoint.{name}")
    return (found.standing, found.before, found.percent) if found else None


def codes(world, **options):
    return [one.code for one in world.plan(**options).diagnostics]


STAYS = {"m": ("1", 100)}
BEGUN = {"m": ("1", 90), "m-v2": ("2", 10)}


def test_a_reference_to_what_the_server_knows_does_not_switch_it_off(followed):
    pointer = Unknown("${resources.experiments.x.experiment_id}")
    served = {"name": "m", "entity_name": "main.ml.m", "traffic_percentage": 100, "entity_version": "@champion"}
    followed.declare("experiment.x", name="/Shared/x")
    followed.endpoint("e", served_entities=[{**served, "environment_vars": {"X": pointer}}], rollout=STEPS)
    applied(followed)
    assert serving(followed, "e") == BEGUN
    made = {one["name"]: one for one in followed.live("serving_endpoint", "e").values["served_entities"]}
    assert made["m-v2"]["environment_vars"]["X"].isdigit()


def test_what_cannot_be_told_is_refused_and_never_jumps(followed):
    served = {"name": "m", "entity_name": "main.ml.m", "traffic_percentage": 100}
    served["entity_version"] = Unknown("${resources.experiments.x.experiment_id}")
    followed.declare("experiment.x", name="/Shared/x")
    followed.endpoint("e", served_entities=[served], rollout=STEPS)
    assert "MLE438" in codes(followed)


@pytest.mark.parametrize("path", [("served_entities",), ("served_entities", "[m]", "entity_version")])
def test_ignoring_what_it_moves_is_refused(followed, path):
    followed.endpoint("e", rollout=STEPS, lifecycle=Lifecycle(ignore_changes=(path,)))
    assert "MLE438" in codes(followed)


def test_an_alias_that_comes_with_it_is_held_too(world):
    world.model()
    world.endpoint("e", version="1", rollout=STEPS)
    world.settled()
    world.endpoint("e", rollout=STEPS)
    world.points(2)
    applied(world)
    assert (serving(world, "e"), alias(world)) == (BEGUN, None)
    world.clock.ahead += HOUR
    applied(world)
    world.clock.ahead += 3 * HOUR
    world.settled()
    assert (serving(world, "e"), alias(world)) == ({"m": ("2", 100)}, 2)


def test_an_alias_that_is_taken_over_is_held_too(world):
    world.model()
    world.endpoint("e", version="1", rollout=STEPS)
    world.settled()
    world.provider.handler("model_alias").create(
        "main.ml.m@champion", {"full_name": "main.ml.m", "alias": "champion", "version": 1}
    )
    world.endpoint("e", rollout=STEPS)
    world.points(2)
    applied(world, adopt=frozenset(["model_alias.m.champion"]))
    assert (serving(world, "e"), alias(world)) == (BEGUN, 1)


def test_an_alias_that_was_deleted_meanwhile_comes_back_at_the_end_only(followed):
    applied(followed)
    followed.provider.handler("model_alias").delete("main.ml.m@champion", {})
    applied(followed)
    assert (serving(followed, "e"), serving(followed, "g"), alias(followed)) == (BEGUN, STAYS, None)


def test_a_version_set_by_hand_reaches_no_other_endpoint(followed):
    applied(followed)
    followed.outside("model_alias", "main.ml.m@champion", version=5)
    applied(followed)
    assert (serving(followed, "e"), serving(followed, "g"), alias(followed)) == (BEGUN, STAYS, 5)


def test_another_alias_that_was_moved_by_hand_is_put_back_meanwhile(followed):
    followed.points(3, "challenger")
    served = [
        {"name": "m", "entity_name": "main.ml.m", "traffic_percentage": 90, "entity_version": "@champion"},
        {"name": "next", "entity_name": "main.ml.m", "traffic_percentage": 10, "entity_version": "@challenger"},
    ]
    followed.points(1)
    followed.endpoint("e", served_entities=served, rollout=STEPS)
    followed.settled()
    followed.points(2)
    applied(followed)
    followed.outside("model_alias", "main.ml.m@challenger", version=5)
    applied(followed)
    assert (alias(followed, "challenger"), alias(followed)) == (3, 1)
    assert serving(followed, "e")["next"] == ("3", 10)


def test_an_edit_of_an_alias_that_moves_nothing_is_not_held(followed):
    applied(followed)
    followed.points(1, "challenger", consumers=[{"job": "nightly"}])
    applied(followed)
    followed.points(1, "challenger", consumers=[{"job": "hourly"}])
    change = followed.plan().changes["model_alias.m.challenger"]
    assert (change.action, change.held) == ("update", "")


def test_an_abort_turns_back_the_whole_unit(followed):
    followed.endpoint("f", rollout=STEPS)
    followed.points(1)
    followed.settled()
    followed.points(2)
    applied(followed)
    applied(followed, abort=frozenset(["serving_endpoint.e"]))
    assert serving(followed, "e") == serving(followed, "f") == STAYS
    followed.clock.ahead += 24 * HOUR
    assert standing(followed, "f") == ("aborted", 0, 0)
    applied(followed, restart=frozenset(["serving_endpoint.f"]))
    assert serving(followed, "e") == serving(followed, "f") == BEGUN


@pytest.mark.parametrize("option", ["abort", "restart"])
def test_a_word_that_reaches_no_rollout_is_an_error(followed, option):
    applied(followed)
    assert "MLE437" in codes(followed, **{option: frozenset(["serving_endpoint.E"])})


def test_what_waits_by_number_is_not_all_done(world):
    world.model()
    for version in ("1", "2"):
        world.endpoint("e", version=version, rollout=STEPS)
        applied(world)
    assert not world.plan().empty


def test_a_state_that_lost_the_endpoint_goes_on_when_it_is_taken_over(followed):
    applied(followed)
    lease = followed.backend.lock("test")
    state = followed.backend.read()
    del state.entries["serving_endpoint.e"]
    lease.save(state)
    lease.release()
    applied(followed, adopt=frozenset(["serving_endpoint.e"]))
    assert (serving(followed, "e"), alias(followed)) == (BEGUN, 1)
    followed.clock.ahead += HOUR
    assert standing(followed, "e") == ("steps", 10, 50)


def test_an_entity_with_a_new_name_is_said_to_take_no_part(followed):
    applied(followed)
    followed.endpoint("e", entity="main", rollout=STEPS)
    assert "MLE439" in codes(followed)


def test_a_rollback_takes_no_steps(followed):
    followed.endpoint("g", rollout=STEPS)
    followed.points(1)
    followed.settled()
    followed.points(2)
    applied(followed)
    followed.clock.ahead += HOUR
    applied(followed)
    followed.clock.ahead += 3 * HOUR
    followed.settled()
    followed.points(1)
    followed.returns = lambda alias_id, version: (alias_id, version) == ("main.ml.m@champion", 1)
    assert standing(followed, "e") is None
    followed.settled()
    assert (serving(followed, "e"), serving(followed, "g"), alias(followed)) == (STAYS, STAYS, 1)


def test_a_version_put_on_an_endpoint_by_hand_goes_at_once(followed):
    followed.points(1)
    served = [
        {**one, "entity_version": "3"} for one in followed.live("serving_endpoint", "e").values["served_entities"]
    ]
    followed.outside("serving_endpoint", "e", served_entities=served)
    followed.provider.handler("serving_endpoint").wait("e")
    assert standing(followed, "e") is None
    followed.settled()
    assert serving(followed, "e") == STAYS


def test_a_second_alias_that_begins_to_move_does_not_take_the_first_back(followed):
    followed.points(3, "challenger")
    served = [
        {"name": "m", "entity_name": "main.ml.m", "traffic_percentage": 50, "entity_version": "@champion"},
        {"name": "next", "entity_name": "main.ml.m", "traffic_percentage": 50, "entity_version": "@challenger"},
    ]
    followed.points(1)
    followed.endpoint("e", served_entities=served, rollout=STEPS)
    followed.settled()
    followed.points(2)
    applied(followed)
    followed.clock.ahead += HOUR
    applied(followed)
    followed.points(4, "challenger")
    applied(followed)
    assert serving(followed, "e") == {"m": ("1", 25), "m-v2": ("2", 25), "next": ("3", 45), "next-v4": ("4", 5)}
    followed.clock.ahead += HOUR
    applied(followed)
    assert serving(followed, "e")["next-v4"] == ("4", 25)


def test_what_is_left_of_a_stopped_put_back_does_not_count_as_time(followed):
    followed.endpoint("f", rollout=STEPS)
    followed.points(1)
    followed.settled()
    followed.points(2)
    applied(followed)
    followed.clock.ahead += HOUR
    fail_next(followed.provider.workspace, "f", "no such wheel")
    assert followed.apply().failed
    kept = followed.backend.read().entries["serving_endpoint.e"].rollout
    assert (kept["percent"], serving(followed, "e")) == (10, BEGUN)


def test_an_alias_moved_by_hand_meanwhile_puts_its_endpoints_back(world):
    world.model()
    world.points(1)
    world.endpoint("e")
    world.endpoint("f")
    world.settled()
    world.points(2)

    class Meddling:
        def started(self, step, change):
            if change.kind == "model_alias":
                world.outside("model_alias", "main.ml.m@champion", version=3)

        def finished(self, step, change, outcome): ...

        def skipped(self, step, change, why): ...

        def stopping(self):
            return False

    lease = world.backend.lock("apply")
    state = world.backend.read()
    run(world.plan(), state, world.provider, lease, world.effects, Meddling(), 1)
    lease.release()
    assert (alias(world), serving(world, "e"), serving(world, "f")) == (3, STAYS, STAYS)


def test_an_endpoint_that_could_not_be_tried_puts_the_others_back(world):
    world.model()
    world.points(1)
    world.endpoint("e")
    world.endpoint("f")
    world.settled()
    world.points(2)
    world.declare("schema.lost", catalog_name="nowhere", name="lost")
    served = {"name": "m", "entity_name": "main.ml.m", "traffic_percentage": 100, "entity_version": "@champion"}
    world.declare("serving_endpoint.f", needs=("schema.lost",), name="f", served_entities=[served])
    assert world.apply().failed
    assert (alias(world), serving(world, "e"), serving(world, "f")) == (1, STAYS, STAYS)


def test_putting_back_knows_what_references_stand_for(world):
    world.model()
    world.points(1)
    world.endpoint("e")
    world.endpoint("f")
    world.settled()
    world.points(2)
    world.declare("experiment.x", name="/Shared/x")
    pointer = Unknown("${resources.experiments.x.experiment_id}")
    served = {"name": "m", "entity_name": "main.ml.m", "traffic_percentage": 100, "entity_version": "@champion"}
    tags = [{"key": "x", "value": pointer}]
    world.declare("serving_endpoint.e", needs=("experiment.x",), name="e", served_entities=[served], tags=tags)
    fail_next(world.provider.workspace, "f", "no such wheel")
    assert world.apply().failed
    assert (alias(world), serving(world, "e")) == (1, STAYS)
    assert world.live("serving_endpoint", "e").values["tags"][0]["value"].isdigit()
    world.settled()


def test_a_large_unit_has_as_many_edges_as_members(world):
    world.model()
    for number in range(60):
        world.points(1, f"a{number}")
        served = [
            {"name": f"s{one}", "entity_name": "main.ml.m", "entity_version": f"@a{one}", "traffic_percentage": 50}
            for one in (number, (number + 1) % 60)
        ]
        world.endpoint(f"e{number}", served_entities=served)
    plan = world.plan()
    assert sum(len(step.needs) for step in plan.steps) < 6 * 60
    assert max(len(one.after) for one in plan.changes.values()) == 60


def test_aliases_are_known_however_they_are_written(followed):
    followed.endpoint("g", version="@Champion")
    assert "MLE405" not in codes(followed)
