"""What a change of one column does to others, or to the few forms that mind it, against MLflow's enforcement."""

import pytest

from mlplan.evidence.signature import compare


def col(kind, name, *, required=True):
    return {**({"type": kind} if isinstance(kind, str) else kind), "name": name, "required": required}


def array(items):
    return {"type": "array", "items": items}


LONGS = array({"type": "long"})


def obj(**properties):
    """Return an object with whole numbers as properties, those that are False optional."""
    return {
        "type": "object",
        "properties": {name: {"type": "long", "required": must} for name, must in properties.items()},
    }


OBJECT = obj(p=True)
NUMBER, TEXT, DAYS = col("double", "a"), col("string", "b"), col(LONGS, "days")
WHOLE = {"type": "integer", "required": True}
TABLE = [{"a": 1.5, "b": "x", "days": [1, 2], "o": {"p": 1}}, {"a": 2.5, "b": "y", "days": [3, 4], "o": {"p": 2}}]
OBJECTS = [{"o": {"p": 1, "q": 2}}, {"o": {"p": 1}}, {"o": {"p": 1, "q": None}}]
NESTED = [{"a": 1.5, "c": [[1, 2], [3, 4]]}, {"a": 2.5, "c": [[1], [2]]}]
RAGGED = [{"a": 1.5, "c": [[1, 2], [3]]}, {"a": 2.5, "c": [[1]]}]


@pytest.mark.parametrize(
    ("before", "after", "rows", "expected"),
    [
        pytest.param([NUMBER, TEXT], [TEXT], TABLE, "safe safe rejected", id="dropped"),
        pytest.param([NUMBER, DAYS], [DAYS], TABLE, "safe safe safe", id="dropped beside an array"),
        pytest.param([NUMBER, DAYS], [NUMBER], TABLE, "safe safe coerced", id="an array dropped"),
        pytest.param([NUMBER, col(OBJECT, "o")], [NUMBER], TABLE, "safe safe rejected", id="an object dropped"),
        pytest.param([NUMBER, DAYS], [NUMBER, col("any", "days")], TABLE, "safe safe coerced", id="an array to any"),
        pytest.param([NUMBER, col(array(LONGS), "c")], [NUMBER], NESTED, "safe safe coerced", id="arrays dropped"),
        pytest.param([NUMBER, col("any", "c")], [NUMBER], RAGGED, "safe rejected -", id="ragged lists dropped"),
        pytest.param([NUMBER], [NUMBER, col("long", "n", required=False)], TABLE, "safe safe rejected", id="two of one"),
        pytest.param([NUMBER, TEXT], [NUMBER, TEXT, col(LONGS, "n", required=False)], TABLE, "safe rejected safe",
                     id="an array added to numbers"),
        pytest.param([TEXT, col("string", "c", required=False)],
                     [TEXT, col("string", "c", required=False), col(LONGS, "n", required=False)], TABLE,
                     "safe coerced safe", id="an array added to texts"),
        pytest.param([col(obj(p=True, q=False), "o")], [col(obj(p=True), "o")], OBJECTS, "rejected rejected rejected",
                     id="a property dropped"),
        pytest.param([col(obj(p=True, q=False), "o")], [col(obj(p=True, q=True), "o")], OBJECTS[1:],
                     "rejected rejected rejected", id="a property made required"),
        pytest.param([col(obj(p=True), "o")], [col(obj(p=True, r=True), "o")], OBJECTS[1:2],
                     "rejected rejected rejected", id="a required property added"),
        pytest.param([col(obj(p=True), "o")], [col(obj(p=True, r=False), "o")], OBJECTS[1:2], "safe safe safe",
                     id="an optional property added"),
        pytest.param([col(obj(p=True, q=False), "o")], [col({"type": "map", "values": {"type": "long"}}, "o")],
                     OBJECTS[2:], "rejected rejected rejected", id="null in a map"),
        pytest.param([NUMBER, col("string", "prompt")], [col("float", "a"), col("string", "prompt")],
                     [{"a": 0.1, "prompt": "x"}], "rejected coerced rejected", id="chat"),
        pytest.param([WHOLE, WHOLE], [{**WHOLE, "type": "long"}, WHOLE], [{0: 1, 1: 2}], "safe rejected -",
                     id="lists of the first type"),
    ],
)  # fmt: skip
def test_the_verdict_is_the_worst_that_mlflow_does(mlflow, before, after, rows, expected):
    told = compare({"inputs": before}, {"inputs": after})["verdict"]
    names = [one.get("name", place) for place, one in enumerate(before)]
    fitting = [{name: row[name] for name in names if name in row} for row in rows]
    seen = {}
    for request in mlflow.requests(before, fitting, 0):
        seen.setdefault(request.way, set()).add(mlflow.outcome(before, after, request))
    for (way, verdict), worst in zip(told.items(), expected.split(), strict=True):
        outcomes = seen.get(way, set()) - {""}
        assert worst == "-" or (verdict, max(outcomes, key=["safe", "coerced", "rejected"].index)) == (worst, worst), (
            way
        )
