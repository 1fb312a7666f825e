"""State in a volume of the very workspace that a project is applied to, typed as a user types it."""

import pytest

from mlplan.cli.entry import run

PROJECT = """\
project: quiet
default_environment: dev
state: {databricks: {volume: /Volumes/ops/mlplan/state/teams}}
environments: {dev: {provider: databricks}, prod: {provider: databricks}}
resources:
  catalogs:
    main: {name: "${environment.name}"}
"""


@pytest.fixture
def project(server, workspace, tmp_path, monkeypatch):
    """Return a project's directory, signed in to a workspace without the volume."""
    monkeypatch.setenv("DATABRICKS_HOST", server.url)
    monkeypatch.setenv("DATABRICKS_TOKEN", server.token)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mlplan.yaml").write_text(PROJECT)
    return tmp_path


@pytest.fixture
def volume(project, workspace):
    """Make the volume, as a person does once."""
    workspace.create("catalog", "ops", {"name": "ops"})
    workspace.create("schema", "ops.mlplan", {"catalog_name": "ops", "name": "mlplan"})
    names = {"catalog_name": "ops", "schema_name": "mlplan", "name": "state", "volume_type": "MANAGED"}
    workspace.create("volume", "ops.mlplan.state", names)


def test_state_is_in_the_volume_and_nothing_of_it_on_this_machine(volume, project, server, capsys):
    assert run(["apply", "--auto-approve"]) == 0
    assert run(["apply", "--auto-approve", "-e", "prod"]) == 0
    assert not (project / ".mlplan").exists()
    capsys.readouterr()
    assert run(["plan", "--detailed-exitcode"]) == 0
    assert run(["state", "list", "-o", "json"]) == 0
    assert "catalog.main" in capsys.readouterr().out
    assert run(["history", "verify"]) == 0
    assert server.log.count("PUT /api/2.0/fs/files/Volumes/ops/mlplan/state/teams/quiet/prod/*")


def test_a_plan_writes_nothing_into_the_volume(volume, server):
    assert run(["plan"]) == 0
    assert not server.log.writing()


def test_without_the_volume_nothing_is_taken_for_empty(project, server, capsys):
    for command in (["plan"], ["apply", "--auto-approve"]):
        assert run(command) == 1
        told = capsys.readouterr().err
        assert "MLE663" in told
        assert "/Volumes/ops/mlplan/state" in told
    assert not [one for one in server.log.writing() if "/fs/" not in one.path]


def test_a_volume_that_replaces_what_is_there_is_not_used(volume, server, capsys):
    server.settings = type(server.settings)(workspace_id=0, careless_files=True)
    assert run(["apply", "--auto-approve"]) == 1
    assert "MLE617" in capsys.readouterr().err
    assert not server.log.count("POST /api/2.1/unity-catalog/catalogs")


@pytest.mark.parametrize("status", [403, 401])
def test_who_may_not_read_the_volume_is_told_what_that_takes(volume, server, capsys, status):
    server.faults.status("*/fs/*", status, times=None)
    assert run(["plan"]) == 1
    assert "MLE664" in capsys.readouterr().err


@pytest.mark.parametrize("body", ["", "<html>a proxy</html>"], ids=["the API's answer", "a page"])
def test_a_workspace_that_fails_for_long_is_not_an_empty_one(volume, server, capsys, body, monkeypatch):
    monkeypatch.setattr("mlplan.providers.databricks.files.ATTEMPTS", 2)
    server.faults.status("GET */fs/*", 502, times=None, body=body)
    assert run(["plan"]) == 1
    assert "MLE618" in capsys.readouterr().err
