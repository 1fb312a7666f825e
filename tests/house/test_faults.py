"""Faults: every row of FAULTS.md names a test that exists, and no row of the matrix is left out."""

import re

import pytest

ROWS = 27


@pytest.fixture(scope="module")
def table(root):
    """Return the rows below the head: number, fault, promise, test."""
    text = (root / "tests/FAULTS.md").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line.startswith("| ")][1:]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


def test_every_fault_has_a_row(table):
    numbers = [int(number) for number, *_ in table if number]
    assert numbers == list(range(1, ROWS + 1))


def test_every_row_says_fault_promise_and_test(table):
    for _, fault, promise, test in table:
        assert re.fullmatch(r"`[\w/]+\.py(::test_\w+)?`", test), test
        assert bool(fault) == bool(promise), fault


def test_every_named_test_exists(table, root):
    named = [row[-1].strip("`").partition("::") for row in table]
    missing = [
        (file, name)
        for file, _, name in named
        if not (root / file).exists() or (name and f"def {name}(" not in (root / file).read_text(encoding="utf-8"))
    ]
    assert missing == []
