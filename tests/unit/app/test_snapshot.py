"""Snapshots: what is in one, which file is refused, and what a plan from one says of what it does not know."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest

from mlplan.app.apply import apply
from mlplan.app.document import digest_of, plan_document
from mlplan.app.local import local_workspace
from mlplan.app.plan import plan
from mlplan.app.schema import one as schema
from mlplan.app.sheet import planned_sheet, saved_sheet
from mlplan.app.snapshot import snapshot
from mlplan.app.snapshot_form import recording_in, recording_out
from mlplan.app.strict import DEEPEST, strict_json
from mlplan.core.change import Object
from mlplan.core.errors import MlplanError
from mlplan.core.evidence import Dataset, Git, VersionEvidence
from mlplan.core.recording import Recording
from mlplan.engine.options import Options
from mlplan.providers.local.register import Logged, register
from mlplan.render.json import document_text
from mlplan.render.sheet import rendered

MODEL = "main.ml.score"
LOGGED = Path(__file__).parents[3] / "examples/fraud/models/fraud_score/v1"
RESOURCES = """\
resources:
  catalogs: {main: {name: main, grants: [{principal: mle, privileges: [USE_CATALOG]}]}}
  schemas: {ml: {catalog_name: main, name: ml}}
  registered_models:
    score: {catalog_name: main, schema_name: ml, name: scoreMORE}
"""
OFFLINE = """\
import socket, sys

def refuse(*_, **__):
    raise AssertionError("a socket was opened")

socket.socket.connect = refuse
socket.getaddrinfo = refuse
from mlplan.cli.entry import run
code = run(sys.argv[1:])
print([name for name in ("databricks", "sqlite3", "requests") if name in sys.modules])
sys.exit(code)
"""


@pytest.fixture
def write(project):
    """Return `write(more)`: the project's resources, with more in its model."""

    def write(more="", also=""):
        (project / "resources" / "all.yaml").write_text(RESOURCES.replace("MORE", more) + also, encoding="utf-8")

    return write


@pytest.fixture
def served(write, request_, watcher):
    """Apply a model, register seven versions, and let an alias point at the first."""
    write()
    assert apply(request_, Options(parallelism=1), watcher).status == "applied"
    with local_workspace(request_) as workspace:
        for number in range(7):
            logged = Logged(metrics={"auc": float("nan") if number == 6 else 0.9})
            register(workspace, MODEL, LOGGED, logged, request_.effects.clock)
    write(", aliases: {champion: 1}")
    assert apply(request_, Options(parallelism=1), watcher).status == "applied"


@pytest.fixture
def recorded(project, request_, served):
    """Return a request for plans from a snapshot of what is there."""
    (project / "snapshot.json").write_text(document_text(snapshot(request_).document), encoding="utf-8")
    return replace(request_, snapshot=project / "snapshot.json")


def planned(request):
    return plan(request, Options(parallelism=1))


def test_a_snapshot_is_as_its_schema_says_and_the_same_world_has_the_same_bytes(served, request_):
    first, second = (document_text(snapshot(request_).document) for _ in range(2))
    assert first == second
    document = json.loads(first)
    jsonschema.validate(document, schema("snapshot"))
    assert document["digest"] == digest_of(document)


def test_the_newest_versions_are_in_it_and_the_one_in_use(served, request_):
    taken = snapshot(request_)
    assert [one["version"] for one in taken.document["versions"]] == [1, 3, 4, 5, 6, 7]
    (model,) = taken.document["models"]
    assert [one["version"] for one in model["versions"]] == [1, 2, 3, 4, 5, 6, 7]


def test_grants_that_nobody_declares_are_in_it(recorded, write):
    write(", aliases: {champion: 1}, grants: [{principal: mle, privileges: [EXECUTE]}]")
    found = planned(recorded)
    assert [one.address for one in found.plan.active()] == ["grants.registered_model.score"]
    assert found.plan.diagnostics == []
    (row,) = [one for one in found.access["rows"] if "EXECUTE" in one["gains"]]
    assert row["principal"] == "mle"


def test_the_plan_says_that_it_is_from_a_snapshot(recorded):
    found = planned(recorded)
    assert found.plan.empty
    assert found.snapshot.startswith("sha256:")
    assert found.heading().snapshot == "2026-01-01T09:00:00Z"


@pytest.mark.parametrize("form", ["human", "markdown", "html", "json"])
@pytest.mark.parametrize("saved", [False, True], ids=["now", "saved"])
def test_every_form_of_the_plan_says_when_the_snapshot_was_made(recorded, write, form, saved):
    write(", aliases: {champion: 3}")
    found = planned(recorded)
    document = plan_document(found, {}, 1_800_000_000.0)
    sheet = saved_sheet(document) if saved else planned_sheet(found, document)
    assert "2026-01-01T09:00:00Z" in rendered(form, sheet)
    assert "snapshot" in rendered(form, sheet)


def test_a_version_that_only_the_list_tells_of_is_ready_and_its_evidence_unknown(recorded, write):
    write(", aliases: {champion: 2}")
    found = planned(recorded)
    assert not found.failed
    dossier = found.evidence[f"{MODEL}@champion"]
    assert "v2" in json.dumps(dossier["unknown"])
    assert "it is not in the snapshot" in json.dumps(dossier["unknown"])


def test_a_version_that_nobody_asked_for_is_unknown_and_not_missing(recorded, write):
    write(", aliases: {champion: 8}")
    (told,) = planned(recorded).plan.diagnostics
    assert (told.code, told.severity) == ("MLE434", "warning")
    assert told.summary == f"nothing is known of {MODEL} version 8: it is not in the snapshot"


def test_an_object_that_nobody_asked_for_is_taken_to_be_absent_and_named_once(recorded, write):
    write(
        ", aliases: {champion: 1}",
        "  experiments: {new: {name: /Shared/new, permissions: [{group_name: mle, level: CAN_EDIT}]}}\n",
    )
    found = planned(recorded)
    assert [one.action for one in found.plan.active()] == ["create", "create"]
    told = [(one.code, one.address, one.summary) for one in found.plan.diagnostics]
    summary = "experiment /Shared/new is not in the snapshot: it is taken to be absent"
    assert told == [("MLE793", "experiment.new", summary)]


def edited(change):
    """Return what edits a snapshot and makes its digest fit again."""

    def edit(text):
        document = json.loads(text)
        change(document)
        document["digest"] = digest_of(document)
        return document_text(document)

    return edit


def values(kind, change, part="objects"):
    """Return what edits the fields of the first object, or entry of state, of a kind."""

    def edit(document):
        one = next(one for one in document[part] if one["kind"] == kind)
        change(one["found"]["values"] if part == "objects" else one["values"])

    return edited(edit)


def signed(document):
    """Spoil the columns of a signature."""
    next(one for one in document["versions"] if one["found"])["found"]["signature"] = {"inputs": [[]]}


def drop(name):
    return edited(lambda document: document.pop(name))


UNFIT = {
    "empty": (lambda _: "", "MLE790"),
    "no JSON": (lambda text: text[:-10], "MLE790"),
    "a name twice": (lambda text: text.replace('"project"', '"digest": "", "project"'), "MLE790"),
    "NaN": (lambda text: text.replace('"left_out": 0', '"left_out": NaN'), "MLE790"),
    "nested without end": (lambda _: "[" * 100_000, "MLE790"),
    "nested deep": (lambda _: "[" * (DEEPEST + 1) + "]" * (DEEPEST + 1), "MLE790"),
    "a member missing": (drop("ledgers"), "MLE790"),
    "one too many": (edited(lambda document: document.update(more=1)), "MLE790"),
    "another format": (edited(lambda document: document.update(format_version="2.0")), "MLE790"),
    "no ledger of its own": (edited(lambda document: document["ledgers"].clear()), "MLE790"),
    "an entry that is none": (edited(lambda document: document["resources"][0].pop("needs")), "MLE790"),
    "an address that is none": (edited(lambda one: one["resources"][0].update(address=True)), "MLE790"),
    "a kind that is none": (edited(lambda one: one["resources"][0].update(kind="table")), "MLE790"),
    "rows that are texts": (values("grants", lambda one: one.update(grants=["x"])), "MLE790"),
    "a row that names nobody": (values("grants", lambda one: one["grants"][0].pop("principal")), "MLE790"),
    "a number for a name": (values("grants", lambda one: one["grants"][0].update(principal=7)), "MLE790"),
    "an object without a name": (values("catalog", lambda one: one.pop("name")), "MLE790"),
    "a version that is a text": (values("model_alias", lambda one: one.update(version="2")), "MLE790"),
    "recorded tags that are a list": (values("catalog", lambda one: one.update(properties=[]), "resources"), "MLE790"),
    "a signature that is none": (edited(signed), "MLE790"),
    "edited": (lambda text: text.replace("USE_CATALOG", "USE_SCHEMA"), "MLE791"),
    "of another project": (edited(lambda document: document.update(project="other")), "MLE792"),
    "of another environment": (edited(lambda document: document.update(environment="prod")), "MLE792"),
    "of another provider": (edited(lambda one: one["bound"].update(provider="sha256:" + "0" * 64)), "MLE792"),
    "of another state": (edited(lambda one: one["bound"].update(state="sha256:" + "0" * 64)), "MLE792"),
}


@pytest.mark.parametrize(("edit", "code"), UNFIT.values(), ids=UNFIT)
def test_a_file_that_does_not_fit_is_refused(project, recorded, edit, code):
    path = project / "snapshot.json"
    text = path.read_text(encoding="utf-8")
    assert edit(text) != text
    path.write_text(edit(text), encoding="utf-8")
    with pytest.raises(MlplanError) as error:
        planned(recorded)
    assert error.value.code == code
    assert error.value.exit_code == 1
    assert "mlplan snapshot" in error.value.hint


def test_no_file_at_all_is_a_mistake(project, request_, applied):
    with pytest.raises(MlplanError, match="cannot read"):
        planned(replace(request_, snapshot=project / "nowhere.json"))


def test_neither_workspace_nor_state_nor_network_is_needed(project, recorded, write, tmp_path):
    write(", aliases: {champion: 3}")
    (project / ".mlplan").rename(tmp_path / "elsewhere")
    done = subprocess.run(
        [sys.executable, "-c", OFFLINE, "plan", "--snapshot", "snapshot.json", "--out", "plan.json"],
        cwd=project, capture_output=True, text=True, check=False, env={"PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "from a snapshot of 2026-01-01T09:00:00Z" in done.stdout
    assert "promote  main.ml.score@champion  v1 -> v3" in done.stdout
    assert "apply refuses it" in done.stderr
    assert done.stdout.splitlines()[-1] == "[]"
    assert not (project / ".mlplan").exists()


def test_every_answer_of_a_platform_survives_the_file():
    git = Git("abc", "main", "https://host/repo", clean=None)
    full = VersionEvidence(
        "c.s.m", 2, created_at=1.5, metrics={"auc": 0.5, "loss": float("inf")}, params={"a": "b"}, tags={"t": "1"},
        datasets=(Dataset("d", "1"),), git=git, signature={"inputs": "[]"}, requirements=("x==1",), aliases=("champion",),
        unknown={"run": "not allowed"},
    )  # fmt: skip
    recording = Recording(
        name="p", version="2", where="there", user="me", identity={"groups": "a"}, knows=("groups",),
        kinds={"catalog": ("blocks",)},
        objects={("catalog", "c"): Object("c", {"name": "c"}, {"id": 1}, "deleted"), ("catalog", "d"): None},
        unreadable={("grants", "catalog/c"): "not allowed"},
        versions={("c.s.m", 1): None, ("c.s.m", 2): full}, unread={("c.s.m", 3): "gone"}, listed={"c.s.m": [full]},
        members={"a": frozenset({"b"}), "c": None},
    )  # fmt: skip
    again = recording_in(strict_json(document_text(recording_out(recording)).encode()))
    assert again == recording


def test_credentials_in_urls_are_masked():
    line = "--index-url https://user:hunter2@host/simple"
    found = VersionEvidence("c.s.m", 1, requirements=(line,), params={"uri": "https://a:hunter2@h/x"})
    made = json.dumps(recording_out(Recording(versions={("c.s.m", 1): found}, listed={"c.s.m": [found]})))
    assert "hunter2" not in made
    assert "***@host" in made
