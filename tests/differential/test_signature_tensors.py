"""Verdicts on tensors against MLflow's enforcement: nothing called safe is ever refused or changed."""

import os
from collections import Counter

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from mlplan.evidence.column_fate import WAYS
from mlplan.evidence.signature import compare

SEED = int(os.environ.get("MLPLAN_SEED", "4"))
POOL = {
    "bool": [True, False],
    "uint8": [0, 1, 255],
    "int32": [3, -7, 2**31 - 1, 2**24 + 1],
    "int64": [3, -7, 2**53 + 1],
    "float32": [0.0, 1.5, -2.25, 2.0**100],
    "float64": [0.0, 1.5, 0.1, 1e300],
    "str": ["a", "", "1.5"],
    "object": ["a", 1, 1.5],
}
SHAPES = [[-1], [-1, 1], [-1, 2], [-1, 3], [-1, -1], [2, 3], [2, -1], [-1, 2, 3], [-1, -1, 3], [-1, 6]]
TENSORS = st.tuples(st.sampled_from(sorted(POOL)), st.sampled_from(SHAPES)).map(
    lambda one: {"type": "tensor", "tensor-spec": {"dtype": one[0], "shape": one[1]}}
)


@st.composite
def pairs(draw):
    """Return a strategy for the tensors of two versions: one type or shape is another, or a tensor is."""
    names = draw(st.sampled_from([[None], ["x"], ["x", "y"]]))
    before = [draw(TENSORS) | ({"name": name} if name else {}) for name in names]
    after = [{**one, "tensor-spec": dict(one["tensor-spec"])} for one in before]
    what, other = draw(st.sampled_from(["dtype", "shape", "remove", "add", "unname"])), draw(TENSORS)
    if what in ("dtype", "shape"):
        after[0]["tensor-spec"][what] = other["tensor-spec"][what]
    elif what == "remove" and len(after) > 1:
        del after[0]
    elif what == "add" and names != [None]:
        after.append({**other, "name": "z"})
    elif what == "unname" and len(after) == 1:
        after = [{**other, "tensor-spec": before[0]["tensor-spec"]} | ({"name": "x"} if names == [None] else {})]
    return before, after


@st.composite
def arrays(draw, spec, length):
    """Return a strategy for what fits a tensor: nested lists."""
    lengths = [length if size == -1 else size for size in spec["shape"]]

    def block(sizes):
        leaf = st.sampled_from(POOL[spec["dtype"]])
        return [block(sizes[1:]) for _ in range(sizes[0])] if sizes else draw(leaf)

    return block(lengths)


def calls(mlflow, before, blocks):
    """Yield the forms in which callers send tensors: arrays, a DataFrame, JSON by column and by row."""
    specs = {one.get("name", 0): one["tensor-spec"] for one in before}
    made = {name: mlflow.numpy.array(block, dtype=specs[name]["dtype"]) for name, block in blocks.items()}
    alone = 0 in blocks
    yield "dataframe", "arrays", made[0] if alone else made
    yield "json", "inputs", {"inputs": blocks[0] if alone else blocks}
    rows = [dict(zip(blocks, cells, strict=True)) for cells in zip(*blocks.values(), strict=False)]
    yield "json", "instances", {"instances": blocks[0] if alone else rows}
    if alone and len(specs[0]["shape"]) == 2:
        yield "dataframe", "table", mlflow.pandas.DataFrame(made[0])
    if all(len(spec["shape"]) < 3 for spec in specs.values()) and len({len(one) for one in blocks.values()}) == 1:
        yield "dataframe", "cells", mlflow.pandas.DataFrame({name: list(block) for name, block in blocks.items()})
        yield "json", "records", {"dataframe_records": [{str(name): one for name, one in row.items()} for row in rows]}


def test_no_tensor_called_safe_is_refused_or_changed(mlflow, figure):
    counts, shown = Counter(), Counter()

    @seed(SEED)
    @settings(max_examples=500, deadline=None, database=None, suppress_health_check=list(HealthCheck),
              phases=[Phase.generate, Phase.shrink])  # fmt: skip
    @given(st.data(), pairs(), st.integers(1, 3))
    def run(data, pair, length):
        before, after = pair
        blocks = {one.get("name", 0): data.draw(arrays(one["tensor-spec"], length)) for one in before}
        verdict = compare({"inputs": before}, {"inputs": after})["verdict"]
        seen = {way: set() for way in WAYS}
        for way, form, sent in calls(mlflow, before, blocks):
            outcome = mlflow.outcome(before, after, mlflow.request(way, form, sent, [blocks]))
            assert verdict[way] != "safe" or outcome in ("", "safe"), f"called safe: {before} -> {after}, {form} {sent}"
            seen[way].add(outcome)
            counts[way, verdict[way]] += before != after and outcome != ""
        for way, outcomes in seen.items():
            shown[way, bool(outcomes & {"coerced", "rejected"})] += verdict[way] != "safe" and bool(outcomes - {""})

    run()
    for way in ("dataframe", "json"):
        told = ", ".join(f"{counts[way, one]} {one}" for one in ("safe", "coerced", "rejected"))
        figure(f"tensors by {way}: {told}; 0 falsely safe; {shown[way, False]} of "
               f"{shown[way, False] + shown[way, True]} verdicts other than safe had no request that shows why")  # fmt: skip
    assert all(counts[way, verdict] for way in ("dataframe", "json") for verdict in ("safe", "rejected"))
