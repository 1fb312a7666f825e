"""One comment of ours on a pull request: made, edited, never two, and nobody else's touched."""

import threading

import pytest

from mlplan.core.effect import Effects
from mlplan.forge.client import GitHub
from mlplan.forge.comments import WORKFLOW, me, upsert
from mlplan.forge.errors import Forbidden, Unclear, Unsigned

MARK = "<!-- mlplan:sticky project=fraud env=prod digest="
OTHER = "<!-- mlplan:sticky project=fraud env=dev digest="


@pytest.fixture
def bodies(github):
    github.open_pull(7)
    return lambda: [one["body"] for one in github.comments(7)]


def put(client, text, **how):
    return upsert(client, 7, MARK, f"{MARK}{text}", WORKFLOW, **how)


def test_it_is_made_once_and_then_edited(client, bodies):
    assert put(client(), "one").did == "created"
    assert put(client(), "two").did == "updated"
    assert bodies() == [f"{MARK}two"]


def test_the_same_text_is_not_written_again(github, client, bodies):
    put(client(), "one")
    put(client(), "one")
    assert github.asked("PATCH") == []


def test_it_is_found_behind_many_others(github, client, bodies):
    put(client(), "one")
    github.comments(7)[:0] = [github.note(8, "ana", f"talk {number}") for number in range(7)]
    assert put(client(), "two").did == "updated"
    assert bodies()[-1] == f"{MARK}two"


def test_a_comment_of_somebody_else_with_the_same_mark_stays(github, client, bodies):
    forged = f"{MARK}sha256:forged"
    github.note(7, "eve", forged)
    assert put(client(), "one").did == "created"
    assert bodies() == [forged, f"{MARK}one"]


def test_a_comment_of_another_environment_stays(github, client, bodies):
    github.note(7, WORKFLOW, f"{OTHER}x")
    put(client(), "one")
    assert bodies() == [f"{OTHER}x", f"{MARK}one"]


def test_doubles_of_ours_are_removed_and_the_oldest_is_kept(github, client, bodies):
    first = github.note(7, WORKFLOW, f"{MARK}1")["id"]
    github.note(7, WORKFLOW, f"{MARK}2")
    github.note(7, WORKFLOW, f"{MARK}3")
    assert put(client(), "one").removed == 2
    assert [(one["id"], one["body"]) for one in github.comments(7)] == [(first, f"{MARK}one")]


def test_nothing_is_made_where_none_is_wanted(client, bodies):
    assert put(client(), "one", create=False).did == "nothing"
    assert bodies() == []


@pytest.mark.parametrize("lose", ["before", "after"])
def test_a_lost_answer_leaves_one_comment(github, client, bodies, lose):
    github.fault("POST */comments", lose=lose)
    assert put(client(), "one").did == "created"
    assert bodies() == [f"{MARK}one"]


def test_a_comment_that_never_appears_is_told(github, client, bodies):
    github.fault("POST */comments", lose="before", times=9)
    with pytest.raises(Unclear):
        put(client(), "one")
    assert len(github.asked("POST")) == 3


def test_a_lost_edit_is_made_again(github, client, bodies):
    put(client(), "one")
    github.fault("PATCH *", lose="after")
    put(client(), "two")
    assert bodies() == [f"{MARK}two"]


def test_two_at_once_leave_one(github, client, bodies):
    """Both see no comment before either has written one."""
    gate = threading.Barrier(2)
    waiting = threading.local()

    def together(moment, label):
        if moment == "before" and label.startswith("POST") and not getattr(waiting, "done", False):
            waiting.done = True
            gate.wait(10)

    run = client().run
    threads = [
        threading.Thread(target=put, args=(GitHub(run, Effects(probe=together)), name)) for name in ("one", "two")
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(github.asked("POST", "*/comments")) == 2
    assert len(bodies()) == 1


def test_a_token_that_only_reads_is_told_so(github, client, bodies):
    with pytest.raises(Forbidden, match="not accessible"):
        put(client(token=github.reader), "one")


def test_who_we_are(github, client, bodies):
    assert me(client()) == WORKFLOW
    assert me(client(token=github.person("ana"))) == "ana"
    assert me(client(), "our-app[bot]") == "our-app[bot]"
    with pytest.raises(Unsigned):
        me(client(token=github.token[1:]))
