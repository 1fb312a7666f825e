"""What an apply does when calls fail, answers get lost, things change meanwhile, or someone stops it."""

import threading

import pytest

from mlplan.core.change import Object
from mlplan.core.errors import Denied, UnknownOutcome
from mlplan.core.provider import Provider
from mlplan.core.values import Unknown


class Faulty(Provider):
    """The local provider, with a fault at chosen calls, before or after they take effect."""

    name = "local"

    def __init__(self, inner, faults):
        self.inner, self.faults, self.calls = inner, faults, []

    def describe(self):
        return "faulty"

    def handler(self, kind):
        handler = self.inner.handler(kind)
        wrapped = type("Wrapped", (), {})()
        for verb in ("read", "read_many", "create", "update", "delete", "wait", "rename", "restore", "refuses"):
            if hasattr(handler, verb):
                setattr(wrapped, verb, self._wrap(kind, verb, getattr(handler, verb)))
        return wrapped

    def _wrap(self, kind, verb, call):
        def wrapped(*given):
            self.calls.append((verb, kind))
            before, after, change = self.faults.get((verb, kind), (None, None, None))
            if before:
                raise before
            result = call(*given)
            if after:
                raise after
            return change(result) if change else result

        return wrapped


@pytest.fixture
def branches(world):
    """Declare two branches: a catalog with a schema and a model, and an experiment."""
    world.declare("catalog.main", name="main")
    world.declare("schema.ml", catalog_name="main", name="ml")
    world.declare("registered_model.m", catalog_name="main", schema_name="ml", name="m", comment="a model")
    world.declare("experiment.e", name="/Shared/e")
    return world


def failing(world, **faults):
    return Faulty(world.provider, {tuple(name.split("_", 1)): fault for name, fault in faults.items()})


@pytest.mark.parametrize("parallelism", [1, 4])
def test_independent_branches_go_on_and_dependents_are_reported(branches, parallelism):
    provider = failing(branches, create_schema=(Denied("not yours"), None, None))
    applied = branches.apply(provider=provider, parallelism=parallelism)
    assert applied.failed
    assert [one.error for one in applied.outcomes.values() if one.status == "failed"] == ["MLE513: not yours"]
    assert list(applied.skipped.values()) == ["schema.ml failed"]
    assert set(branches.backend.read().entries) == {"catalog.main", "experiment.e"}
    assert {one.address for one in branches.plan().active()} == {"schema.ml", "registered_model.m"}
    branches.settled()


def test_a_lost_answer_to_a_create_is_read_back_and_taken_in(branches):
    provider = failing(branches, create_schema=(None, UnknownOutcome("connection reset"), None))
    assert not branches.apply(provider=provider).failed
    assert provider.calls.count(("create", "schema")) == 1
    assert branches.plan().empty


def test_a_create_that_never_arrived_is_reported_as_unknown_and_the_next_run_makes_it(branches):
    provider = failing(branches, create_schema=(UnknownOutcome("connection reset"), None, None))
    applied = branches.apply(provider=provider)
    assert [one.status for one in applied.outcomes.values()].count("unknown") == 1
    assert [one.address for one in branches.backend.read().pending] == ["schema.ml"]
    branches.settled()
    assert not branches.backend.read().pending


def test_a_wait_that_was_cut_short_is_not_taken_for_ready_and_the_alias_stays(world):
    world.model()
    world.champion(1)
    provider = failing(world, wait_serving_endpoint=(UnknownOutcome("connection reset"), None, None))
    applied = world.apply(provider=provider)
    assert list(applied.skipped.values()) == ["serving_endpoint.e failed"]
    assert world.live("model_alias", "main.ml.m@champion") is None
    world.settled()


def test_a_lost_answer_to_a_delete_counts_when_the_object_is_gone(branches):
    branches.settled()
    branches.drop("registered_model.m")
    provider = failing(branches, delete_registered_model=(None, UnknownOutcome("timeout"), None))
    assert not branches.apply(provider=provider).failed
    assert branches.plan().empty


def test_what_the_platform_accepts_and_drops_is_a_failure(branches):
    def drop_comment(found):
        values = {name: value for name, value in found.values.items() if name != "comment"}
        return Object(found.id, values, found.outputs, found.status)

    provider = failing(branches, create_registered_model=(None, None, drop_comment))
    applied = branches.apply(provider=provider)
    assert applied.failed
    (told,) = [one.error for one in applied.outcomes.values() if one.error]
    assert told == "MLE520: accepted, but the live object differs in comment"


@pytest.mark.parametrize("verb", ["update", "delete"])
def test_what_changed_since_the_plan_is_left_alone(branches, verb):
    branches.settled()
    if verb == "update":
        branches.declare("experiment.e", name="/Shared/e", tags={"team": "ours"})
    else:
        branches.drop("experiment.e")

    class Meddling(Faulty):
        def _wrap(self, kind, name, call):
            def read(id_):
                if kind == "experiment" and not self.calls:
                    self.calls.append(("read", kind))
                    branches.outside("experiment", "/Shared/e", tags={"team": "theirs"})
                return call(id_)

            return read if name == "read" else call

    applied = branches.apply(provider=Meddling(branches.provider, {}))
    (outcome,) = applied.outcomes.values()
    assert outcome.error.startswith("MLE521: it changed since the plan was made")
    assert branches.live("experiment", "/Shared/e").values["tags"] == {"team": "theirs"}


def test_rows_that_came_since_the_plan_are_not_swept_away_by_the_first_apply(world):
    world.declare("catalog.c", name="c")
    world.settled()
    rows = [{"principal": "svc", "privileges": ["USE_CATALOG"]}]
    world.declare("grants.catalog.c", securable_type="catalog", full_name="c", grants=rows)

    class Meddling(Faulty):
        def _wrap(self, kind, name, call):
            def read(id_):
                if kind == "grants" and not self.calls:
                    self.calls.append(("read", kind))
                    theirs = [{"principal": "auditors", "privileges": ["BROWSE"]}]
                    world.outside("grants", "catalog/c", grants=theirs)
                return call(id_)

            return read if name == "read" else call

    (outcome,) = world.apply(provider=Meddling(world.provider, {})).outcomes.values()
    assert outcome.error.startswith("MLE521")
    assert [row["principal"] for row in world.live("grants", "catalog/c").values["grants"]] == ["auditors"]


def test_a_stop_begins_nothing_new_and_the_next_run_goes_on(branches):
    applied = branches.apply(steps=2)
    assert len(applied.outcomes) == 2
    assert "the run was stopped" in applied.skipped.values()
    branches.settled()


def test_references_to_what_only_the_server_knows_are_resolved_on_the_way(world):
    from_experiment = "runs are in ${resources.experiments.e.experiment_id}"
    world.declare("experiment.e", name="/Shared/e")
    world.declare("catalog.c", name="c", comment=Unknown(from_experiment), needs=["experiment.e"])
    plan = world.plan()
    (field,) = [one for one in plan.changes["catalog.c"].fields if one.path == ("comment",)]
    assert field.as_json()["known_after_apply"] == from_experiment
    world.settled()
    identity = world.live("experiment", "/Shared/e").outputs["experiment_id"]
    assert world.live("catalog", "c").values["comment"] == f"runs are in {identity}"


def test_no_more_steps_run_at_once_than_allowed(world):
    running, most, gate = 0, 0, threading.Lock()

    def count(call):
        def wrapped(*given):
            nonlocal running, most
            with gate:
                running += 1
                most = max(most, running)
            try:
                return call(*given)
            finally:
                with gate:
                    running -= 1

        return wrapped

    for number in range(30):
        world.declare(f"experiment.e{number}", name=f"/Shared/e{number}")
    handler = world.provider.handler("experiment")
    handler.create = count(handler.create)
    assert not world.apply(parallelism=3).failed
    assert 1 <= most <= 3


def test_a_run_without_steps_writes_nothing(branches):
    branches.settled()
    before = branches.backend.read().serial
    branches.apply()
    assert branches.backend.read().serial == before
