"""Unknown: what versions do not tell, and why."""

from collections.abc import Iterable, Iterator

from mlplan.core.evidence import Piece, VersionEvidence
from mlplan.evidence.metrics import unusable


def unknown(versions: Iterable[VersionEvidence]) -> Iterator[tuple[str, str]]:
    """Yield each piece that could not be read as `v7.run`, with the reason."""
    for one in versions:
        yield from ((f"v{one.version}.{piece}", reason) for piece, reason in one.unknown.items())
        yield from ((f"v{one.version}.metrics.{name}", reason) for name, reason in unusable(one.metrics))


def why(version: VersionEvidence, piece: Piece) -> str:
    """Return why a piece could not be read; nothing when it was. What a run tells goes with the run."""
    from_run = piece in ("metrics", "params", "datasets", "git")
    return version.unknown.get(piece) or (version.unknown.get("run", "") if from_run else "")


def absent(versions: Iterable[VersionEvidence], piece: Piece, what: str) -> str:
    """Return why a piece is not there, version by version: it could not be read, or there is none."""
    reasons = [(one.version, why(one, piece)) for one in versions]
    return "; ".join(f"v{number}: {reason}" if reason else f"v{number} {what}" for number, reason in reasons)
