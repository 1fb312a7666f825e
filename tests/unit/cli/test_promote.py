"""Promote and rollback as typed: what goes where, what can be said, and the exit codes of the plan behind them."""

import json

import pytest

MODEL = """\
resources:
  catalogs: {main: {name: dev}}
  schemas: {ml: {catalog_name: dev, name: ml}}
  registered_models:
    fraud: {catalog_name: dev, schema_name: ml, name: fraud}
"""
OWN = "resources:\n  registered_models:\n    fraud:\n      aliases:\n        champion: 1\n"
MLMODEL = """\
flavors: {python_function: {loader_module: mlflow.sklearn, python_version: 3.11.7}}
mlflow_version: 3.1.0
signature:
  inputs: '[{"type": "double", "name": "amount", "required": true}]'
  outputs: '[{"type": "double", "required": true}]'
"""
DIFF = """\
--- a/environments/dev.yaml
+++ b/environments/dev.yaml
@@ -2,4 +2,4 @@
   registered_models:
     fraud:
       aliases:
-        champion: 1
+        champion: 2
"""


@pytest.fixture
def world(mlplan, project):
    """Return a project with three versions of a model, the first of them champion."""
    (project / "resources/all.yaml").write_text(MODEL, encoding="utf-8")
    assert mlplan("apply", "--auto-approve").code == 0
    (project / "model").mkdir()
    (project / "model/MLmodel").write_text(MLMODEL, encoding="utf-8")
    for _ in range(3):
        assert mlplan("local", "register", "dev.ml.fraud", "--from", "model").code == 0
    (project / "environments").mkdir()
    (project / "environments/dev.yaml").write_text(OWN, encoding="utf-8")
    assert mlplan("apply", "--auto-approve").code == 0
    return project


@pytest.fixture
def own(world):
    return world / "environments/dev.yaml"


def test_a_promotion_is_a_difference_and_its_plan(mlplan, own):
    done = mlplan("promote", "fraud", "champion", "2")
    assert done.code == 0
    assert done.err == "\nenvironments/dev.yaml is edited. Once it is merged: mlplan apply -e dev\n"
    assert done.out.startswith(f"{DIFF}\nsmall")
    assert "promote  dev.ml.fraud@champion  v1 -> v2" in done.out
    assert own.read_text(encoding="utf-8") == OWN.replace("1", "2")


def test_a_dry_run_is_the_difference_alone(mlplan, own):
    done = mlplan("promote", "fraud", "champion", "2", "--dry-run")
    assert done == (0, DIFF, "")
    assert own.read_text(encoding="utf-8") == OWN


WORDS = [
    ["fraud", "champion", "2"],
    ["fraud@champion", "2"],
    ["dev.ml.fraud@champion", "v2"],
    ["registered_model.fraud", "champion", "v2", "-e", "dev"],
    ["--from", "dev.ml.fraud/2", "fraud", "champion"],
]


@pytest.mark.parametrize("words", WORDS, ids=" ".join)
def test_model_alias_and_version_have_several_forms(mlplan, own, words):
    done = mlplan("promote", *words, "--dry-run")
    assert (done.code, done.out) == (0, DIFF)


def test_there_and_back(mlplan, own):
    assert mlplan("promote", "fraud", "champion", "2").code == 0
    assert mlplan("apply", "--auto-approve").code == 0
    done = mlplan("rollback", "fraud@champion")
    assert done.code == 0
    assert "-        champion: 2\n+        champion: 1\n" in done.out
    assert "roll back  dev.ml.fraud@champion  v2 -> v1" in done.out
    assert done.err.startswith("v1 held dev.ml.fraud@champion from ")
    assert own.read_text(encoding="utf-8") == OWN


def test_the_command_that_a_plan_names_as_the_way_back_is_the_way_back(mlplan, own):
    shown = mlplan("promote", "fraud", "champion", "2").out
    (line,) = (line for line in shown.splitlines() if "mlplan rollback" in line)
    assert mlplan("apply", "--auto-approve").code == 0
    assert mlplan(*line[line.index("mlplan ") :].split()[1:]).code == 0
    assert own.read_text(encoding="utf-8") == OWN


def test_a_version_to_roll_back_to_can_be_named(mlplan, own):
    done = mlplan("rollback", "fraud", "champion", "--to", "v3", "--dry-run")
    assert (done.code, done.out) == (0, DIFF.replace("+        champion: 2", "+        champion: 3"))
    assert mlplan("rollback", "fraud", "champion").code == 1


def test_a_document_holds_the_edit_and_the_plan(mlplan, own):
    done = mlplan("promote", "fraud", "champion", "2", "-o", "json")
    found = json.loads(done.out)
    assert (done.code, done.err) == (0, "")
    assert found["edit"] == {
        "address": "model_alias.fraud.champion", "id": "dev.ml.fraud@champion", "before": 1, "after": 2,
        "file": "environments/dev.yaml", "over": None, "why": None, "written": True, "diff": DIFF.splitlines(),
    }  # fmt: skip
    assert found["plan"]["evidence"]["dev.ml.fraud@champion"]["to"] == 2
    again = json.loads(mlplan("promote", "fraud", "champion", "3", "-o", "json", "--dry-run").out)
    assert (again["edit"]["written"], again["plan"]) == (False, None)


def test_the_document_of_the_plan_can_be_applied(mlplan, world, own):
    found = json.loads(mlplan("promote", "fraud", "champion", "2", "-o", "json").out)["plan"]
    (world / "plan.json").write_text(json.dumps(found), encoding="utf-8")
    assert mlplan("apply", "plan.json").code == 0


def test_a_file_for_every_environment_is_overridden_and_that_is_said(mlplan, world, edit):
    edit("name: fraud}", "name: fraud, aliases: {champion: 1}}")
    done = mlplan("promote", "fraud", "champion", "2", "-e", "prod", "--dry-run")
    assert (
        done.err == "resources/all.yaml is for every environment; environments/prod.yaml overrides it for this one.\n"
    )
    assert done.out.startswith("--- /dev/null\n+++ b/environments/prod.yaml\n")


def test_the_exit_code_is_that_of_the_plan(mlplan, world, own):
    assert mlplan("promote", "fraud", "champion", "2", "--detailed-exitcode").code == 2
    assert mlplan("promote", "fraud", "champion", "2", "--detailed-exitcode", "--dry-run").code == 0
    assert mlplan("promote", "fraud", "champion", "3", "--detailed-exitcode", "--dry-run").code == 2
    assert mlplan("promote", "fraud", "champion", "1", "--detailed-exitcode").code == 0


def test_a_plan_that_cannot_be_made_is_an_error_and_the_edit_stays(mlplan, own):
    done = mlplan("promote", "fraud", "champion", "99")
    assert done.code == 1
    assert done.err.endswith(
        "environments/dev.yaml is edited all the same; `git checkout environments/dev.yaml` takes that back.\n"
    )
    assert own.read_text(encoding="utf-8") == OWN.replace("1", "99")


def test_a_plan_that_a_rule_denies_is_denied(mlplan, world, edit):
    (world / "policy.yaml").write_text(
        "gates: [{alias: champion, metric: auc, min: 0.9, level: deny}]\n", encoding="utf-8"
    )
    edit("project: small", "project: small\npolicy: policy.yaml", "mlplan.yaml")
    assert mlplan("promote", "fraud", "champion", "2").code == 6


WRONG = {
    "no alias": (["promote", "fraud"], "name MODEL ALIAS or MODEL@ALIAS"),
    "no model": (["promote", "@champion", "2"], "name MODEL ALIAS or MODEL@ALIAS"),
    "no version": (["promote", "fraud", "champion"], "to which VERSION of fraud shall champion point?"),
    "two versions": (["promote", "fraud", "champion", "2", "3"], "'3' is one word too many"),
    "a version and a source": (["promote", "fraud", "champion", "2", "--from", "a.b.c@d"], "'2' is one word too many"),
    "no number": (["promote", "fraud", "champion", "two"], "'two' is not a version"),
    "no version that there can be": (["promote", "fraud", "champion", "0"], "'0' is not a version"),
    "no version that fits": (["promote", "fraud", "champion", "9" * 19], "is not a version"),
    "digits that are none here": (["promote", "fraud", "champion", "٣"], "is not a version"),
    "nothing at all": (["rollback"], "missing argument"),
    "a version without its option": (["rollback", "fraud", "champion", "2"], "a version goes with --to"),
    "a version to go to that is none": (["rollback", "fraud", "champion", "--to", "-1"], "'-1' is not a version"),
}


@pytest.mark.parametrize(("words", "said"), WRONG.values(), ids=WRONG)
def test_wrong_words_are_refused_before_anything_is_read(mlplan, tmp_path, monkeypatch, words, said):
    monkeypatch.chdir(tmp_path)
    done = mlplan(*words)
    assert done.code == 1
    assert "MLE700" in done.err
    assert said in done.err
