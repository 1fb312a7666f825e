"""Runs, logged models and files of versions, read with the SDK."""

import pytest
import yaml

from mlplan.core.effect import SystemClock
from mlplan.core.evidence import Dataset
from mlplan.providers.local import outside
from mlplan.providers.local.register import Logged, register

NAME = "main.ml.scorer"
UC = "/api/2.0/mlflow/unity-catalog/model-versions"
MLMODEL = """\
run_id: r1
model_id: m-1
mlflow_version: 3.17.2
flavors: {python_function: {python_version: 3.10}}
signature: {inputs: '[{"name": "a", "type": "long"}]', outputs: '[{"type": "long"}]'}
"""
LOGGED = Logged(
    {"auc": 0.9}, {"depth": "3"}, {"team": "risk"}, "abc", (Dataset("train", "1a", "training"), Dataset("eval", "2b"))
)


def errors():
    from databricks.sdk import errors  # noqa: PLC0415

    return errors


@pytest.fixture
def registered(here, tmp_path):
    here.model(NAME, versions=0)
    directory = tmp_path / "model"
    directory.mkdir()
    (directory / "MLmodel").write_text(MLMODEL)
    (directory / "requirements.txt").write_text("# by hand\nnumpy==2.4.6\n")
    register(here.workspace, NAME, directory, LOGGED, SystemClock(), tags={"gate": "ok"})
    return directory


def content(sdk, path):
    return sdk.files._api.do("GET", f"/api/2.0/fs/files/Models/{path}", raw=True)["contents"].read().decode()


def test_a_run_shows_what_it_logged(registered, sdk):
    run = sdk.experiments.get_run("r1").run
    assert [(one.key, one.value) for one in (*run.data.metrics, *run.data.params)] == [("auc", 0.9), ("depth", "3")]
    assert {one.key: one.value for one in run.data.tags} == {"team": "risk", "mlflow.source.git.commit": "abc"}
    inputs = run.inputs.dataset_inputs
    assert [(one.dataset.name, one.dataset.digest) for one in inputs] == [("train", "1a"), ("eval", "2b")]
    assert [[(tag.key, tag.value) for tag in one.tags or ()] for one in inputs] == [
        [("mlflow.data.context", "training")],
        [],
    ]
    assert sdk.model_versions.get(NAME, 1).run_id == "r1"
    with pytest.raises(errors().ResourceDoesNotExist):
        sdk.experiments.get_run("none")


def test_a_version_names_its_run_and_its_logged_model(registered, here, sdk):
    shown = here.wire.made("GET", f"{UC}/get", name=NAME, version="1")["model_version"]
    assert (shown["run_id"], shown["model_id"], shown["tags"]) == ("r1", "m-1", [{"key": "gate", "value": "ok"}])
    assert shown["run_experiment_id"] == sdk.experiments.get_run("r1").run.info.experiment_id
    model = sdk.experiments.get_logged_model("m-1").model
    assert (model.info.source_run_id, model.info.experiment_id) == ("r1", shown["run_experiment_id"])
    assert [(one.key, one.value) for one in model.data.metrics] == [("auc", 0.9)]
    with pytest.raises(errors().ResourceDoesNotExist):
        sdk.experiments.get_logged_model("m-2")


def test_a_version_is_as_old_as_it_says(registered, here):
    made = outside.show(here.workspace, "model_version")[0]["values"]["created_at"]
    assert here.wire.made("GET", f"{UC}/get", name=NAME, version="1")["model_version"]["creation_timestamp"] == round(
        made * 1000
    )
    assert here.wire.made("GET", f"/api/2.1/unity-catalog/models/{NAME}/versions/1")["created_at"] == round(made * 1000)


def test_a_logged_model_outlives_its_run(registered, here, sdk):
    outside.delete(here.workspace, "run", "r1")
    model = sdk.experiments.get_logged_model("m-1").model
    assert (model.info.source_run_id, model.data.metrics) == ("r1", [])


def test_files_are_there_after_their_directory_is_gone(registered, sdk):
    for path in registered.iterdir():
        path.unlink()
    found = yaml.safe_load(content(sdk, "main/ml/scorer/1/MLmodel"))
    assert found == {**yaml.safe_load(MLMODEL), "flavors": {"python_function": {"python_version": "3.10"}}}
    assert content(sdk, "main/ml/scorer/1/requirements.txt") == "numpy==2.4.6\n"


@pytest.mark.parametrize(
    "path",
    [
        "main/ml/scorer/1/model.pkl",
        "main/ml/scorer/2/MLmodel",
        "main/ml/other/1/MLmodel",
        "main/ml/scorer/1/conda.yaml",
    ],
)
def test_other_files_are_not_there(registered, sdk, path):
    with pytest.raises(errors().NotFound):
        content(sdk, path)


def test_a_version_that_came_without_files_has_none(here, sdk):
    here.model(NAME, versions=1)
    for name in ("MLmodel", "requirements.txt"):
        with pytest.raises(errors().NotFound):
            content(sdk, f"main/ml/scorer/1/{name}")
