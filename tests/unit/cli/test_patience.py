"""Patience: `--lock-timeout` waits for a lock that another run holds, says so, and goes on when it is free."""

import threading

import pytest

from mlplan.app.session import Request, Session
from mlplan.app.waiting import PAUSE

WRITERS = (
    ["apply", "--auto-approve"],
    ["destroy", "--auto-approve"],
    ["import", "experiment.fraud", "/Shared/fraud"],
    ["state", "mv", "experiment.fraud", "experiment.other"],
    ["state", "rm", "experiment.fraud"],
)


@pytest.fixture
def held(mlplan, project):
    """Return a project whose lock another run holds, and its lease."""
    assert mlplan("apply", "--auto-approve").code == 0
    with Session(Request(project)) as session:
        lease = session.backend.lock("a long apply")
        yield lease
        lease.release()


@pytest.mark.parametrize("words", WRITERS, ids=" ".join)
def test_every_command_that_writes_waits_as_long_as_it_may(mlplan, held, words):
    done = mlplan(*words, "--lock-timeout", "1s")
    assert done.code == 4
    waiting, refused = done.err.splitlines()[:2]
    assert waiting.startswith("Waiting, at most 1 second: small/dev is locked by ")
    assert "a long apply" in waiting
    assert "error[MLE610]" in refused


def test_it_goes_on_when_the_lock_is_given_back(mlplan, held):
    giving = threading.Timer(PAUSE / 10, held.release)
    giving.start()
    done = mlplan("apply", "--auto-approve", "--lock-timeout", "10m")
    giving.join()
    assert done.code == 0
    assert "at most 600 seconds" in done.err


def test_without_it_nobody_waits(mlplan, held):
    done = mlplan("apply", "--auto-approve")
    assert (done.code, "Waiting" in done.err) == (4, False)
    assert "--lock-timeout 10m waits" in done.err


def test_a_free_lock_is_taken_without_a_word(mlplan, project):
    assert mlplan("apply", "--auto-approve", "--lock-timeout", "1m").err.count("Waiting") == 0


def test_what_is_no_time_is_refused(mlplan, project):
    done = mlplan("apply", "--lock-timeout", "soon")
    assert (done.code, "is not a time such as" in done.err) == (1, True)
