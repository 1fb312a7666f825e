"""Fraud: the example's versions tell the story that its README tells."""

import json
import re

import pytest

RELEASED = re.compile(r'^    Version\(\s*"(\w+)/(\d+)"', re.MULTILINE)
ROW = re.compile(r"^\| (?P<model>\w+) (?P<version>\d) \| (?P<auc>[\d.]+) \| (?P<brazil>[\d.]*) ?\|", re.MULTILINE)


@pytest.fixture
def example(root):
    return root / "examples/fraud"


@pytest.fixture
def runs(example):
    found = {path.parent: json.loads(path.read_text(encoding="utf-8")) for path in example.glob("models/*/*/run.json")}
    return {f"{place.parent.name}/{place.name[1:]}": run for place, run in found.items()}


def judged_on(run):
    return [(one["name"], one["digest"]) for one in run["inputs"] if one["context"] == "evaluation"]


def test_every_version_that_is_trained_is_kept(example, runs):
    script = (example / "train/train.py").read_text(encoding="utf-8")
    assert {f"{name}/{number}" for name, number in RELEASED.findall(script)} == runs.keys()


def test_the_readme_tells_the_figures_of_the_runs(example, runs):
    rows = list(ROW.finditer((example / "README.md").read_text(encoding="utf-8")))
    assert {f"{row['model']}/{row['version']}" for row in rows} == runs.keys()
    for row in rows:
        metrics = runs[f"{row['model']}/{row['version']}"]["metrics"]
        assert (row["auc"], row["brazil"]) == (str(metrics["auc"]), str(metrics.get("recall_country_br", "")))


def test_every_run_names_its_data_with_its_purpose_and_a_commit_without_changes(runs):
    for run in runs.values():
        assert {one["context"] for one in run["inputs"]} == {"evaluation", "training"}
        assert re.fullmatch("[0-9a-f]{40}", run["tags"]["mlflow.source.git.commit"])
        assert run["tags"]["mlflow.source.git.dirty"] == "false"


def test_version_2_forgot_brazil_and_version_3_did_not(runs):
    first, second, third, fourth = (runs[f"fraud_score/{number}"] for number in (1, 2, 3, 4))
    assert judged_on(first) == judged_on(second) == judged_on(third) != judged_on(fourth)
    assert int(second["params"]["rows"]) < int(first["params"]["rows"]) == int(third["params"]["rows"])
    assert first["metrics"]["auc"] < second["metrics"]["auc"] < third["metrics"]["auc"]
    worse = [name for name, value in second["metrics"].items() if value < first["metrics"][name]]
    assert worse == ["recall_country_br"]
    assert all(value > first["metrics"][name] for name, value in third["metrics"].items())


def test_its_policy_does_what_its_tests_say(example, run):
    done = run("-C", str(example), "policy", "test", "-e", "prod")
    assert done.stdout.endswith("3 passed, 0 failed\n"), done.stdout
