"""`mlplan apply` of saved plans as typed: which words go together, exit codes, and what a person reads."""

import json

import pytest


@pytest.fixture
def saved(project, mlplan):
    """Return the digest of a saved plan of the small project."""
    assert mlplan("plan", "--out", "plan.json").code == 0
    return json.loads((project / "plan.json").read_text(encoding="utf-8"))["digest"]


@pytest.mark.parametrize("form", [["plan.json"], ["--reviewed", "plan.json"]], ids=["saved", "reviewed"])
def test_it_asks_nothing_and_tells_what_was_done(mlplan, saved, form):
    done = mlplan("apply", *form, "--digest", saved, "--wait", "--detailed-exitcode")
    assert done.code == 2
    assert "Applied: " in done.out


@pytest.mark.parametrize("form", [["plan.json"], ["--reviewed", "plan.json"]], ids=["saved", "reviewed"])
def test_another_digest_ends_with_3(mlplan, saved, form):
    done = mlplan("apply", *form, "--digest", "0" * 64)
    assert (done.code, done.out) == (3, "")
    assert f"error[MLE444]: this is the plan {saved}" in done.err


WORDS = {
    "both": ["plan.json", "--reviewed", "plan.json"],
    "digest alone": ["--digest", "0" * 64],
    "no digest": ["plan.json", "--digest", "sha256:12"],
    "options": ["plan.json", "--target", "experiment.one"],
}


@pytest.mark.parametrize("words", WORDS.values(), ids=WORDS)
def test_words_that_do_not_go_together_are_a_usage_error(mlplan, saved, words):
    done = mlplan("apply", *words)
    assert done.code == 1
    assert "MLE700" in done.err


def test_no_reviewed_plan_is_applied_as_another_environment(mlplan, saved):
    done = mlplan("apply", "--reviewed", "plan.json", "-e", "prod")
    assert done.code == 3
    assert "MLE423" in done.err


@pytest.mark.parametrize("time", ["0s", "8d", "999999d", "soon"])
def test_a_plan_holds_for_a_while_and_not_for_ever(mlplan, project, time):
    done = mlplan("plan", "--out", "late.json", "--expires", time)
    assert done.code == 1
    assert not (project / "late.json").exists()


def test_the_digest_is_told_when_a_plan_is_saved_and_when_it_is_shown(mlplan, saved):
    assert f"Its digest is {saved}" in mlplan("plan", "--out", "plan.json").err.replace("\n", " ")
    assert saved in mlplan("show", "plan.json").out


@pytest.mark.parametrize("first", ["catalog.*", "*.catalog.main", "experiment.*"])
def test_a_first_apply_that_was_half_done_can_be_run_again(mlplan, saved, first):
    """Its plan was made where there was no state, which an apply that failed on its way leaves behind."""
    assert mlplan("apply", "--target", first, "--auto-approve").code == 0
    again = mlplan("apply", "--reviewed", "plan.json", "--detailed-exitcode")
    assert again.code == 2, again.err
    assert mlplan("apply", "--reviewed", "plan.json").code == 0


def test_what_agrees_is_said_to_apply_too(mlplan, project):
    mlplan("plan", "--var", "team=fraud", "--out", "plan.json")
    done = mlplan("apply", "--reviewed", "plan.json")
    assert (done.code, "another command line: variables.team: was fraud, is not there" in done.err) == (3, True)
    assert mlplan("apply", "--reviewed", "plan.json", "--var", "team=fraud").code == 0
