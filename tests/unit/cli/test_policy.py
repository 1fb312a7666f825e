"""Policy commands: the list of rules, their tests, and a policy file among the files that are validated."""

import json

import pytest

POLICY = """\
rules:
  MLP030: {level: deny, environments: [dev, prod]}
  MLP031: "off"
gates:
  - {alias: champion, environments: [prod], metric: auc, min: 0.9}
custom:
  - {code: ACME001, title: names are short, for: resource, check: "resource.values.name.size() < 9", level: warn}
"""
CASES = """\
cases:
  - name: an experiment without an owner is denied
    input: {resources: {experiment.a: {kind: experiment, values: {name: /a}}}}
    expect: {MLP030: failed, "MLP030 experiment.a": failed, ACME001: passed, MLP010: none}
  - name: an exception ends
    now: "2026-01-01T00:00:00Z"
    input: {environment: prod, protected: true}
    expect: {MLP030: none}
"""


@pytest.fixture
def policed(project):
    """Return the small project with a policy and its tests."""
    manifest = project / "mlplan.yaml"
    manifest.write_text(manifest.read_text(encoding="utf-8") + "policy: policy.yaml\n", encoding="utf-8")
    (project / "policy.yaml").write_text(POLICY, encoding="utf-8")
    (project / "policy_test.yaml").write_text(CASES, encoding="utf-8")
    return project


def row(text, code):
    [line] = [line.split() for line in text.splitlines() if line.split()[:1] == [code]]
    return line[1:4]


@pytest.mark.usefixtures("policed")
def test_the_list_tells_each_level_and_who_says_so(mlplan):
    prod, dev = mlplan("policy", "list", "-e", "prod"), mlplan("policy", "list")
    assert prod.code == dev.code == 0
    assert row(prod.out, "MLP030") == row(dev.out, "MLP030") == ["deny", "rules", "resource"]
    assert row(prod.out, "MLP031") == ["off", "rules", "resource"]
    assert [row(done.out, "MLP010")[:2] for done in (prod, dev)] == [["warn", "default"], ["off", "default"]]
    assert [row(done.out, "MLP060")[:2] for done in (prod, dev)] == [["deny", "gates"], ["off", "gates"]]
    assert row(prod.out, "MLP061")[:2] == ["off", "default"]
    assert row(dev.out, "ACME001") == ["warn", "custom", "resource"]


@pytest.mark.usefixtures("project")
def test_without_a_policy_every_rule_is_at_its_own_level(mlplan):
    found = json.loads(mlplan("policy", "list", "-e", "prod", "-o", "json").out)
    assert found["environment"] == "prod"
    assert {one["origin"] for one in found["rules"]} == {"default"}
    assert {one["level"] for one in found["rules"]} == {"deny", "warn", "off"}


@pytest.mark.usefixtures("policed")
def test_tests_that_hold(mlplan):
    done = mlplan("policy", "test")
    assert (done.code, done.out.splitlines()[-1]) == (0, "2 passed, 0 failed"), done.out + done.err


def test_tests_that_do_not_hold_tell_the_difference(mlplan, policed):
    text = CASES.replace("MLP010: none", "MLP010: passed").replace("ACME001: passed", "ACME001: failed")
    (policed / "other.yaml").write_text(text, encoding="utf-8")
    done = mlplan("policy", "test", "other.yaml", "policy_test.yaml")
    assert done.code == 1
    assert "ACME001: expected failed, got passed: experiment.a names are short" in done.out
    assert "MLP010: expected passed, got none" in done.out
    assert done.out.splitlines()[-1] == "3 passed, 1 failed"
    cases = json.loads(mlplan("policy", "test", "other.yaml", "-o", "json").out)["cases"]
    assert [(one["file"], one["passed"], len(one["differences"])) for one in cases] == [
        ("other.yaml", False, 2), ("other.yaml", True, 0),
    ]  # fmt: skip


def test_a_test_may_begin_with_a_saved_plan(mlplan, policed):
    assert mlplan("plan", "--out", "saved.json").code == 0
    (policed / "other.yaml").write_text(
        "cases:\n  - {name: saved, plan: saved.json, input: {protected: true}, expect: {MLP070: passed}}\n",
        encoding="utf-8",
    )
    done = mlplan("policy", "test", "other.yaml")
    assert done.code == 0, done.out + done.err


BAD = {
    "no such rule": ("expect: {MLP99: failed}", "MLE320"),
    "no such outcome": ("expect: {MLP030: broken}", "MLE203"),
    "nothing expected": ("expect: {}", "MLE201"),
    "no such time": ('now: "noon", expect: {MLP030: none}', "MLE324"),
    "no such plan": ("plan: nowhere.json, expect: {MLP030: none}", "MLE331"),
    "no plan": ("plan: mlplan.yaml, expect: {MLP030: none}", "MLE331"),
}


@pytest.mark.parametrize("name", BAD)
def test_mistakes_in_tests_are_told_with_their_place(mlplan, policed, name):
    text, code = BAD[name]
    (policed / "other.yaml").write_text(f"cases:\n  - {{name: bad, {text}}}\n", encoding="utf-8")
    done = mlplan("policy", "test", "other.yaml")
    assert done.code == 1
    assert f"error[{code}]" in done.err
    assert "--> other.yaml:2:" in done.err


@pytest.mark.usefixtures("project")
def test_without_tests_there_is_a_hint(mlplan):
    done = mlplan("policy", "test")
    assert done.code == 1
    assert "MLE330" in done.err
    assert "policy_test.yaml" in done.err


@pytest.mark.parametrize("words", [["validate"], ["policy", "list"], ["policy", "test"], ["plan"]], ids=" ".join)
def test_every_command_refuses_a_policy_with_mistakes(mlplan, policed, words):
    (policed / "policy.yaml").write_text("rules: {MLP99: deny}\n", encoding="utf-8")
    done = mlplan(*words)
    assert done.code == 1
    assert "MLE320" in done.err
    assert "--> policy.yaml:1:9" in done.err


@pytest.mark.usefixtures("policed")
def test_validate_takes_a_good_policy(mlplan):
    done = mlplan("validate", "-o", "json")
    assert done.code == 0
    assert "policy.yaml" in json.loads(done.out)["files"]


APPROVALS = """\
approvals:
  - {name: risk, environments: [prod], kinds: [model_alias], users: [ana]}
  - {name: data, risks: [data_loss], users: [ben]}
"""
ASKED = """\
cases:
  - name: an alias in prod needs risk
    input: {environment: prod, changes: [{address: model_alias.m.champion, kind: model_alias, risk: traffic}]}
    approvals: [risk]
  - name: elsewhere nobody
    input: {environment: dev, changes: [{address: model_alias.m.champion, kind: model_alias, risk: traffic}, {kind: x}]}
    approvals: []
  - name: a wrong one
    input: {environment: prod, changes: [{address: catalog.main, risk: data_loss}]}
    approvals: [risk]
"""


def test_tests_tell_who_must_agree(policed, mlplan):
    (policed / "policy.yaml").write_text(APPROVALS, encoding="utf-8")
    (policed / "policy_test.yaml").write_text(ASKED, encoding="utf-8")
    done = mlplan("policy", "test")
    assert done.code == 1
    assert "failed  a wrong one\n        approvals: expected risk, got data\n" in done.out
    assert done.out.endswith("2 passed, 1 failed\n")


def test_a_test_that_expects_nothing(policed, mlplan):
    (policed / "policy_test.yaml").write_text("cases: [{name: nothing, input: {}}]\n", encoding="utf-8")
    done = mlplan("policy", "test")
    assert (done.code, "error[MLE201]: the test expects nothing" in done.err) == (1, True)
