"""Lineage: whether two versions were judged on the same data and come from the same code, and who registered them."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from mlplan.core.evidence import Dataset, Git, VersionEvidence
from mlplan.evidence.unknown import absent

EVALUATION = ("evaluation", "eval", "validation", "test", "testing")
"""Contexts of data that versions are judged on."""
SHORT = 7
"""Characters of a commit that people compare, and the fewest that name one."""

Same = tuple[bool | None, str]
"""True, False, or None where nobody can tell; and the reason."""
Data = set[Dataset]


def data(before: VersionEvidence, after: VersionEvidence) -> dict[str, Any]:
    """Return whether two versions were judged on the same data, and what data their runs logged.

    Data for evaluation decides; data for anything else only where neither run logged any for evaluation.
    `contexts` tells of each purpose that both runs name, training among them.

    Digests are MLflow's: that of a DataFrame covers its columns' names, how many rows it has, and of the first
    10,000 rows what is text or number (mlflow/data/digest_utils.py, 3.17).
    """
    same, reason = _judged(before, after)
    both = sorted(_contexts([before]) & _contexts([after]))
    return {
        "same": same,
        "reason": reason,
        "contexts": {context: _equal(_of(before, {context}), _of(after, {context})) for context in both},
        "before": [one._asdict() for one in before.datasets],
        "after": [one._asdict() for one in after.datasets],
    }


def code(before: VersionEvidence, after: VersionEvidence) -> dict[str, Any]:
    """Return whether two versions come from the same code, and from which."""
    same, reason = _same_code(before, after)
    return {
        "before": before.git._asdict() if before.git.commit else None,
        "after": after.git._asdict() if after.git.commit else None,
        "same": same,
        "reason": reason,
    }


def registered(version: VersionEvidence) -> dict[str, Any]:
    """Return who registered a version and when, as RFC 3339."""
    at = version.created_at
    moment = None if at is None else datetime.fromtimestamp(int(at), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {"by": version.created_by, "at": moment}


def _judged(before: VersionEvidence, after: VersionEvidence) -> Same:
    """Return whether the data that decides is the same."""
    pair = (before, after)
    without = [one for one in pair if not one.datasets]
    if without:
        return None, absent(without, "datasets", "logged no data set")
    chosen = {context for context in _contexts(pair) if context.lower() in EVALUATION}
    without = [one for one in pair if chosen and not _of(one, chosen)]
    if without:
        return None, absent(without, "datasets", "logged no evaluation data")
    contexts = chosen or _contexts([before]) & _contexts([after])
    if not contexts:
        return None, "the runs logged data for different purposes, none of them evaluation"
    purpose = "evaluation" if chosen else " and ".join(sorted(contexts))
    same, reason = _same_data(f"{purpose} data", _of(before, contexts), _of(after, contexts))
    return same, reason if chosen else f"{reason}; no evaluation data is logged"


def _same_data(what: str, old: Data, new: Data) -> Same:
    """Return whether two collections of data are the same, in words."""
    same = _equal(old, new)
    if same:
        return True, f"{what} is the same: {_told(new)}"
    differ = "differs" if same is False else "has equal digests under other names"
    return same, f"{what} {differ}: {_told(old)} -> {_told(new)}"


def _equal(old: Data, new: Data) -> bool | None:
    """Tell whether data is the same; None where only names differ, as the digest of a table may be its version's."""
    if {one[:2] for one in old} == {one[:2] for one in new}:
        return True
    return None if {one.digest for one in old} == {one.digest for one in new} else False


def _same_code(before: VersionEvidence, after: VersionEvidence) -> Same:
    """Return whether two versions come from the same code."""
    pair = (before, after)
    without = [one for one in pair if not one.git.commit]
    if without:
        return None, absent(without, "git", "names no commit")
    dirty = [f"v{one.version} ran with uncommitted changes" for one in pair if one.git.clean is False]
    if not _same_commit(before.git, after.git):
        return False, "; ".join([f"{_short(before.git)} -> {_short(after.git)}", *dirty])
    if dirty:
        return None, "; ".join([f"both name {_short(after.git)}", *dirty])
    unsaid = " and ".join(f"v{one.version}" for one in pair if one.git.clean is None)
    about = f"; whether {unsaid} ran with uncommitted changes is not known" if unsaid else ""
    return True, f"both ran {_short(after.git)}{about}"


def _same_commit(old: Git, new: Git) -> bool:
    """Tell whether two commits are the same; one of them may be cut short."""
    length = min(len(old.commit), len(new.commit))
    cut = length >= SHORT and old.commit[:length].lower() == new.commit[:length].lower()
    return old.commit == new.commit or cut


def _contexts(versions: Iterable[VersionEvidence]) -> set[str]:
    """Return the purposes for which versions logged data."""
    return {dataset.context for one in versions for dataset in one.datasets}


def _of(version: VersionEvidence, contexts: set[str]) -> Data:
    """Return the data that a version logged for some purposes."""
    return {one for one in version.datasets if one.context in contexts}


def _told(datasets: Data) -> str:
    """Return data for people."""
    return ", ".join(f"{name} ({digest})" for name, digest, _ in sorted(datasets))


def _short(git: Git) -> str:
    """Return a commit as people write it."""
    return git.commit[:SHORT]
