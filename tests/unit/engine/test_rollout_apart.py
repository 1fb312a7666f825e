"""Rollouts and units that others cross: other aliases, hands, consents, and what is left to others."""

import pytest

from mlplan.core.declaration import Lifecycle
from mlplan.engine.applier import run
from mlplan.providers.local.outside import fail_next

STEPS = {"steps": [{"percent": 10, "duration": "30m"}, {"percent": 50, "duration": "2h"}]}
CHAMPION, CHALLENGER = ("m", "@champion", 90), ("next", "@challenger", 10)


def points(world, alias, version, **more):
    world.declare(f"model_alias.m.{alias}", full_name="main.ml.m", alias=alias, version=version, **more)


def endpoint(world, name, *served, model="main.ml.m", lifecycle=None, size=None, **more):
    entities = [
        {"name": entity, "entity_name": model, "entity_version": version, "traffic_percentage": percent}
        | ({"workload_size": size} if size else {})
        for entity, version, percent in served
    ]
    kept = {"lifecycle": lifecycle} if lifecycle else {}
    world.declare(f"serving_endpoint.{name}", name=name, served_entities=entities, **kept, **more)


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


@pytest.fixture
def both(world):
    """One endpoint that rolls out behind champion and challenger, one behind the champion alone."""
    world.model()
    world.versions("main.ml.m", 4)
    points(world, "champion", 2)
    points(world, "challenger", 1)
    endpoint(world, "e", CHAMPION, CHALLENGER, rollout=STEPS)
    endpoint(world, "g", ("m", "@champion", 100))
    world.settled()
    return world


def test_a_rollback_does_not_wait_for_the_rollout_of_another_alias(both):
    points(both, "challenger", 3)
    applied(both)
    assert serving(both, "e")["next-v3"] == ("3", 1)
    points(both, "champion", 1)
    both.returns = lambda alias_id, version: (alias_id, version) == ("main.ml.m@champion", 1)
    applied(both)
    assert (serving(both, "e")["m"], serving(both, "g")["m"], alias(both)) == (("1", 90), ("1", 100), 1)
    assert (serving(both, "e")["next-v3"], alias(both, "challenger")) == (("3", 1), 1)


def test_what_was_aborted_stays_so_when_another_alias_begins_to_move(both):
    points(both, "champion", 3)
    applied(both)
    applied(both, abort=frozenset(["serving_endpoint.e"]))
    points(both, "challenger", 4)
    applied(both)
    assert serving(both, "e") == {"m": ("2", 90), "next": ("1", 10)}
    points(both, "champion", 2)
    applied(both)
    assert serving(both, "e") == {"m": ("2", 90), "next": ("1", 9), "next-v4": ("4", 1)}


def test_an_endpoint_that_comes_while_another_rolls_out_serves_what_the_alias_has(both):
    points(both, "champion", 3)
    endpoint(both, "h", ("m", "@champion", 100))
    applied(both)
    assert (serving(both, "h")["m"], alias(both)) == (("2", 100), 2)


def test_one_that_is_pointed_at_another_model_never_serves_the_number_of_the_old(both):
    both.declare("registered_model.k", catalog_name="main", schema_name="ml", name="k")
    both.settled()
    both.versions("main.ml.k", 4)
    endpoint(both, "h", ("m", "4", 100), model="main.ml.k")
    both.settled()
    points(both, "champion", 3)
    endpoint(both, "h", ("m", "@champion", 100))
    applied(both)
    served = both.live("serving_endpoint", "h").values["served_entities"]
    assert [(one["entity_name"], one["entity_version"]) for one in served] == [("main.ml.m", "2")]


@pytest.mark.parametrize("path", [("served_entities",), ("served_entities", "[m]", "entity_version")])
def test_an_endpoint_that_follows_and_ignores_what_it_serves_is_refused(both, path):
    endpoint(both, "g", ("m", "@champion", 100), lifecycle=Lifecycle(ignore_changes=(path,)))
    assert [one.code for one in both.plan().diagnostics] == ["MLE443"]


def test_other_fields_can_be_left_to_others(both):
    path = ("served_entities", "[m]", "workload_size")
    endpoint(both, "g", ("m", "@champion", 100), lifecycle=Lifecycle(ignore_changes=(path,)))
    assert both.plan().diagnostics == []


def test_a_field_that_waits_for_an_aborted_rollout_is_told(both):
    points(both, "champion", 3)
    applied(both)
    applied(both, abort=frozenset(["serving_endpoint.e"]))
    endpoint(both, "e", CHAMPION, CHALLENGER, rollout=STEPS, size="Large")
    found = [one for one in both.plan().diagnostics if one.code == "MLE442"]
    assert [(one.severity, one.summary) for one in found] == [
        ("warning", "workload_size of m: not applied, as its rollout is aborted and v2 stays as it was")
    ]


@pytest.mark.parametrize("option", ["abort", "restart"])
def test_a_word_for_a_rollout_that_is_not_selected_is_an_error(both, option):
    points(both, "champion", 3)
    applied(both)
    found = both.plan(targets=("catalog.main",), **{option: frozenset(["serving_endpoint.e"])})
    assert [one.code for one in found.diagnostics] == ["MLE437"]


def test_an_observed_alias_that_is_not_there_has_no_version(both):
    points(both, "shadow", 3, managed_by="observe")
    endpoint(both, "h", ("m", "@shadow", 100))
    assert "MLE405" in [one.code for one in both.plan().diagnostics]


def test_what_is_left_to_a_bot_is_recorded_as_it_is_when_it_is_taken_over(both):
    both.provider.handler("model_alias").create(
        "main.ml.m@bot", {"full_name": "main.ml.m", "alias": "bot", "version": 1}
    )
    points(both, "bot", 2, managed_by="bot")
    applied(both, adopt=frozenset(["model_alias.m.bot"]))
    assert both.backend.read().entries["model_alias.m.bot"].values["version"] == 1
    points(both, "bot", 2)
    moved = both.plan().changes["model_alias.m.bot"].fields
    assert [one.cause for one in moved if one.path == ("version",)] == ["config"]


def test_what_others_changed_meanwhile_is_not_put_back(world):
    world.model()
    world.versions("main.ml.m", 3)
    points(world, "champion", 1)
    endpoint(world, "e", ("m", "@champion", 100))
    endpoint(world, "f", ("m", "@champion", 100))
    world.settled()
    points(world, "champion", 2)
    fail_next(world.provider.workspace, "f", "no such wheel")

    class Meddling:
        def started(self, step, change):
            if step.verb == "revert":
                served = world.live("serving_endpoint", "e").values["served_entities"]
                theirs = [{**one, "entity_version": "3"} for one in served]
                world.outside("serving_endpoint", "e", served_entities=theirs)
                world.provider.handler("serving_endpoint").wait("e")

        def finished(self, step, change, outcome): ...

        def skipped(self, step, change, why): ...

        def stopping(self):
            return False

    lease = world.backend.lock("apply")
    result = run(world.plan(), world.backend.read(), world.provider, lease, world.effects, Meddling(), 1)
    lease.release()
    assert [one.error[:6] for one in result.outcomes.values() if "MLE521" in one.error] == ["MLE521"]
    assert (serving(world, "e")["m"], alias(world)) == (("3", 100), 1)
