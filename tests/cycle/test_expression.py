"""Expressions mean here what they mean to GitHub."""

import pytest
from expression import evaluate, fill, holds

CONTEXTS = {
    "github": {"repository": "Acme/ml", "event": {"pull_request": {"head": {"repo": None}}}},
    "vars": {"A": "a"},
}


def functions(*, failed=False):
    return {"always": lambda: True, "failure": lambda: failed, "success": lambda: not failed, "hashFiles": lambda _: ""}


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("'it''s'", "it's"),
        ("vars.A", "a"),
        ("vars.B", None),
        ("vars.B == ''", True),
        ("github.repository == 'acme/ML'", True),
        ("github.event.pull_request.head.repo.full_name == github.repository", False),
        ("!vars.B && (vars.A || vars.B)", "a"),
        ("hashFiles('x') != '' || true", True),
        ("!(true && false)", True),
    ],
)  # fmt: skip
def test_values(source, value):
    assert evaluate(source, CONTEXTS, functions()) == value


def test_texts_are_filled():
    assert fill("x-${{ vars.A }}-${{ vars.B }}${{ vars.A == 'a' }}", CONTEXTS, {}) == "x-a-true"


@pytest.mark.parametrize("source", ["vars.A ==", "(vars.A", "vars.A vars.A", "vars[0]", "nothing.here", "a?b"])
def test_what_is_not_understood_is_an_error(source):
    with pytest.raises((ValueError, KeyError)):
        evaluate(source, CONTEXTS, functions())


@pytest.mark.parametrize(
    ("condition", "failed", "met"),
    [
        (None, False, True),
        (None, True, False),
        ("vars.A == 'a'", True, False),
        ("failure() && vars.A == 'a'", True, True),
        ("${{ always() }}", True, True),
        ("failure()", False, False),
    ],
)
def test_a_condition_without_a_status_wants_success(condition, failed, met):
    assert holds(condition, CONTEXTS, functions(failed=failed)) is met
