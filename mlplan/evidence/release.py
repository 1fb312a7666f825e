"""Release: how far one version number is from another, by the rules of Python packages.

2.4.6 -> 2.4.7          patch        also post-releases, and a pre-release that became final
2.4.6 -> 2.5.0          minor
2.4.6 -> 3.0.0          major        also another epoch
0.15.0 -> 0.16.0        major        before 1.0 every minor release may break its callers
2025.2 -> 2026.1        minor        a calendar's year says nothing about breaking
2.4.6 -> 2.4.5          downgraded
2.4.6+cpu -> 2.4.6+cu1  changed      the same release, built otherwise

Where the numbers are no versions of Python packages, being equal is all that can be told.
"""

from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from packaging.version import Version

Step = Literal["same", "patch", "minor", "major", "downgraded", "changed", "unknown"]
FIRST_YEAR = 1900
"""A first number from here on is a year."""


def release(before: str, after: str) -> dict[str, Any]:
    """Return both version numbers and the step between them; unknown where one is empty."""
    change, reason = step(before, after) if before and after else ("unknown", "a version is not known")
    return {"before": before, "after": after, "change": change, "reason": reason}


def step(before: str, after: str) -> tuple[Step, str]:
    """Return the step between two version numbers, and what there is to say of it."""
    from packaging.version import Version  # noqa: PLC0415 - many plans compare no versions

    if before == after:
        return "same", ""
    try:
        old, new = Version(before), Version(after)
    except ValueError:
        return "changed", "not version numbers that have an order"
    if old == new:
        return "same", ""
    if Version(old.public) == Version(new.public):
        return "changed", f"another build: {old.local or 'none named'} -> {new.local or 'none named'}"
    return ("downgraded", "it goes back") if new < old else _forward(old, new)


def _forward(old: "Version", new: "Version") -> tuple[Step, str]:
    """Return the step to a later version."""
    if old.epoch != new.epoch:
        return "major", f"another epoch: {old.epoch} -> {new.epoch}"
    if old.major != new.major:
        years = min(old.major, new.major) >= FIRST_YEAR
        return ("minor", "calendar versions") if years else ("major", "")
    if old.minor != new.minor:
        return ("minor", "") if old.major else ("major", "before 1.0 a minor release may break")
    return "patch", f"{new} is a pre-release" if new.is_prerelease else ""
