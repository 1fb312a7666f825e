from mlplan.core.path import text
from mlplan.engine.follow import alias_ids, can_follow, resolve
from mlplan.kinds import spec

SHAPE = spec("serving_endpoint").shape()
VALUES = {
    "name": "e",
    "served_entities": [
        {"name": "a", "entity_name": "p.m.x", "entity_version": "@champion"},
        {"name": "b", "entity_name": "p.m.x", "entity_version": "3"},
        {"name": "c", "entity_name": "p.m.y", "entity_version": "@challenger"},
    ],
}


def test_only_endpoints_follow_aliases():
    assert can_follow("serving_endpoint")
    assert not can_follow("model_alias")


def test_every_alias_is_found():
    assert list(alias_ids(VALUES, SHAPE)) == ["p.m.x@champion", "p.m.y@challenger"]


def test_versions_take_the_place_of_aliases_and_the_declaration_stays():
    found = resolve(VALUES, SHAPE, {"p.m.x@champion": 7}.get)
    assert [entity["entity_version"] for entity in found.values["served_entities"]] == ["7", "3", "@challenger"]
    assert {text(path): note for path, note in found.notes.items()} == {
        "served_entities[a].entity_version": "follows @champion"
    }
    assert [(text(path), alias) for path, alias in found.missing] == [
        ("served_entities[c].entity_version", "p.m.y@challenger")
    ]
    assert VALUES["served_entities"][0]["entity_version"] == "@champion"
