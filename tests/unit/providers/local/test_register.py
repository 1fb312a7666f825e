"""Versions from real MLflow directories, and directories that Unity Catalog would not take."""

import re
import shutil

import pytest

from mlplan.core.errors import Mistake, NotFound
from mlplan.core.evidence import Dataset
from mlplan.providers.local.register import Logged, register
from mlplan.providers.local.version import run, version, versions


@pytest.fixture
def model(desk, tmp_path, example_model):
    desk.hierarchy()
    copy = tmp_path / "model"
    shutil.copytree(example_model, copy)
    return copy


def test_a_version_keeps_what_mlflow_wrote(desk, model, clock):
    logged = Logged({"auc": 0.9}, {"C": "1"}, {"team": "risk"}, "abc123")
    made = register(desk.workspace, "Main.ML.m", model, logged, clock)
    assert made == version(desk.store, "main.ml.m", 1)
    assert (made.full_name, made.version, made.status, made.created_by) == ("main.ml.m", 1, "READY", "local-user")
    assert made.created_at == 1000.0
    assert {one["name"] for one in made.signature["inputs"]} >= {"amount", "country"}
    assert made.signature["outputs"]
    assert any(one.startswith("mlflow==") for one in made.requirements)
    assert made.python_version.startswith("3.")
    assert made.mlflow_version
    assert set(made.flavors) >= {"python_function", "sklearn"}
    found = run(desk.store, made.run_id)
    assert (found.metrics, found.params) == ({"auc": 0.9}, {"C": "1"})
    assert found.tags == {"team": "risk", "mlflow.source.git.commit": "abc123"}


def test_versions_count_up_and_runs_are_told_apart(desk, model, clock):
    made = [register(desk.workspace, "main.ml.m", model, Logged({"auc": n / 10}), clock) for n in range(3)]
    assert versions(desk.store, "main.ml.m") == made
    assert [one.version for one in made] == [1, 2, 3]
    assert len({one.digest for one in made}) == 1
    assert len({one.model_id for one in made}) == 3
    assert [run(desk.store, one.run_id).metrics["auc"] for one in made] == [0.0, 0.1, 0.2]
    assert version(desk.store, "main.ml.m", 4) is None
    assert versions(desk.store, "main.ml.other") == []


def test_a_version_has_tags_and_a_status_of_its_own(desk, model, clock):
    made = register(
        desk.workspace, "main.ml.m", model, Logged(), clock, tags={"gate": "ok"}, status="FAILED_REGISTRATION"
    )
    assert version(desk.store, "main.ml.m", 1) == made
    assert (made.tags, made.status, made.model_id[:2]) == ({"gate": "ok"}, "FAILED_REGISTRATION", "m-")


def test_a_run_keeps_its_data_sets(desk, model, clock):
    logged = Logged(datasets=(Dataset("train", "a1", "training"), Dataset("eval", "b2")))
    made = register(desk.workspace, "main.ml.m", model, logged, clock)
    assert run(desk.store, made.run_id).datasets == logged.datasets


def test_a_model_without_requirements_has_none_and_an_empty_list_is_one(desk, model, clock):
    (model / "requirements.txt").write_text("# nothing\n")
    assert register(desk.workspace, "main.ml.m", model, Logged(), clock).requirements == ()
    for name in ("requirements.txt", "conda.yaml"):
        (model / name).unlink()
    register(desk.workspace, "main.ml.m", model, Logged(), clock)
    assert version(desk.store, "main.ml.m", 2).requirements is None


def test_the_digest_tells_contents_apart(desk, model, clock):
    first = register(desk.workspace, "main.ml.m", model, Logged(), clock)
    (model / "requirements.txt").write_text("mlflow==1\n")
    second = register(desk.workspace, "main.ml.m", model, Logged(), clock)
    assert first.digest != second.digest
    assert second.requirements == ("mlflow==1",)


def test_conda_tells_what_the_other_files_do_not(desk, model, clock):
    written = (model / "MLmodel").read_text()
    (model / "MLmodel").write_text(re.sub(" *python_version: .*\n", "", written))
    for name in ("requirements.txt", "python_env.yaml"):
        (model / name).unlink()
    (model / "conda.yaml").write_text("dependencies: [python=3.10, pip, {pip: [mlflow==3, numpy]}]\n")
    made = register(desk.workspace, "main.ml.m", model, Logged(), clock)
    assert (made.python_version, made.requirements) == ("3.10", ("mlflow==3", "numpy"))


def test_the_model_must_exist(desk, model, clock):
    with pytest.raises(NotFound):
        register(desk.workspace, "main.ml.other", model, Logged(), clock)
    assert "run" not in desk.store.kinds()


SIGNATURE = 'signature:\n  inputs: \'[{"type": "long"}]\'\n'
BAD = {
    "no-signature": ("flavors: {}\n", "MLE752"),
    "no-outputs": (SIGNATURE, "MLE752"),
    "null-outputs": (SIGNATURE + "  outputs: null\n", "MLE752"),
    "not-json": (SIGNATURE + "  outputs: long\n", "MLE751"),
    "no-columns": (SIGNATURE + "  outputs: '[1]'\n", "MLE751"),
    "a-mapping": (SIGNATURE + "  outputs: '{}'\n", "MLE751"),
    "a-list": ("- a\n", "MLE751"),
    "broken": ("a: [\n", "MLE751"),
    "tag": ("a: !!python/object/apply:os.system ['true']\n", "MLE751"),
    "deep": ("[" * 30_000, "MLE751"),
    "alias-bomb": ("a: &a [x]\nb: [*a, *a]\n", "MLE751"),
    "binary": (b"\xff\xfe\x00", "MLE751"),
    "huge": (b"# " + b"x" * 2_000_000, "MLE751"),
    "empty": ("", "MLE751"),
    "bytes-value": ("a: !!binary aGk=\n", "MLE751"),
}


@pytest.mark.parametrize(("content", "code"), BAD.values(), ids=BAD)
def test_a_directory_that_cannot_be_registered_is_a_finding(desk, model, clock, content, code):
    (model / "MLmodel").write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(Mistake) as caught:
        register(desk.workspace, "main.ml.m", model, Logged(), clock)
    assert caught.value.code == code
    assert caught.value.hint
    assert versions(desk.store, "main.ml.m") == []


def test_a_directory_without_a_model_is_a_finding(desk, tmp_path, clock):
    desk.hierarchy()
    with pytest.raises(Mistake) as caught:
        register(desk.workspace, "main.ml.m", tmp_path, Logged(), clock)
    assert caught.value.code == "MLE750"
