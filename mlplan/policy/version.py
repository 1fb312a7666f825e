"""Version: a promotion leads to a version that is ready, and not back to one that nobody meant."""

from collections.abc import Iterator

from mlplan.core.evidence import READY
from mlplan.policy.reading import gap, version
from mlplan.policy.rule import Seen, Verdict, failed, passed, rule


@rule("MLP040", "the new version is ready", "promotion", level="deny", everywhere=True)
def ready(seen: Seen) -> Iterator[Verdict]:
    """Judge the status of the version that an alias moves to."""
    if not seen.after:
        yield from gap(seen, f"the status of {version(seen)}")
        return
    status = seen.after.get("status")
    if status == READY:
        yield passed(f"{version(seen)} is {READY}")
    else:
        yield failed(
            f"{version(seen)} is {status}", hint="wait until it is READY, or look at why its registration failed"
        )


@rule("MLP041", "versions move forward", "promotion", level="deny")
def forward(seen: Seen) -> Iterator[Verdict]:
    """Judge whether an alias moves to an older version that never held it."""
    old, new = seen.subject.get("from"), seen.subject.get("to")
    if old is None or new is None:
        return
    if new > old:
        yield passed(f"v{new} follows v{old}")
    elif seen.rollback:
        yield passed(f"v{new} held the alias before")
    else:
        yield failed(
            f"v{new} is older than v{old}, and never held the alias",
            hint="promote a newer version, or go back to one that held the alias with `mlplan rollback`",
        )
