"""Versions from real MLflow directories, and directories that Unity Catalog would not take."""

import shutil

import pytest

from mlplan.core.errors import Mistake, NotFound
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
    assert (found.metrics, found.params, found.git_commit) == ({"auc": 0.9}, {"C": "1"}, "abc123")
    assert found.tags == {"team": "risk", "mlflow.source.git.commit": "abc123"}


def test_versions_count_up_and_runs_are_told_apart(desk, model, clock):
    made = [register(desk.workspace, "main.ml.m", model, Logged({"auc": n / 10}), clock) for n in range(3)]
    assert versions(desk.store, "main.ml.m") == made
    assert [one.version for one in made] == [1, 2, 3]
    assert len({one.digest for one in made}) == 1
    assert [run(desk.store, one.run_id).metrics["auc"] for one in made] == [0.0, 0.1, 0.2]
    assert version(desk.store, "main.ml.m", 4) is None
    assert versions(desk.store, "main.ml.other") == []


def test_the_digest_tells_contents_apart(desk, model, clock):
    first = register(desk.workspace, "main.ml.m", model, Logged(), clock)
    (model / "requirements.txt").write_text("mlflow==1\n")
    second = register(desk.workspace, "main.ml.m", model, Logged(), clock)
    assert first.digest != second.digest
    assert second.requirements == ("mlflow==1",)


def test_conda_tells_what_the_other_files_do_not(desk, model, clock):
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
