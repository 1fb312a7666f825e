"""Evidence of the workspace: what registering said comes back, and what is gone is unknown with its reason."""

import json

import pytest

from mlplan.core.evidence import Dataset, Git
from mlplan.core.provider import KnowsVersions
from mlplan.providers.local import outside
from mlplan.providers.local.handler import LocalProvider
from mlplan.providers.local.register import Logged, register

OF_RUN = {"run", "metrics", "params", "datasets", "git"}
TAGS = {
    "mlflow.source.git.branch": "main",
    "mlflow.source.git.repoURL": "git@example.com:fraud.git",
    "mlflow.source.git.dirty": "false",
}
LOGGED = Logged({"auc": 0.9}, {"C": "1"}, TAGS, "abc123", (Dataset("train", "1a", "training"), Dataset("eval", "2b")))


@pytest.fixture
def provider(desk, tmp_path, clock, example_model):
    desk.hierarchy()
    register(desk.workspace, "main.ml.m", example_model, LOGGED, clock, tags={"gate": "ok"})
    desk.make("model_alias", full_name="main.ml.m", alias="champion", version=1)
    return LocalProvider(desk.workspace, tmp_path)


def test_all_that_was_said_comes_back(provider, example_model):
    assert isinstance(provider, KnowsVersions)
    found = provider.model_version("Main.ML.m", 1)
    assert (found.full_name, found.version, found.status, found.created_at) == ("main.ml.m", 1, "READY", 1000.0)
    assert (found.created_by, found.source, found.run_url) == ("local-user", str(example_model), "")
    assert (found.tags, found.aliases) == ({"gate": "ok"}, ("champion",))
    assert (found.metrics, found.params, found.datasets) == (LOGGED.metrics, LOGGED.params, LOGGED.datasets)
    assert found.git == Git("abc123", "main", "git@example.com:fraud.git", clean=True)
    assert {one["name"] for one in found.signature["inputs"]} >= {"amount", "country"}
    assert any(one.startswith("mlflow==") for one in found.requirements)
    assert (found.python_version[:2], found.mlflow_version[:2], found.digest[:7]) == ("3.", "3.", "sha256:")
    assert found.unknown == {}
    assert json.loads(json.dumps(found.as_json(), allow_nan=False))["datasets"][1]["digest"] == "2b"


def test_what_is_not_there_is_none(provider):
    assert provider.model_version("main.ml.m", 2) is None
    assert provider.model_version("main.ml.other", 1) is None
    assert provider.model_versions("main.ml.other") == []


def test_a_list_tells_of_every_version_and_of_no_run(provider, desk):
    desk.version()
    found = provider.model_versions("MAIN.ml.m")
    assert [(one.version, one.aliases) for one in found] == [(1, ("champion",)), (2, ())]
    assert found[0].run_id == provider.model_version("main.ml.m", 1).run_id
    assert found[0].metrics == {}
    assert set(found[0].unknown) > OF_RUN


def test_a_run_that_is_gone_is_unknown_and_the_files_are_not(provider, desk):
    outside.delete(desk.workspace, "run", provider.model_version("main.ml.m", 1).run_id)
    found = provider.model_version("main.ml.m", 1)
    assert found.unknown == dict.fromkeys(OF_RUN, "the run is deleted")
    assert (found.metrics, found.git) == ({}, Git())
    assert found.signature


@pytest.mark.parametrize(("value", "word"), [(float("nan"), "nan"), (float("inf"), "inf")])
def test_a_metric_that_is_no_number_is_left_out_with_the_reason(provider, desk, clock, example_model, value, word):
    register(desk.workspace, "main.ml.m", example_model, Logged({"auc": value, "f1": 0.5}), clock)
    found = provider.model_version("main.ml.m", 2)
    assert (found.metrics, found.unknown) == ({"f1": 0.5}, {"metrics": f"auc is {word}"})


@pytest.mark.parametrize(("dirty", "clean"), [("true", False), ("False", True), ("", None), ("maybe", None)])
def test_code_is_clean_when_the_run_says_so(provider, desk, clock, example_model, dirty, clean):
    register(desk.workspace, "main.ml.m", example_model, Logged(tags={"mlflow.source.git.dirty": dirty}), clock)
    assert provider.model_version("main.ml.m", 2).git.clean is clean
