"""What others wrote stays text: no escape, nothing unseen, and no command of a CI runner, in all forms of a plan."""

import json
import unicodedata

import pytest
from hypothesis import given, settings

from mlplan.render.sheet import FORMS, rendered
from mlplan.testing.hostile import PIECES, sheet, sheets

UNSEEN = ("Cc", "Cf", "Cs", "Zl", "Zp")


def unseen(text):
    """Return the characters of a text that no reader sees, line breaks apart."""
    return {one for one in text if one != "\n" and unicodedata.category(one) in UNSEEN}


def commands(text):
    """Return the lines that a CI runner would take for a command."""
    lines = text.split("\n")
    return [one for one in lines if one.lstrip().startswith("::") or "##[" in one or "##vso[" in one]


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=60, deadline=None)
@given(shown=sheets())
def test_every_form_shows_what_is_there_and_does_nothing(form, shown):
    text = rendered(form, shown)
    assert unseen(text) == set()
    assert commands(text) == []


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("piece", PIECES, ids=lambda one: ascii(one)[1:24])
def test_each_trick_is_inert_wherever_it_stands(form, piece):
    text = rendered(form, sheet(lambda: piece))
    assert unseen(text) == set()
    assert commands(text) == []


@settings(max_examples=30, deadline=None)
@given(shown=sheets())
def test_json_holds_every_value_as_it_is(shown):
    text = rendered("json", shown)
    assert text.isascii()
    assert json.loads(text) == json.loads(json.dumps(shown.document))
