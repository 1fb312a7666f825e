import os
import subprocess

import pytest

from mlplan.app.git import tree_of


@pytest.fixture
def repository(tmp_path):
    """Return a repository with one commit, and a call of git in it."""
    environ = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "GIT_CONFIG_NOSYSTEM": "1"}
    names = ["-c", "user.name=a", "-c", "user.email=a@example.com"]

    def git(*words):
        done = subprocess.run(["git", *names, *words], cwd=tmp_path, env=environ, check=True, capture_output=True)
        return done.stdout.decode().strip()

    git("init", "--quiet")
    (tmp_path / "mlplan.yaml").write_text("a\n", encoding="utf-8")
    git("add", ".")
    git("commit", "--quiet", "-m", "one")
    return tmp_path, git


def test_a_clean_tree_names_its_commit(repository):
    root, git = repository
    assert tree_of(root, ["mlplan.yaml"]) == (git("rev-parse", "HEAD"), True)


@pytest.mark.parametrize("name", ["mlplan.yaml", "new.yaml"])
def test_what_differs_is_told(repository, name):
    root, _ = repository
    (root / name).write_text("b\n", encoding="utf-8")
    found = tree_of(root, ["mlplan.yaml", name])
    assert found is not None
    assert not found.clean


def test_a_file_of_the_project_that_git_ignores_is_no_part_of_the_commit(repository):
    root, git = repository
    (root / ".gitignore").write_text("new.yaml\n", encoding="utf-8")
    git("add", ".gitignore")
    git("commit", "--quiet", "-m", "two")
    (root / "new.yaml").write_text("b\n", encoding="utf-8")
    assert tree_of(root, ["mlplan.yaml"]).clean
    assert not tree_of(root, ["mlplan.yaml", "new.yaml"]).clean


def test_other_new_files_say_nothing_about_the_project(repository):
    root, _ = repository
    (root / "plan.json").write_text("{}", encoding="utf-8")
    assert tree_of(root, ["mlplan.yaml"]).clean


def test_names_of_files_are_compared_as_they_are(repository):
    root, git = repository
    name = 'caf\u00e9 "x".yaml'
    (root / name).write_text("b\n", encoding="utf-8")
    git("add", ".")
    git("commit", "--quiet", "-m", "two")
    assert tree_of(root, ["mlplan.yaml", name]).clean


def test_state_of_this_machine_does_not_count(repository):
    root, _ = repository
    (root / ".mlplan").mkdir()
    (root / ".mlplan" / "state.json").write_text("{}", encoding="utf-8")
    found = tree_of(root, ["mlplan.yaml"])
    assert found is not None
    assert found.clean


def test_a_directory_without_git_has_no_commit(tmp_path):
    assert tree_of(tmp_path, []) is None


def test_programs_that_a_repository_names_are_not_run(repository):
    root, git = repository
    sentinel = root.parent / "ran"
    script = root / ".git" / "monitor"
    script.write_text(f"#!/bin/sh\ntouch {sentinel}\n", encoding="utf-8")
    script.chmod(0o755)
    git("config", "core.fsmonitor", str(script))
    tree_of(root, ["mlplan.yaml"])
    assert not sentinel.exists()
