"""Imports: what a command does not need, it does not load; start-up is what users wait for most."""

import json

import pytest

LISTING = """
import json, sys
from mlplan.__main__ import main
try:
    code = main()
except SystemExit as stop:
    code = stop.code
print()
print(json.dumps([code, sorted(sys.modules)]))
"""
HEAVY = {"databricks", "boto3", "botocore", "jsonschema", "deepdiff", "rich", "requests", "networkx"}


@pytest.fixture
def loaded(python, project):
    """Return the modules that a command has loaded when it ends."""

    def run(*words):
        done = python("-c", LISTING, *words, cwd=project)
        code, names = json.loads(done.stdout.splitlines()[-1])
        assert not code, done.stderr
        return set(names)

    return run


def test_version_loads_no_command_line_library(loaded):
    assert {"click", "pydantic", "yaml", "mlplan.app"} & loaded("--version") == set()


def test_help_loads_no_model(loaded):
    assert {"pydantic", "yaml", "sqlite3", "importlib.metadata", *HEAVY} & loaded("--help") == set()


@pytest.mark.parametrize(
    "words", [["validate"], ["plan"], ["apply", "--auto-approve"], ["show"]], ids=lambda words: words[0]
)
def test_local_commands_load_nothing_heavy(loaded, words):
    assert loaded(*words) & HEAVY == set()
