"""Which changes need whom: by environment, kind, address, action and risk."""

import pytest

from mlplan.core.policy import Approval
from mlplan.policy.approvals import required

CHANGES = [
    {"address": "model_alias.m.champion", "kind": "model_alias", "action": "update", "risk": "traffic"},
    {"address": "catalog.main", "kind": "catalog", "action": "delete", "risk": "data_loss"},
    {"address": "grants.catalog.main", "kind": "grants", "action": "update", "risk": "access"},
]
PROD = {"environment": "prod", "changes": CHANGES}


@pytest.mark.parametrize(
    ("limits", "addresses"),
    [
        ({}, ["catalog.main", "grants.catalog.main", "model_alias.m.champion"]),
        ({"environments": ("prod",)}, ["catalog.main", "grants.catalog.main", "model_alias.m.champion"]),
        ({"environments": ("pro*", "x")}, ["catalog.main", "grants.catalog.main", "model_alias.m.champion"]),
        ({"environments": ("dev",)}, None),
        ({"kinds": ("model_alias",)}, ["model_alias.m.champion"]),
        ({"resources": ("*.main",)}, ["catalog.main", "grants.catalog.main"]),
        ({"actions": ("delete", "replace")}, ["catalog.main"]),
        ({"risks": ("access", "traffic")}, ["grants.catalog.main", "model_alias.m.champion"]),
        ({"risks": ("access",), "kinds": ("catalog",)}, None),
    ],
    ids=["all", "here", "a pattern", "elsewhere", "kind", "address", "action", "risk", "none fits both"],
)
def test_scope(limits, addresses):
    found = required([Approval("risk", ("ana",), **limits)], PROD)
    assert [one["addresses"] for one in found] == ([] if addresses is None else [addresses])


def test_the_form():
    [one] = required([Approval("risk", ("ana",), ("acme/x",), 2, allow_author=True, distinct=True)], PROD)
    assert {name: value for name, value in one.items() if name != "addresses"} == {
        "name": "risk",
        "from": {"users": ["ana"], "teams": ["acme/x"]},
        "count": 2,
        "author": "allowed",
        "distinct": True,
    }


def test_a_plan_without_changes_needs_nobody():
    assert required([Approval("risk", ("ana",))], {**PROD, "changes": []}) == []
