import json
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlplan.evidence.column_fate import WAYS
from mlplan.evidence.column_types import SCALARS
from mlplan.evidence.column_values import BARE, DATAFRAME, JSON
from mlplan.evidence.signature import compare

KEPT = {"type": "string", "name": "kept", "required": True}
QUICKLY = settings(derandomize=True, deadline=None)


def col(kind, name="a", *, required=True):
    """Return a column; a kind that is no text is the type as it is written."""
    return {**({"type": kind} if isinstance(kind, str) else kind), "name": name, "required": required}


def array(items):
    return {"type": "array", "items": {"type": items} if isinstance(items, str) else items}


def mapping(values):
    return {"type": "map", "values": {"type": values}}


def obj(**properties):
    """Return an object; a property whose type ends in `?` is optional."""
    made = {name: {"type": kind.rstrip("?"), "required": not kind.endswith("?")} for name, kind in properties.items()}
    return {"type": "object", "properties": made}


def tensor(dtype, *shape, name=None):
    written = {"type": "tensor", "tensor-spec": {"dtype": dtype, "shape": list(shape)}}
    return {**written, "name": name} if name else written


def told(before, after, part="inputs"):
    """Return the only entry of two signatures that differ in one column, beside others that do not."""
    (entry,) = compare({part: [*before, KEPT]}, {part: [*after, KEPT]})["columns"]
    return entry


def fates(entry):
    return f"{entry['dataframe']}/{entry['json']}"


FACTS = [
    pytest.param([], [col("long")], "added", "rejected/rejected", id="required column added"),
    pytest.param([], [col("long", required=False)], "added", "safe/safe", id="optional column added"),
    pytest.param([col("long")], [], "removed", "safe/safe", id="dropped"),
    pytest.param([col("long", required=False)], [col("long")], "made required", "rejected/rejected", id="made required"),
    pytest.param([col("long")], [col("long", required=False)], "made optional", "safe/safe", id="made optional"),
    pytest.param([col("integer")], [col("long")], "widened", "safe/safe", id="int to long"),
    pytest.param([col("integer")], [col("double")], "widened", "safe/safe", id="int to double"),
    pytest.param([col("float")], [col("double")], "widened", "safe/safe", id="float to double"),
    pytest.param([col("long")], [col("double")], "retyped", "rejected/coerced", id="long to double"),
    pytest.param([col("integer")], [col("float")], "retyped", "rejected/coerced", id="int to float"),
    pytest.param([col("double")], [col("float")], "narrowed", "rejected/coerced", id="double to float"),
    pytest.param([col("double")], [col("integer")], "narrowed", "rejected/coerced", id="double to int"),
    pytest.param([col("double")], [col("string")], "retyped", "rejected/coerced", id="double to string"),
    pytest.param([col("long")], [col("integer")], "narrowed", "rejected/coerced", id="long to int"),
    pytest.param([col("string")], [col("boolean")], "retyped", "rejected/coerced", id="string to boolean"),
    pytest.param([col("string")], [col("double")], "retyped", "rejected/rejected", id="string to double"),
    pytest.param([col("datetime")], [col("string")], "retyped", "rejected/coerced", id="datetime to string"),
    pytest.param([col("binary")], [col("string")], "retyped", "coerced/coerced", id="binary to string"),
    pytest.param([col("string")], [col("binary")], "retyped", "coerced/rejected", id="string to binary"),
    pytest.param([col("long")], [col("any")], "widened", "safe/safe", id="anything goes"),
    pytest.param([col("any")], [col("long")], "narrowed", "rejected/rejected", id="anything went"),
    pytest.param([col("string")], [col("any")], "widened", "safe/coerced", id="lists of texts in inputs"),
    pytest.param([col("double", required=False)], [col("long", required=False)], "narrowed", "rejected/coerced",
                 id="optional and narrowed"),
    pytest.param([col("integer", required=False)], [col("long")], "widened", "rejected/rejected",
                 id="widened and made required"),
    pytest.param([col(array("integer"))], [col(array("long"))], "widened", "safe/safe", id="items widened"),
    pytest.param([col(array("double"))], [col(array("long"))], "narrowed", "rejected/rejected", id="items narrowed"),
    pytest.param([col("long")], [col(array("long"))], "retyped", "rejected/rejected", id="one value to many"),
    pytest.param([col(array("long"))], [col("string")], "retyped", "coerced/coerced", id="many values to text"),
    pytest.param([col({"type": "sparkml_vector"})], [col(array("double"))], "same", "safe/safe", id="vector"),
    pytest.param([col(mapping("float"))], [col(mapping("double"))], "widened", "safe/safe", id="map widened"),
    pytest.param([col(mapping("long"))], [col(obj(p="long"))], "retyped", "rejected/rejected", id="map to object"),
    pytest.param([col(obj(p="long"))], [col(mapping("long"))], "retyped", "safe/safe", id="object to map"),
    pytest.param([col(obj(p="long?"))], [col(mapping("long"))], "retyped", "rejected/rejected", id="null in a map"),
    pytest.param([col(obj(p="long"))], [col(obj(p="long", q="long"))], "changed", "rejected/rejected",
                 id="required property added"),
    pytest.param([col(obj(p="long"))], [col(obj(p="long", q="long?"))], "changed", "safe/safe",
                 id="optional property added"),
    pytest.param([col(obj(p="long", q="long"))], [col(obj(p="long"))], "changed", "rejected/rejected",
                 id="property dropped"),
    pytest.param([col(obj(p="long?"))], [col(obj(p="long"))], "changed", "rejected/rejected",
                 id="property made required"),
    pytest.param([col(array(array("long")))], [], "removed", "safe/safe", id="arrays of arrays dropped"),
    pytest.param([col("any")], [], "removed", "safe/rejected", id="ragged lists dropped"),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after", "change", "expected"), FACTS)
def test_what_becomes_of_callers(before, after, change, expected):
    found = compare({"inputs": [*before, KEPT]}, {"inputs": [*after, KEPT]})
    if change == "same":
        assert (found["columns"], found["unchanged"]) == ([], 2)
        return
    (entry,) = found["columns"]
    assert (entry["change"], fates(entry)) == (change, expected)
    assert found["verdict"] == {way: entry[way] for way in WAYS}
    assert entry["why"] or expected == "safe/safe"
    assert found["unchanged"] == 1


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param([col("double"), KEPT], [KEPT], "rejected", id="one row of which a column is dropped"),
        pytest.param([KEPT], [KEPT, col("long", required=False)], "rejected", id="the list of the one column"),
        pytest.param([KEPT, col("long")], [KEPT, col("long"), col("long", "b", required=False)], "safe", id="others"),
        pytest.param([KEPT, col(array("long"))], [KEPT], "coerced", id="one row is several"),
        pytest.param([KEPT, col(array("long"))], [KEPT, col("any")], "coerced", id="one row is several, type is any"),
        pytest.param([KEPT, col(obj(p="long"))], [KEPT], "rejected", id="an object without its like"),
        pytest.param([KEPT, col("string", "prompt"), col("double")], [KEPT, col("string", "prompt"), col("float")],
                     "rejected", id="a chat request is checked as a DataFrame is"),
    ],
)  # fmt: skip
def test_json_without_lists_or_names(before, after, expected):
    assert compare({"inputs": before}, {"inputs": after})["verdict"]["bare"] == expected


@pytest.mark.parametrize(("others", "expected"), [
    pytest.param([col("double")], "rejected", id="lists where numbers belong"),
    pytest.param([KEPT], "coerced", id="lists where text belongs, unchecked"),
    pytest.param([col("double"), col(array("long"), "days")], "safe", id="one row already"),
])  # fmt: skip
def test_an_optional_array_changes_how_others_are_read(others, expected):
    added = col(array("long"), "new", required=False)
    found = compare({"inputs": [*others, col("string", "x")]}, {"inputs": [*others, col("string", "x"), added]})
    assert (found["verdict"]["dataframe"], found["verdict"]["json"]) == ("safe", expected)


def test_what_was_renamed_is_guessed():
    found = compare({"inputs": [col("double", "amount"), KEPT]}, {"inputs": [col("double", "Amount_eur"), KEPT]})
    added, removed = found["columns"]
    assert (added["name"], removed["name"], removed["json"]) == ("Amount_eur", "amount", "safe")
    assert added["why"] == "required, and callers do not send it; renamed from amount?"
    other = compare({"inputs": [col("double", "amount"), KEPT]}, {"inputs": [col("long", "age"), KEPT]})
    assert "renamed" not in other["columns"][0]["why"]


def test_a_reviewer_reads_what_happens():
    entry = told([col("double", "amount")], [col("integer", "amount", required=False)])
    assert (entry["before"], entry["after"]) == ("double", "integer (optional)")
    assert entry["why"] == "a DataFrame is refused, but by JSON 1.5 becomes 1"
    entry = told([col(obj(p="long", q="double"))], [col(obj(p="long", q="long"))])
    assert entry["before"] == "object(p: long, q: double)"
    assert entry["why"] == "q: long takes no double"


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param([tensor("float32", -1, 3)], [tensor("float64", -1, 3)], "rejected/safe", id="wider type"),
        pytest.param([tensor("float64", -1, 3)], [tensor("float32", -1, 3)], "rejected/coerced", id="narrower type"),
        pytest.param([tensor("int32", -1)], [tensor("float64", -1)], "rejected/safe", id="whole numbers that fit"),
        pytest.param([tensor("int64", -1)], [tensor("float64", -1)], "rejected/coerced", id="whole numbers that do not"),
        pytest.param([tensor("uint8", -1)], [tensor("int32", -1)], "rejected/safe", id="no sign to a sign"),
        pytest.param([tensor("uint8", -1)], [tensor("int8", -1)], "rejected/coerced", id="no room for the sign"),
        pytest.param([tensor("str", -1)], [tensor("float64", -1)], "rejected/rejected", id="text to numbers"),
        pytest.param([tensor("int64", -1, 3)], [tensor("int64", -1, 4)], "rejected/rejected", id="another length"),
        pytest.param([tensor("int64", -1, 4)], [tensor("int64", -1, 2, 2)], "rejected/rejected", id="more dimensions"),
        pytest.param([tensor("int64", -1, 3)], [tensor("int64", -1, -1)], "rejected/rejected", id="no DataFrame any more"),
        pytest.param([tensor("int64", 2, 3)], [tensor("int64", -1, 3)], "safe/safe", id="any number of rows"),
        pytest.param([tensor("int64", -1)], [tensor("int64", -1, name="x")], "rejected/rejected", id="named"),
        pytest.param([tensor("int64", -1, name="x")], [tensor("int64", -1, name="x"), tensor("int64", -1, name="y")],
                     "rejected/rejected", id="added"),
        pytest.param([tensor("int64", -1, name="x"), tensor("int64", -1, name="y")], [tensor("int64", -1, name="x")],
                     "safe/safe", id="removed"),
        pytest.param([tensor("int64", -1, name="a")], [col("long")], "rejected/rejected", id="columns now"),
        pytest.param([col("long")], [tensor("int64", -1, name="a")], "rejected/rejected", id="tensors now"),
    ],
)  # fmt: skip
def test_tensors(before, after, expected):
    assert fates(compare({"inputs": before}, {"inputs": after})["verdict"]) == expected


def unnamed(*kinds):
    return [{"type": kind, "required": True} for kind in kinds]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param(unnamed("integer", "long"), unnamed("integer", "double"), "rejected/coerced", id="by place"),
        pytest.param(unnamed("long"), unnamed("long", "long"), "rejected/rejected", id="added"),
        pytest.param(unnamed("long", "long"), unnamed("long"), "safe/safe", id="the last is gone"),
        pytest.param(unnamed("integer", "integer"), unnamed("long", "integer"), "safe/rejected", id="lists in inputs"),
        pytest.param(unnamed("integer", "integer"), unnamed("long", "long"), "safe/safe", id="all wider"),
        pytest.param(unnamed("long"), [col("long")], "rejected/rejected", id="named now"),
        pytest.param([col("long"), col("long", "b")], unnamed("long", "long"), "coerced/rejected", id="in any order"),
        pytest.param([col("long"), col("string", "b")], unnamed("long", "long"), "rejected/rejected", id="or refused"),
    ],
)
def test_columns_without_names(before, after, expected):
    assert fates(compare({"inputs": before}, {"inputs": after})["verdict"]) == expected


def param(kind, default, shape=None):
    return {"name": "p", "type": kind, "default": default, "shape": shape}


@pytest.mark.parametrize(
    ("before", "after", "change", "expected"),
    [
        pytest.param([], [param("long", 1)], "added", "safe/safe", id="added"),
        pytest.param([param("long", 1)], [], "removed", "safe/safe", id="removed"),
        pytest.param([param("long", 1)], [param("long", 2)], "new default", "coerced/coerced", id="default"),
        pytest.param([param("integer", 1)], [param("long", 1)], "widened", "safe/safe", id="wider"),
        pytest.param([param("long", 1)], [param("integer", 1)], "narrowed", "rejected/safe", id="numpy knows sizes"),
        pytest.param([param("integer", 1)], [param("string", "1")], "retyped", "rejected/rejected", id="text"),
        pytest.param([param("long", 1)], [param("long", [1], [-1])], "retyped", "rejected/rejected", id="a list"),
    ],
)
def test_parameters(before, after, change, expected):
    inputs = {"inputs": [KEPT]}
    (entry,) = compare({**inputs, "params": before}, {**inputs, "params": after})["columns"]
    assert (entry["side"], entry["change"], fates(entry)) == ("param", change, expected)


@pytest.mark.parametrize(
    ("before", "after", "change", "breaks"),
    [
        pytest.param([col("double")], [], "removed", True, id="removed"),
        pytest.param([], [col("double")], "added", False, id="added"),
        pytest.param([col("double")], [col("long")], "narrowed", True, id="another type"),
        pytest.param([col("double")], [col("double", required=False)], "made optional", True, id="may be missing"),
        pytest.param([col("double", required=False)], [col("double")], "made required", False, id="always there"),
    ],
)
def test_outputs_have_no_verdict_but_readers(before, after, change, breaks):
    inputs = {"inputs": [KEPT]}
    found = compare({**inputs, "outputs": [*before, KEPT]}, {**inputs, "outputs": [*after, KEPT]})
    (entry,) = found["columns"]
    assert (entry["side"], entry["change"], entry["breaks"], bool(entry["why"])) == ("output", change, breaks, breaks)
    assert [entry[way] for way in WAYS] == [None, None, None]
    assert set(found["verdict"].values()) == {"safe"}


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        pytest.param(None, {"inputs": [KEPT]}, "the old version has no signature, so", id="none before"),
        pytest.param({"inputs": [KEPT]}, None, "the new version has no signature, so MLflow checks", id="none after"),
        pytest.param(None, None, "the old version has no signature", id="none at all"),
        pytest.param({"inputs": [KEPT]}, {"outputs": [KEPT]}, "the new version has no inputs", id="outputs only"),
        pytest.param({"inputs": [KEPT]}, {"inputs": [KEPT], "is_signature_from_type_hint": True},
                     "the new version checks requests by the type hints", id="type hints"),
        pytest.param({"inputs": [KEPT]}, {"inputs": [col("decimal")]}, "'decimal' is none of MLflow's", id="type"),
        pytest.param({"inputs": [KEPT]}, {"inputs": [{"type": "array", "name": "a"}]}, "no 'items'", id="half a type"),
        pytest.param({"inputs": [KEPT]}, {"inputs": [KEPT, {"type": "long"}]}, "have a name", id="mixed"),
        pytest.param({"inputs": [KEPT]}, {"inputs": [KEPT, KEPT]}, "have one name", id="twice"),
        pytest.param({"inputs": [KEPT]}, {"inputs": [KEPT], "params": [{"type": "long"}]}, "no name", id="parameter"),
        pytest.param({"inputs": [KEPT]}, {"inputs": [tensor("long", "x")]}, "has no shape", id="shape"),
    ],
)  # fmt: skip
def test_what_nobody_can_tell(before, after, reason):
    found = compare(before, after)
    assert set(found["verdict"].values()) == {"unknown"}
    assert reason in found["reason"]


def test_a_signature_without_end_is_unknown():
    deep = {"type": "long"}
    for _ in range(5000):
        deep = {"type": "array", "items": deep}
    assert compare({"inputs": [KEPT]}, {"inputs": [col(deep)]})["reason"].endswith("nested more than 50 deep")


KEYS = st.sampled_from(["type", "name", "required", "items", "values", "properties", "tensor-spec", "shape", "default"])
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 2) | st.sampled_from([*SCALARS, "array", "object", "tensor", "map"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=8,
)
PARTS = st.dictionaries(
    st.sampled_from(["inputs", "outputs", "params"]), st.lists(st.dictionaries(KEYS, JSON_VALUES), max_size=3)
)


@QUICKLY
@given(PARTS, PARTS)
def test_no_signature_is_too_odd(before, after):
    found = compare(before, after)
    assert set(found["verdict"].values()) <= {"safe", "coerced", "rejected", "unknown"}
    assert json.loads(json.dumps(found)) == found


def test_the_worst_column_decides_and_stands_first():
    before = [col("double", "x"), col("long", "y"), col("integer", "z"), KEPT]
    after = [col("long", "x"), col("string", "y"), col("long", "z"), KEPT, col("long", "w")]
    found = compare({"inputs": before, "outputs": [col("long", "o")]}, {"inputs": after, "outputs": [col("any", "o")]})
    assert [one["name"] for one in found["columns"]] == ["w", "x", "y", "z", "o"]
    assert found["verdict"] == {"dataframe": "rejected", "json": "rejected", "bare": "rejected"}
    assert found["unchanged"] == 1


KINDS = st.recursive(
    st.sampled_from([{"type": name} for name in SCALARS]),
    lambda inner: st.one_of(
        inner.map(array),
        inner.map(lambda one: {"type": "map", "values": one}),
        st.dictionaries(st.sampled_from("pqr"), st.tuples(inner, st.booleans()), min_size=1, max_size=2).map(
            lambda some: {"type": "object", "properties": {n: {**one, "required": r} for n, (one, r) in some.items()}}
        ),
    ),
    max_leaves=3,
)
COLUMNS = st.lists(st.tuples(KINDS, st.sampled_from("abcd"), st.booleans()), min_size=1, max_size=4).map(
    lambda some: list({name: col(kind, name, required=must) for kind, name, must in some}.values())
)


@QUICKLY
@given(COLUMNS, COLUMNS)
def test_the_same_signature_is_safe(inputs, outputs):
    both = {"inputs": inputs, "outputs": outputs}
    found = compare(both, both)
    assert found == {
        "verdict": dict.fromkeys(WAYS, "safe"), "columns": [], "unchanged": len(inputs) + len(outputs), "reason": "",
    }  # fmt: skip


@QUICKLY
@given(COLUMNS, COLUMNS, st.integers(0, 99))
def test_the_order_of_named_columns_does_not_count(before, after, seed):
    mixed = [random.Random(seed).sample(one, len(one)) for one in (before, after)]  # noqa: S311 - no secret
    assert compare({"inputs": before}, {"inputs": after}) == compare({"inputs": mixed[0]}, {"inputs": mixed[1]})


@QUICKLY
@given(COLUMNS, COLUMNS)
def test_the_total_is_the_worst_of_the_columns(before, after):
    found = compare({"inputs": before}, {"inputs": after})
    order = ["safe", "coerced", "rejected"]
    for way in WAYS:
        assert found["verdict"][way] == max([one[way] for one in found["columns"]], key=order.index, default="safe")
    assert all(one["why"] for one in found["columns"] if {one[way] for way in WAYS} != {"safe"})
    sizes = {one["name"] for one in before} & {one["name"] for one in after}
    assert found["unchanged"] == len(sizes) - sum(None not in (one["before"], one["after"]) for one in found["columns"])


@pytest.mark.parametrize("table", [DATAFRAME, JSON, BARE], ids=["dataframe", "json", "bare"])
def test_tables_are_whole(table):
    assert table.keys() == {(before, after) for before in SCALARS for after in SCALARS}
    assert all(table[name, name] == "safe" for name in SCALARS)
    assert all(
        verdict == "rejected" for (before, after), verdict in table.items() if (before, after != "any") == ("any", True)
    )
