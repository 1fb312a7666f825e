"""Snapshots of a Databricks workspace: the plan is that of the workspace, and nothing but the file is asked for it."""

import json
import os
import subprocess
import sys

import pytest

from mlplan.cli.entry import run
from mlplan.providers.local.groups import set_members
from mlplan.testing.server.server import Server

MANIFEST = "project: quiet\ndefault_environment: dev\nenvironments: {dev: {provider: databricks}}\n"
MODEL = "main.ml.m"
BASE = """\
resources:
  catalogs:
    main: {name: main, comment: first, grants: [{principal: team, privileges: [USE_CATALOG]}]}
  schemas:
    ml: {catalog_name: main, name: ml}
  registered_models:
    m: {catalog_name: main, schema_name: ml, name: m}
  experiments:
    e: {name: /Shared/e, tags: {team: risk}, permissions: [{group_name: team, level: CAN_EDIT}]}
"""
SERVED = (
    BASE.replace("name: m}", "name: m, aliases: {champion: 1}}")
    + """\
  serving_endpoints:
    s:
      name: s
      served_entities:
        - name: current
          entity_name: main.ml.m
          entity_version: "@champion"
          traffic_percentage: 100
          workload_size: Small
          scale_to_zero_enabled: true
"""
)
CHANGED = (
    SERVED.replace("champion: 1}", "champion: 2}, grants: [{principal: team, privileges: [EXECUTE]}], tags: {a: b}")
    .replace("first", "second")
    .replace("CAN_EDIT", "CAN_READ")
)
SAYS = ("changes", "steps", "summary", "evidence", "access", "policy", "diagnostics", "rollouts", "state", "provider")
OFFLINE = """\
import socket, sys

def refuse(*_, **__):
    raise AssertionError("a socket was opened")

socket.socket.connect = refuse
socket.getaddrinfo = refuse
from mlplan.cli.entry import run
code = run(sys.argv[1:])
assert "databricks" not in sys.modules
sys.exit(code)
"""


@pytest.fixture
def server(workspace):
    """Return a workspace that has a number, which some refusals are about."""
    with Server(workspace) as server:
        yield server


@pytest.fixture
def write(tmp_path):
    """Return `write(text)`: what the project declares."""

    def write(text):
        (tmp_path / "project" / "resources" / "main.yaml").write_text(text)

    return write


@pytest.fixture
def project(server, workspace, register_one, tmp_path, monkeypatch, write):
    """Apply a model behind an endpoint, with two versions, grants and permissions."""
    root = tmp_path / "project"
    (root / "resources").mkdir(parents=True)
    (root / "mlplan.yaml").write_text(MANIFEST)
    monkeypatch.chdir(root)
    monkeypatch.setenv("DATABRICKS_HOST", server.url)
    monkeypatch.setenv("DATABRICKS_TOKEN", server.token)
    set_members(workspace, "team", ["ada@example.com", "juniors"])
    set_members(workspace, "juniors", ["bob@example.com"])
    write(BASE)
    assert run(["apply", "--auto-approve"]) == 0
    for _ in range(2):
        register_one(MODEL)
    write(SERVED)
    assert run(["apply", "--auto-approve"]) == 0
    server.log.clear()
    return root


def planned(capsys, *words):
    """Return what a plan says, and its exit code."""
    capsys.readouterr()
    code = run(["plan", "-o", "json", *words])
    out = capsys.readouterr().out
    return json.loads(out), code


def offline(project, *words):
    """Run a command where nothing but the project's files is there."""
    environment = {"PYTHONPATH": os.pathsep.join(sys.path), "HOME": str(project)}
    return subprocess.run(
        [sys.executable, "-c", OFFLINE, *words],
        cwd=project,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_snapshot_writes_nothing_and_holds_no_token(project, server):
    assert run(["snapshot", "--out", "snapshot.json"]) == 0
    assert server.log.entries
    assert server.log.writing() == []
    assert server.token not in (project / "snapshot.json").read_text()


def test_its_plan_is_that_of_the_workspace_though_more_is_declared_by_then(project, server, write, capsys):
    assert run(["snapshot", "--out", "snapshot.json"]) == 0
    write(CHANGED)
    live, code = planned(capsys)
    server.log.clear()
    replayed, again = planned(capsys, "--snapshot", "snapshot.json")
    assert server.log.entries == []
    assert code == again
    assert {name: replayed[name] for name in SAYS} == {name: live[name] for name in SAYS}
    assert len(live["changes"]) >= 5
    assert live["evidence"]
    assert live["access"]["rows"]


def test_neither_network_nor_credentials_nor_the_sdk_are_needed(project, write, tmp_path):
    assert run(["snapshot", "--out", "snapshot.json"]) == 0
    write(CHANGED)
    (project / ".mlplan").rename(tmp_path / "elsewhere")
    done = offline(project, "plan", "--snapshot", "snapshot.json")
    assert done.returncode == 0, done.stderr
    assert "main.ml.m@champion  v1 -> v2" in done.stdout


REFUSED = {
    "a tag of the platform": (SERVED.replace("{team: risk}", "{mlflow.note: x}"), "the platform's own"),
    "a workspace shut out": (
        SERVED.replace("comment: first", "isolation_mode: ISOLATED, workspace_bindings: [{workspace_id: 4711}]"),
        "could not see the catalog any more",
    ),
}


@pytest.mark.parametrize(("text", "why"), REFUSED.values(), ids=REFUSED)
def test_what_the_workspace_refuses_is_refused_without_it(project, write, text, why):
    assert run(["snapshot", "--out", "snapshot.json"]) == 0
    write(text)
    done = offline(project, "plan", "--snapshot", "snapshot.json")
    assert done.returncode == 1
    assert why in done.stdout, done.stdout


def test_what_could_not_be_read_is_told_as_the_workspace_told_it(project, server, write, capsys):
    server.faults.status("GET /api/2.1/unity-catalog/permissions/function/main.ml.m", 403, times=None)
    server.faults.status("GET /api/2.1/unity-catalog/permissions/registered_model/main.ml.m", 403, times=None)
    assert run(["snapshot", "--out", "snapshot.json"]) == 0
    document = json.loads((project / "snapshot.json").read_text())
    assert [one["id"] for one in document["objects"] if one["unreadable"]] == [f"registered_model/{MODEL}"]
    server.faults.clear()
    write(CHANGED)
    capsys.readouterr()
    assert run(["plan", "--snapshot", "snapshot.json"]) == 1
    (found,) = [one["unreadable"] for one in document["objects"] if one["unreadable"]]
    assert found[:40] in capsys.readouterr().err
