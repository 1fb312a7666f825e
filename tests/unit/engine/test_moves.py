from mlplan.core.declaration import Moved
from mlplan.core.source import Origin
from mlplan.core.state import Entry
from mlplan.engine.moves import collisions, follow_moves

ORIGIN = Origin("mlplan.yaml", ())


def entry(kind, *needs):
    return Entry(kind, "an.id", {}, needs=needs)


def test_what_is_nested_in_a_moved_model_moves_with_it():
    entries = {
        "registered_model.old": entry("registered_model"),
        "model_alias.old.champion": entry("model_alias", "registered_model.old"),
        "grants.registered_model.old": entry("grants", "registered_model.old"),
        "model_alias.older.champion": entry("model_alias"),
    }
    made, origins = follow_moves(entries, [Moved("registered_model.old", "registered_model.new", ORIGIN)])
    assert set(made) == {
        "registered_model.new",
        "model_alias.new.champion",
        "grants.registered_model.new",
        "model_alias.older.champion",
    }
    assert made["model_alias.new.champion"].needs == ("registered_model.new",)
    assert origins["grants.registered_model.new"] == "grants.registered_model.old"


def test_chains_of_moves_lead_to_the_last_address():
    moved = [Moved("experiment.a", "experiment.b", ORIGIN), Moved("experiment.b", "experiment.c", ORIGIN)]
    made, origins = follow_moves({"experiment.a": entry("experiment")}, moved)
    assert list(made) == ["experiment.c"]
    assert origins == {"experiment.c": "experiment.a"}


def test_a_circle_of_moves_ends():
    moved = [Moved("experiment.a", "experiment.b", ORIGIN), Moved("experiment.b", "experiment.a", ORIGIN)]
    made, _ = follow_moves({"experiment.a": entry("experiment")}, moved)
    assert list(made) == ["experiment.a"]


def test_a_taken_address_is_a_finding():
    entries = {"experiment.a": entry("experiment"), "experiment.b": entry("experiment")}
    assert [one.code for one in collisions(entries, [Moved("experiment.a", "experiment.b", ORIGIN)])] == ["MLE402"]


ROWS = [{"principal": "svc", "privileges": ["BROWSE"]}]


def test_an_object_that_is_declared_under_another_key_is_never_taken_down(world):
    world.declare("catalog.old", name="c")
    world.settled()
    world.drop("catalog.old")
    world.declare("catalog.new", name="c")
    plan = world.plan(adopt=frozenset(["catalog.new"]))
    assert plan.changes["catalog.old"].action == "forget"
    assert "{from: catalog.old, to: catalog.new}" in plan.changes["catalog.new"].blocked


def test_a_block_of_rows_under_another_key_asks_for_its_move_and_then_keeps_its_rows(world):
    world.declare("catalog.c", name="c")
    world.declare("grants.a", securable_type="catalog", full_name="c", grants=ROWS)
    world.settled()
    world.drop("grants.a")
    world.declare("grants.b", securable_type="catalog", full_name="c", grants=ROWS)
    assert [one.address for one in world.plan().blocked] == ["grants.b"]
    world.move("grants.a", "grants.b")
    world.settled()
    assert world.provider.handler("grants").read("catalog/c").values["grants"] == ROWS


def test_an_object_that_is_let_go_on_purpose_can_be_adopted_under_another_key(world):
    world.declare("catalog.old", name="c")
    world.settled()
    world.drop("catalog.old")
    world.declare("catalog.new", name="c")
    world.remove("catalog.old", destroy=False)
    world.settled(adopt=frozenset(["catalog.new"]))
    assert set(world.backend.read().entries) == {"catalog.new"}
