import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlplan.render.escape import block, visible

TEXTS = st.text(st.characters(), max_size=60)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("Größe 東京", "Größe 東京"),
        ("a\nb\tc\r", "a\\nb\\tc\\r"),
        ("\x1b[31mred", "\\u001b[31mred"),
        ("\x9b31m", "\\u009b31m"),
        ("abc\u202edef", "abc\\u202edef"),
        ("a\u200bb", "a\\u200bb"),
        ("a\u2028b", "a\\u2028b"),
        ("\U000e0041", "\\U000e0041"),
        ("\ud800", "\\ud800"),
        ("a\u00a0b", "a\\u00a0b"),
    ],
    ids=["plain", "letters", "layout", "csi", "c1", "bidi", "zero-width", "separator", "tag", "surrogate", "nbsp"],
)
def test_what_cannot_be_seen_is_written_out(text, expected):
    assert visible(text) == expected


@given(TEXTS)
def test_only_printable_characters_are_left(text):
    shown = visible(text)
    assert not any(unicodedata.category(one) in ("Cc", "Cf", "Cs", "Zl", "Zp") for one in shown)


@given(TEXTS)
def test_a_block_keeps_its_line_breaks_and_nothing_else(text):
    shown = block(text)
    assert shown.count("\n") == text.count("\n")
    assert all(line.isprintable() for line in shown.split("\n"))


@pytest.mark.parametrize("command", ["##[error]x", "a ##[group]", "##vso[task.setvariable]x", "\x1b##[a"])
def test_commands_of_ci_runners_are_broken_up(command):
    assert "##[" not in visible(command)
    assert "##vso[" not in visible(command)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("::error::x", ":\\u003aerror::x"), ("  ::x", "  :\\u003ax"), ("a::x", "a::x"), ("main.ml::x", "main.ml::x")],
)
def test_no_value_that_begins_a_line_is_a_command(text, expected):
    assert visible(text) == expected


def test_no_line_of_a_block_begins_with_a_value():
    assert block("one\n::error::two\n  ::three") == "one\n  | ::error::two\n  |   ::three"
