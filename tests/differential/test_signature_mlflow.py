"""Verdicts on signatures against MLflow's enforcement: nothing called safe is ever refused or changed.

The folder is for tests that ask another program what is true. Each example is a pair of signatures and rows that
fit the old one; the rows are sent in every form that callers use, and each form is a triple. Another seed:
`MLPLAN_SEED=7 pytest tests/differential`.
"""

import copy
import datetime as dt
import json
import os
from collections import Counter
from functools import cache

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from mlplan.evidence.column_fate import WAYS
from mlplan.evidence.column_types import SCALARS
from mlplan.evidence.signature import compare

SEED = int(os.environ.get("MLPLAN_SEED", "4"))
TRIPLES = 10_000
OUTCOMES = ("safe", "coerced", "rejected")
BAD = OUTCOMES[1:]
NAMES = ["a", "b", "c", "d", "prompt"]
LEAVES = {
    "boolean": st.booleans(),
    "integer": st.sampled_from([0, 1, -7, 2**24 + 1, 2**31 - 1]) | st.integers(-(2**31), 2**31 - 1),
    "long": st.sampled_from([0, 1, -7, 2**31, 2**53 + 1]) | st.integers(-(2**63), 2**63 - 1),
    "float": st.sampled_from([0.0, 1.0, 1.5, 2.0]) | st.floats(width=32, allow_nan=False, allow_infinity=False),
    "double": st.sampled_from([0.0, 1.0, 1.5, 0.1, 3e9]) | st.floats(allow_nan=False, allow_infinity=False),
    "string": st.sampled_from(["FR", "", "1.5", "15", "2024-01-01", "é"]) | st.text("abc é1", max_size=3),
    "binary": st.sampled_from([b"", b"ab", b"15", b"\xff\xfe"]) | st.binary(max_size=3),
    "datetime": st.datetimes(dt.datetime.fromisoformat("1700-01-01"), dt.datetime.fromisoformat("2200-01-01")),
}
LEAVES["any"] = st.one_of(
    st.integers(-9, 9), st.text("ab", max_size=2), st.lists(st.integers(0, 9), max_size=2),
    st.lists(st.text("ab", max_size=1), max_size=2), st.dictionaries(st.sampled_from("pq"), st.integers(0, 9)), st.none(),
)  # fmt: skip


LEAF = st.sampled_from(SCALARS).map(lambda name: {"type": name})
INNER = st.sampled_from(["long", "double", "string", "boolean", *SCALARS]).map(lambda name: {"type": name})


def nested(inner):
    """Return a strategy for types that have others inside."""
    parts = st.dictionaries(st.sampled_from("pqr"), st.tuples(inner, st.booleans()), min_size=1, max_size=2)
    return st.one_of(
        inner.map(lambda one: {"type": "array", "items": one}),
        inner.map(lambda one: {"type": "map", "values": one}),
        parts.map(lambda some: {
            "type": "object", "properties": {name: {**one, "required": must} for name, (one, must) in some.items()},
        }),
    )  # fmt: skip


DEEP = nested(INNER | nested(INNER))
KINDS = st.integers(0, 3).flatmap(lambda one: LEAF if one else DEEP)


def values(kind):
    """Return the strategy for the values of a type."""
    return values_of(json.dumps(kind))


@cache
def values_of(written):
    """Return a strategy for the values of a type, which is made once."""
    kind = json.loads(written)
    if kind["type"] == "array":
        return st.lists(values(kind["items"]), min_size=1, max_size=3)
    if kind["type"] == "map":
        return st.dictionaries(st.sampled_from("kl"), values(kind["values"]), min_size=1, max_size=2)
    if kind["type"] == "object":
        parts = kind["properties"].items()
        must = {name: values(one) for name, one in parts if one["required"]}
        return st.fixed_dictionaries(must, optional={n: values(o) | st.none() for n, o in parts if not o["required"]})
    return LEAVES[kind["type"]]


@st.composite
def changed_kinds(draw, kind):
    """Return a strategy for what a type may become: often a neighbour, sometimes anything."""
    kind = copy.deepcopy(kind)
    if kind["type"] in ("array", "map") and draw(st.integers(0, 3)):
        part = "items" if kind["type"] == "array" else "values"
        return {**kind, part: draw(changed_kinds(kind[part]))}
    if kind["type"] == "object" and draw(st.integers(0, 3)):
        name = draw(st.sampled_from(sorted(kind["properties"])))
        part = kind["properties"][name]
        what = draw(st.sampled_from(["required", "type", "add", "remove"]))
        if what == "required":
            part["required"] = not part["required"]
        elif what == "type":
            kind["properties"][name] = {**draw(changed_kinds(part)), "required": part["required"]}
        elif what == "add":
            kind["properties"]["s"] = {"type": "long", "required": draw(st.booleans())}
        elif len(kind["properties"]) > 1:
            del kind["properties"][name]
        return kind
    return draw(KINDS)


@st.composite
def columns(draw):
    """Return a strategy for the columns of a model."""
    if draw(st.integers(0, 7)) == 0:
        return [{**one, "required": True} for one in draw(st.lists(LEAF, min_size=1, max_size=3))]
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=3, unique=True))
    return [{**draw(KINDS), "name": name, "required": draw(st.integers(0, 3)) > 0} for name in names]


@st.composite
def moved(draw, before):
    """Return a strategy for the columns of the next version: mostly one change, sometimes two or none."""
    after = copy.deepcopy(before)
    for _ in range(draw(st.sampled_from([1, 1, 1, 1, 2]))):
        place = draw(st.integers(0, len(after) - 1))
        what = draw(st.sampled_from(["type", "type", "type", "required", "add", "remove", "rename", "reorder"]))
        one = after[place]
        if what == "type":
            kept = {name: one[name] for name in ("name", "required") if name in one}
            after[place] = {**draw(changed_kinds({n: v for n, v in one.items() if n not in kept})), **kept}
        elif what == "required" and "name" in one:
            one["required"] = not one["required"]
        elif what == "add":
            named = {"name": draw(st.sampled_from(["e", "f"]))} if "name" in one else {}
            fresh = {**draw(KINDS), **named, "required": not named or draw(st.booleans())}
            after = [kept for kept in after if kept.get("name") != fresh.get("name") or not named] + [fresh]
        elif what == "remove" and len(after) > 1:
            del after[place]
        elif what == "rename" and "name" in one:
            one["name"] = one["name"].swapcase()
        elif what == "reorder" and "name" in one:
            after = draw(st.permutations(after))
    return after


@st.composite
def tables(draw, columns):
    """Return a strategy for rows that fit columns."""
    rows = []
    left_out = {one.get("name") for one in columns if not one["required"] and draw(st.booleans())}
    for _ in range(draw(st.integers(1, 3))):
        row = {}
        for place, one in enumerate(columns):
            name = one.get("name", place)
            null = not draw(st.integers(0, 19 if one["required"] else 3))
            if name not in left_out:
                row[name] = None if null else draw(values(one))
        rows.append(row)
    return rows


@st.composite
def examples(draw):
    """Return a strategy for two signatures, and tables that fit the old one."""
    before = draw(columns())
    return before, draw(moved(before)), draw(st.lists(tables(before), min_size=3, max_size=3))


AT_RANDOM = settings(
    max_examples=1200, deadline=None, database=None, suppress_health_check=list(HealthCheck),
    phases=[Phase.generate, Phase.shrink],
)  # fmt: skip


class Tally:
    """What a run counts: triples by way, verdict and outcome, and verdicts that a request showed to be right."""

    def __init__(self):
        self.triples, self.shown, self.told = Counter(), Counter(), Counter()

    def count(self, verdict, outcomes):
        """Count the requests of one pair of signatures."""
        for way in WAYS:
            found = [outcome for that, outcome in outcomes if that == way and outcome]
            self.triples.update((way, verdict[way], outcome) for outcome in found)
            if found and verdict[way] != "safe":
                self.told[way] += 1
                self.shown[way] += any(outcome != "safe" for outcome in found)

    def lines(self):
        """Yield what the run prints."""
        for way in WAYS:
            by_verdict = {one: sum(self.triples[way, one, seen] for seen in OUTCOMES) for one in OUTCOMES}
            told = ", ".join(f"{count} {one}" for one, count in by_verdict.items())
            unseen, bad = self.told[way] - self.shown[way], sum(self.triples[way, "safe", one] for one in OUTCOMES[1:])
            silent = self.triples[way, "rejected", "coerced"]
            yield (
                f"signatures by {way}: {sum(by_verdict.values())} triples, {told}; {bad} falsely safe, {silent} coerced "
                f"though called rejected; no request shows why for {unseen} of {self.told[way]} verdicts other than safe"
            )


def test_nothing_safe_is_refused_or_changed(mlflow, figure):
    tally = Tally()

    @seed(SEED)
    @AT_RANDOM
    @given(examples(), st.integers(0, 7))
    def run(example, variant):
        before, after, tables = example
        verdict = compare({"inputs": before}, {"inputs": after})["verdict"]
        asked = [one for rows in tables for one in mlflow.requests(before, rows, variant)]
        outcomes = [(one.way, mlflow.outcome(before, after, one)) for one in asked]
        wrong = [
            one for one, (way, seen) in zip(asked, outcomes, strict=True) if verdict[way] == "safe" and seen in BAD
        ]
        assert not wrong, f"called safe: {before} -> {after}, {wrong[0]}"
        if before != after:
            tally.count(verdict, outcomes)

    run()
    for line in tally.lines():
        figure(line)
    assert sum(tally.triples.values()) >= TRIPLES
