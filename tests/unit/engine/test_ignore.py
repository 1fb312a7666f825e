import pytest

from mlplan.core.path import parse
from mlplan.engine.ignore import leave
from mlplan.kinds import spec

SHAPE = spec("serving_endpoint").shape()


def endpoint(size, extra=()):
    items = [{"name": "m", "workload_size": size}, *extra]
    return {"name": "e", "served_entities": sorted(items, key=lambda item: item["name"])}


@pytest.mark.parametrize("path", ["served_entities[m].workload_size", "served_entities[*].workload_size"])
def test_a_field_of_an_item(path):
    assert leave(endpoint("Small"), endpoint("Large"), [parse(path)], SHAPE) == endpoint("Large")


def test_a_whole_item_whether_there_or_not():
    other = {"name": "shadow", "workload_size": "Small"}
    assert leave(endpoint("Small"), endpoint("Large", [other]), [parse("served_entities[shadow]")], SHAPE) == endpoint(
        "Small", [other]
    )
    assert leave(endpoint("Small", [other]), endpoint("Large"), [parse("served_entities[shadow]")], SHAPE) == endpoint(
        "Small"
    )


def test_a_map_entry_and_a_whole_field():
    shape = spec("experiment").shape()
    desired, actual = {"name": "/e", "tags": {"a": "1", "b": "1"}}, {"name": "/e", "tags": {"a": "2", "b": "2"}}
    assert leave(desired, actual, [parse("tags.a")], shape)["tags"] == {"a": "2", "b": "1"}
    assert leave(desired, actual, [parse("tags")], shape)["tags"] == {"a": "2", "b": "2"}
    assert "tags" not in leave(desired, {"name": "/e"}, [parse("tags")], shape)
