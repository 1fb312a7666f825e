"""Local register: all that a version and its run can be told to be, on the command line."""

import json
from pathlib import Path

import pytest

MODEL = str(Path(__file__).parents[3] / "examples/fraud/models/fraud_score/v1")
NAME = "main.ml.m"


@pytest.fixture
def model(project, mlplan):
    for kind, id_ in (("catalog", "main"), ("schema", "main.ml"), ("registered_model", NAME)):
        assert mlplan("local", "create", kind, id_).code == 0
    return NAME


def shown(mlplan, kind, id_):
    return json.loads(mlplan("local", "show", kind, id_, "-o", "json").out)["objects"][0]["values"]


def test_all_that_can_be_said_is_kept(model, mlplan):
    done = mlplan(
        "local", "register", model, "--from", MODEL, "--metric", "auc=0.9", "--param", "C=1", "--git-commit", "abc",
        "--tag", "mlflow.source.git.dirty=false", "--dataset", "train=1a:training", "--dataset", "eval=2b",
        "--version-tag", "gate=ok", "--status", "PENDING_REGISTRATION", "-o", "json",
    )  # fmt: skip
    assert done.code == 0, done.err
    made = json.loads(done.out)
    version = shown(mlplan, "model_version", f"{model}/1")
    assert (version["tags"], version["status"], version["run_id"]) == (
        {"gate": "ok"}, "PENDING_REGISTRATION", made["run_id"],
    )  # fmt: skip
    run = shown(mlplan, "run", made["run_id"])
    assert (run["metrics"], run["params"]) == ({"auc": 0.9}, {"C": "1"})
    assert run["tags"] == {"mlflow.source.git.dirty": "false", "mlflow.source.git.commit": "abc"}
    assert [tuple(one.values()) for one in run["datasets"]] == [("train", "1a", "training"), ("eval", "2b", "")]


def test_a_version_becomes_ready_and_its_figures_change_by_hand(model, mlplan):
    done = mlplan("local", "register", model, "--from", MODEL, "--status", "PENDING_REGISTRATION", "-o", "json")
    run_id = json.loads(done.out)["run_id"]
    assert mlplan("local", "set", "model_version", f"{model}/1", "status=READY", "tags.gate=ok").code == 0
    assert mlplan("local", "set", "run", run_id, "metrics.auc=0.5").code == 0
    version = shown(mlplan, "model_version", f"{model}/1")
    assert (version["status"], version["tags"]) == ("READY", {"gate": "ok"})
    assert shown(mlplan, "run", run_id)["metrics"] == {"auc": 0.5}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--status", "DONE"], "READY"),
        (["--dataset", "train"], "NAME=VALUE"),
        (["--dataset", "train=:x"], "NAME=DIGEST"),
    ],
)
def test_words_that_mean_nothing_are_refused(model, mlplan, words, said):
    done = mlplan("local", "register", model, "--from", MODEL, *words)
    assert (done.code, done.out) == (1, "")
    assert said in done.err


def test_what_a_version_is_cannot_be_set(model, mlplan):
    mlplan("local", "register", model, "--from", MODEL)
    done = mlplan("local", "set", "model_version", f"{model}/1", "version=2")
    assert done.code == 1
    assert "version of a model_version cannot be set" in done.err
