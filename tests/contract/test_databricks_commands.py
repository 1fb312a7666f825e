"""Every command that must not write, typed as a user types it, against the log of the workspace."""

import shutil

import pytest

from mlplan.cli.entry import run
from mlplan.cli.table import COMMANDS

PROJECT = """\
project: quiet
default_environment: dev
environments: {dev: {provider: databricks}}
"""
RESOURCES = """\
resources:
  catalogs:
    main: {name: main, comment: COMMENT}
  schemas:
    ml: {catalog_name: main, name: ml}
  registered_models:
    m: {catalog_name: main, schema_name: ml, name: mALIASES}
  experiments:
    e: {name: /Shared/e, tags: {team: risk}, permissions: [{group_name: mle, level: CAN_EDIT}]}
"""
ALIASES = ", aliases: {champion: 1}"
FOREIGN = """\
resources:
  experiments:
    found: {name: /Shared/found}
"""
READING = [
    ["validate"],
    ["plan"],
    ["plan", "-o", "json"],
    ["plan", "--destroy"],
    ["plan", "--out", "saved.json"],
    ["show"],
    ["show", "catalog.main"],
    ["show", "saved.json"],
    ["drift"],
    ["snapshot", "--out", "snapshot.json"],
    ["diff", "-e", "dev", "-e", "dev"],
    ["graph"],
    ["promote", "m", "champion", "2"],
    ["rollback", "m", "champion", "--to", "1"],
    ["history"],
    ["history", "m", "champion"],
    ["history", "verify"],
    ["policy", "list"],
    ["whoami"],
    ["permissions", "--for", "apply"],
    ["import", "experiment.found", "/Shared/found"],
    ["state", "list"],
    ["state", "show", "catalog.main"],
    ["state", "pull"],
    ["state", "mv", "experiment.found", "experiment.other"],
    ["state", "rm", "experiment.other"],
]
WRITING = {"apply", "destroy"}
WITHOUT_A_WORKSPACE = {"ci", "init", "unlock", "schema", "explain", "local", "completion", "version"}


@pytest.fixture
def project(server, workspace, register_one, tmp_path, monkeypatch):
    """Apply a project, then make a foreign object and edits that a plan has something to say about."""
    root = tmp_path / "project"
    (root / "resources").mkdir(parents=True)
    (root / "mlplan.yaml").write_text(PROJECT)
    first = RESOURCES.replace("COMMENT", "first")
    (root / "resources" / "main.yaml").write_text(first.replace("ALIASES", ""))
    monkeypatch.chdir(root)
    monkeypatch.setenv("DATABRICKS_HOST", server.url)
    monkeypatch.setenv("DATABRICKS_TOKEN", server.token)
    assert run(["apply", "--auto-approve"]) == 0
    for _ in range(2):
        register_one("main.ml.m")
    (root / "resources" / "main.yaml").write_text(first.replace("ALIASES", ALIASES))
    assert run(["apply", "--auto-approve"]) == 0
    workspace.create("experiment", "/Shared/found", {"name": "/Shared/found"})
    (root / "resources" / "main.yaml").write_text(first.replace("first", "second").replace("ALIASES", ALIASES))
    (root / "resources" / "found.yaml").write_text(FOREIGN)
    return root


def test_no_command_but_apply_and_destroy_sends_a_request_that_writes(server, project, capsys):
    assert project.exists()
    server.log.clear()
    for words in READING:
        assert run(words) == 0, (words, capsys.readouterr())
        assert server.log.writing() == [], words
    shutil.rmtree(project / ".mlplan" / "state")
    for words in (["state", "rebuild", "--dry-run"], ["state", "rebuild", "--adopt", "*", "--auto-approve"]):
        assert run(words) == 0, (words, capsys.readouterr())
        assert server.log.writing() == [], words
    assert "serving endpoints" not in capsys.readouterr().out  # they can be found: nothing is missing
    assert server.log.entries


def test_the_table_of_commands_has_no_other(project):
    assert project.exists()
    assert set(COMMANDS) == {words[0] for words in READING} | WRITING | WITHOUT_A_WORKSPACE
