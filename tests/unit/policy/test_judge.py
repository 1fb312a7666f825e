"""Judge: levels, scopes, exceptions, and what a failure stops."""

import json

import pytest

from mlplan.core.policy import Custom, Exemption, Gate, Policy, Scope, Setting
from mlplan.policy.judge import BACK, UNCHANGED

NO_OWNER = {"kind": "experiment", "action": "create", "values": {"name": "/a"}}
OWNED = {"kind": "experiment", "action": "create", "values": {"name": "/b", "tags": {"team": "risk"}}}


@pytest.fixture
def experiments(plan):
    return lambda **more: plan(resources={"experiment.a": NO_OWNER | more, "experiment.b": OWNED})


def levels(found):
    return [(one.address, one.level, one.outcome, one.blocks) for one in found]


def test_a_rule_that_nobody_set_is_at_its_own_level(said, experiments):
    assert levels(said("MLP030", experiments())) == [
        ("experiment.a", "warn", "failed", False),
        ("experiment.b", "warn", "passed", False),
    ]


def test_it_rests_where_the_environment_is_not_protected(said, experiments):
    assert said("MLP030", experiments() | {"protected": False}) == []


@pytest.mark.parametrize(
    ("scope", "protected", "fails"),
    [
        (Scope(), True, True), (Scope(), False, False), (Scope(("prod",)), False, True), (Scope(("dev",)), False, False),
        (Scope(("p*",)), False, True), (Scope((), ("experiment.*",)), True, True),
    ],
    ids=["everything", "not protected", "named", "elsewhere", "pattern", "resources"],
)  # fmt: skip
def test_a_denied_rule_denies_where_it_applies(said, experiments, scope, protected, fails):
    policy = Policy(settings={"MLP030": (Setting("deny", scope),)})
    found = said("MLP030", experiments() | {"protected": protected}, policy)
    assert any(one.blocks for one in found) is fails


def test_beyond_its_scope_a_setting_leaves_the_rule_as_it_was(said, experiments):
    policy = Policy(settings={"MLP030": (Setting("deny", Scope((), ("experiment.other",))),)})
    assert [one.level for one in said("MLP030", experiments(), policy)] == ["warn", "warn"]


def test_the_first_setting_that_fits_counts(said, experiments):
    first, rest = Setting("off", Scope((), ("experiment.a",))), Setting("deny")
    assert [one.address for one in said("MLP030", experiments(), Policy({"MLP030": (first, rest)}))] == ["experiment.b"]
    found = said("MLP030", experiments(), Policy({"MLP030": (rest, first)}))
    assert [one.blocks for one in found] == [True, False]


def test_a_resource_that_stays_as_it_is_stops_nothing(said, experiments):
    policy = Policy(settings={"MLP030": (Setting("deny"),)})
    [found, _] = said("MLP030", experiments(action="no-op"), policy)
    assert (found.outcome, found.blocks, found.detail) == ("failed", False, UNCHANGED)


def test_what_goes_is_not_judged(said, experiments):
    assert [one.address for one in said("MLP030", experiments(action="delete"))] == ["experiment.b"]


def test_what_fails_on_a_rollback_stops_nothing(said, promotion):
    policy = Policy(gates=(Gate("MLP060", options={"metric": "auc", "min": 0.9}),))
    forward, back = ({"auc": 0.8}, "promotion"), ({"auc": 0.8}, "rollback")
    [forward, back] = [
        said("MLP060", promotion({"metrics": metrics}, move=move), policy)[0] for metrics, move in (forward, back)
    ]
    assert (forward.outcome, forward.blocks) == ("failed", True)
    assert (back.outcome, back.blocks, back.detail) == ("failed", False, BACK)


def test_many_right_things_are_told_in_one_line(said, plan):
    document = plan(resources={f"experiment.{number}": OWNED for number in range(3)})
    [found] = said("MLP030", document)
    assert (found.outcome, found.address) == ("passed", "")
    assert found.summary.endswith("(3 looked at)")


@pytest.mark.parametrize(
    ("setting", "blocks"),
    [(None, False), (Setting("deny"), True), (Setting("deny", unknown="allow"), False), (Setting("warn"), False)],
    ids=["its own level", "deny", "deny and allow unknown", "warn"],
)
def test_unknown_counts_as_failed_where_the_policy_denies(said, promotion, setting, blocks):
    document = promotion({"unknown": {"signature": "HTTP 403"}})
    [found] = said("MLP042", document, Policy({"MLP042": (setting,)} if setting else {}))
    assert (found.outcome, found.blocks, found.detail) == ("unknown", blocks, "HTTP 403")


@pytest.mark.parametrize(("unknown", "blocks"), [("deny", True), ("allow", False)])
def test_a_gate_says_what_unknown_means(said, promotion, unknown, blocks):
    gate = Gate("MLP060", unknown=unknown, options={"metric": "auc", "min": 0.9})
    [found] = said("MLP060", promotion({"metrics": {}}), Policy(gates=(gate,)))
    assert (found.outcome, found.blocks) == ("unknown", blocks)


@pytest.mark.parametrize(
    ("gate", "guards"),
    [
        ({}, True), ({"alias": "champion"}, True), ({"alias": "challenger"}, False), ({"model": "prod.ml.*"}, True),
        ({"model": "prod.other.*"}, False), ({"environments": ("prod",)}, True), ({"environments": ("dev",)}, False),
    ],
    ids=str,
)  # fmt: skip
def test_a_gate_guards_what_it_names(said, promotion, gate, guards):
    made = Gate("MLP060", options={"metric": "auc", "min": 0.9}, **gate)
    assert bool(said("MLP060", promotion({"metrics": {"auc": 0.95}}), Policy(gates=(made,)))) is guards


def test_each_gate_has_a_result_of_its_own(said, promotion):
    gates = tuple(Gate("MLP060", options={"metric": name, "min": 0.9}) for name in ("auc", "recall"))
    found = said("MLP060", promotion({"metrics": {"auc": 0.95, "recall": 0.8}}), Policy(gates=gates))
    assert [(one.outcome, one.summary.split()[0]) for one in found] == [("passed", "auc"), ("failed", "recall")]


def exempt(expires="2026-12-31", **more):
    return Exemption(**{"rule": "MLP030", "resource": "experiment.*", "reason": "moving", "expires": expires} | more)


DENIED = {"MLP030": (Setting("deny"),)}


def test_an_exception_excuses_and_stays_in_sight(said, experiments):
    [found, _] = said("MLP030", experiments(), Policy(DENIED, exceptions=(exempt(approved_by="ana"),)))
    assert (found.outcome, found.blocks) == ("excepted", False)
    assert found.as_json()["exception"] == {"reason": "moving", "expires": "2026-12-31", "approved_by": "ana"}


@pytest.mark.parametrize(
    ("day", "outcome"), [("2026-11-19", "failed"), ("2026-11-20", "excepted"), ("2026-11-21", "excepted")]
)
def test_an_exception_ends_with_its_last_day(said, experiments, day, outcome):
    [found, _] = said("MLP030", experiments(), Policy(DENIED, exceptions=(exempt(day),)))
    assert found.outcome == outcome
    assert found.blocks is (outcome == "failed")
    assert ("expired on 2026-11-19: moving" in found.detail) is (outcome == "failed")


def test_an_exception_that_holds_wins_over_one_that_expired(said, experiments):
    both = (exempt("2026-01-01"), exempt("2027-01-01"), exempt("2026-02-01"))
    [found, _] = said("MLP030", experiments(), Policy(DENIED, exceptions=both))
    assert found.outcome == "excepted"


@pytest.mark.parametrize(
    "other",
    [{"rule": "MLP031"}, {"resource": "experiment.b"}, {"environments": ("dev",)}],
    ids=lambda one: next(iter(one)),
)
def test_an_exception_excuses_nothing_else(said, experiments, other):
    [found, _] = said("MLP030", experiments(), Policy(DENIED, exceptions=(exempt(**other),)))
    assert found.outcome == "failed"


def test_a_rule_of_ones_own_applies_in_every_environment(said, experiments):
    custom = Custom("ACME001", "names", "resource", 'resource.values.name == "/b"', message="another name")
    found = said("ACME001", experiments() | {"protected": False}, Policy(custom=(custom,)))
    assert levels(found) == [("experiment.a", "deny", "failed", True), ("experiment.b", "deny", "passed", False)]
    assert found[0].summary == "another name"


def test_when_says_what_a_rule_is_about(said, experiments):
    custom = Custom("ACME001", "names", "resource", "false", when='resource.address == "experiment.b"')
    assert [one.address for one in said("ACME001", experiments(), Policy(custom=(custom,)))] == ["experiment.b"]


@pytest.mark.parametrize("part", ["when", "check"])
def test_an_expression_that_cannot_be_told_is_unknown(said, experiments, part):
    expressions = {"check": "true", part: "resource.values.tags.team == 'risk'"}
    custom = Custom("ACME001", "teams", "resource", **expressions)
    [found, *_] = said("ACME001", experiments(), Policy(custom=(custom,)))
    assert (found.address, found.outcome, found.blocks) == ("experiment.a", "unknown", True)
    assert "tags" in found.detail
    assert "has(" in found.hint


def test_results_are_json(said, experiments):
    for one in said("MLP030", experiments(), Policy(exceptions=(exempt(),))):
        assert json.loads(json.dumps(one.as_json())) == one.as_json()
