"""Evidence of model versions over HTTP: the same as through the local door, in five requests, and piece by piece."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from mlplan.core.effect import SystemClock
from mlplan.core.errors import Denied, PlatformError
from mlplan.core.evidence import Dataset, VersionEvidence
from mlplan.providers.databricks.provider import DatabricksProvider
from mlplan.providers.local import outside
from mlplan.providers.local.handler import LocalProvider
from mlplan.providers.local.register import Logged, register
from mlplan.providers.local.workspace import Workspace
from mlplan.testing.server.server import Server

NAME = "main.ml.scorer"
EXAMPLES = sorted((Path(__file__).parents[2] / "examples/fraud/models").glob("*/v*"))
GET = "GET /api/2.0/mlflow/unity-catalog/model-versions/get"
RUN = "GET /api/2.0/mlflow/runs/get"
LOGGED_MODEL = "GET /api/2.0/mlflow/logged-models/*"
MLMODEL = "GET /api/2.0/fs/files/Models/*/MLmodel"
REQUIREMENTS = "GET /api/2.0/fs/files/Models/*/requirements.txt"
OF_RUN = {"run", "metrics", "params", "datasets", "git"}
TAGS = {"mlflow.source.git.branch": "main", "mlflow.source.git.dirty": "true", "team": "risk"}
LOGGED = Logged(
    {"auc": 0.9, "f1": 1e-9},
    {"C": "1", "empty": ""},
    TAGS,
    "abc",
    (Dataset("train", "1a", "training"), Dataset("eval", "2b")),
)
Register = Callable[..., VersionEvidence]


class Doors:
    """One workspace, seen from both sides."""

    def __init__(self, workspace: Workspace, provider: DatabricksProvider, server: Server) -> None:
        self.workspace = workspace
        self.provider = provider
        self.server = server
        self.local = LocalProvider(workspace, workspace.store.path.parent)

    def register(self, directory: Path, logged: Logged = LOGGED, **more: object) -> int:
        made = register(self.workspace, NAME, directory, logged, SystemClock(), **more)  # type: ignore[arg-type]
        return made.version

    def http(self, number: int = 1) -> VersionEvidence:
        found = self.provider.model_version(NAME, number)
        assert found is not None
        return found

    def both(self, number: int = 1) -> tuple[VersionEvidence, VersionEvidence]:
        """Return what each door tells, without what only one of them can: a page of the run, a digest."""
        near = self.local.model_version(NAME, number)
        assert near is not None
        return replace(near, digest=""), replace(self.http(number), run_url="")


@pytest.fixture
def doors(workspace: Workspace, server: Server, opener: Callable[..., DatabricksProvider]) -> Doors:
    provider = opener()
    for kind, values in (
        ("catalog", {"name": "main"}),
        ("schema", {"catalog_name": "main", "name": "ml"}),
        ("registered_model", {"catalog_name": "main", "schema_name": "ml", "name": "scorer"}),
    ):
        workspace.create(kind, ".".join(values.values()), values)
    server.log.clear()
    return Doors(workspace, provider, server)


@pytest.mark.parametrize("directory", EXAMPLES, ids=[f"{one.parent.name}-{one.name}" for one in EXAMPLES])
def test_both_doors_tell_the_same_of_the_example(doors: Doors, directory: Path) -> None:
    doors.register(directory, tags={"gate": "ok"}, status="PENDING_REGISTRATION")
    doors.workspace.create("model_alias", f"{NAME}@champion", {"full_name": NAME, "alias": "champion", "version": 1})
    near, far = doors.both()
    assert near == far
    assert (far.metrics, far.params, far.datasets) == (LOGGED.metrics, LOGGED.params, LOGGED.datasets)
    assert (far.git.commit, far.git.clean, far.aliases, far.tags) == ("abc", False, ("champion",), {"gate": "ok"})
    assert far.signature
    assert far.requirements
    assert far.status == "PENDING_REGISTRATION"
    assert far.unknown == {}


MODELS = {
    "no python function": 'signature: {inputs: \'[{"type": "long"}]\', outputs: \'[{"type": "long"}]\'}\n',
    "odd versions": "flavors: {python_function: {python_version: 3.10}}\nmlflow_version: 3\n"
    'signature: {inputs: \'[{"type": "long"}]\', outputs: \'[{"type": "long"}]\', params: null}\n',
    "tensors": 'run_id: r1\nmodel_id: m-1\nsignature:\n  inputs: \'[{"type": "tensor", "tensor-spec": {"dtype": "float32", '
    '"shape": [-1, 3]}}]\'\n  outputs: \'[{"type": "long"}]\'\n  params: \'[{"name": "t", "type": "double", "default": 0.5}]\'\n',
}
FILES = {
    "nothing else": {},
    "requirements": {"requirements.txt": "# hand-made\nnumpy>=1,<2\n\n--index-url https://x\n"},
    "an empty list": {"requirements.txt": ""},
    "conda": {"conda.yaml": "dependencies: [python=3.9, pip, {pip: [mlflow==3]}]\n"},
    "python_env": {"python_env.yaml": "python: 3.8.1\n"},
}


@pytest.mark.parametrize("files", FILES.values(), ids=FILES)
@pytest.mark.parametrize("text", MODELS.values(), ids=MODELS)
def test_both_doors_tell_the_same_of_any_model(doors: Doors, tmp_path: Path, text: str, files: dict[str, str]) -> None:
    for name, content in {"MLmodel": text, **files}.items():
        (tmp_path / name).write_text(content)
    for number in (1, 2):
        doors.register(tmp_path, Logged({"auc": number}))
        near, far = doors.both(number)
        assert near == replace(far, unknown={})
        five = "model_id" in text and "requirements.txt" not in files and "conda.yaml" not in files
        assert set(far.unknown) == ({"requirements"} if five else set())
        assert far.metrics == {"auc": number}


def test_a_list_tells_the_same_through_both_doors(doors: Doors) -> None:
    for directory in EXAMPLES[:3]:
        doors.register(directory)
    far = doors.provider.model_versions("Main.ML.scorer")
    assert far == [replace(one, digest="", tags={}, aliases=()) for one in doors.local.model_versions(NAME)]
    assert [one.version for one in far] == [1, 2, 3]
    assert doors.provider.model_versions("main.ml.none") == []
    assert doors.server.log.count("GET *") == doors.server.log.count("GET */versions") == 2


def test_a_long_list_comes_in_pages(doors: Doors, tmp_path: Path) -> None:
    (tmp_path / "MLmodel").write_text(MODELS["odd versions"])
    for _ in range(3):
        doors.register(tmp_path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("mlplan.providers.databricks.version.PAGE", 2)
        assert [one.version for one in doors.provider.model_versions(NAME)] == [1, 2, 3]
    assert doors.server.log.count("GET */versions") == 2


def test_a_version_that_is_not_there_is_none_after_one_request(doors: Doors) -> None:
    assert doors.provider.model_version(NAME, 1) is None
    assert doors.provider.model_version("main.ml.none", 1) is None
    assert len(doors.server.log.entries) == 2


def test_a_version_takes_five_requests_that_only_read(doors: Doors) -> None:
    doors.register(EXAMPLES[0])
    assert doors.http().unknown == {}
    counts = {one: doors.server.log.count(one) for one in (GET, RUN, LOGGED_MODEL, MLMODEL, REQUIREMENTS)}
    assert counts == dict.fromkeys(counts, 1)
    assert len(doors.server.log.entries) == 5
    assert doors.server.log.writing() == []


def test_two_hundred_promotions_take_ten_requests_each(doors: Doors, figure: Callable[[str], None]) -> None:
    doors.register(EXAMPLES[0])
    doors.register(EXAMPLES[1])
    doors.server.log.clear()
    with ThreadPoolExecutor(32) as pool:
        found = list(pool.map(doors.http, [1, 2] * 200))
    assert found[0::2] == [found[0]] * 200
    assert found[1::2] == [found[1]] * 200
    figure(f"evidence of 200 promotions: {len(doors.server.log.entries)} requests")
    assert len(doors.server.log.entries) == 400 * 5


PIECES = {
    "run": (RUN, OF_RUN),
    "logged model": (LOGGED_MODEL, {"metrics"}),
    "MLmodel": (MLMODEL, {"signature", "environment"}),
    "requirements": (REQUIREMENTS, {"requirements"}),
}
ENDS = {
    "403": (lambda server, route: server.faults.status(route, 403, times=None), "not allowed to read"),
    "500": (
        lambda server, route: server.faults.status(route, 500, times=None),
        "could not be read: injected fault 500",
    ),
    "page of a proxy": (
        lambda server, route: server.faults.status(route, 502, times=None, body="<html>"),
        "could not be read",
    ),
    "reset": (lambda server, route: server.faults.reset(route, times=None), "could not be read"),
    "no route": (
        lambda server, route: server.faults.status(route, 404, None, code="ENDPOINT_NOT_FOUND"),
        "could not be read",
    ),
}


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("piece", PIECES)
def test_a_piece_that_fails_is_unknown_and_the_others_are_there(doors: Doors, piece: str, end: str) -> None:
    doors.register(EXAMPLES[0])
    whole = doors.http()
    doors.server.log.clear()
    (route, names), (fault, words) = PIECES[piece], ENDS[end]
    rule = fault(doors.server, route)
    found = doors.http()
    assert rule.struck == (1 if end in ("403", "no route") else 2)
    expected = names - {"git"} if piece == "run" else names  # the logged model still tells the code
    assert set(found.unknown) == expected
    assert all(words in reason and "\n" not in reason for reason in found.unknown.values()), found.unknown
    left = {name: value for name, value in found.as_json().items() if name not in _lost(piece)}
    assert left == {name: whole.as_json()[name] for name in left}
    assert len(doors.server.log.entries) == 4 + rule.struck


def _lost(piece: str) -> set[str]:
    """Return the fields that a piece alone tells; figures and parameters stand in the logged model too."""
    alone = {"run": {"datasets"}, "MLmodel": {"signature", "python_version", "mlflow_version"}}
    return {"unknown", *alone.get(piece, {piece})}


@pytest.mark.parametrize(
    ("route", "words"),
    [
        (RUN, "the run is deleted"),
        (LOGGED_MODEL, "is deleted"),
        (MLMODEL, "there is no /Models/main/ml/scorer/1/MLmodel"),
    ],
)
def test_what_is_absent_is_told_in_its_own_words(doors: Doors, route: str, words: str) -> None:
    doors.register(EXAMPLES[0])
    doors.server.faults.status(route, 404, times=None)
    assert {words in reason for reason in doors.http().unknown.values()} == {True}


def test_a_fault_that_passes_costs_one_request_more_and_no_piece(doors: Doors) -> None:
    doors.register(EXAMPLES[0])
    for route in (RUN, LOGGED_MODEL, MLMODEL, REQUIREMENTS):
        doors.server.faults.reset(route)
    assert doors.http().unknown == {}
    assert len(doors.server.log.entries) == 9


def test_a_slower_pace_is_kept_to_and_costs_no_piece(doors: Doors) -> None:
    doors.register(EXAMPLES[0])
    doors.server.faults.status(MLMODEL, 429, times=5, retry_after="3")
    assert doors.http().unknown == {}


def test_a_run_that_is_gone_is_unknown_through_both_doors(doors: Doors) -> None:
    doors.register(EXAMPLES[0])
    outside.delete(doors.workspace, "run", doors.http().run_id)
    near, far = doors.both()
    assert set(near.unknown) == set(far.unknown) == OF_RUN
    assert replace(near, unknown={}) == replace(far, unknown={})


def test_a_version_without_files_is_unknown_through_both_doors(doors: Doors) -> None:
    at = "/api/2.0/mlflow/unity-catalog/model-versions/create"
    doors.provider.client.write("POST", at, {"name": NAME, "source": "dbfs:/x"})
    near, far = doors.both()
    assert set(near.unknown) == set(far.unknown) == OF_RUN | {"signature", "requirements", "environment"}
    assert far.unknown["run"] == near.unknown["run"] == "the version names no run"
    assert (far.status, far.signature, far.requirements) == ("PENDING_REGISTRATION", None, None)


@pytest.mark.parametrize(("status", "error"), [(403, Denied), (500, PlatformError)])
def test_when_the_first_request_fails_nothing_is_known(doors: Doors, status: int, error: type[PlatformError]) -> None:
    doors.register(EXAMPLES[0])
    doors.server.faults.status(GET, status, times=None)
    with pytest.raises(error):
        doors.provider.model_version(NAME, 1)
    assert doors.server.log.count(RUN) == 0


def test_the_run_has_a_page(doors: Doors) -> None:
    doors.register(EXAMPLES[0])
    found = doors.http()
    assert found.run_url.startswith(f"{doors.server.url}/")
    assert found.run_url.endswith(f"/runs/{found.run_id}")
    assert "#mlflow/experiments/" in found.run_url
