"""Policy: judging is the same however often it is done, and whatever the order of what is judged."""

import copy
import json
from datetime import datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from mlplan.core.policy import Custom, Exemption, Gate, Policy, Scope, Setting
from mlplan.policy import RULES, rules
from mlplan.policy.judge import judge

NOW = datetime.fromisoformat("2026-11-20T09:00:00Z").timestamp()
NAMES = st.sampled_from(["a", "b", "dev", "prod", "ops-dev", "ana@example.com", "account users"])
ACTIONS = st.sampled_from(["create", "update", "no-op", "delete", "replace"])


def some(**fields):
    """Return mappings that hold each field or not."""
    return st.fixed_dictionaries({}, optional=fields)


ROW = some(principal=NAMES, privileges=st.lists(st.sampled_from(["MANAGE", "ALL_PRIVILEGES", "BROWSE", "EXECUTE"])))
VALUES = {
    "catalog": some(
        name=NAMES, isolation_mode=st.sampled_from(["OPEN", "ISOLATED"]), owner=NAMES,
        workspace_bindings=st.lists(st.fixed_dictionaries({"workspace_id": st.integers(1, 3)}), max_size=2),
    ),
    "experiment": some(name=NAMES, tags=st.dictionaries(st.sampled_from(["team", "x"]), NAMES)),
    "grants": some(full_name=NAMES, grants=st.lists(ROW, max_size=3)),
    "serving_endpoint": some(
        name=NAMES, tags=st.just([{"key": "latency", "value": "critical"}]),
        served_entities=st.lists(some(
            name=NAMES, entity_name=st.sampled_from(["dev.ml.m", "prod.ml.m"]),
            entity_version=st.sampled_from(["6", "@champion"]), scale_to_zero_enabled=st.booleans(),
        ), max_size=2),
    ),
}  # fmt: skip
RESOURCE = st.sampled_from(sorted(VALUES)).flatmap(
    lambda kind: st.fixed_dictionaries(
        {"kind": st.just(kind), "action": ACTIONS, "values": VALUES[kind], "before": st.none() | VALUES[kind]}
    )
)
VERSION = some(
    status=st.sampled_from(["READY", "FAILED"]), metrics=some(auc=st.floats(0, 1)), tags=some(ok=NAMES),
    signature=st.none() | st.just({"inputs": []}), requirements=st.none() | st.lists(st.sampled_from(["a==1", "b>2"])),
    git=some(commit=NAMES, clean=st.none() | st.booleans()), aliases=st.lists(NAMES), unknown=some(run=NAMES),
)  # fmt: skip
HELD = st.lists(
    st.fixed_dictionaries(
        {"alias": NAMES, "since": st.sampled_from(["2026-11-01T00:00:00Z", "2026-11-20T08:00:00Z"]), "until": st.none()}
    ),
    max_size=2,
)
DOSSIER = st.fixed_dictionaries(
    {"address": NAMES, "model": NAMES, "alias": NAMES, "from": st.none() | st.just(6), "to": st.integers(5, 7)},
    optional={
        "move": st.sampled_from(["promotion", "rollback", "first"]),
        "versions": st.dictionaries(st.sampled_from(["5", "6", "7"]), VERSION),
        "held": HELD,
        "origin": st.none() | st.fixed_dictionaries({"environment": NAMES, "held": HELD}),
        "data": some(same=st.none() | st.booleans(), reason=NAMES),
        "signature": st.none() | some(verdict=some(json=st.sampled_from(["safe", "coerced", "rejected", "unknown"]))),
    },
)
DOCUMENT = st.fixed_dictionaries(
    {"environment": st.sampled_from(["prod", "dev"]), "protected": st.booleans()},
    optional={
        "resources": st.dictionaries(NAMES, RESOURCE, max_size=5),
        "evidence": st.dictionaries(NAMES, DOSSIER, max_size=3),
        "environments": st.just({"prod": {"catalogs": ["prod"]}, "dev": {"catalogs": ["dev"]}}),
        "access": st.lists(st.fixed_dictionaries({"principal": NAMES, "object": NAMES, "loses": st.lists(NAMES)})),
        "changes": st.lists(
            st.fixed_dictionaries({"address": NAMES, "action": ACTIONS, "risk": st.sampled_from(["safe", "outage"])}),
            unique_by=lambda one: one["address"],
        ),
        "git": st.none() | some(commit=NAMES, clean=st.booleans()),
    },
)
SETTING = st.builds(
    Setting,
    level=st.none() | st.sampled_from(["off", "warn", "deny"]),
    scope=st.builds(Scope, st.sampled_from([(), ("prod",), ("d*",)]), st.sampled_from([(), ("a",), ("*-dev",)])),
    unknown=st.sampled_from(["deny", "allow"]),
    options=st.just({}),
)
GATES = st.sampled_from([
    Gate("MLP060", options={"metric": "auc", "min": 0.5}), Gate("MLP060", options={"metric": "auc", "max": 0.9}),
    Gate("MLP061", options={"metric": "auc", "max_drop": 0.1, "same_data": True}),
    Gate("MLP062", options={"environment": "dev"}), Gate("MLP063", options={"alias": "a", "at_least": "1d"}),
    Gate("MLP064", options={"alias": "b"}), Gate("MLP065", options={"tags": {"ok": "a"}}),
])  # fmt: skip
OPEN = sorted(code for code in RULES if not rules()[code].card.gate)
POLICY = st.builds(
    Policy,
    settings=st.dictionaries(st.sampled_from(OPEN), st.lists(SETTING, max_size=2).map(tuple)),
    gates=st.lists(GATES, unique_by=str, max_size=4).map(tuple),
    custom=st.sampled_from([(), (Custom("ACME001", "t", "resource", "has(resource.values.name)"),)]),
    exceptions=st.lists(
        st.builds(
            Exemption, st.sampled_from(sorted(RULES)), NAMES | st.just("*"), st.just("r"),
            st.sampled_from(["2026-11-19", "2026-11-20"]),
        ),
        unique=True, max_size=3,
    ).map(tuple),
)  # fmt: skip


def turned(value):
    """Return JSON with every mapping in another order."""
    if isinstance(value, dict):
        return {key: turned(value[key]) for key in reversed(list(value))}
    return [turned(one) for one in value] if isinstance(value, list) else value


def told(policy, document):
    return [one.as_json() for one in judge(policy, document, NOW)]


@settings(max_examples=150, deadline=None)
@given(POLICY, DOCUMENT)
def test_judging_is_deterministic_order_blind_and_changes_nothing(policy, document):
    before = copy.deepcopy(document)
    first = told(policy, document)
    assert document == before
    assert told(policy, document) == first
    assert json.loads(json.dumps(first)) == first
    other = turned(document)
    if "changes" in other:
        other["changes"].reverse()
    if "access" in other:
        other["access"].reverse()
    backward = Policy(policy.settings, policy.gates[::-1], policy.custom[::-1], policy.exceptions[::-1])
    assert told(backward, other) == first


@settings(max_examples=150, deadline=None)
@given(POLICY, DOCUMENT)
def test_what_stops_an_apply_is_denied_and_not_excused(policy, document):
    for one in judge(policy, document, NOW):
        if one.blocks:
            assert one.level == "deny"
            assert one.outcome in ("failed", "unknown")
        assert one.level != "off"
        assert one.summary
        assert (one.outcome == "excepted") <= (one.exception is not None)


@settings(max_examples=100, deadline=None)
@given(DOCUMENT)
def test_without_a_policy_what_is_unknown_stops_nothing(document):
    assert not [one for one in judge(Policy(), document, NOW) if one.blocks and one.outcome == "unknown"]
