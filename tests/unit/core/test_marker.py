"""Markers go into fields and come out of them, and leave everything else as it was."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlplan.core.marker import Marker, owner, places, reserved, split, stamped
from mlplan.kinds import KINDS, spec

MINE = Marker("fraud/prod", "experiment.fraud")
KEYS = st.text(min_size=1, max_size=12).filter(lambda key: not key.startswith("mlplan."))
PAIRS = st.dictionaries(KEYS, st.text(min_size=1, max_size=12), max_size=4)
CARRIERS = [kind for kind in KINDS if spec(kind).carrier]


def fields(kind, pairs):
    """Return the carrier of a kind with these pairs."""
    listed = spec(kind).shape()[spec(kind).carrier].keyed
    there = [{"key": key, "value": value} for key, value in pairs.items()] if listed else pairs
    return spec(kind).canonical({"name": "n", spec(kind).carrier: there})


def test_the_platform_has_a_place_for_markers_on_these_kinds():
    assert CARRIERS == ["catalog", "schema", "experiment", "serving_endpoint"]


@pytest.mark.parametrize("kind", CARRIERS)
@given(pairs=PAIRS)
def test_a_marker_comes_out_as_it_went_in_and_the_fields_are_as_they_were(kind, pairs):
    values = fields(kind, pairs)
    there = stamped(spec(kind), values, MINE)
    assert split(spec(kind), there) == (values, MINE)
    assert split(spec(kind), values) == (values, None)


@pytest.mark.parametrize("kind", CARRIERS)
def test_a_later_marker_takes_the_place_of_the_one_before(kind):
    there = stamped(spec(kind), stamped(spec(kind), fields(kind, {"a": "b"}), Marker("shop/dev", "x.y")), MINE)
    assert split(spec(kind), there) == (fields(kind, {"a": "b"}), MINE)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in CARRIERS])
def test_kinds_without_a_carrier_are_left_alone(kind):
    values = {"name": "n", "tags": {"a": "b"}}
    assert stamped(spec(kind), values, MINE) is values
    assert split(spec(kind), values) == (values, None)
    assert list(reserved(spec(kind), {"tags": {"mlplan.owner": "x"}})) == []


@pytest.mark.parametrize(
    ("pairs", "found"),
    [
        ({"mlplan.owner": "fraud/prod"}, Marker("fraud/prod", "")),
        ({"mlplan.address": "experiment.fraud"}, None),
        ({"mlplan.owner": ""}, None),
        ({"mlplan.other": "1"}, None),
    ],
    ids=["no address", "no owner", "an empty owner", "a key to come"],
)
def test_half_a_marker(pairs, found):
    assert split(spec("experiment"), {"name": "n", "tags": {"a": "b", **pairs}}) == (
        {"name": "n", "tags": {"a": "b"}},
        found,
    )


@pytest.mark.parametrize(
    ("kind", "values", "path"),
    [
        ("experiment", {"tags": {"a": "b", "mlplan.owner": "me"}}, ("tags", "mlplan.owner")),
        ("catalog", {"properties": {"mlplan.anything": "me"}}, ("properties", "mlplan.anything")),
        ("serving_endpoint", {"tags": [{"key": "a"}, {"key": "mlplan.address"}]}, ("tags", 1, "key")),
    ],
)
def test_keys_of_our_own_cannot_be_declared(kind, values, path):
    (problem,) = reserved(spec(kind), values)
    assert problem.path == path


def test_people_read_who_owns_it():
    assert str(Marker(owner("fraud", "prod"), "experiment.a")) == "fraud/prod, as experiment.a"
    assert str(Marker("fraud/prod")) == "fraud/prod"


def test_places_are_paths_of_single_pairs():
    assert [path for path, _ in places(spec("experiment"))] == [("tags", "mlplan.owner"), ("tags", "mlplan.address")]
    assert places(spec("serving_endpoint"))[0] == (("tags", "[mlplan.owner]"), "mlplan.owner")
