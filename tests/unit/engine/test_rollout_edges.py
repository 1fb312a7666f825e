"""Rollouts that meet something else: references, new aliases, hands that meddle, others of the unit, renames."""

import pytest

from mlplan.core.declaration import Lifecycle
from mlplan.core.values import Unknown
from mlplan.engine.applier import run
from mlplan.providers.local.outside import fail_next

STEPS = {"steps": [{"percent": 10, "duration": "30m"}, {"percent": 50, "duration": "2h"}]}
HOUR = 3600


@pytest.fixture
def rolling(world):
    """Two endpoints behind the champion, of which one rolls out, at version 1; version 2 is declared."""
    world.model()
    world.versions("main.ml.m", 3)
    champion(world, 1)
    endpoint(world, "e", rollout=STEPS)
    endpoint(world, "g")
    world.settled()
    champion(world, 2)
    return world


def champion(world, version, alias="champion", **more):
    world.declare(f"model_alias.m.{alias}", full_name="main.ml.m", alias=alias, version=version, **more)


def endpoint(world, name, version="@champion", entity="m", lifecycle=None, **more):
    served = {"name": entity, "entity_name": "main.ml.m", "traffic_percentage": 100, "entity_version": version}
    kept = {"lifecycle": lifecycle} if lifecycle else {}
    world.declare(f"serving_endpoint.{name}", name=name, **{"served_entities": [served], **kept, **more})


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


def test_a_reference_to_what_the_server_knows_does_not_switch_it_off(rolling):
    pointer = Unknown("${resources.experiments.x.experiment_id}")
    served = {"name": "m", "entity_name": "main.ml.m", "traffic_percentage": 100, "entity_version": "@champion"}
    rolling.declare("experiment.x", name="/Shared/x")
    endpoint(rolling, "e", served_entities=[{**served, "environment_vars": {"X": pointer}}], rollout=STEPS)
    applied(rolling)
    assert serving(rolling, "e") == BEGUN
    made = {one["name"]: one for one in rolling.live("serving_endpoint", "e").values["served_entities"]}
    assert made["m-v2"]["environment_vars"]["X"].isdigit()


def test_what_cannot_be_told_is_refused_and_never_jumps(rolling):
    served = {"name": "m", "entity_name": "main.ml.m", "traffic_percentage": 100}
    served["entity_version"] = Unknown("${resources.experiments.x.experiment_id}")
    rolling.declare("experiment.x", name="/Shared/x")
    endpoint(rolling, "e", served_entities=[served], rollout=STEPS)
    assert "MLE438" in codes(rolling)


@pytest.mark.parametrize("path", [("served_entities",), ("served_entities", "[m]", "entity_version")])
def test_ignoring_what_it_moves_is_refused(rolling, path):
    endpoint(rolling, "e", rollout=STEPS, lifecycle=Lifecycle(ignore_changes=(path,)))
    assert "MLE438" in codes(rolling)


def test_an_alias_that_comes_with_it_is_held_too(world):
    world.model()
    endpoint(world, "e", version="1", rollout=STEPS)
    world.settled()
    endpoint(world, "e", rollout=STEPS)
    champion(world, 2)
    applied(world)
    assert (serving(world, "e"), alias(world)) == (BEGUN, None)
    world.clock.ahead += HOUR
    applied(world)
    world.clock.ahead += 3 * HOUR
    world.settled()
    assert (serving(world, "e"), alias(world)) == ({"m": ("2", 100)}, 2)


def test_an_alias_that_is_taken_over_is_held_too(world):
    world.model()
    endpoint(world, "e", version="1", rollout=STEPS)
    world.settled()
    world.provider.handler("model_alias").create(
        "main.ml.m@champion", {"full_name": "main.ml.m", "alias": "champion", "version": 1}
    )
    endpoint(world, "e", rollout=STEPS)
    champion(world, 2)
    applied(world, adopt=frozenset(["model_alias.m.champion"]))
    assert (serving(world, "e"), alias(world)) == (BEGUN, 1)


def test_an_alias_that_was_deleted_meanwhile_comes_back_at_the_end_only(rolling):
    applied(rolling)
    rolling.provider.handler("model_alias").delete("main.ml.m@champion", {})
    applied(rolling)
    assert (serving(rolling, "e"), serving(rolling, "g"), alias(rolling)) == (BEGUN, STAYS, None)


def test_a_version_set_by_hand_reaches_no_other_endpoint(rolling):
    applied(rolling)
    rolling.outside("model_alias", "main.ml.m@champion", version=5)
    applied(rolling)
    assert (serving(rolling, "e"), serving(rolling, "g"), alias(rolling)) == (BEGUN, STAYS, 5)


def test_another_alias_that_was_moved_by_hand_is_put_back_meanwhile(rolling):
    champion(rolling, 3, "challenger")
    served = [
        {"name": "m", "entity_name": "main.ml.m", "traffic_percentage": 90, "entity_version": "@champion"},
        {"name": "next", "entity_name": "main.ml.m", "traffic_percentage": 10, "entity_version": "@challenger"},
    ]
    champion(rolling, 1)
    endpoint(rolling, "e", served_entities=served, rollout=STEPS)
    rolling.settled()
    champion(rolling, 2)
    applied(rolling)
    rolling.outside("model_alias", "main.ml.m@challenger", version=5)
    applied(rolling)
    assert (alias(rolling, "challenger"), alias(rolling)) == (3, 1)
    assert serving(rolling, "e")["next"] == ("3", 10)


def test_an_edit_of_an_alias_that_moves_nothing_is_not_held(rolling):
    applied(rolling)
    champion(rolling, 1, "challenger", consumers=[{"job": "nightly"}])
    applied(rolling)
    champion(rolling, 1, "challenger", consumers=[{"job": "hourly"}])
    change = rolling.plan().changes["model_alias.m.challenger"]
    assert (change.action, change.held) == ("update", "")


def test_an_abort_turns_back_the_whole_unit(rolling):
    endpoint(rolling, "f", rollout=STEPS)
    champion(rolling, 1)
    rolling.settled()
    champion(rolling, 2)
    applied(rolling)
    applied(rolling, abort=frozenset(["serving_endpoint.e"]))
    assert serving(rolling, "e") == serving(rolling, "f") == STAYS
    rolling.clock.ahead += 24 * HOUR
    assert standing(rolling, "f") == ("aborted", 0, 0)
    applied(rolling, restart=frozenset(["serving_endpoint.f"]))
    assert serving(rolling, "e") == serving(rolling, "f") == BEGUN


@pytest.mark.parametrize("option", ["abort", "restart"])
def test_a_word_that_reaches_no_rollout_is_an_error(rolling, option):
    applied(rolling)
    assert "MLE437" in codes(rolling, **{option: frozenset(["serving_endpoint.E"])})


def test_what_waits_by_number_is_not_all_done(world):
    world.model()
    for version in ("1", "2"):
        endpoint(world, "e", version=version, rollout=STEPS)
        applied(world)
    assert not world.plan().empty


def test_a_state_that_lost_the_endpoint_goes_on_when_it_is_taken_over(rolling):
    applied(rolling)
    lease = rolling.backend.lock("test")
    state = rolling.backend.read()
    del state.entries["serving_endpoint.e"]
    lease.save(state)
    lease.release()
    applied(rolling, adopt=frozenset(["serving_endpoint.e"]))
    assert (serving(rolling, "e"), alias(rolling)) == (BEGUN, 1)
    rolling.clock.ahead += HOUR
    assert standing(rolling, "e") == ("steps", 10, 50)


def test_an_entity_with_a_new_name_is_said_to_take_no_part(rolling):
    applied(rolling)
    endpoint(rolling, "e", entity="main", rollout=STEPS)
    assert "MLE439" in codes(rolling)


def test_a_rollback_takes_no_steps(rolling):
    endpoint(rolling, "g", rollout=STEPS)
    champion(rolling, 1)
    rolling.settled()
    champion(rolling, 2)
    applied(rolling)
    rolling.clock.ahead += HOUR
    applied(rolling)
    rolling.clock.ahead += 3 * HOUR
    rolling.settled()
    champion(rolling, 1)
    rolling.returns = lambda alias_id, version: (alias_id, version) == ("main.ml.m@champion", 1)
    assert standing(rolling, "e") is None
    rolling.settled()
    assert (serving(rolling, "e"), serving(rolling, "g"), alias(rolling)) == (STAYS, STAYS, 1)


def test_a_version_put_on_an_endpoint_by_hand_goes_at_once(rolling):
    champion(rolling, 1)
    served = [{**one, "entity_version": "3"} for one in rolling.live("serving_endpoint", "e").values["served_entities"]]
    rolling.outside("serving_endpoint", "e", served_entities=served)
    rolling.provider.handler("serving_endpoint").wait("e")
    assert standing(rolling, "e") is None
    rolling.settled()
    assert serving(rolling, "e") == STAYS


def test_a_second_alias_that_begins_to_move_does_not_take_the_first_back(rolling):
    champion(rolling, 3, "challenger")
    served = [
        {"name": "m", "entity_name": "main.ml.m", "traffic_percentage": 50, "entity_version": "@champion"},
        {"name": "next", "entity_name": "main.ml.m", "traffic_percentage": 50, "entity_version": "@challenger"},
    ]
    champion(rolling, 1)
    endpoint(rolling, "e", served_entities=served, rollout=STEPS)
    rolling.settled()
    champion(rolling, 2)
    applied(rolling)
    rolling.clock.ahead += HOUR
    applied(rolling)
    champion(rolling, 4, "challenger")
    applied(rolling)
    assert serving(rolling, "e") == {"m": ("1", 25), "m-v2": ("2", 25), "next": ("3", 45), "next-v4": ("4", 5)}
    rolling.clock.ahead += HOUR
    applied(rolling)
    assert serving(rolling, "e")["next-v4"] == ("4", 25)


def test_what_is_left_of_a_stopped_put_back_does_not_count_as_time(rolling):
    endpoint(rolling, "f", rollout=STEPS)
    champion(rolling, 1)
    rolling.settled()
    champion(rolling, 2)
    applied(rolling)
    rolling.clock.ahead += HOUR
    fail_next(rolling.provider.workspace, "f", "no such wheel")
    assert rolling.apply().failed
    kept = rolling.backend.read().entries["serving_endpoint.e"].rollout
    assert (kept["percent"], serving(rolling, "e")) == (10, BEGUN)


def test_an_alias_moved_by_hand_meanwhile_puts_its_endpoints_back(world):
    world.model()
    champion(world, 1)
    endpoint(world, "e")
    endpoint(world, "f")
    world.settled()
    champion(world, 2)

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
    champion(world, 1)
    endpoint(world, "e")
    endpoint(world, "f")
    world.settled()
    champion(world, 2)
    world.declare("schema.lost", catalog_name="nowhere", name="lost")
    served = {"name": "m", "entity_name": "main.ml.m", "traffic_percentage": 100, "entity_version": "@champion"}
    world.declare("serving_endpoint.f", needs=("schema.lost",), name="f", served_entities=[served])
    assert world.apply().failed
    assert (alias(world), serving(world, "e"), serving(world, "f")) == (1, STAYS, STAYS)


def test_putting_back_knows_what_references_stand_for(world):
    world.model()
    champion(world, 1)
    endpoint(world, "e")
    endpoint(world, "f")
    world.settled()
    champion(world, 2)
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
        champion(world, 1, f"a{number}")
        served = [
            {"name": f"s{one}", "entity_name": "main.ml.m", "entity_version": f"@a{one}", "traffic_percentage": 50}
            for one in (number, (number + 1) % 60)
        ]
        endpoint(world, f"e{number}", served_entities=served)
    plan = world.plan()
    assert sum(len(step.needs) for step in plan.steps) < 6 * 60
    assert max(len(one.after) for one in plan.changes.values()) == 60


def test_aliases_are_known_however_they_are_written(rolling):
    endpoint(rolling, "g", version="@Champion")
    assert "MLE405" not in codes(rolling)
