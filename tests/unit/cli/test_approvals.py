"""Approvals as a gate: a plan that needs them is not applied without a record of this very plan."""

import json

import pytest

from mlplan.app.document import digest_of

POLICY = "approvals: [{name: data, kinds: [catalog], users: [ben], environments: [dev]}]\n"


@pytest.fixture
def guarded(project):
    """Return the project with a policy that asks ben about catalogs."""
    manifest = project / "mlplan.yaml"
    manifest.write_text(f"{manifest.read_text(encoding='utf-8')}policy: policy.yaml\n", encoding="utf-8")
    (project / "policy.yaml").write_text(POLICY, encoding="utf-8")
    return project


@pytest.fixture
def record(guarded):
    """Return a call that writes who approved a plan."""

    def write(plan="plan.json", users=("ben",), **more):
        document = json.loads((guarded / plan).read_text(encoding="utf-8"))
        people = [{"user": name, "review": 1, "at": "2026-01-01T00:00:00Z"} for name in users]
        told = {
            "format_version": "1.0", "repository": "acme/fraud", "pull_request": 7, "head": "a" * 40, "author": "ana",
            "excluded": ["ana"], "project": "small", "environment": "dev", "plan": document["digest"],
            "made": "2026-01-01T00:00:00Z",
            "approvals": [{**one, "given": people, "notes": []} for one in document["approvals"]],
        } | more  # fmt: skip
        (guarded / "approvals.json").write_text(json.dumps({**told, "digest": digest_of(told)}), encoding="utf-8")
        return "approvals.json"

    return write


def tree(project):
    return {path: path.read_bytes() for path in (project / ".mlplan").rglob("*") if path.is_file()}


def test_a_plan_says_who_must_agree(guarded, mlplan):
    done = mlplan("plan")
    assert done.code == 0
    assert "Approvals (1)\n  data  1 of ben  (nobody who wrote it)\n      for catalog.main\n" in done.out


def test_without_a_saved_plan_nothing_is_applied(guarded, mlplan):
    done = mlplan("apply", "--auto-approve")
    assert done.code == 6
    assert "error[MLE464]" in done.err
    assert mlplan("show").out == "State is empty.\n"


def test_what_nobody_asks_about_is_applied(guarded, mlplan):
    assert mlplan("apply", "--auto-approve", "--target", "experiment.fraud").code == 0
    assert mlplan("apply", "--auto-approve", "-e", "prod").code == 0


@pytest.mark.parametrize("form", [["plan.json"], ["--reviewed", "plan.json"]], ids=["saved", "reviewed"])
def test_with_the_record_it_is_applied(guarded, mlplan, record, form):
    assert mlplan("plan", "--out", "plan.json").code == 0
    missing = mlplan("apply", *form)
    assert (missing.code, "error[MLE460]" in missing.err) == (6, True)
    assert mlplan("apply", *form, "--approvals", record(users=())).code == 6
    assert mlplan("show").out == "State is empty.\n"
    assert mlplan("apply", *form, "--approvals", record()).code == 0
    assert mlplan("plan", "--detailed-exitcode").code == 0
    assert "approved by ben (acme/fraud#7)" in mlplan("history").out
    assert mlplan("history", "verify").code == 0


def test_a_record_of_another_plan(guarded, mlplan, record, edit):
    mlplan("plan", "--out", "plan.json")
    old = record()
    edit("/Shared/fraud", "/Shared/other")
    mlplan("plan", "--out", "plan.json")
    done = mlplan("apply", "plan.json", "--approvals", old)
    assert (done.code, "error[MLE461]" in done.err) == (6, True)


def test_a_record_that_was_edited(guarded, mlplan, record):
    mlplan("plan", "--out", "plan.json")
    path = guarded / record(users=())
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('"given": []', '"given": [{"user": "ben", "review": 1, "at": ""}]'), encoding="utf-8")
    done = mlplan("apply", "plan.json", "--approvals", path)
    assert (done.code, "error[MLE463]" in done.err) == (3, True)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"a": NaN}', "[" * 100_000], ids=repr)
def test_a_file_that_is_no_record(guarded, mlplan, text):
    mlplan("plan", "--out", "plan.json")
    (guarded / "odd.json").write_text(text, encoding="utf-8")
    done = mlplan("apply", "plan.json", "--approvals", "odd.json")
    assert (done.code, "error[MLE463]" in done.err) == (3, True)


def test_approvals_without_a_saved_plan_are_a_usage_error(guarded, mlplan):
    done = mlplan("apply", "--approvals", "approvals.json")
    assert (done.code, "MLE700" in done.err) == (1, True)


def test_a_policy_that_is_weakened_with_the_change_does_not_count(guarded, mlplan, record, tmp_path_factory):
    """The pull request is judged by the branch that it goes to, and the apply after the merge holds it to that."""
    base = tmp_path_factory.mktemp("base")
    (base / "mlplan.yaml").write_bytes((guarded / "mlplan.yaml").read_bytes())
    (base / "policy.yaml").write_text(POLICY, encoding="utf-8")
    (guarded / "policy.yaml").write_text("rules: {}\n", encoding="utf-8")
    for given in (base, base / "policy.yaml"):
        assert mlplan("plan", "--policy", given, "--out", "plan.json").code == 0
        document = json.loads((guarded / "plan.json").read_text(encoding="utf-8"))
        assert [one["name"] for one in document["approvals"]] == ["data"]
    assert mlplan("plan", "-o", "json").out.count('"name":"data"') == 0
    done = mlplan("apply", "--reviewed", "plan.json")
    assert (done.code, "error[MLE460]" in done.err) == (6, True)
    assert mlplan("apply", "--reviewed", "plan.json", "--approvals", record()).code == 0


def test_a_plan_that_the_other_policy_denies_stays_denied(guarded, mlplan, tmp_path_factory):
    base = tmp_path_factory.mktemp("base")
    (base / "strict.yaml").write_text("rules: {MLP004: {level: deny, environments: [dev]}}\n", encoding="utf-8")
    (guarded / "policy.yaml").write_text("rules: {}\n", encoding="utf-8")
    denied = mlplan("plan", "--policy", base / "strict.yaml", "--out", "plan.json")
    assert denied.code == 6, denied.out
    assert mlplan("plan").code == 0
    done = mlplan("apply", "--reviewed", "plan.json")
    assert (done.code, "error[MLE441]" in done.err) == (6, True)
    assert mlplan("show").out == "State is empty.\n"


def test_protection_that_is_lifted_with_the_change_is_still_counted(guarded, mlplan, tmp_path_factory):
    """Rules that hold in protected environments alone would else be off, and their policy untouched."""
    base = tmp_path_factory.mktemp("base")
    manifest = (guarded / "mlplan.yaml").read_text(encoding="utf-8")
    (base / "mlplan.yaml").write_text(manifest, encoding="utf-8")
    (base / "policy.yaml").write_text("rules: {MLP004: deny}\n", encoding="utf-8")
    (guarded / "mlplan.yaml").write_text(manifest.replace(", protected: true", ""), encoding="utf-8")
    assert mlplan("plan", "-e", "prod").code == 0
    denied = mlplan("plan", "-e", "prod", "--policy", base)
    assert (denied.code, "MLP004" in denied.out) == (6, True)
    assert mlplan("plan", "-e", "dev", "--policy", base).code == 0


def test_a_base_without_a_policy_has_no_rules(guarded, mlplan, tmp_path_factory):
    base = tmp_path_factory.mktemp("base")
    (base / "mlplan.yaml").write_text("project: small\n", encoding="utf-8")
    done = mlplan("plan", "--policy", base, "-o", "json")
    assert (done.code, '"name":"data"' in done.out) == (0, False)


def test_a_policy_that_is_not_there_is_no_empty_one(guarded, mlplan, tmp_path):
    done = mlplan("plan", "--policy", "base/policy.yaml")
    assert (done.code, "error[MLE337]" in done.err) == (1, True)
    (tmp_path / "empty").mkdir()
    assert mlplan("plan", "--policy", "empty").code == 1


def test_mistakes_in_another_policy_have_their_places(guarded, mlplan, tmp_path):
    (tmp_path / "other.yaml").write_text("rules:\n  MLP999: deny\n", encoding="utf-8")
    done = mlplan("plan", "--policy", "other.yaml")
    assert done.code == 1
    assert "other.yaml:2:3" in done.err
    assert "MLP999: deny" in done.err


def test_the_list_of_rules_says_who_must_agree(guarded, mlplan):
    assert mlplan("policy", "list").out.endswith(
        "\nApprovals in dev\n  data  1 of ben  (nobody who wrote it)\n      for catalog\n"
    )
    [one] = json.loads(mlplan("policy", "list", "-o", "json").out)["approvals"]
    assert (one["name"], one["kinds"], one["addresses"]) == ("data", ["catalog"], [])
    assert "Approvals" not in mlplan("policy", "list", "-e", "prod").out
