"""After the review: who approved, and who does not count."""

import json
import subprocess

import pytest


@pytest.fixture
def policy(guarded):
    """Return a call that changes the one approval that is asked for."""

    def change(**fields):
        [block] = [{"name": "risk", "kinds": ["catalog"], "users": ["Ben", "cy"], "teams": ["acme/ml-risk"]} | fields]
        (guarded / "policy.yaml").write_text(json.dumps({"approvals": [block]}), encoding="utf-8")

    return change


def ask(mlplan, *more):
    done = mlplan("ci", "approvals", "plan.json", "-o", "json", *more)
    return done.code, json.loads(done.out)["approvals"][0] if done.out else done.err


def names(found):
    return [one["user"] for one in found["given"]]


@pytest.mark.parametrize(
    ("reviews", "given", "note"),
    [
        ([], [], ""),
        ([("ben", "APPROVED")], ["ben"], ""),
        ([("BEN", "APPROVED")], ["BEN"], ""),
        ([("ben", "APPROVED"), ("ben", "COMMENTED")], ["ben"], ""),
        ([("ben", "APPROVED"), ("ben", "CHANGES_REQUESTED")], [], ""),
        ([("ben", "CHANGES_REQUESTED"), ("ben", "APPROVED")], ["ben"], ""),
        ([("ben", "APPROVED"), ("ben", "DISMISSED")], [], ""),
        ([("ben", "DISMISSED")], [], ""),
        ([("eve", "APPROVED")], [], "whether eve is in acme/ml-risk"),
        ([("ben", "COMMENTED")], [], ""),
        ([("x", "COMMENTED")] * 5 + [("ben", "APPROVED")], ["ben"], ""),
        ([("ana", "APPROVED")], [], "whether ana is in acme/ml-risk"),
    ],
    ids=[
        "nobody", "approved", "in capitals", "then a remark", "then refused", "first refused", "then dismissed",
        "dismissed", "a stranger", "a remark", "on a later page", "its author",
    ],
)  # fmt: skip
def test_the_last_word_of_those_who_may(mlplan, github, head, reviews, given, note):
    sha = head()
    for login, state in reviews:
        github.review(7, login, state, sha)
    code, found = ask(mlplan)
    assert (names(found), code) == (given, 0 if given else 6)
    assert note in " ".join(found["notes"])


def test_an_approval_from_before_the_plan_was_of_another_plan(mlplan, github, head):
    sha = head()
    github.review(7, "ben", "APPROVED", sha, at="2020-01-01T00:00:00Z")
    code, found = ask(mlplan)
    assert (names(found), code) == ([], 6)
    assert "ben approved at 2020-01-01T00:00:00Z, before this plan was made" in found["notes"][0]
    github.review(7, "ben", "APPROVED", sha)
    assert ask(mlplan)[0] == 0


def test_an_approval_of_an_earlier_commit_does_not_count(mlplan, github, head):
    first = head(["ana", "ana"])
    github.review(7, "ben", "APPROVED", github.written[7][0]["sha"])
    code, found = ask(mlplan)
    assert (code, names(found)) == (6, [])
    assert "and not the last one" in found["notes"][0]
    github.review(7, "ben", "APPROVED", first)
    assert ask(mlplan)[0] == 0


@pytest.mark.parametrize(
    ("commits", "message", "allowed"),
    [
        (["ben"], "", False), (["ana", "ben", "ana"], "", False),
        (["ana"], "Co-authored-by: B <7+Ben@users.noreply.github.com>", False),
        (["ana"], "  co-authored-by : B <ben@users.noreply.git.acme.example>", False),
    ],
    ids=["alone", "in the middle", "as co-author", "as co-author elsewhere"],
)  # fmt: skip
def test_whoever_wrote_a_part_does_not_count(mlplan, github, head, policy, commits, message, allowed):
    sha = head(commits)
    github.written[7][0]["commit"]["message"] = f"a change\n\n{message}"
    github.review(7, "ben", "APPROVED", sha)
    code, found = ask(mlplan)
    assert (code, names(found)) == (6, [])
    assert found["notes"] == ["ben approved, and wrote or pushed a part of it"]
    policy(allow_author=True)
    head(commits)
    github.review(7, "ben", "APPROVED", github.pulls[7]["head"]["sha"])
    assert ask(mlplan)[0] == 0


def test_the_author_does_not_count_even_when_named(mlplan, github, head, policy):
    policy(users=["ana"], teams=[])
    github.review(7, "ana", "APPROVED", head())
    code, found = ask(mlplan)
    assert (code, found["notes"]) == (6, ["ana approved, and wrote or pushed a part of it"])


def test_a_commit_of_nobody_known_leaves_doubt(mlplan, github, head):
    github.review(7, "ben", "APPROVED", head(["ana", "", "ana"]))
    code, found = ask(mlplan)
    assert (code, names(found)) == (6, [])
    assert "belongs to no account" in found["notes"][0]


def test_whoever_pushed_under_another_name_does_not_count(mlplan, github, head, job):
    """A commit says of its author and committer whatever its maker set in git's configuration."""
    head()
    sha = github.push(7, "ana", pusher="Ben")
    job()
    mlplan("ci", "comment", "plan.json")
    github.review(7, "ben", "APPROVED", sha)
    code, found = ask(mlplan)
    assert (code, found["notes"]) == (6, ["ben approved, and wrote or pushed a part of it"])
    github.activity = None  # an older server does not tell
    assert ask(mlplan)[0] == 0


def test_a_push_to_a_branch_of_this_name_long_ago_is_no_part_of_it(mlplan, github, head):
    sha = head()
    past = {"after": "d" * 40, "ref": "refs/heads/change-7", "actor": {"login": "ben"}}
    nobody = {"after": sha, "ref": "refs/heads/change-7", "actor": None}
    github.activity += [past, nobody, {**past, "after": sha, "ref": "refs/heads/change-8"}]
    github.review(7, "ben", "APPROVED", sha)
    assert ask(mlplan)[0] == 0


def test_github_itself_is_no_author(mlplan, github, head):
    sha = head()
    github.written[7][0]["committer"] = {"login": "web-flow", "type": "User"}
    github.review(7, "ben", "APPROVED", sha)
    assert ask(mlplan)[0] == 0
    github.written[7][0]["author"] = {"login": "web-flow", "type": "User"}
    code, found = ask(mlplan)
    assert (code, "belongs to no account" in found["notes"][0]) == (6, True)


def test_commits_that_github_does_not_tell_leave_doubt(mlplan, github, head):
    github.review(7, "ben", "APPROVED", head())
    github.pulls[7]["commits"] = 251
    code, found = ask(mlplan)
    assert (code, "does not tell all" in found["notes"][0]) == (6, True)


def test_a_program_is_nobody(mlplan, github, head, policy):
    policy(users=["robot"])
    github.review(7, "robot", "APPROVED", head(), "Bot")
    assert ask(mlplan)[0] == 6


def test_teams_take_a_token_that_may_read_them(mlplan, github, head, job):
    sha = head()
    github.review(7, "dana", "APPROVED", sha)
    code, found = ask(mlplan)
    assert (code, names(found)) == (6, [])
    assert "takes one that may read the organization's members" in found["notes"][0]
    job(token=github.person("reader"))
    code, found = ask(mlplan, "--author", "github-actions[bot]")
    assert (code, names(found)) == (0, ["dana"])
    github.teams["acme/ml-risk"] = {"zoe"}
    code, found = ask(mlplan, "--author", "github-actions[bot]")
    assert (code, found["notes"]) == (6, [])


def test_what_a_person_reads(mlplan, github, head):
    sha = head()
    github.review(7, "ben", "APPROVED", sha)
    done = mlplan("ci", "approvals", "plan.json")
    assert done.out == (
        f"small · dev · pull request 7 by ana, at {sha[:12]}\n\n"
        "  given    risk  1 of acme/ml-risk, Ben, cy  (nobody who wrote it): ben\n\n"
        "Everybody who must agree did.\n"
    )


def test_the_record_opens_apply_and_the_comment_and_status_show_it(mlplan, github, head):
    sha = head()
    assert mlplan("ci", "status", "plan.json").out.startswith("pending: waits for 1 approval; ")
    github.review(7, "ben", "APPROVED", sha)
    assert mlplan("ci", "approvals", "plan.json", "--out", "approvals.json").code == 0
    assert mlplan("ci", "status", "plan.json", "--approvals", "approvals.json").out.startswith("success: ")
    assert [one["state"] for one in github.statuses[sha]] == ["pending", "success"]
    mlplan("ci", "comment", "plan.json", "--approvals", "approvals.json")
    [comment] = github.comments(7)
    assert "1 of 1 given by `ben`" in comment["body"]
    assert mlplan("apply", "plan.json").code == 6
    assert mlplan("apply", "plan.json", "--approvals", "approvals.json").code == 0


def test_a_plan_of_another_commit_is_not_what_was_approved(mlplan, github, head):
    head()
    github.push(7, "ana")
    done = mlplan("ci", "approvals", "plan.json", "--out", "approvals.json")
    assert (done.code, "error[MLE783]" in done.err) == (3, True)


def git(project, *words):
    identity = ["-c", "user.name=ana", "-c", "user.email=ana@acme.example"]
    done = subprocess.run(["git", *identity, *words], cwd=project, check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.fixture
def commit(guarded):
    git(guarded, "init", "-q")
    git(guarded, "add", "-A")
    git(guarded, "commit", "-qm", "all")
    return git(guarded, "rev-parse", "HEAD")


@pytest.mark.parametrize("way", ["the head itself", "its trial merge"])
def test_a_plan_of_the_last_commit_needs_no_comment(mlplan, github, commit, job, way):
    if way == "the head itself":
        github.open_pull(7)
        sha = github.push(7, "ana", commit)
    else:
        sha = github.open_pull(7)
        github.trial_merge(7, commit)
    job()
    mlplan("plan", "--out", "plan.json")
    github.review(7, "ben", "APPROVED", sha)
    assert mlplan("ci", "approvals", "plan.json").code == 0
