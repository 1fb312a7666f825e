"""Every pair of types against MLflow's enforcement: safe where nothing breaks, and where not, a request that shows it."""

import datetime as dt
from collections import Counter

import pytest

from mlplan.evidence.column_fate import WAYS
from mlplan.evidence.column_types import SCALARS
from mlplan.evidence.signature import compare

DAY = dt.datetime.fromisoformat("2024-01-02T03:04:05")
VALUES = {
    "boolean": [[True, False]],
    "integer": [[3, -7], [2**31 - 1, 0], [2**24 + 1, 1]],
    "long": [[3, -7], [2**31, 0], [2**53 + 1, 1]],
    "float": [[1.5, -2.25], [2.0, 3.0], [0.1, 1e30]],
    "double": [[1.5, -2.25], [2.0, 3.0], [0.1, 3e9]],
    "string": [["FR", ""], ["1.5", "2"], ["2024-01-01", "é"]],
    "binary": [[b"ab", b""], [b"\xff\xfe", b"xy"]],
    "datetime": [[DAY, DAY.replace(day=3)]],
}
VALUES["any"] = [one for some in VALUES.values() for one in some[:2] if not isinstance(one[0], bytes | dt.datetime)]
VALUES["any"] += [[[1, 2], [3]], [["a"], ["b"]], [{"p": 1}, {"p": 2}], ["a", 1]]
WHOLE = {
    "array": ({"type": "array", "items": {"type": "long"}}, [[[1, 2], [3]], [[1, 2]], [[1], [2]]]),
    "array of arrays": (
        {"type": "array", "items": {"type": "array", "items": {"type": "long"}}}, [[[[1, 2], [3]]], [[[1]], [[2]]]]
    ),
    "object": (
        {"type": "object", "properties": {"p": {"type": "long"}, "q": {"type": "long", "required": False}}},
        [[{"p": 1}, {"p": 2, "q": 3}], [{"p": 1, "q": None}], [{"p": 1, "q": 2}]],
    ),
    "map": ({"type": "map", "values": {"type": "long"}}, [[{"k": 1}, {"l": 2, "m": 3}], [{"p": 1}]]),
}  # fmt: skip
"""Types that have others inside, with their values."""
INSIDE = {
    "a column": (lambda kind: kind, lambda value: value),
    "an array": (lambda kind: {"type": "array", "items": kind}, lambda value: [value, value]),
    "an object": (
        lambda kind: {"type": "object", "properties": {"p": {**kind, "required": True}}}, lambda value: {"p": value}
    ),
    "a map": (lambda kind: {"type": "map", "values": kind}, lambda value: {"k": value}),
}  # fmt: skip


def kinds(place):
    """Return types by name, each with columns of its values; whole ones stand in columns only."""
    kind, cell = INSIDE[place]
    found = {name: (kind({"type": name}), [[cell(one) for one in some] for some in VALUES[name]]) for name in SCALARS}
    return {**found, **WHOLE} if place == "a column" else found


def seen(mlflow, before, after, columns):
    """Return the verdicts, and which outcomes each way of calling has over all values of a type."""
    found = {way: set() for way in WAYS}
    old, new = ([{**one, "name": "a", "required": True}] for one in (before, after))
    for values in columns:
        rows = [{"a": one} for one in values]
        for variant in range(4 if not isinstance(columns[0][0], list | dict) else 2):
            for request in mlflow.requests(old, rows, variant):
                if not variant or request.way == "dataframe":
                    found[request.way].add(mlflow.outcome(old, new, request))
    return compare({"inputs": old}, {"inputs": new})["verdict"], {way: some - {""} for way, some in found.items()}


def right(way, verdict, outcomes):
    """Tell whether a verdict is neither too good nor too bad; how bad it is depends on more than types in `bare`."""
    if verdict == "safe" or way == "bare":
        return (verdict == "safe") == (outcomes == {"safe"})
    return verdict in outcomes


@pytest.mark.parametrize("place", list(INSIDE))
def test_a_verdict_is_what_mlflow_does(mlflow, figure, place):
    told, types = Counter(), kinds(place)
    for before, (old, columns) in types.items():
        for after, (new, _) in types.items():
            verdict, found = seen(mlflow, old, new, columns)
            asked = {way: outcomes for way, outcomes in found.items() if outcomes}
            wrong = {way: (verdict[way], some) for way, some in asked.items() if not right(way, verdict[way], some)}
            assert not wrong, (before, after)
            told.update(verdict[way] for way in asked)
            told["of which the old version takes no value"] += len(WAYS) - len(asked)
    figure(f"types in {place}: {', '.join(f'{count} {verdict}' for verdict, count in told.items())}; MLflow shows each")
