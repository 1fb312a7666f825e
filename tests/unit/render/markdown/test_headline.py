"""Headline: the light, the count and what stands in the way."""

import pytest

from mlplan.core.change import Change
from mlplan.core.diagnostic import Diagnostic
from mlplan.render.sheet import Heading

SAFE = Change("experiment.e", "experiment", "/e", "create")
NEEDED = {
    "name": "model risk",
    "from": {"teams": ["acme/risk"], "users": []},
    "count": 1,
    "addresses": ["experiment.e"],
}
CASES = {
    "safe changes": ("🟢", [SAFE], {}),
    "nothing": ("⚪", [], {}),
    "a risk": ("🟠", [Change("grants.g", "grants", "catalog/c", "update", "access")], {}),
    "a loss": ("🟠", [Change("catalog.c", "catalog", "c", "delete", "data_loss")], {}),
    "an approval is missing": ("🟠", [SAFE], {"document": {"approvals": [NEEDED]}}),
    "a warning": ("🟠", [SAFE], {"diagnostics": [Diagnostic("MLE601", "odd", severity="warning")]}),
    "an error": ("🔴", [SAFE], {"diagnostics": [Diagnostic("MLE601", "wrong")]}),
    "blocked": ("🔴", [Change("catalog.c", "catalog", "c", "delete", "data_loss", blocked="protected")], {}),
}


@pytest.mark.parametrize(("light", "changes", "more"), CASES.values(), ids=CASES)
def test_the_light_is_that_of_the_worst(comment, light, changes, more):
    assert comment(*changes, **more).split("\n")[1].startswith(f"### {light} mlplan · fraud · prod (protected) · ")


def test_no_changes_are_a_headline_and_a_footer(comment):
    document = {"digest": f"sha256:{'0' * 64}", "created": "2026-01-01T00:00:00Z", "expires": "2026-01-02T00:00:00Z"}
    assert comment(document=document) == (
        f"<!-- mlplan:sticky project=fraud env=prod digest=sha256:{'0' * 64} -->\n"
        "### ⚪ mlplan · fraud · prod (protected) · No changes. Nothing is declared\n\n"
        f"---\n`apply` accepts only the plan `sha256:{'0' * 64}`<br>`a workspace` · state serial 7"
        " · made 2026-01-01T00:00:00Z, holds until 2026-01-02T00:00:00Z\n"
    )


def test_rules_that_deny_come_first_with_what_to_do(comment, result):
    denied = result("MLP061", blocks=True, address="model_alias.m.champion", hint="promote another version")
    text = comment(SAFE, policy=[denied, result("MLP001", "passed"), result("MLP002", "passed")])
    assert "**Apply refuses this plan: 1 rule denies it.** 2 checks passed.\n" in text
    assert (
        "- ❌ **denied** `MLP061` MLP061 says so · `model_alias.m.champion`<br>hint: promote another version\n" in text
    )


def test_a_rule_that_denies_at_many_places_is_told_once(comment, result):
    denied = [result("MLP061", blocks=True, address=f"experiment.e{place}") for place in range(30)]
    text = comment(SAFE, policy=denied)
    assert text.count("**denied**") == 1
    assert text.count("`experiment.e") == 12 + 1  # the change itself has that address, too
    assert "  - and 18 more\n" in text


def test_errors_say_where_and_blocked_changes_say_why(comment):
    error = Diagnostic("MLE601", "no such version", address="model_alias.m.champion", hint="name one that exists")
    stopped = Change("catalog.c", "catalog", "c", "delete", "data_loss", blocked="it is protected")
    text = comment(stopped, diagnostics=[error])
    assert "Apply refuses this plan: 1 error and 1 change is blocked." in text
    assert "- ❌ error `MLE601` no such version · `model_alias.m.champion`<br>hint: name one that exists\n" in text
    assert "- ⛔ **blocked** `catalog.c`: it is protected\n" in text


def test_warnings_and_what_is_excused_come_later(comment, result):
    excused = {"reason": "until the retrain", "expires": "2026-03-01", "approved_by": "rosa"}
    text = comment(
        SAFE, policy=[result("MLP047", "excepted", exception=excused), result("MLP052", hint="compare alike")]
    )
    assert text.index("#### Findings (2)") < text.index("⚠️ warning `MLP052`") < text.index("☑️ excused `MLP047`")
    assert "<br>excused: until the retrain (until `2026-03-01`, approved by rosa)" in text.replace("`rosa`", "rosa")
    assert "<br>hint: compare alike\n" in text


def test_a_plan_from_a_snapshot_says_so_and_promises_nothing(comment):
    heading = Heading("fraud", "prod", "a workspace", "state serial 7", snapshot="2026-01-01T00:00:00Z")
    text = comment(SAFE, heading=heading, document={"snapshot": "sha256:abc", "digest": "sha256:def"})
    third = text.split("\n")[3]
    assert third.startswith(
        "📷 **From a snapshot of 2026-01-01T00:00:00Z**: the platform was not asked, and apply refuses"
    )
    assert "apply` accepts" not in text
    assert "\nPlan `sha256:def`" in text


def test_approvals_say_who_is_asked_and_who_has_agreed(comment):
    asked = {"name": "model risk", "from": {"teams": ["acme/risk"], "users": ["ana"]}, "count": 2, "author": "excluded",
             "addresses": ["experiment.e"], "given": ["rosa"]}  # fmt: skip
    text = comment(SAFE, document={"approvals": [asked]})
    assert "**Waits for 1 approval.**" in text
    assert (
        "- ⏳ **model risk**: 2 of `@acme/risk`, `@ana`, author excluded, for `experiment.e` · 1 of 2 given by `rosa`"
        in text
    )


def test_approvals_that_are_given_hold_nothing_up(comment):
    text = comment(SAFE, document={"approvals": [NEEDED | {"given": ["rosa"]}]})
    assert "Waits" not in text
    assert "- ✅ **model risk**" in text


def test_what_is_not_in_the_plan_is_counted(comment):
    assert "2 other changes are waiting, and not in this plan.\n" in comment(SAFE, unselected=2)


def test_the_commit_says_whether_it_is_all(comment):
    text = comment(SAFE, document={"git": {"commit": "0123456789abcdef", "clean": False}})
    assert "commit `0123456789` with changes that are not committed" in text


def test_the_same_address_is_told_once(comment, result):
    alike = [result("MLP061", summary=f"recall {place} fell", address="experiment.e") for place in range(2)]
    assert "· `experiment.e`\n  - also: recall 1 fell\n" in comment(SAFE, policy=alike)


def test_warnings_that_are_alike_are_told_together(comment, result):
    alike = [result("MLP024", summary=f"team {place} loses SELECT", hint="keep the row") for place in range(3)]
    text = comment(SAFE, policy=[*alike, result("MLP024", address="experiment.e", hint="another")])
    assert "#### Findings (4)\n\n- ⚠️ warning `MLP024` team 0 loses SELECT<br>hint: keep the row\n" in text
    assert "  - also: team 1 loses SELECT\n  - also: team 2 loses SELECT\n- ⚠️ warning `MLP024`" in text
