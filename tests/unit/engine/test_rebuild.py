"""Rebuild: which objects a lost state is made of again, and what the next plan makes of that."""

import pytest

from mlplan.core.state import REPLACED
from mlplan.engine.rebuild import rebuild
from mlplan.providers.local.handler import LocalHandler


def lost(world, *adopt):
    """Lose the state, and return what can be taken in."""
    world.backend = type(world)(world.root / "elsewhere", world.project).backend
    return rebuild(world.declaration, {}, world.provider, adopt)


def written(world, found):
    """Write what was found as the state."""
    lease = world.backend.lock("state rebuild")
    state = world.backend.read()
    state.entries = {one.address: one.entry for one in found.taken}
    lease.save(state)
    lease.release()


def how(found):
    return {one.address: one.how for one in found.taken}


@pytest.fixture
def applied(world):
    world.declare("catalog.c", name="c", comment="ours")
    world.declare("schema.s", catalog_name="c", name="s")
    world.declare("volume.v", catalog_name="c", schema_name="s", name="v", volume_type="MANAGED")
    world.declare("experiment.e", name="/Shared/e", tags={"team": "risk"})
    rows = [{"principal": "a", "privileges": ["USE_CATALOG"]}]
    world.declare("grants.catalog.c", securable_type="catalog", full_name="c", grants=rows)
    world.settled()
    return world


def test_what_carries_our_marker_is_taken_in_as_it_is(applied):
    found = lost(applied)
    assert how(found) == {"catalog.c": "marked", "experiment.e": "marked", "schema.s": "marked"}
    assert [(one.address, one.why) for one in found.left] == [
        ("volume.v", "a volume cannot carry a marker; --adopt takes it in")
    ]
    assert (found.absent, found.unseen) == ([], ["volume", "registered_model", "model_alias"])
    entries = {one.address: one.entry for one in found.taken}
    assert entries["experiment.e"].values == {"name": "/Shared/e", "tags": {"team": "risk"}}
    assert entries["schema.s"].needs == ("catalog.c",)


@pytest.mark.parametrize("adopt", ["volume.v", "volume.*", "*"])
def test_what_carries_none_is_taken_in_with_consent(applied, adopt):
    assert how(lost(applied, adopt))["volume.v"] == "adopted"


def test_with_all_taken_in_the_next_plan_is_empty(applied):
    written(applied, lost(applied, "*"))
    assert {one.address: one.action for one in applied.plan().active()} == {"grants.catalog.c": "import"}
    applied.settled()


def test_differences_are_changes_of_the_configuration(applied):
    applied.outside("experiment", "/Shared/e", tags={**raw(applied), "team": "someone"})
    written(applied, lost(applied))
    change = next(one for one in applied.plan().active() if one.address == "experiment.e")
    assert [(one.before, one.after, one.cause) for one in change.fields] == [("someone", "risk", "config")]


def test_what_is_ours_and_no_longer_declared_is_deleted_by_the_next_plan(applied):
    applied.drop("experiment.e")
    found = lost(applied)
    assert how(found)["experiment.e"] == "undeclared"
    written(applied, found)
    assert {one.address: one.action for one in applied.plan().active()}["experiment.e"] == "delete"


def test_what_carries_no_marker_and_is_not_declared_is_never_touched(applied):
    applied.provider.handler("experiment").create("/Shared/theirs", {"name": "/Shared/theirs"})
    applied.drop("volume.v")
    found = lost(applied, "*")
    assert not {"/Shared/theirs", "c.s.v"} & {one.entry.id for one in found.taken}


def test_a_renamed_object_is_taken_in_under_its_old_name(applied):
    applied.declare("experiment.e", name="/Shared/new", tags={"team": "risk"})
    found = lost(applied, "*")
    assert how(found)["experiment.e"] == "renamed"
    assert found.absent == []
    written(applied, found)
    assert "rename" in [step.verb for step in applied.plan().steps]
    applied.settled()
    assert applied.live("experiment", "/Shared/e") is None


def test_what_a_replace_left_behind_goes(world):
    world.declare("experiment.e", name="/Shared/a")
    world.settled()
    marker = {"tags": {"mlplan.owner": "test/dev", "mlplan.address": "experiment.e"}}
    world.provider.handler("experiment").create("/Shared/b", {"name": "/Shared/b", **marker})
    found = lost(world)
    assert how(found) == {"experiment.e": "marked", f"experiment.e{REPLACED}": "replaced"}
    written(world, found)
    world.settled()
    assert world.live("experiment", "/Shared/b").status == "deleted"


def test_what_another_owns_is_left_to_it(applied):
    applied.outside("experiment", "/Shared/e", tags={"mlplan.owner": "shop/prod", "mlplan.address": "experiment.x"})
    found = lost(applied, "*")
    assert "experiment.e" not in how(found)
    assert [one.why for one in found.left] == ["it belongs to shop/prod, as experiment.x"]


@pytest.mark.parametrize("address", ["", "no address", "catalog.x"])
def test_a_marker_that_names_no_address_of_its_kind_is_told(world, address):
    tags = {"mlplan.owner": "test/dev", "mlplan.address": address}
    world.provider.handler("experiment").create("/Shared/e", {"name": "/Shared/e", "tags": tags})
    found = lost(world, "*")
    assert (found.taken, [one.why for one in found.left]) == ([], ["its marker names no address of its kind"])


def test_two_objects_of_one_address_that_is_not_declared_are_told(world):
    for name in ("/Shared/a", "/Shared/b"):
        tags = {"mlplan.owner": "test/dev", "mlplan.address": "experiment.e"}
        world.provider.handler("experiment").create(name, {"name": name, "tags": tags})
    found = lost(world)
    assert how(found) == {"experiment.e": "undeclared"}
    assert [one.why for one in found.left] == ["another object carries the same address"]


def test_what_is_not_there_or_in_the_bin_is_left_to_the_plan(applied):
    applied.provider.handler("experiment").delete("/Shared/e", {})
    applied.declare("experiment.new", name="/Shared/new")
    found = lost(applied, "*")
    assert found.absent == ["experiment.e", "experiment.new"]
    assert "experiment.e" not in how(found)


def test_protection_is_that_of_the_declaration(world):
    from mlplan.core.declaration import Lifecycle  # noqa: PLC0415

    world.declare("catalog.c", name="c", lifecycle=Lifecycle(prevent_destroy=True))
    world.declare("catalog.d", name="d")
    world.settled()
    assert {one.address: one.entry.protect for one in lost(world).taken} == {"catalog.c": True, "catalog.d": False}


def test_a_provider_that_finds_nothing_by_tags_says_so(applied):
    applied.provider._handlers["experiment"] = LocalHandler(applied.provider.workspace, "experiment")
    found = lost(applied)
    assert "experiment" in found.unseen
    assert how(found)["experiment.e"] == "marked"


def raw(world):
    return world.provider.handler("experiment").read("/Shared/e").values["tags"]
