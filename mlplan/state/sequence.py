"""Sequence: whether a state, the journal beside it and what was written before follow on each other."""

from mlplan.core.errors import StateError
from mlplan.core.state import State
from mlplan.state.codec import Head
from mlplan.state.journal import Recorded
from mlplan.state.record import Record

LOST = (
    "put the state back, from history/ or a backup; if it is lost, move all that is left beside it away, "
    "and run `mlplan state rebuild`"
)
"""What to do where there was state and there is none."""


def applies(found: Recorded, head: Head, file: str) -> bool:
    """Tell whether a journal goes on from this state, or is in it already; StateError when it is of another."""
    header = found.header
    if header.base == head.serial and header.lineage == (head.lineage or header.lineage):
        return True
    if header.base < head.serial and header.lineage == head.lineage:
        return False
    raise StateError(
        f"{file} goes on from serial {header.base} of lineage {header.lineage}, but state.json "
        f"has serial {head.serial} of lineage {head.lineage or '(none)'}",
        code="MLE605",
        hint="one of the two was put there from elsewhere: put back the state that the journal goes on from"
        if head.lineage
        else LOST,
    )


def refuse_changed(name: str, head: Head, state: State) -> None:
    """Raise StateError unless `state`, which was read, is still the one that is there."""
    if (head.lineage, head.serial) == (state.lineage, state.serial):
        return
    there, ours = f"serial {head.serial}", f"serial {state.serial}"
    if head.lineage != state.lineage:
        there, ours = f"lineage {head.lineage or '(none)'}", f"lineage {state.lineage or '(none)'}"
    message = f"the state of {name} changed since it was read: {there} is there, {ours} was read"
    raise StateError(message, code="MLE607", hint="run again: it starts from the state as it is now")


def refuse_older(state: State, record: Record, file: str) -> None:
    """Raise StateError when a later state than this has been written here."""
    if not record.lineage or (record.lineage == state.lineage and record.serial <= state.serial):
        return
    there = f"{file} has serial {state.serial} of lineage {state.lineage or '(none)'}"
    hint = "put the later state back; if you went back on purpose, remove lock.json beside it and run again"
    raise StateError(
        f"{there}, but serial {record.serial} of lineage {record.lineage} was written here before",
        code="MLE605",
        hint=hint if state.lineage else LOST,
    )
