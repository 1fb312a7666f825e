"""Outcome: the exit code that a plan stands for."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mlplan.app.planning import Planned


def outcome(found: "Planned", *, detailed: bool) -> int:
    """Return 1 for a plan that could not be made, 6 for one that a rule denies, and 2 for changes when `detailed`."""
    if found.failed:
        return 1
    if found.denied:
        return 6
    return 2 if detailed and not found.plan.empty else 0
