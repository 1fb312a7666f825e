"""`mlplan ci` as typed: a plan is saved, and told to GitHub."""

import json
import os
from pathlib import Path

import pytest

from mlplan.app.document import digest_of
from mlplan.testing.forge import GitHubServer


@pytest.fixture
def github():
    with GitHubServer(page=2) as server:
        server.open_pull(7)
        yield server


@pytest.fixture
def job(github, monkeypatch, tmp_path_factory):
    """Return a call that makes this process a job of the pull request."""

    def become(pull=7, **how):
        folder = tmp_path_factory.mktemp("job")
        environ = github.environ(folder / "event.json", pull, **how)
        environ["GITHUB_STEP_SUMMARY"] = str(folder / "summary.md")
        for name, value in environ.items():
            monkeypatch.setenv(name, value)
        return environ

    return become


@pytest.fixture
def saved(project, mlplan):
    """Return a saved plan of the small project."""
    assert mlplan("plan", "--out", "plan.json").code == 0
    return project / "plan.json"


def digest(path):
    return json.loads(path.read_text(encoding="utf-8"))["digest"]


def test_comment_is_one_and_carries_the_digest(mlplan, saved, github, job):
    job()
    head = github.pulls[7]["head"]["sha"]
    first = mlplan("ci", "comment", saved)
    assert (first.code, first.err) == (0, "")
    assert first.out.startswith("Comment created: https://github.com/acme/fraud/issues/7#")
    assert mlplan("ci", "comment", saved).out.startswith("Comment updated: ")
    [found] = github.comments(7)
    assert found["body"].startswith(f"<!-- mlplan:sticky project=small env=dev digest={digest(saved)} -->\n")
    assert found["body"].endswith(f"\n<!-- mlplan:head {head} -->\n")
    assert github.token not in found["body"] + first.out


def test_a_run_of_an_earlier_commit_leaves_comment_and_labels_to_the_later_one(mlplan, saved, github, job):
    old = job()
    job()
    mlplan("ci", "comment", saved, "--labels")
    before = github.pulls[7]["head"]["sha"]
    github.push(7, "ana")
    job()
    mlplan("ci", "comment", saved, "--labels")
    [comment] = github.comments(7)
    assert before not in comment["body"]
    labels, body = list(github.labels[7]), comment["body"]
    event = json.loads(Path(old["GITHUB_EVENT_PATH"]).read_text(encoding="utf-8"))
    event["pull_request"]["head"]["sha"] = before
    Path(old["GITHUB_EVENT_PATH"]).write_text(json.dumps(event), encoding="utf-8")
    os.environ["GITHUB_EVENT_PATH"] = old["GITHUB_EVENT_PATH"]
    done = mlplan("ci", "comment", saved, "--labels")
    assert (done.code, done.out) == (
        0, f"The plan is of {before[:12]}, and pull request 7 went on: the comment is left alone.\n",
    )  # fmt: skip
    assert json.loads(mlplan("ci", "comment", saved, "-o", "json").out)["outdated"] == before
    assert (github.comments(7), github.labels[7]) == ([{**comment, "body": body}], labels)


@pytest.mark.parametrize("length", [25, 27, 28, 60])
def test_labels_of_long_names_fit_and_are_taken_off_again(mlplan, project, github, job, length):
    manifest = (project / "mlplan.yaml").read_text(encoding="utf-8")
    (project / "mlplan.yaml").write_text(
        manifest.replace("project: small", f"project: {'p' * length}"), encoding="utf-8"
    )
    mlplan("plan", "--out", "plan.json")
    job()
    assert mlplan("ci", "comment", "plan.json", "--labels").code == 0
    [plain, access] = github.labels[7]
    assert access == f"{plain}:access"
    assert len(f"{plain}:promotion") <= 50
    github.labels[7].append(f"{plain}:denied")
    assert mlplan("ci", "comment", "plan.json", "--labels").code == 0
    assert github.labels[7] == [plain, access]


def test_comment_as_json_with_labels(mlplan, saved, github, job):
    job()
    done = mlplan("ci", "comment", saved, "--labels", "-o", "json")
    told = json.loads(done.out)
    assert (told["comment"], told["pull_request"]) == ("created", 7)
    assert told["labels"] == ["mlplan:small/dev", "mlplan:small/dev:access"]
    assert github.labels[7] == told["labels"]


def test_a_plan_without_changes_makes_no_comment_but_edits_one(mlplan, saved, github, job):
    job()
    github.labels[7] = ["mlplan:small/dev:denied", "bug"]
    assert mlplan("apply", "--auto-approve").code == 0
    assert mlplan("plan", "--out", "empty.json").code == 0
    none = mlplan("ci", "comment", "empty.json", "--labels")
    assert (none.code, none.out) == (0, "No changes, and no comment on pull request 7 to update.\n")
    assert github.comments(7) == []
    assert github.labels[7] == ["bug"]
    mlplan("ci", "comment", saved)
    assert mlplan("ci", "comment", "empty.json").out.startswith("Comment updated")
    assert "No changes" in github.comments(7)[0]["body"]
    mlplan("ci", "comment", "empty.json", "--always")
    assert len(github.comments(7)) == 1


def test_a_fork_may_not_comment(mlplan, saved, github, job):
    job(token=github.reader)
    refused = mlplan("ci", "comment", saved)
    assert (refused.code, refused.out) == (1, "")
    assert "error[MLE773]" in refused.err
    lived_with = mlplan("ci", "comment", saved, "--best-effort")
    assert lived_with.code == 0
    assert "warning[MLE773]" in lived_with.err
    assert github.comments(7) == []


def test_best_effort_excuses_permissions_only(mlplan, saved, github, job):
    job()
    github.fault("POST */comments", status=422)
    done = mlplan("ci", "comment", saved, "--best-effort")
    assert done.code == 1
    assert "MLE775" in done.err


def test_outside_of_a_workflow(mlplan, saved, monkeypatch):
    monkeypatch.delenv("GITHUB_TOKEN", raising=False)
    done = mlplan("ci", "comment", saved)
    assert done.code == 1
    assert "error[MLE770]: GITHUB_TOKEN" in done.err


def test_summary_is_appended(mlplan, saved, job):
    environ = job()
    for _ in range(2):
        assert mlplan("ci", "summary", saved).out.endswith(" bytes to the page of the run.\n")
    written = Path(environ["GITHUB_STEP_SUMMARY"]).read_text(encoding="utf-8")
    assert written.count(digest(saved)) >= 2


def test_a_summary_without_a_step(mlplan, saved, monkeypatch):
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    done = mlplan("ci", "summary", saved)
    assert (done.code, "MLE770" in done.err) == (1, True)


def test_status_is_on_the_head_and_not_on_the_trial_merge(mlplan, saved, github, job):
    job()
    done = mlplan("ci", "status", saved)
    assert done.out == "success: 3 create\n"
    [found] = github.statuses[github.pulls[7]["head"]["sha"]]
    assert found["context"] == "mlplan/small/dev"
    assert found["target_url"].endswith("/actions/runs/77")


def test_annotations_of_mistakes(mlplan, project, edit):
    edit("/Shared/fraud", "fraud%")
    done = mlplan("validate", "-o", "json")
    assert done.code == 1
    (project / "validate.json").write_text(done.out, encoding="utf-8")
    shown = mlplan("ci", "annotate", "validate.json", "--prefix", "teams/risk")
    assert shown.code == 0
    [line] = shown.out.splitlines()
    assert line.startswith("::error file=teams/risk/resources/all.yaml,line=")
    assert ",col=" in line
    assert "title=MLE" in line.partition("::error ")[2].partition("::")[0]


def test_annotations_of_a_plan_that_is_fine(mlplan, saved):
    assert mlplan("ci", "annotate", saved).out == ""


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"changes": 1}', "{"])
def test_what_is_no_document_is_told(mlplan, project, text):
    (project / "odd.json").write_text(text, encoding="utf-8")
    done = mlplan("ci", "annotate", "odd.json")
    assert done.code in (1, 3)
    assert "MLE784" in done.err or "MLE420" in done.err


@pytest.mark.parametrize("words", [["comment"], ["status"], ["summary"], ["annotate"]], ids=lambda words: words[0])
def test_every_command_has_a_document_and_no_other_form(mlplan, saved, job, words):
    job()
    told = json.loads(mlplan("ci", *words, saved, "-o", "json").out)
    assert told["format_version"] == "1.0"
    assert len(told) > 1
    other = mlplan("ci", *words, saved, "-o", "html")
    assert (other.code, "no html form" in other.err) == (1, True)


def test_a_wrong_form_is_told_before_anything_is_done(mlplan, saved, github, job):
    job()
    assert mlplan("ci", "comment", saved, "-o", "html").code == 1
    assert github.log == []


def test_what_could_not_be_written_is_a_document_too(mlplan, saved, github, job):
    job(token=github.reader)
    done = mlplan("ci", "status", saved, "--best-effort", "-o", "json")
    assert json.loads(done.out) == {"format_version": "1.0", "skipped": "MLE773"}


FAULTS = [
    {"status": 401},
    {"status": 403},
    {"status": 404},
    {"status": 422},
    {"status": 302, "headers": {"location": "x"}},
]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: str(fault["status"]))
def test_the_token_is_in_nothing_that_is_printed(mlplan, saved, github, job, monkeypatch, fault):
    job()
    monkeypatch.setenv("MLPLAN_DEBUG", "1")
    github.fault("*", **fault, times=99, message=f"Bad credentials: {github.token}")
    for words in (
        ["comment", saved, "--labels"],
        ["status", saved],
        ["approvals", saved],
        ["fetch", "--out", "x.json"],
    ):
        done = mlplan("ci", *words)
        assert done.code == 1 or (words[0], fault["status"]) == ("status", 302)
        assert github.token not in done.out + done.err


def test_warnings_alone_make_no_comment_and_errors_do(mlplan, project, github, job):
    job()
    (project / "resources" / "all.yaml").write_text("resources: {}\n", encoding="utf-8")
    assert "MLE224" in mlplan("plan", "--out", "warned.json").out
    assert mlplan("ci", "comment", "warned.json").out.startswith("No changes, and no comment")
    document = json.loads((project / "warned.json").read_text(encoding="utf-8"))
    document["diagnostics"][0]["severity"] = "error"
    (project / "failed.json").write_text(json.dumps({**document, "digest": digest_of(document)}), encoding="utf-8")
    assert mlplan("ci", "comment", "failed.json").out.startswith("Comment created")
    assert mlplan("ci", "status", "failed.json").out.startswith("error: no plan could be made: 1 error")
