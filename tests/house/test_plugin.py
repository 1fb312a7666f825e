"""Plugin: the example for authors of providers installs, passes the shared suite, and works from the command line."""

import os
import shutil
import subprocess
import sys

import pytest

PROJECT = """\
project: plugin
default_environment: dev
environments: {dev: {provider: {folder: {path: platform}}}}
"""
EXPERIMENT = "resources:\n  experiments:\n    fraud: {name: /Shared/fraud, tags: {team: risk}}\n"
MODEL = "resources:\n  catalogs:\n    main: {name: main}\n"


@pytest.fixture(scope="module")
def source(root, tmp_path_factory):
    copy = tmp_path_factory.mktemp("plugin") / "plugin"
    shutil.copytree(root / "examples/plugin", copy, ignore=shutil.ignore_patterns("__pycache__"))
    return copy


@pytest.fixture(scope="module")
def installed(source):
    """Return a directory with the example installed in it, by pip and without a network."""
    target = source.parent / "installed"
    offline = ["--no-index", "--no-deps", "--no-build-isolation", "--disable-pip-version-check", "--quiet"]
    subprocess.run([sys.executable, "-m", "pip", "install", *offline, "--target", target, source], check=True)
    return target


@pytest.fixture
def call(installed, tmp_path):
    """Return a call of Python with the example installed."""
    environ = {**os.environ, "PYTHONPATH": str(installed), "NO_COLOR": "1"}

    def run(*words, cwd=tmp_path):
        return subprocess.run(
            [sys.executable, "-m", *map(str, words)], cwd=cwd, env=environ,
            check=False, capture_output=True, text=True, timeout=120,
        )  # fmt: skip

    return run


@pytest.fixture
def project(tmp_path):
    (tmp_path / "resources").mkdir()
    (tmp_path / "mlplan.yaml").write_text(PROJECT)
    (tmp_path / "resources/all.yaml").write_text(EXPERIMENT)
    return tmp_path


def test_it_passes_the_shared_suite(call, source, figure):
    done = call("pytest", "-q", "-p", "no:cacheprovider", "-c", "pyproject.toml", "--rootdir", ".", cwd=source)
    assert done.returncode == 0, done.stdout
    last = done.stdout.strip().splitlines()[-1]
    assert int(last.split()[0]) >= 15, last
    figure(f"example plugin: {last}")


def test_it_plans_and_applies_from_the_command_line(call, project):
    planned = call("mlplan", "plan", "--detailed-exitcode")
    assert planned.returncode == 2, planned.stdout + planned.stderr
    assert "folder platform" in planned.stdout
    assert not (project / "platform").exists()
    applied = call("mlplan", "apply", "--auto-approve")
    assert applied.returncode == 0, applied.stderr
    assert [path.name for path in (project / "platform").iterdir()] == ["%2FShared%2Ffraud.json"]
    again = call("mlplan", "plan", "--detailed-exitcode")
    assert again.returncode == 0, again.stdout
    assert "No changes." in again.stdout


def test_a_kind_that_it_does_not_have_is_refused_by_the_plan(call, project):
    (project / "resources/all.yaml").write_text(MODEL)
    done = call("mlplan", "plan")
    assert done.returncode == 1
    assert "MLE403" in done.stdout + done.stderr
    assert "provider folder has no catalog" in done.stdout + done.stderr


def test_its_page_shows_what_its_files_hold(root):
    page = (root / "examples/plugin/README.md").read_text(encoding="utf-8")
    project = (root / "examples/plugin/pyproject.toml").read_text(encoding="utf-8")
    assert '[project.entry-points."mlplan.providers"]\nfolder = "mlplan_folder:open_provider"' in page
    assert '[project.entry-points."mlplan.providers"]\nfolder = "mlplan_folder:open_provider"' in project
