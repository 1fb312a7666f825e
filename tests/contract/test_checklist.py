"""Checklist: every test that CHECKLIST.md names exists."""

import re
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
NAMED = re.findall(r"`([a-z_/]+\.py)(?:::(test_\w+))?` \|$", (HERE / "CHECKLIST.md").read_text(), re.MULTILINE)


def test_it_names_tests():
    assert len(NAMED) > 50


def test_every_named_test_exists():
    missing = [
        (file, name)
        for file, name in NAMED
        if not (ROOT / file).exists() or (name and f"def {name}(" not in (ROOT / file).read_text())
    ]
    assert missing == []


def test_every_row_names_one():
    rows = [line for line in (HERE / "CHECKLIST.md").read_text().splitlines() if line.startswith("| ")]
    assert len(rows) - len(NAMED) == len([row for row in rows if row == "| item | test |"])
