"""After the merge: the plan that was reviewed is fetched, and nothing else than that."""

import json

import pytest


@pytest.fixture
def reviewed(github, head, guarded, job):
    """Return a call that keeps the plan as a run would, merges, and becomes the job of the merge."""

    def merged(**how):
        sha = head()
        data = (guarded / "plan.json").read_bytes()
        github.keep_artifact(f"mlplan-plan-dev-{sha}", how.pop("files", {"plan.json": data}), sha, **how)
        job(None, sha=github.merge(7))
        return data

    return merged


def test_the_reviewed_plan_is_fetched_after_a_merge(mlplan, guarded, reviewed, github):
    data = reviewed()
    done = mlplan("ci", "fetch", "--out", "reviewed.json")
    assert (done.code, done.err) == (0, "")
    assert (guarded / "reviewed.json").read_bytes() == data
    assert "reviewed in pull request 7 at" in done.out
    assert github.leaked == []
    assert json.loads(mlplan("ci", "fetch", "--out", "reviewed.json", "-o", "json").out)["pull_request"] == 7


def test_approvals_are_found_after_the_merge_too(mlplan, reviewed, github):
    reviewed()
    github.review(7, "cy", "APPROVED", github.pulls[7]["head"]["sha"])
    mlplan("ci", "fetch", "--out", "reviewed.json")
    assert mlplan("ci", "approvals", "reviewed.json", "--out", "approvals.json").code == 0
    assert mlplan("apply", "--reviewed", "reviewed.json", "--approvals", "approvals.json").code == 0


def forged(github, text):
    [comment] = github.comments(7)
    comment["body"] = comment["body"].replace(text[0], text[1])


@pytest.mark.parametrize(
    ("harm", "code"),
    [
        (lambda github: github.comments(7).clear(), "MLE782"),
        (lambda github: github.comments(7)[0].update(user={"login": "eve", "type": "User"}), "MLE782"),
        (lambda github: forged(github, ("digest=sha256:", "digest=sha256:0000")), "MLE782"),
        (lambda github: forged(github, ("mlplan:head ", "mlplan:head 000000")), "MLE782"),
        (lambda github: forged(github, ("mlplan:head", "mlplan:other")), "MLE782"),
        (lambda github: github.artifacts.clear(), "MLE779"),
        (lambda github: github.artifacts[0]["workflow_run"].update(head_repository_id=2), "MLE779"),
        (lambda github: github.pulls[7].update(merged_at=None), "MLE778"),
    ],
    ids=[
        "no comment", "of somebody else", "another digest", "another commit", "no commit", "no artifact", "of a fork",
        "not merged",
    ],
)  # fmt: skip
def test_what_was_not_reviewed_is_not_fetched(mlplan, guarded, reviewed, github, harm, code):
    reviewed()
    harm(github)
    done = mlplan("ci", "fetch", "--out", "reviewed.json")
    assert done.code == (1 if code == "MLE778" else 3)
    assert f"error[{code}]" in done.err
    assert not (guarded / "reviewed.json").exists()


def test_the_pull_request_is_the_one_to_the_branch_that_was_pushed_to(mlplan, guarded, reviewed, github):
    """Somebody who may push branches can have the same commit merged into one of his own, with a plan of his own."""
    data = reviewed()
    merged = github.pulls[7]["merge_commit_sha"]
    for number, base in ((8, {"ref": "mine"}), (9, {"repo": {"full_name": "mallory/fraud"}})):
        github.open_pull(number, author="mallory")
        github.merge(number, merged)
        github.pulls[number]["base"] |= base
    assert mlplan("ci", "fetch", "--out", "reviewed.json").code == 0
    assert (guarded / "reviewed.json").read_bytes() == data
    del github.pulls[7]
    done = mlplan("ci", "fetch", "--out", "reviewed.json")
    assert (done.code, "came by no pull request" in done.err) == (1, True)


@pytest.mark.parametrize(
    ("data", "code"),
    [(b"{}", "MLE420"), (b"\xff\xfe", "MLE780"), (b"", "MLE420")],
    ids=["another document", "no text", "nothing"],
)
def test_an_artifact_that_is_no_plan(mlplan, guarded, reviewed, data, code):
    reviewed(files={"plan.json": data})
    done = mlplan("ci", "fetch", "--out", "reviewed.json")
    assert (done.code, f"error[{code}]" in done.err) == (3, True)
    assert not (guarded / "reviewed.json").exists()


def test_a_plan_of_another_environment_under_this_name(mlplan, guarded, reviewed):
    assert mlplan("plan", "-e", "prod", "--out", "other.json").code == 0
    reviewed(files={"plan.json": (guarded / "other.json").read_bytes()})
    done = mlplan("ci", "fetch", "--out", "reviewed.json")
    assert (done.code, "error[MLE781]" in done.err) == (3, True)


def test_a_plan_that_is_dated_back_is_not_taken(mlplan, guarded, reviewed, github):
    """It would take in approvals that were given to an earlier plan of the same commit."""
    reviewed()
    github.artifacts[-1]["created_at"] = "2096-01-01T00:00:00Z"
    done = mlplan("ci", "fetch", "--out", "reviewed.json")
    assert (done.code, "error[MLE781]" in done.err, (guarded / "reviewed.json").exists()) == (3, True, False)


def test_a_plan_without_changes_needs_no_comment(mlplan, guarded, github, job):
    (guarded / "policy.yaml").write_text("rules: {}\n", encoding="utf-8")
    mlplan("apply", "--auto-approve")
    sha = github.open_pull(7)
    job()
    mlplan("plan", "--out", "plan.json")
    mlplan("ci", "comment", "plan.json")
    assert github.comments(7) == []
    github.keep_artifact(f"mlplan-plan-dev-{sha}", {"plan.json": (guarded / "plan.json").read_bytes()}, sha)
    job(None, sha=github.merge(7))
    assert mlplan("ci", "fetch", "--out", "reviewed.json").code == 0
    assert mlplan("apply", "--reviewed", "reviewed.json").code == 0


def test_a_direct_push_has_no_review(mlplan, guarded, github, job):
    github.commits["c" * 40] = {"sha": "c" * 40, "parents": []}
    job(None, sha="c" * 40)
    done = mlplan("ci", "fetch", "--out", "reviewed.json")
    assert (done.code, "came by no pull request" in done.err) == (1, True)


@pytest.mark.parametrize("when", [None, "soon", "2026-01-01T00:00:00.123Z"])
def test_an_artifact_that_does_not_say_when_it_was_kept(mlplan, reviewed, github, when):
    reviewed()
    github.artifacts[-1]["created_at"] = when
    done = mlplan("ci", "fetch", "--out", "reviewed.json")
    assert (done.code, "error[MLE781]" in done.err) == (3, True)
