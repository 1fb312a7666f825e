"""Approvals in a policy file: read as written, and every mistake told with its place."""

import pytest

from mlplan.config.policy import read
from mlplan.core.policy import Approval, Policy
from mlplan.policy.book import Book

WHOLE = """\
approvals:
  - name: model risk
    environments: [prod]
    kinds: [model_alias]
    resources: ["model_alias.fraud_score.*"]
    actions: [update]
    risks: [traffic]
    teams: [acme/ml-risk]
    users: [ana]
    count: 2
    allow_author: true
    distinct: true
"""


@pytest.fixture
def policy(write):
    return lambda text: read(write({"policy.yaml": text}), "policy.yaml", Book())


def test_all_of_an_entry(policy):
    found = policy(WHOLE)
    assert found.diagnostics == []
    assert found.policy == Policy(
        approvals=(
            Approval(
                name="model risk",
                users=("ana",),
                teams=("acme/ml-risk",),
                count=2,
                environments=("prod",),
                kinds=("model_alias",),
                resources=("model_alias.fraud_score.*",),
                actions=("update",),
                risks=("traffic",),
                allow_author=True,
                distinct=True,
            ),
        )
    )


def test_the_least_of_an_entry(policy):
    [one] = policy("approvals: [{name: risk, users: [ana]}]\n").policy.approvals
    assert one == Approval("risk", ("ana",))


@pytest.mark.parametrize(
    ("entry", "code", "place", "word"),
    [
        ("{name: risk}", "MLE332", (1, 20), "nobody"),
        ("{name: risk, teams: [ml-risk]}", "MLE333", (1, 34), "`ml-risk` cannot be a team"),
        ("{name: risk, teams: ['acme/ML Risk']}", "MLE333", (1, 34), "team"),
        ("{name: risk, users: ['@ana']}", "MLE333", (1, 34), "account"),
        ("{name: risk, users: [ana/ben]}", "MLE333", (1, 34), "account"),
        ("{name: risk, users: [ana, Ana], count: 2}", "MLE334", (1, 52), "1 can give one"),
        ("{name: risk, users: [ana]}, {name: risk, users: [ben]}", "MLE335", (1, 48), "taken"),
        ("{name: risk, users: [ana], kinds: [model_aliases]}", "MLE336", (1, 48), "model_aliases"),
        ("{name: risk, users: [ana], environments: [production]}", "MLE329", (1, 55), "production"),
        ("{name: risk, users: [ana], risks: [danger]}", "MLE203", (1, 48), "danger"),
        ("{name: risk, users: [ana], count: 0}", "MLE204", (1, 47), "count"),
        ("{users: [ana]}", "MLE201", (1, 13), "name"),
        ("{name: risk, users: [ana], team: [x]}", "MLE200", (1, 40), "team"),
    ],
    ids=[
        "nobody", "no organization", "not a slug", "an at sign", "a slash", "too many", "twice", "plural", "environment",
        "risk", "none at all", "no name", "an unknown field",
    ],
)  # fmt: skip
def test_mistakes(policy, entry, code, place, word):
    found = policy(f"approvals: [{entry}]\n")
    assert found.policy is None
    [one] = found.diagnostics
    assert (one.code, (one.source.line, one.source.column)) == (code, place), one
    assert word in one.summary
    assert one.hint or code == "MLE204"
