"""Difference: lines of a diff, coloured by their sign and safe on a terminal."""

from mlplan.render.colour import ANSI
from mlplan.render.difference import difference_text

LINES = ["--- a/f", "+++ b/f", "@@ -1 +1 @@", " x", "-a", "+b\x1b[31m"]


def test_lines_stay_as_they_are_but_for_what_nobody_can_see():
    assert difference_text(LINES) == "--- a/f\n+++ b/f\n@@ -1 +1 @@\n x\n-a\n+b\\u001b[31m\n"
    assert difference_text([]) == ""


def test_a_sign_gives_the_colour():
    assert difference_text(LINES[3:5], ANSI) == " x\n\x1b[31m-a\x1b[0m\n"
