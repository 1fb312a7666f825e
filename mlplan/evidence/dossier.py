"""Dossier: what a plan says about moving an alias from one version of a model to another.

Nothing that is not known stands here as if it were good: it is None, with the reason under `unknown` as
`v7.metrics`, or as the `reason` beside it.
"""

from collections.abc import Iterable
from typing import Any

from mlplan.core.evidence import VersionEvidence
from mlplan.evidence import lineage, metrics, requirements
from mlplan.evidence.release import release
from mlplan.evidence.requirement import masked
from mlplan.evidence.unknown import absent, unknown, why

FIRST = "there is no version before"
Baseline = tuple[str, VersionEvidence]
"""What else a version is compared with, in words, such as an endpoint and what it serves now."""
Part = dict[str, Any]


def dossier(
    before: VersionEvidence | None, after: VersionEvidence, baselines: Iterable[Baseline] = (), missing: str = FIRST
) -> Part:
    """Return the parts of a dossier that the versions tell on their own.

    `before` is None for a first version, or when nothing is known of it, which `missing` then says.
    """
    known = [after] if before is None else [before, after]
    made = {
        "versions": {str(one.version): {**one.as_json(), "metrics": metrics.usable(one.metrics)} for one in known},
        "registered": {str(one.version): lineage.registered(one) for one in known},
        **(_compared(before, after) if before else _first(after, missing)),
        **_installed(before, after, missing),
        "baselines": [
            {"what": what, "version": one.version, **_installed(one, after, missing)} for what, one in baselines
        ],
        "unknown": dict(unknown(known)),
    }
    return {name: masking(part) for name, part in made.items()}


def masking(value: Any) -> Any:
    """Return JSON whose texts hold no credentials of URLs: those of repositories, package indexes, parameters."""
    if isinstance(value, dict):
        return {masked(name): masking(item) for name, item in value.items()}
    if isinstance(value, list):
        return [masking(item) for item in value]
    return masked(value) if isinstance(value, str) else value


def _compared(before: VersionEvidence, after: VersionEvidence) -> Part:
    """Return what two runs tell, side by side; parameters only when both could be read."""
    both = not (why(before, "params") or why(after, "params"))
    return {
        "metrics": metrics.deltas(before.metrics, after.metrics),
        "params": metrics.params(before.params, after.params) if both else [],
        "data": lineage.data(before, after),
        "code": lineage.code(before, after),
    }


def _first(after: VersionEvidence, missing: str) -> Part:
    """Return what a run tells that no other stands beside."""
    datasets = [one._asdict() for one in after.datasets]
    git = after.git._asdict() if after.git.commit else None
    return {
        "metrics": metrics.deltas({}, after.metrics),
        "params": [],
        "data": {"same": None, "reason": missing, "contexts": {}, "before": [], "after": datasets},
        "code": {"same": None, "reason": missing, "before": None, "after": git},
    }


def _installed(before: VersionEvidence | None, after: VersionEvidence, missing: str) -> Part:
    """Return what has to be installed for one version in place of another."""
    needed = requirements.compare(before.requirements if before else None, after.requirements)
    without = [one for one in (before, after) if one and one.requirements is None]
    if without or not before:
        needed["reason"] = absent(without, "requirements", "lists no requirements") or missing
    return {
        "requirements": needed["rows"],
        "requirements_summary": {name: needed[name] for name in ("worst", "unchanged", "unpinned", "reason")},
        "python": release(before.python_version if before else "", after.python_version),
        "mlflow": release(before.mlflow_version if before else "", after.mlflow_version),
    }
