"""A plan from a snapshot is the plan of the platform at that moment, whatever the world and whatever is changed."""

import shutil
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mlplan.app.apply import apply
from mlplan.app.document import plan_document
from mlplan.app.local import local_workspace
from mlplan.app.plan import plan
from mlplan.app.session import Request
from mlplan.app.snapshot import snapshot
from mlplan.core.effect import Effects, SystemClock
from mlplan.engine.options import Options
from mlplan.providers.local import outside
from mlplan.providers.local.groups import set_members
from mlplan.providers.local.register import Logged, register
from mlplan.render.json import document_text

MODELS = Path(__file__).parents[2] / "examples/fraud/models/fraud_score"
MODEL = "main.ml.score"
MANIFEST = "project: small\ndefault_environment: dev\nenvironments: {dev: {provider: local}, prod: {provider: local}}\n"
BASE = {
    "catalogs": {"main": {"name": "main", "grants": [{"principal": "mle", "privileges": ["USE_CATALOG"]}]}},
    "schemas": {"ml": {"catalog_name": "main", "name": "ml"}},
    "experiments": {"one": {"name": "/Shared/one", "tags": {"team": "risk"}}, "two": {"name": "/Shared/two"}},
    "registered_models": {"score": {"catalog_name": "main", "schema_name": "ml", "name": "score"}},
}
SERVED = {
    "registered_models": {"score": {**BASE["registered_models"]["score"], "aliases": {"champion": 1}}},
    "serving_endpoints": {
        "s": {
            "name": "score",
            "served_entities": [
                {
                    "name": "current",
                    "entity_name": MODEL,
                    "entity_version": "@champion",
                    "traffic_percentage": 100,
                    "workload_size": "Small",
                }
            ],
        }
    },
}


class Standing(SystemClock):
    def now(self):
        return 1_767_258_000.0


class Agreeing:
    def __getattr__(self, name):
        return lambda *_: name == "planned"

    def stopping(self):
        return False


def request(root):
    return Request(root, parallelism=2, effects=Effects(clock=Standing()))


def declare(root, resources):
    (root / "resources").mkdir(exist_ok=True)
    (root / "resources" / "all.yaml").write_text(yaml.safe_dump({"resources": resources}))


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """Return a project that is applied, with a model of four versions behind an endpoint."""
    root = tmp_path_factory.mktemp("prepared")
    (root / "mlplan.yaml").write_text(MANIFEST)
    declare(root, BASE)
    assert apply(request(root), Options(parallelism=1), Agreeing()).status == "applied"
    with local_workspace(request(root)) as workspace:
        for number in range(1, 5):
            register(workspace, MODEL, MODELS / f"v{number}", Logged(metrics={"auc": number / 10}), Standing())
        set_members(workspace, "mle", {"ana@example.com", "inner"})
        set_members(workspace, "inner", {"bo@example.com"})
    declare(root, BASE | SERVED)
    assert apply(request(root), Options(parallelism=1), Agreeing()).status == "applied"
    return root


LIVE = [
    ("set", "model_alias", f"{MODEL}@champion", {"version": "2"}),
    ("set", "experiment", "/Shared/one", {"tags.team": "fraud"}),
    ("delete", "experiment", "/Shared/two", {}),
    ("delete", "model_alias", f"{MODEL}@champion", {}),
    ("set", "registered_model", MODEL, {"comment": "by hand"}),
    ("create", "experiment", "/Shared/four", {}),
]
MISSING = ("registered_models", "score", {"aliases": {"champion": 9}})
DECLARED = [
    MISSING,
    ("registered_models", "score", {"aliases": {"champion": 3}}),
    ("registered_models", "score", {"aliases": {"champion": 1, "challenger": 4}}),
    ("registered_models", "score", {"comment": "in YAML", "grants": [{"principal": "mle", "privileges": ["EXECUTE"]}]}),
    ("catalogs", "main", {"grants": [{"principal": "inner", "privileges": ["USE_CATALOG"]}]}),
    ("catalogs", "main", {"grants": None}),
    ("experiments", "one", {"tags": {"team": "other"}, "permissions": [{"group_name": "mle", "level": "CAN_READ"}]}),
    ("experiments", "two", None),
    ("experiments", "three", {"name": "/Shared/three", "permissions": [{"group_name": "mle", "level": "CAN_EDIT"}]}),
    ("serving_endpoints", "s", None),
    ("volumes", "v", {"catalog_name": "main", "schema_name": "ml", "name": "v", "volume_type": "MANAGED"}),
]


def disturb(root, operations):
    with local_workspace(request(root)) as workspace:
        for verb, kind, id_, fields in operations:
            there = workspace.find(kind, id_) is not None
            if verb == "create" and not there:
                outside.create(workspace, kind, id_, fields)
            elif verb == "set" and there:
                outside.set_fields(workspace, kind, id_, fields)
            elif verb == "delete" and there:
                outside.delete(workspace, kind, id_, force=True, permanently=True)


def redeclare(root, operations):
    wanted = {plural: dict(found) for plural, found in (BASE | SERVED).items()}
    for plural, key, change in operations:
        section = wanted.setdefault(plural, {})
        if change is None:
            section.pop(key, None)
            continue
        made = {**section.get(key, {}), **change}
        section[key] = {name: value for name, value in made.items() if value is not None}
    declare(root, {plural: found for plural, found in wanted.items() if found})


def planned(root, file=None):
    """Return the document of a plan, without what says where it comes from."""
    asked = replace(request(root), snapshot=file)
    document = plan_document(plan(asked, Options(parallelism=2)), {}, 1_767_258_000.0)
    apart = {"digest", "snapshot", "snapshot_time"}
    return {name: value for name, value in document.items() if name not in apart}


def record(root, name):
    (root / name).write_text(document_text(snapshot(request(root)).document))
    return root / name


def quiet(document):
    """Return what a plan says, but for what it takes for granted and which objects that are not there it looked for."""
    found = [one for one in document["diagnostics"] if one["code"] != "MLE793"]
    reads = {name: digest for name, digest in document["reads"].items() if digest != "absent"}
    return {**document, "diagnostics": found, "reads": reads}


@given(st.lists(st.sampled_from(LIVE), max_size=3, unique_by=str), st.lists(st.sampled_from(DECLARED), max_size=4))
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
def test_a_plan_from_a_snapshot_is_that_of_the_platform(prepared, live, declared):
    with TemporaryDirectory() as directory:
        root = Path(directory) / "project"
        shutil.copytree(prepared, root)
        disturb(root, live)
        before = record(root, "before.json")
        redeclare(root, declared)
        now = planned(root)
        after = record(root, "after.json")
        assert planned(root, after) == now
        if MISSING not in declared:  # a version that nobody asked for is unknown, and not missing
            assert quiet(planned(root, before)) == quiet(now)
