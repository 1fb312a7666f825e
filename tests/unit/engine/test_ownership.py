"""Ownership: two projects over one workspace, markers that are taken off, and what is written where."""

import pytest

from mlplan.core.marker import Marker
from mlplan.core.state import Intent
from mlplan.engine.drift import look
from mlplan.kinds import spec

ENTITY = {"name": "m", "entity_name": "main.ml.m", "traffic_percentage": 100}

CARRIERS = {
    "catalog.c": {"name": "c"},
    "schema.s": {"catalog_name": "c", "name": "s"},
    "experiment.e": {"name": "/Shared/e"},
}


@pytest.fixture
def shop(world, tmp_path):
    """Return another project over the same workspace."""
    (tmp_path / "shop").mkdir()
    other = type(world)(tmp_path / "shop", "shop")
    other.provider.close()
    other.provider = world.provider
    return other


@pytest.fixture
def owned(world):
    for address, values in CARRIERS.items():
        world.declare(address, **values)
    world.settled()
    return world


def raw(world, kind="experiment", id_="/Shared/e"):
    return world.provider.handler(kind).read(id_).values.get(spec(kind).carrier)


def strip(world, kind="experiment", id_="/Shared/e"):
    """Take the marker off, as someone in the UI would."""
    world.outside(kind, id_, **{spec(kind).carrier: {}})
    assert raw(world, kind, id_) is None


def errors(plan):
    return [(one.code, one.address) for one in plan.diagnostics if one.severity == "error"]


@pytest.mark.parametrize("address", CARRIERS)
def test_what_is_made_carries_its_owner_from_its_first_moment(owned, address):
    kind = address.partition(".")[0]
    found = owned.live(kind, spec(kind).identify(CARRIERS[address]))
    assert found.marker == Marker("test/dev", address)
    assert spec(kind).carrier not in found.values


def test_an_endpoint_carries_its_owner_among_its_tags(world):
    world.model()
    world.declare("serving_endpoint.e", name="e", served_entities=[{**ENTITY, "entity_version": 1}])
    world.settled()
    assert world.live("serving_endpoint", "e").marker == Marker("test/dev", "serving_endpoint.e")
    world.declare(
        "serving_endpoint.e", name="e", served_entities=[{**ENTITY, "entity_version": 1}], tags=[{"key": "a"}]
    )
    world.settled()
    world.declare("serving_endpoint.e", name="e", served_entities=[{**ENTITY, "entity_version": 1}])
    world.settled()
    assert [one["key"] for one in raw(world, "serving_endpoint", "e")] == ["mlplan.address", "mlplan.owner"]


def test_tags_come_and_go_and_the_marker_stays(owned):
    ours = {"mlplan.owner": "test/dev", "mlplan.address": "experiment.e"}
    for tags in ({"team": "risk"}, {"tier": "1"}, None):
        owned.declare("experiment.e", name="/Shared/e", **({"tags": tags} if tags else {}))
        owned.settled()
        assert raw(owned) == {**(tags or {}), **ours}


def test_two_projects_cannot_own_one_object(owned, shop):
    shop.declare("experiment.mine", name="/Shared/e")
    plan = shop.plan()
    assert errors(plan) == [("MLE524", "experiment.mine")]
    assert "belongs to test/dev, as experiment.e" in plan.diagnostics[0].summary
    assert "{address: experiment.e, destroy: false}" in plan.diagnostics[0].hint
    assert errors(shop.plan(adopt=frozenset({"*"}))) == [("MLE524", "experiment.mine")]


def test_an_import_block_does_not_take_from_another(owned, shop):
    shop.declare("experiment.mine", name="/Shared/e")
    shop.adopt("experiment.mine", "/Shared/e")
    assert errors(shop.plan()) == [("MLE524", "experiment.mine")]


def test_taking_over_says_from_whom_and_ends_the_other_claim(owned, shop):
    shop.declare("experiment.mine", name="/Shared/e")
    consent = {"take_over": frozenset({"experiment.mine"})}
    plan = shop.plan(**consent)
    (change,) = plan.active()
    assert (change.action, change.reason) == ("import", "taken over from test/dev, as experiment.e")
    assert [(one.code, one.severity) for one in plan.diagnostics] == [("MLE525", "note")]
    assert not shop.apply(**consent).failed
    assert shop.live("experiment", "/Shared/e").marker == Marker("shop/dev", "experiment.mine")
    assert shop.plan().empty
    assert errors(owned.plan()) == [("MLE524", "experiment.e")]


def test_what_is_another_s_by_now_is_let_go_of_and_never_deleted(owned, shop):
    shop.declare("experiment.mine", name="/Shared/e")
    assert not shop.apply(take_over=frozenset({"*"})).failed
    owned.drop("experiment.e")
    (change,) = owned.plan().active()
    assert (change.action, change.reason) == (
        "forget",
        "it is owned by shop/dev, as experiment.mine; it stays as it is",
    )
    owned.settled()
    assert owned.live("experiment", "/Shared/e").marker == Marker("shop/dev", "experiment.mine")


def test_destroy_spares_what_is_another_s(owned, shop):
    shop.declare("experiment.mine", name="/Shared/e")
    assert not shop.apply(take_over=frozenset({"*"})).failed
    assert not owned.apply(mode="destroy", allow_destroy=frozenset({"*"})).failed
    assert owned.live("experiment", "/Shared/e").status == "live"
    assert owned.live("catalog", "c") is None


def test_forgetting_takes_the_marker_off_so_that_another_may_adopt(owned, shop):
    owned.drop("experiment.e")
    owned.remove("experiment.e", destroy=False)
    owned.settled()
    assert raw(owned) is None
    shop.declare("experiment.mine", name="/Shared/e")
    assert not shop.apply(adopt=frozenset({"experiment.mine"})).failed
    assert shop.live("experiment", "/Shared/e").marker == Marker("shop/dev", "experiment.mine")


def test_forgetting_leaves_the_tags_of_others(world):
    world.declare("experiment.e", name="/Shared/e", tags={"team": "risk"})
    world.settled()
    world.drop("experiment.e")
    world.remove("experiment.e", destroy=False)
    world.declare("catalog.c", name="c")
    world.settled()
    assert raw(world) == {"team": "risk"}


def test_a_marker_that_was_taken_off_is_told_and_written_again_by_the_next_apply(owned):
    strip(owned)
    plan = owned.plan()
    assert plan.empty
    assert [(one.code, one.severity) for one in plan.diagnostics] == [("MLE526", "note")]
    assert [(step.verb, step.address) for step in plan.steps] == [("update", "experiment.e")]
    owned.settled()
    assert owned.live("experiment", "/Shared/e").marker == Marker("test/dev", "experiment.e")


def test_healing_keeps_the_tags_that_others_set(owned):
    owned.outside("experiment", "/Shared/e", tags={"theirs": "1"})
    owned.settled()
    assert raw(owned) == {"theirs": "1", "mlplan.owner": "test/dev", "mlplan.address": "experiment.e"}


def test_a_marker_that_was_taken_off_is_no_drift_and_is_told_beside_it(owned, shop):
    strip(owned)
    shop.declare("catalog.mine", name="c")
    assert not shop.apply(take_over=frozenset({"catalog.mine"})).failed
    found, said = look(owned.declaration, owned.backend.read(), owned.provider)
    assert found == []
    assert [(one.code, one.severity, one.address) for one in said] == [
        ("MLE524", "warning", "catalog.c"),
        ("MLE526", "note", ""),
    ]


def test_what_carries_no_marker_is_not_destroyed_unasked(owned):
    strip(owned)
    owned.drop("experiment.e")
    (change,) = owned.plan().active()
    assert change.action == "delete"
    assert "no marker of this project" in change.blocked
    owned.settled(allow_destroy=frozenset({"experiment.e"}))
    assert owned.live("experiment", "/Shared/e").status == "deleted"


def test_an_object_of_ours_that_state_does_not_know_is_adopted_on_request_only(owned):
    owned.backend = type(owned)(owned.root / "elsewhere").backend
    plan = owned.plan()
    assert {"this project's marker" in change.blocked for change in plan.active()} == {True}
    assert [(one.code, "mlplan state rebuild" in one.hint) for one in plan.diagnostics] == [("MLE527", True)]
    owned.settled(adopt=frozenset({"*"}))


def test_adopting_writes_the_marker(world):
    world.provider.handler("experiment").create("/Shared/e", {"name": "/Shared/e", "tags": {"team": "risk"}})
    world.declare("experiment.e", name="/Shared/e")
    world.settled(adopt=frozenset({"experiment.e"}))
    assert raw(world) == {"team": "risk", "mlplan.owner": "test/dev", "mlplan.address": "experiment.e"}


def test_restoring_keeps_or_writes_the_marker(owned, shop):
    owned.provider.handler("experiment").delete("/Shared/e", {})
    shop.declare("experiment.mine", name="/Shared/e")
    assert errors(shop.plan()) == [("MLE524", "experiment.mine")]  # the bin is no place to take from another either
    owned.settled()
    assert owned.live("experiment", "/Shared/e").marker == Marker("test/dev", "experiment.e")


def test_a_replaced_object_carries_the_marker_too(world):
    world.declare("catalog.c", name="c", storage_root="s3://a")
    world.settled()
    world.declare("catalog.c", name="c", storage_root="s3://b")
    world.settled()
    assert world.live("catalog", "c").marker == Marker("test/dev", "catalog.c")


def test_a_moved_address_waits_in_the_marker_for_the_next_update(owned):
    owned.drop("experiment.e")
    owned.declare("experiment.f", name="/Shared/e")
    owned.move("experiment.e", "experiment.f")
    assert [step.verb for step in owned.plan().steps] == ["record"]
    owned.settled()
    assert owned.live("experiment", "/Shared/e").marker == Marker("test/dev", "experiment.e")
    owned.declare("experiment.f", name="/Shared/e", tags={"team": "risk"})
    owned.settled()
    assert owned.live("experiment", "/Shared/e").marker == Marker("test/dev", "experiment.f")


def test_a_claim_made_while_an_apply_runs_is_seen_before_the_write(owned, shop):
    shop.declare("experiment.mine", name="/Shared/e")

    class Late:
        """Takes the object over when the first step begins."""

        def started(self, _step, _change):
            assert not shop.apply(take_over=frozenset({"*"})).failed

        def finished(self, step, change, outcome): ...

        def skipped(self, step, change, why): ...

        def stopping(self):
            return False

    from mlplan.engine.applier import run  # noqa: PLC0415

    owned.declare("experiment.e", name="/Shared/e", tags={"team": "risk"})
    plan, state, lease = owned.plan(), owned.backend.read(), owned.backend.lock("apply")
    applied = run(plan, state, owned.provider, lease, owned.effects, Late(), 1)
    lease.release()
    assert ["MLE521" in one.error for one in applied.outcomes.values()] == [True]
    assert owned.live("experiment", "/Shared/e").marker == Marker("shop/dev", "experiment.mine")


def test_a_platform_that_drops_markers_is_told_so(world):
    handler = world.provider.handler("experiment")

    class Forgetful(type(handler)):
        def create(self, id, desired):  # noqa: A002
            return super().create(id, {name: value for name, value in desired.items() if name != "tags"})

    world.provider._handlers["experiment"] = Forgetful(handler.workspace, "experiment")
    world.declare("experiment.e", name="/Shared/e")
    (outcome,) = world.apply().outcomes.values()
    assert outcome.error == "MLE520: accepted, but the live object does not show the marker of its owner"


def test_targets_leave_the_claims_of_others_out(owned, shop):
    shop.declare("experiment.mine", name="/Shared/e")
    shop.declare("experiment.free", name="/Shared/free")
    assert errors(shop.plan(excludes=("experiment.mine",))) == []
    assert errors(shop.plan(targets=("experiment.free",))) == []


def test_a_release_that_was_stopped_is_finished(owned):
    """The marker went and the run with it: what is left to forget is forgotten, and nothing is deleted."""
    lease = owned.backend.lock("apply")
    entry = owned.backend.read().entries["experiment.e"]
    lease.journal(owned.backend.read()).intend(Intent(1, "forget", "experiment.e", entry))
    found = owned.provider.handler("experiment").read("/Shared/e")
    owned.outside("experiment", found.id, tags={})
    owned.backend.unlock(lease.holder.id)
    lease.release()
    owned.drop("experiment.e")
    owned.remove("experiment.e", destroy=False)
    owned.settled()
    assert "experiment.e" not in owned.backend.read().entries
    assert owned.live("experiment", "/Shared/e").status == "live"
