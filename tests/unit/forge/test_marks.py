"""Labels, statuses and issues: only ours are touched, and there is one of each."""

import pytest

from mlplan.forge.comments import WORKFLOW
from mlplan.forge.errors import Unclear
from mlplan.forge.issues import close_issue, keep_issue
from mlplan.forge.labels import set_labels
from mlplan.forge.statuses import set_status

MARK = "<!-- mlplan:drift project=fraud env=prod -->"


def test_labels_under_the_prefix_become_what_is_wanted(github, client):
    github.open_pull(7)
    github.labels[7] = [
        "bug",
        "mlplan:fraud/dev",
        "mlplan:fraud/prod:denied",
        "mlplan:fraud/prod",
        "mlplan:fraud/production",
    ]
    assert set_labels(client(), 7, "mlplan:fraud/prod", ["mlplan:fraud/prod", "mlplan:fraud/prod:promotion"])
    assert sorted(github.labels[7]) == [
        "bug", "mlplan:fraud/dev", "mlplan:fraud/prod", "mlplan:fraud/prod:promotion", "mlplan:fraud/production",
    ]  # fmt: skip


def test_labels_that_are_right_are_left_alone(github, client):
    github.labels[7] = ["mlplan:fraud/prod"]
    assert not set_labels(client(), 7, "mlplan:fraud/prod", ["mlplan:fraud/prod"])
    assert github.asked("POST") == github.asked("DELETE") == []


def test_a_status_names_its_run_and_fits(github, client):
    set_status(client(), "a" * 40, "mlplan/fraud/prod", "pending", "x" * 200)
    [found] = github.statuses["a" * 40]
    assert found["target_url"] == "https://github.com/acme/fraud/actions/runs/77"
    assert len(found["description"]) == 140
    assert (found["state"], found["context"]) == ("pending", "mlplan/fraud/prod")


def keep(client, text="text"):
    return keep_issue(client, MARK, "mlplan:drift", WORKFLOW, "Drift in fraud · prod", f"{MARK}\n{text}")


def opened(github):
    return [one for one in github.issues.values() if one["state"] == "open"]


def test_one_issue_is_opened_then_updated_then_closed(github, client):
    first = keep(client())
    assert first.did == "opened"
    assert keep(client(), "more") == first._replace(did="updated")
    assert [one["body"] for one in opened(github)] == [f"{MARK}\nmore"]
    assert close_issue(client(), MARK, "mlplan:drift", WORKFLOW, "gone").did == "closed"
    assert opened(github) == []
    assert [one["body"] for one in github.comments(first.number)] == ["gone"]
    assert close_issue(client(), MARK, "mlplan:drift", WORKFLOW, "gone").did == "nothing"
    assert len(github.comments(first.number)) == 1


def test_the_same_drift_is_not_written_again(github, client):
    keep(client())
    keep(client())
    assert github.asked("PATCH") == []


@pytest.mark.parametrize("lose", ["before", "after"])
def test_a_lost_answer_leaves_one_issue(github, client, lose):
    github.fault("POST */issues", lose=lose)
    assert keep(client()).did == "opened"
    assert len(github.issues) == 1


def test_an_issue_that_never_appears_is_told(github, client):
    github.fault("POST */issues", lose="before", times=9)
    with pytest.raises(Unclear):
        keep(client())


def test_a_double_is_closed(github, client):
    keep(client())
    number = next(iter(github.issues))
    github.issues[number + 1] = github.issues[number] | {"number": number + 1}
    keep(client(), "more")
    assert [one["number"] for one in opened(github)] == [number]


def test_issues_of_others_with_the_mark_stay(github, client):
    keep(client())
    number = next(iter(github.issues))
    github.issues[number]["user"] = {"login": "eve"}
    assert keep(client(), "more").did == "opened"
    assert github.issues[number]["body"] == f"{MARK}\ntext"


def test_an_issue_that_came_without_its_label_gets_it(github, client):
    github.drops_labels = True
    keep(client())
    assert [one["label_names"] for one in github.issues.values()] == [["mlplan:drift"]]
    assert keep(client(), "more").did == "updated"
    assert len(github.issues) == 1
