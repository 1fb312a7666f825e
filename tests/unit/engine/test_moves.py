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
