"""Exit codes: what a pipeline goes by; the table of the semantics, row by row."""

import json

import pytest

from mlplan.app.session import Request, Session


@pytest.fixture
def applied(mlplan, project):
    assert mlplan("apply", "--auto-approve").code == 0
    return project


def test_0_success(mlplan, project):
    assert mlplan("validate").code == 0
    assert mlplan("plan").code == 0
    assert mlplan("apply", "--auto-approve").code == 0
    assert mlplan("apply").code == 0, "nothing to do asks nothing"
    assert mlplan("plan", "--detailed-exitcode").code == 0
    assert mlplan("drift", "--detailed-exitcode").code == 0


def test_1_error_in_the_files(mlplan, project, edit):
    edit("catalogs", "catalogues")
    for words in (["validate"], ["plan"], ["apply", "--auto-approve"], ["show"], ["drift"], ["graph"]):
        done = mlplan(*words)
        assert done.code == 1
        assert "resources/all.yaml:2:" in done.err


def test_1_an_apply_that_nobody_agrees_to(mlplan, project):
    refused = mlplan("apply")
    assert refused.code == 1
    assert "error[MLE702]" in refused.err
    declined = mlplan("apply", typed="n\n")
    assert declined.code == 1
    assert "Declined; nothing was changed." in declined.err
    assert not (project / ".mlplan" / "workspaces" / "dev.db").exists()


def test_0_an_apply_that_a_person_agrees_to(mlplan, project):
    assert mlplan("apply", typed="y\n").code == 0


def test_1_a_plan_that_cannot_be_made(mlplan, project):
    assert mlplan("plan", "--target", "catalog.nothing").code == 1


def test_1_changes_without_consent(mlplan, project):
    mlplan("local", "create", "experiment", "/Shared/fraud")
    assert mlplan("plan").code == 0
    done = mlplan("apply", "--auto-approve")
    assert done.code == 1
    assert "error[MLE440]" in done.err
    assert mlplan("state", "list").out == ""


def test_2_changes_present(mlplan, project):
    assert mlplan("plan", "--detailed-exitcode").code == 2
    assert mlplan("plan", "--detailed-exitcode", "-o", "json").code == 2


def test_2_changes_applied(mlplan, project):
    assert mlplan("apply", "--auto-approve", "--detailed-exitcode").code == 2
    assert mlplan("apply", "--auto-approve", "--detailed-exitcode").code == 0


def test_2_a_saved_plan_applied(mlplan, project):
    mlplan("plan", "--out", "plan.json")
    assert mlplan("apply", "plan.json", "--detailed-exitcode", "-o", "json").code == 2


def test_2_drift_present(mlplan, applied):
    mlplan("local", "set", "experiment", "/Shared/fraud", "tags.team=other")
    assert mlplan("drift").code == 0
    assert mlplan("drift", "--detailed-exitcode").code == 2


def test_3_a_stale_plan(mlplan, project):
    mlplan("plan", "--out", "plan.json")
    assert mlplan("apply", "plan.json").code == 0
    assert mlplan("apply", "plan.json").code == 3


def test_0_a_saved_plan_does_not_care_where_its_directory_is_seen_from(mlplan, project, monkeypatch):
    assert mlplan("plan", "--out", "plan.json").code == 0
    monkeypatch.chdir(project.parent)
    done = mlplan("apply", project / "plan.json", "-C", project.name)
    assert done.code == 0, done.err


def test_4_locked_by_another(mlplan, project):
    with Session(Request(project)) as session:
        lease = session.backend.lock("a long apply")
        try:
            for words in (["apply", "--auto-approve"], ["destroy", "--auto-approve"], ["state", "rm", "catalog.main"]):
                done = mlplan(*words)
                assert done.code == 4
                assert "a long apply" in done.err
                assert lease.holder.id in done.err
        finally:
            lease.release()
    assert mlplan("apply", "--auto-approve").code == 0


def test_4_a_lock_is_broken_by_its_exact_id(mlplan, project):
    with Session(Request(project)) as session:
        lease = session.backend.lock("a lost apply")
        assert mlplan("unlock", "--id", "something").code == 1
        done = mlplan("unlock", "--id", lease.holder.id)
        assert (done.code, "a lost apply" in done.out) == (0, True)
        assert mlplan("apply", "--auto-approve").code == 0
        lease.release()


@pytest.fixture
def refusing(mlplan, project):
    """Return a project of which the platform refuses one resource: a schema in a catalog that is not there."""
    (project / "resources" / "lost.yaml").write_text(
        "resources: {schemas: {lost: {catalog_name: nowhere, name: lost}}}\n", encoding="utf-8"
    )
    return project


def test_5_partly_applied(mlplan, refusing):
    done = mlplan("apply", "--auto-approve")
    assert done.code == 5
    assert "Partly applied: 3 created; 1 step failed." in done.out
    assert "failed[MLE511]: create schema.lost" in done.out
    assert "schema.lost" not in mlplan("state", "list").out


def test_1_nothing_applied(mlplan, refusing):
    mlplan("apply", "--auto-approve")
    done = mlplan("apply", "--auto-approve", "-o", "json")
    assert done.code == 1
    assert json.loads(done.out)["status"] == "failed"
