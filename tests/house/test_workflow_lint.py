"""Workflow lint: zizmor and actionlint find nothing in our workflows and in those to copy."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

BIN = Path(sys.executable).parent


@pytest.fixture
def tool(need):
    """Return `tool(name)`: where a linter is; they are no Python packages to depend on, and CI installs them."""

    def find(name):
        found = shutil.which(name, path=f"{BIN}:/usr/local/bin:/usr/bin")
        need(found, f"{name} is not installed; .ci/run says how")
        return found

    return find


@pytest.fixture
def lint(root):
    """Return `lint(words)`: what a linter says and its exit code."""

    def call(*words):
        done = subprocess.run([*map(str, words)], cwd=root, check=False, capture_output=True, text=True, timeout=120)
        return done.returncode, done.stdout + done.stderr

    return call


def of(root, *folders):
    return [path for folder in folders for path in sorted((root / folder).glob("*.y*ml"))]


def test_zizmor_finds_nothing_even_where_it_is_pedantic(root, tool, lint):
    found = of(root, ".github/workflows", ".github/actions/mlplan", "examples/github/workflows")
    code, said = lint(
        tool("zizmor"), "--offline", "--pedantic", "--strict-collection", *found, ".github/dependabot.yml"
    )
    assert code == 0, said
    assert said.count("completed") == len(found) + 1, said


def test_actionlint_finds_nothing(root, tool, lint):
    found = of(root, ".github/workflows", "examples/github/workflows")
    code, said = lint(tool("actionlint"), "-shellcheck=", "-pyflakes=", *found)
    assert (code, said) == (0, "")


def test_they_would_find_something(tmp_path, tool, lint):
    bad = tmp_path / "bad.yml"
    bad.write_text(
        "on: pull_request_target\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n"
        "      - run: echo ${{ github.event.pull_request.title }} ${{ nonsense.here }}\n"
    )
    assert lint(tool("zizmor"), "--offline", bad)[0] > 0
    assert lint(tool("actionlint"), "-shellcheck=", "-pyflakes=", bad)[0] > 0
