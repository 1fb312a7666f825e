"""Formats: what an older mlplan kept is read as what this one keeps; each step leads from one format to the next.

State, journal and lock share one number, and every file says under which it was written. Only the latest is
written; a newer one is refused, as nobody can tell what it means. The last file of an older format is kept
beside the new one for good. Lines of the ledger stay as they were written, or their chain would break.
"""

from collections.abc import Callable, Mapping
from typing import Any, Literal, NamedTuple

from mlplan.core.errors import StateError

Raw = dict[str, Any]
Part = Literal["state", "journal", "lock"]


def same(raw: Raw) -> Raw:
    """Return what a step leaves as it is."""
    return raw


class Step(NamedTuple):
    """The way from one format to the next, for each file that has the number."""

    state: Callable[[Raw], Raw] = same
    """The whole of `state.json`."""
    journal: Callable[[Raw], Raw] = same
    """One line of a journal: its first, an intent, or an outcome."""
    lock: Callable[[Raw], Raw] = same
    """`lock.json`, and the lock's object."""


STEPS: Mapping[int, Step] = {}
"""By the format from which each leads on. There was one format so far, so that there is none yet."""


def latest() -> int:
    """Return the format in which everything is written."""
    return 1 + len(STEPS)


def upgraded(raw: Raw, part: Part, written: object) -> Raw:
    """Return what was written under a format as the latest has it; ValueError for a format that never was."""
    if type(written) is not int or not 1 <= written <= latest():
        raise ValueError("its format is none that ever was")
    for number in range(written, latest()):
        raw = getattr(STEPS[number], part)(raw)
    return raw


def refuse_newer(written: object, file: str) -> None:
    """Raise StateError when a newer mlplan wrote a file."""
    if type(written) is int and written > latest():
        raise StateError(
            f"{file} has format {written}, and this mlplan knows formats up to {latest()}",
            code="MLE602",
            hint="a newer mlplan wrote it: install that version, or a later one",
        )
