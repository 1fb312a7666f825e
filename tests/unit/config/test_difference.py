"""Difference: what an edit changes, as `diff -u` has it."""

import pytest

from mlplan.config.difference import difference

HEAD = ["--- a/f.yaml", "+++ b/f.yaml"]
CASES = {
    "one line": ("a: 6\n", "a: 7\n", [*HEAD, "@@ -1 +1 @@", "-a: 6", "+a: 7"]),
    "three lines around it": (
        "1\n2\n3\n4\na: 6\n5\n6\n7\n8\n", "1\n2\n3\n4\na: 7\n5\n6\n7\n8\n",
        [*HEAD, "@@ -2,7 +2,7 @@", " 2", " 3", " 4", "-a: 6", "+a: 7", " 5", " 6", " 7"],
    ),
    "a new file": (None, "a: 7\n", ["--- /dev/null", "+++ b/f.yaml", "@@ -0,0 +1 @@", "+a: 7"]),
    "lines that end as on Windows": ("a: 6\r\n", "a: 7\r\n", [*HEAD, "@@ -1 +1 @@", "-a: 6", "+a: 7"]),
    "no end of the last line": (
        "x\na: 6", "x\na: 7",
        [*HEAD, "@@ -1,2 +1,2 @@", " x", "-a: 6", "\\ No newline at end of file", "+a: 7", "\\ No newline at end of file"],
    ),
    "a last line that is no longer the last": (
        "a: 6", "a: 6\nb: 7",
        [*HEAD, "@@ -1 +1,2 @@", "-a: 6", "\\ No newline at end of file", "+a: 6", "+b: 7", "\\ No newline at end of file"],
    ),
    "nothing": ("a: 6\n", "a: 6\n", []),
    "what may be a secret": (
        "token: hunter2\na: 6\n", "token: hunter2\na: 7\n",
        [*HEAD, "@@ -1,2 +1,2 @@", " token: ***", "-a: 6", "+a: 7"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("before", "after", "lines"), CASES.values(), ids=CASES)
def test_a_difference_is_told_line_by_line(before, after, lines):
    assert difference("f.yaml", before, after) == lines
