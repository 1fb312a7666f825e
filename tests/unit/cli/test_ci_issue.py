"""Drift as one issue: opened, kept up to date, closed."""

import json

import pytest

from mlplan.testing.forge import GitHubServer


@pytest.fixture
def github(monkeypatch, tmp_path_factory):
    with GitHubServer(page=2) as server:
        for name, value in server.environ(tmp_path_factory.mktemp("job") / "event.json").items():
            monkeypatch.setenv(name, value)
        yield server


@pytest.fixture
def look(project, mlplan):
    """Return a call that looks for drift and tells GitHub."""

    def run():
        (project / "drift.json").write_text(mlplan("drift", "-o", "json").out, encoding="utf-8")
        return mlplan("ci", "issue", "drift.json")

    return run


def test_one_issue_from_first_drift_to_last(project, mlplan, github, look):
    assert mlplan("apply", "--auto-approve").code == 0
    assert look().out == "No drift, and no issue about it.\n"
    assert json.loads(mlplan("ci", "issue", "drift.json", "-o", "json").out)["issue"] == "nothing"
    assert mlplan("local", "set", "experiment", "/Shared/fraud", "tags.team=mal|lory").code == 0
    assert look().out.startswith("Issue opened: https://github.com/acme/fraud/issues/")
    assert look().out.startswith("Issue updated: ")
    [issue] = github.issues.values()
    assert issue["title"] == "Drift in small · dev"
    assert issue["label_names"] == ["mlplan:drift"]
    assert issue["body"].startswith("<!-- mlplan:drift project=small env=dev -->\n**1 object of small · dev** is not")
    assert "\n- `experiment.fraud` `/Shared/fraud` was changed\n" in issue["body"]
    assert "  | `tags.team` | `risk` | <code>&#34;mal&#124;lory&#34;</code> |\n" in issue["body"]
    mlplan("apply", "--auto-approve")
    assert look().out.startswith("Issue closed: ")
    assert look().out == "No drift, and no issue about it.\n"
    assert [one["state"] for one in github.issues.values()] == ["closed"]
    assert [one["body"] for one in github.comments(issue["number"])] == ["Everything is as it was last applied again."]


@pytest.mark.parametrize("text", ["", "{}", '{"drifted": []}'])
def test_what_is_no_drift_is_told(project, mlplan, github, text):
    (project / "drift.json").write_text(text, encoding="utf-8")
    done = mlplan("ci", "issue", "drift.json")
    assert (done.code, "error[MLE784]" in done.err) == (1, True)
    assert github.log == []


def test_thousands_of_objects_fit(project, mlplan, github):
    field = {
        "path": "tags.team", "before": "risk", "after": "x" * 500, "recorded": "risk", "cause": "drift", "replaces": False,
        "known_after_apply": None, "note": "",
    }  # fmt: skip
    one = {"kind": "experiment", "id": "/Shared/fraud", "status": "changed", "fields": [field] * 30}
    told = {
        "format_version": "1.0", "project": "small", "environment": "dev", "state": {"lineage": "x", "serial": 1},
        "drifted": [{"address": f"experiment.n{number}", **one} for number in range(3000)], "diagnostics": [],
    }  # fmt: skip
    (project / "drift.json").write_text(json.dumps(told), encoding="utf-8")
    assert mlplan("ci", "issue", "drift.json").code == 0
    [issue] = github.issues.values()
    assert len(issue["body"].encode()) < 65_000
    assert "more objects\n" in issue["body"]
    assert "| and 10 more | | |" in issue["body"]
