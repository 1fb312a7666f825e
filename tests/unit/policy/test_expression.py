"""Expression: what the language takes, what it refuses, and that the worst of it ends soon."""

import sys
import time

import pytest

from mlplan.policy.expression import MAX_LENGTH, evaluate, missing, refusal

ENDPOINT = {
    "kind": "serving_endpoint",
    "values": {"name": "fraud", "tags": [{"key": "team", "value": "risk"}], "share": 100, "auc": 0.94},
}
PLAN = {"environment": "prod", "protected": True, "changes": [{"address": "a"}, {"address": "b"}]}


def told(text):
    assert refusal(text, "resource") == ""
    return evaluate(text, "resource", ENDPOINT, PLAN)


@pytest.mark.parametrize(
    "text",
    [
        'resource.kind == "serving_endpoint"', 'resource.values.tags.exists(t, t.key == "team")',
        "has(resource.values.tags) && !has(resource.values.owner)", 'resource.values.name in ["fraud", "other"]',
        'resource.values.name.matches("^[a-z]+$")', "resource.values.share > 99.5", "resource.values.auc > 0",
        'resource["values"]["tags"][0].key == "team"', "resource.values.tags.filter(t, t.value != '').size() == 1",
        "resource.values.tags.map(t, t.key) == ['team']", "environment == 'prod' && protected",
        "plan.changes.all(c, c.address.startsWith('a') || c.address == 'b')",
        "timestamp('2026-01-01T00:00:00Z') < timestamp('2027-01-01T00:00:00Z')", "resource.values.share + 1 == 101",
    ],
)  # fmt: skip
def test_what_holds(text):
    assert told(text) == (True, "")


@pytest.mark.parametrize("text", ["resource.kind == 'x'", "resource.values.name == null", "resource.values.tags == []"])
def test_what_does_not(text):
    assert told(text) == (False, "")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("resource.values.nope == 1", "nope"), ("resource.values.name", "string, not true or false"),
        ("resource.values.share / 0 == 1", "zero"), ("resource.values.auc + 1 > 1", "overload"),
        ("resource.values.name > 1", "overload"),
    ],
)  # fmt: skip
def test_what_cannot_be_told_says_why(text, why):
    found = told(text)
    assert found.holds is None
    assert why in found.reason


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("resource.kind ==", "the end (at column 17)"), ('resouce.kind == "x"', "undeclared reference to 'resouce.kind' (at column 8)"),
        ("change.kind == 'x'", "undeclared"), ('"a"', "it gives string"), ("'a' + 1 == 2", "at column 5"), ("", "the end"),
        ("true &&\nresource.", "line 2"), ("open('/etc/passwd') == ''", "undeclared"), ("import os", "reserved identifier"),
        ("resource.__class__.size() == 1 && [resource, resource].size() == 2", "more than plain values"),
        ("x" * (MAX_LENGTH + 1), "more than 2,000 characters"),
    ],
    ids=["cut short", "misspelt", "another subject", "text", "types", "empty", "second line", "files", "python", "growing", "long"],
)  # fmt: skip
def test_what_is_refused_when_a_policy_is_read(text, why):
    assert why in refusal(text, "resource")


def test_without_its_library_the_extra_is_named(monkeypatch):
    assert missing() == ""
    monkeypatch.setitem(sys.modules, "cel_expr_python.cel", None)
    assert missing() == "mlplan[policy]"


def nested(depth):
    text = "true"
    for number in range(depth):
        text = f"[1, 2, 3, 4, 5, 6, 7, 8, 9].all(x{number}, {text})"
    return text


HOSTILE = {
    "loops in loops": nested(6),
    "loops in deep loops": nested(30),
    "loops over the plan": "plan.changes.all(a, plan.changes.all(b, plan.changes.all(c, plan.changes.all(d, plan == plan))))",
    "text that doubles": "['a'].exists(a, [a + a].exists(b, [b + b].exists(c, c != '')))",
    "lists that double": "[resource].map(x, [x, x]).map(x, [x, x]) == []",
    "mappings that double": "[resource].all(x, {'a': x, 'b': x} == {})",
    "a list in a list that doubles": "[[[resource, resource]]] == []",
    "a pattern that goes back": f"'{'a' * 1000}!'.matches('^(a+)+$')",
    "a pattern that explodes": "'a'.matches('((a{1,100}){1,100}){1,100}')",
    "brackets": "(" * 900 + "true" + ")" * 900,
    "negations": "!" * 1900 + "true",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_the_worst_ends_soon(name):
    plan = PLAN | {"changes": [{"address": str(number)} for number in range(300)]}
    start = time.perf_counter()
    why = refusal(HOSTILE[name], "resource")
    found = evaluate(HOSTILE[name], "resource", ENDPOINT, plan) if not why else None
    assert why or found.holds is not None or found.reason
    assert time.perf_counter() - start < 5
    if "doubles" in name:
        assert "more than plain values" in why
