"""MLflow's own client against the server: what it reads and writes of experiments, models, aliases, tags and runs."""

from importlib.util import find_spec

import pytest

from mlplan.core.effect import SystemClock
from mlplan.core.evidence import Dataset
from mlplan.providers.local.register import Logged, register

pytestmark = pytest.mark.filterwarnings("ignore")  # what MLflow's own imports warn of is not ours


@pytest.fixture
def client(here, monkeypatch, need):
    need(find_spec("mlflow"), "MLflow's client is not installed: pip install mlflow-skinny==3.17.2")
    monkeypatch.setenv("DATABRICKS_HOST", here.server.url)
    monkeypatch.setenv("DATABRICKS_TOKEN", here.server.token)
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    monkeypatch.setenv("MLFLOW_DISABLE_TELEMETRY", "true")
    from mlflow import MlflowClient  # noqa: PLC0415

    return MlflowClient("databricks", "databricks-uc")


def test_experiments(client):
    found = client.create_experiment("/Shared/fraud", tags={"team": "risk"})
    client.set_experiment_tag(found, "tier", "1")
    client.rename_experiment(found, "/Shared/new")
    shown = client.get_experiment_by_name("/Shared/new")
    assert (shown.experiment_id, shown.tags["team"], shown.tags["tier"]) == (found, "risk", "1")
    client.delete_experiment(found)
    assert client.get_experiment(found).lifecycle_stage == "deleted"
    client.restore_experiment(found)
    assert [one.name for one in client.search_experiments()] == ["/Shared/new"]


def test_models_aliases_and_tags(here, client):
    here.model("main.ml.scorer")
    client.create_registered_model("main.ml.other", tags={"a": "b"}, description="d")
    client.set_registered_model_tag("main.ml.other", "c", "d")
    client.delete_registered_model_tag("main.ml.other", "a")
    shown = client.get_registered_model("main.ml.other")
    assert (shown.tags, shown.description) == ({"c": "d"}, "d")
    client.set_registered_model_alias("main.ml.scorer", "champion", "2")
    client.set_model_version_tag("main.ml.scorer", "2", "k", "v")
    version = client.get_model_version_by_alias("main.ml.scorer", "champion")
    assert (version.version, version.aliases, version.tags, version.status) == ("2", ["champion"], {"k": "v"}, "READY")
    assert [one.version for one in client.search_model_versions("name='main.ml.scorer'")] == ["1", "2"]
    client.delete_registered_model_alias("main.ml.scorer", "champion")
    client.delete_model_version("main.ml.scorer", "2")
    client.delete_registered_model("main.ml.other")
    assert [one.name for one in client.search_registered_models()] == ["main.ml.scorer"]


def test_versions_runs_and_logged_models(here, client, tmp_path):
    here.model("main.ml.scorer", versions=0)
    (tmp_path / "MLmodel").write_text(
        'run_id: r1\nmodel_id: m-1\nsignature: {inputs: "[{}]", outputs: "[{}]"}\n', encoding="utf-8"
    )
    logged = Logged({"auc": 0.9}, {"C": "1"}, {"team": "risk"}, "abc", (Dataset("train", "1a", "training"),))
    register(here.workspace, "main.ml.scorer", tmp_path, logged, SystemClock(), tags={"gate": "ok"})
    version = client.get_model_version("main.ml.scorer", "1")
    assert (version.run_id, version.model_id, version.tags) == ("r1", "m-1", {"gate": "ok"})
    run = client.get_run(version.run_id)
    assert (run.data.metrics, run.data.params) == ({"auc": 0.9}, {"C": "1"})
    assert run.data.tags == {"team": "risk", "mlflow.source.git.commit": "abc"}
    (taken,) = run.inputs.dataset_inputs
    assert (taken.dataset.name, taken.dataset.digest) == ("train", "1a")
    assert {one.key: one.value for one in taken.tags} == {"mlflow.data.context": "training"}
    model = client.get_logged_model(version.model_id)
    assert (model.source_run_id, [(one.key, one.value) for one in model.metrics]) == ("r1", [("auc", 0.9)])
