"""A rollout as a reviewer reads it: where it is, what happens now, when the next step is due."""

import pytest

from mlplan.core.rollout import Move, Rollout
from mlplan.render.rollout import rollouts_text, waiting_text

MOVE = Move("current", "1", "2", "current-v2")
STEPS = ((10, "30m"), (50, "2h"))
DUE = 1_767_258_000.0


def rollout(standing, before, percent, **more):
    return Rollout("serving_endpoint.e", "e", standing, (MOVE,), STEPS, before, percent, **more)


TEXTS = {
    "starts": (rollout("starts", 0, 10), "[10 %]", "moves from 0 % to 10 %, then at least 30m there"),
    "steps": (rollout("steps", 10, 50), "[50 %]", "moves from 10 % to 50 %, then at least 2h there"),
    "ends": (rollout("ends", 50, 100), "[100 %]", "moves from 50 % to all of it"),
    "waits": (rollout("waits", 10, 10, due=DUE), "[10 %]", "the next step is due at 2026-01-01 09:00:00 UTC"),
    "waits for others": (rollout("waits", 50, 50, due=DUE, why="f is not as far"), "[50 %]", "UTC; f is not as far"),
    "just began": (rollout("waits", 10, 10), "[10 %]", "since when is remembered now"),
    "aborts": (rollout("aborts", 10, 0), "[0 %]", "aborted: returns from 10 % to the start"),
    "aborted": (rollout("aborted", 0, 0), "[0 %]", "--restart-rollout serving_endpoint.e begins anew"),
}


@pytest.mark.parametrize("name", TEXTS)
def test_it_says_where_it_is_and_what_happens(name):
    found, at, told = TEXTS[name]
    text = rollouts_text([found])
    assert text.startswith("Rollouts (1)\n  serving_endpoint.e  e\n      current  v1 -> v2\n      ")
    assert at in text
    assert told in text


def test_all_steps_are_shown():
    assert "0 % > [10 %] > 50 % > 100 %" in rollouts_text([rollout("starts", 0, 10)])


def test_nothing_is_said_when_nothing_rolls():
    assert rollouts_text([]) == ""


def test_an_apply_that_stays_says_until_when():
    assert waiting_text([rollout("waits", 10, 10, due=DUE)], DUE) == (
        "  wait     serving_endpoint.e at 10 % ... until 2026-01-01 09:00:00 UTC\n"
    )
