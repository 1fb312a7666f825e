"""The command line run in this process: what it prints, and its exit code."""

from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import NamedTuple

import pytest

from mlplan.cli.entry import run
from mlplan.cli.settings import Settings
from mlplan.testing.forge import GitHubServer

MANIFEST = """\
project: small
default_environment: dev
environments:
  dev: {provider: local}
  prod: {provider: local, protected: true}
variables:
  team: {type: string, default: risk}
"""
POLICY = """\
approvals:
  - {name: risk, kinds: [catalog], users: [Ben, cy], teams: [acme/ml-risk]}
"""
RESOURCES = """\
resources:
  catalogs:
    main: {name: "${environment.name}", grants: [{principal: ml-engineers, privileges: [USE_CATALOG]}]}
  experiments:
    fraud: {name: /Shared/fraud, tags: {team: "${var.team}"}}
"""


class Done(NamedTuple):
    """A command that has ended."""

    code: int
    out: str
    err: str


class Terminal(StringIO):
    """A stream that says it is a terminal."""

    def isatty(self):
        return True


@pytest.fixture
def project(tmp_path, monkeypatch):
    """Return a small project, and stand in it."""
    (tmp_path / "resources").mkdir()
    (tmp_path / "mlplan.yaml").write_text(MANIFEST, encoding="utf-8")
    (tmp_path / "resources" / "all.yaml").write_text(RESOURCES, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def mlplan(monkeypatch):
    """Return a call of the command line; `typed` is what a person at a terminal types."""

    def call(*words, typed=None, live=False):
        monkeypatch.setattr("sys.stdin", StringIO("") if typed is None else Terminal(typed))
        out, err = (Terminal(), Terminal()) if live else (StringIO(), StringIO())
        with redirect_stdout(out), redirect_stderr(err):
            code = run([str(word) for word in words], Settings(parallelism=2))
        return Done(code, out.getvalue(), err.getvalue())

    return call


@pytest.fixture
def edit(project: Path):
    """Return a replacement of text in the project's resources."""

    def replace(old, new, name="resources/all.yaml"):
        path = project / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    return replace


@pytest.fixture
def github():
    with GitHubServer(page=2) as server:
        server.teams["acme/ml-risk"] = {"dana"}
        yield server


@pytest.fixture
def guarded(project):
    manifest = project / "mlplan.yaml"
    manifest.write_text(f"{manifest.read_text(encoding='utf-8')}policy: policy.yaml\n", encoding="utf-8")
    (project / "policy.yaml").write_text(POLICY, encoding="utf-8")
    return project


@pytest.fixture
def job(github, monkeypatch, tmp_path_factory):
    """Return a call that makes this process a job of a pull request, or of a push of `sha`."""

    def become(pull=7, **how):
        folder = tmp_path_factory.mktemp("job")
        for name, value in github.environ(folder / "event.json", pull, **how).items():
            monkeypatch.setenv(name, value)

    return become


@pytest.fixture
def head(github, mlplan, guarded, job):
    """Return the head of a pull request by ana, whose plan is saved and told in our comment."""

    def open_(commits=("ana",), out="plan.json"):
        found = github.open_pull(7, author="ana", commits=commits)
        job()
        assert mlplan("plan", "--out", out).code == 0
        assert mlplan("ci", "comment", out).code == 0
        return found

    return open_
