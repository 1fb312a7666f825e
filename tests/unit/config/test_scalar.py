"""Scalar: what plain values mean, and which are refused because readers would disagree."""

import pytest

from mlplan.config.scalar import Ambiguous, plain

READ = {
    "": None, "~": None, "null": None, "true": True, "False": False, "0": 0, "7": 7, "-1": -1, "9223372036854775807": 2**63 - 1,
    "0.5": 0.5, "1.0": 1.0, "-2.25": -2.25, "text": "text", "1.2.3": "1.2.3", "192.168.0.1": "192.168.0.1", "10m": "10m",
    "-": "-", ".": ".", "...": "...", "yEs": "yEs", "nope": "nope", "1-2": "1-2", "+": "+", "12:60": "12:60", "a:b": "a:b",
    "2026-11": "2026-11", "v1.10": "v1.10", "1,000": "1,000", "0x": "0x", "e3": "e3", "inf": "inf", "/a": "/a",
    "2026-11-21-a": "2026-11-21-a", "01a": "01a",
}  # fmt: skip
REFUSED = [
    "y", "Y", "n", "N", "yes", "Yes", "YES", "no", "No", "NO", "on", "On", "ON", "off", "Off", "OFF", "=", "<<",
    "00", "01", "-01", "+1", "-0", "0755", "09", "0o17", "0x1F", "0b101", "1_000", "1_000.5", "1.10", "1.", ".5", "1e3", "1E-3",
    "1.5e3", "12:30", "12:30:45", "-1:30", "1:30.5", ".inf", "-.INF", ".nan", ".NaN", "2026-11-21", "2026-1-2",
    "2026-11-21T10:00:00Z", "2026-11-21 10:00:00", "9223372036854775808", "-9223372036854775808", "0.12345678901234567890",
]  # fmt: skip


@pytest.mark.parametrize(("text", "value"), READ.items())
def test_plain_values_that_all_readers_agree_on(text, value):
    found = plain(text)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize("text", REFUSED)
def test_plain_values_that_readers_disagree_on(text):
    assert isinstance(plain(text), Ambiguous)
