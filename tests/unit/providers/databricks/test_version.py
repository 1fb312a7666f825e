"""Versions through a wire that answers by path: conda.yaml within the budget, odd answers, odd files."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from mlplan.core.errors import Invalid
from mlplan.providers.databricks.client import Client
from mlplan.providers.databricks.errors import Failure
from mlplan.providers.databricks.version import GET, Versions

MLFLOW = "/api/2.0/mlflow"
FILES = "/api/2.0/fs/files/Models/main/ml/m/1"
MLMODEL = 'flavors: {}\nsignature: {inputs: \'[{"type": "long"}]\', outputs: null}\nmlflow_version: 3.17.2\n'
GONE = Failure(404, "NOT_FOUND", "no such file")


class Paths:
    """A wire that knows paths; one that it does not know is gone."""

    host = "https://acme.example.com/"
    workspace_id = 42

    def __init__(self, known):
        self.known = known
        self.asked = []

    def send(self, method, path, query, body):
        return self.fetch(path)

    def fetch(self, path):
        self.asked.append(path)
        answer = self.known.get(path, GONE)
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def ask(effects):
    """Return `ask(known)`: the evidence of version 1, and what was asked for."""
    pool = ThreadPoolExecutor(4)

    def made(known, **own):
        wire = Paths({GET: {"model_version": {"version": "1", **own}}, **known})
        return Versions(Client(wire, wire, effects), wire, pool).version("Main.ML.m", 1), wire.asked

    yield made
    pool.shutdown()


def test_conda_is_asked_for_when_the_budget_has_room(ask):
    conda = "dependencies: [python=3.10, {pip: [numpy==2]}]\n"
    found, asked = ask({f"{FILES}/MLmodel": MLMODEL, f"{FILES}/conda.yaml": conda})
    assert (found.requirements, found.python_version, found.mlflow_version) == (("numpy==2",), "3.10", "3.17.2")
    assert asked[-1] == f"{FILES}/conda.yaml"
    assert len(asked) == 4


def test_conda_is_not_asked_for_beyond_five(ask):
    logged = {f"{MLFLOW}/runs/get": {"run": {}}, f"{MLFLOW}/logged-models/m-1": {"model": {}}}
    found, asked = ask({f"{FILES}/MLmodel": MLMODEL, **logged}, run_id="r", model_id="m-1")
    assert set(found.unknown) == {"requirements"}
    assert "one request too many" in found.unknown["requirements"]
    assert len(asked) == 5


@pytest.mark.parametrize(
    ("conda", "unknown"),
    [
        (GONE, set()),
        (Failure(403, "PERMISSION_DENIED"), {"requirements"}),
        ("a: [", {"requirements"}),
        ("name: x\n", set()),
    ],
    ids=["absent", "denied", "broken", "without-pip"],
)
def test_a_model_without_any_list_has_no_requirements(ask, conda, unknown):
    found, _ = ask({f"{FILES}/MLmodel": MLMODEL, f"{FILES}/conda.yaml": conda})
    assert found.requirements is None
    assert set(found.unknown) - {"run", "metrics", "params", "datasets", "git"} == unknown


def test_without_any_file_nothing_is_taken_for_none(ask):
    found, asked = ask({})
    assert {"signature", "requirements", "environment"} <= set(found.unknown)
    assert f"{FILES}/conda.yaml" not in asked


BROKEN = {
    "not yaml": "a: [",
    "a bomb": "a: &a [x]\nb: [*a, *a]\n",
    "a tag": "a: !!python/object/apply:os.system ['true']\n",
    "a list": "- a\n",
    "no columns": "signature: {inputs: '[1]'}\n",
}


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN)
def test_a_broken_description_is_unknown_and_the_requirements_are_there(ask, text):
    found, _ = ask({f"{FILES}/MLmodel": text, f"{FILES}/requirements.txt": "numpy==2\n"})
    assert found.requirements == ("numpy==2",)
    assert found.unknown["signature"] == found.unknown["environment"]
    assert found.unknown["signature"].startswith("MLmodel ")


@pytest.mark.parametrize(
    "answer", [{}, {"run": None}, {"run": {"data": {"metrics": [{"value": 1}]}}}, {"run": []}], ids=str
)
def test_a_run_in_another_form_is_unknown(ask, answer):
    found, _ = ask({f"{MLFLOW}/runs/get": answer, f"{FILES}/MLmodel": MLMODEL}, run_id="r")
    assert "in a form that is not the API's" in found.unknown["run"]
    assert found.signature == {"inputs": [{"type": "long"}]}


@pytest.mark.parametrize(
    "answer", [{}, {"model_version": None}, {"model_version": {"creation_timestamp": "soon"}}], ids=str
)
def test_a_version_in_another_form_is_refused(ask, answer):
    with pytest.raises(Invalid, match="is not a model version"):
        ask({GET: answer})


def test_the_page_of_a_run_names_the_workspace(ask):
    found, _ = ask({}, run_id="r1", run_experiment_id="7")
    assert found.run_url == "https://acme.example.com/?o=42#mlflow/experiments/7/runs/r1"
    assert ask({}, run_id="r1")[0].run_url == ""
