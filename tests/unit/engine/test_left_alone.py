"""What others own: left alone in plans, told truly in state, and never blamed on the wrong side."""

from mlplan.core.declaration import Lifecycle
from mlplan.core.path import parse
from mlplan.engine.drift import find_drift


def additive(world, *privileges):
    world.declare("catalog.c", name="c")
    rows = [{"principal": "x", "privileges": list(privileges)}]
    world.declare("grants.g", securable_type="catalog", full_name="c", mode="additive", grants=rows)


def test_a_row_of_others_beside_a_lost_one_of_ours_is_drift_and_no_configuration(world):
    additive(world, "USE_CATALOG")
    world.settled()
    world.outside("grants", "catalog/c", grants=[{"principal": "x", "privileges": ["BROWSE"]}])
    (change,) = world.plan().active()
    assert [one.cause for one in change.fields] == ["drift"]
    world.settled()


def test_what_others_add_to_a_row_of_an_additive_block_is_no_drift(world):
    additive(world, "USE_CATALOG")
    world.settled()
    world.outside("grants", "catalog/c", grants=[{"principal": "x", "privileges": ["BROWSE", "USE_CATALOG"]}])
    assert world.plan().empty
    assert find_drift(world.declaration, world.backend.read(), world.provider) == []


def test_state_does_not_claim_to_have_applied_what_is_left_to_others(world):
    world.declare("catalog.c", name="c", comment="ours")
    world.settled()
    left = Lifecycle(ignore_changes=(parse("comment"),))
    world.declare("catalog.c", lifecycle=left, name="c", comment="later")
    world.settled()
    assert world.backend.read().entries["catalog.c"].values["comment"] == "ours"
    world.declare("catalog.c", name="c", comment="later")
    (change,) = world.plan().active()
    assert [(one.recorded, one.cause) for one in change.fields] == [("ours", "config")]


def test_an_observed_alias_is_let_go_and_not_deleted(world):
    world.model()
    world.champion(1)
    world.drop("serving_endpoint.e")
    world.settled()
    alias = world.resources["model_alias.m.champion"].values
    world.declare("model_alias.m.champion", **alias, managed_by="observe")
    world.settled()
    assert world.plan(mode="destroy").changes["model_alias.m.champion"].action == "forget"
    assert not world.plan(mode="destroy").blocked
    world.drop("model_alias.m.champion")
    world.settled()
    assert world.live("model_alias", "main.ml.m@champion") is not None


def test_an_endpoint_follows_an_alias_whose_version_is_ignored_to_where_it_is(world):
    world.model()
    world.champion(1)
    world.settled()
    values = world.resources["model_alias.m.champion"].values
    world.declare("model_alias.m.champion", lifecycle=Lifecycle(ignore_changes=(("version",),)), **values)
    world.outside("model_alias", "main.ml.m@champion", version=3)
    assert [one.address for one in world.plan().active()] == ["serving_endpoint.e"]
    world.settled()
    assert find_drift(world.declaration, world.backend.read(), world.provider) == []
