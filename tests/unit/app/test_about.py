"""About: the ledger tells from which commit and which plan each step came."""

import os
import subprocess

import pytest

from mlplan.app.apply import apply, apply_saved
from mlplan.app.document import plan_document
from mlplan.app.session import Session
from mlplan.engine.options import Options

OPTIONS = Options(parallelism=1)


@pytest.fixture
def told(request_):
    """Return a call that reads the ledger."""

    def read():
        with Session(request_) as session:
            return session.backend.ledger().records()

    return read


@pytest.fixture
def commit(project):
    """Return the commit of the project's files."""
    environ = {"PATH": os.environ["PATH"], "HOME": str(project), "GIT_CONFIG_NOSYSTEM": "1"}

    def git(*words):
        names = ["-c", "user.name=a", "-c", "user.email=a@example.com"]
        done = subprocess.run(["git", *names, *words], cwd=project, env=environ, check=True, capture_output=True)
        return done.stdout.decode().strip()

    git("init", "--quiet")
    git("add", ".")
    git("commit", "--quiet", "-m", "one")
    return git("rev-parse", "HEAD")


def test_an_apply_from_a_clean_tree_names_its_commit(request_, watcher, told, commit):
    apply(request_, OPTIONS, watcher)
    assert {one.commit for one in told()} == {commit}


def test_files_that_are_not_as_committed_are_told(request_, watcher, told, commit, edit):
    edit("team: risk", "team: fraud")
    apply(request_, OPTIONS, watcher)
    assert {one.commit for one in told()} == {f"{commit}-dirty"}


def test_outside_of_git_there_is_no_commit(request_, watcher, told):
    apply(request_, OPTIONS, watcher)
    assert [one.commit for one in told()] == ["", "", ""]


def test_a_saved_plan_is_known_by_its_digest(request_, watcher, told, planned, clock):
    document = plan_document(planned(), {}, clock.now())
    clock.sleep(60)
    apply_saved(request_, document, watcher)
    assert {one.plan for one in told()} == {document["digest"]}


def test_each_apply_has_a_plan_of_its_own(request_, watcher, told, edit):
    apply(request_, OPTIONS, watcher)
    edit("team: risk", "team: fraud")
    apply(request_, OPTIONS, watcher)
    plans = [one.plan for one in told()]
    assert len(set(plans)) == 2
    assert all(one.startswith("sha256:") for one in plans)


def test_steps_are_told_at_the_time_of_their_outcome(request_, watcher, told, clock):
    watcher.after = {1: lambda: clock.sleep(60), 2: lambda: clock.sleep(60)}
    apply(request_, OPTIONS, watcher)
    assert [one.time[11:] for one in told()] == ["09:00:00Z", "09:01:00Z", "09:02:00Z"]


def test_an_apply_that_finds_nothing_to_do_tells_nothing(request_, watcher, told, applied):
    before = told()
    assert len(before) == len(applied.planned.plan.steps) == 3
    assert apply(request_, OPTIONS, watcher).status == "nothing to do"
    assert told() == before
