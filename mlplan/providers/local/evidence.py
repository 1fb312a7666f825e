"""Evidence: what the workspace tells of model versions, in the words that all providers share."""

from mlplan.core.evidence import VersionEvidence
from mlplan.core.values import Values
from mlplan.kinds.naming import fold
from mlplan.providers import evidence
from mlplan.providers.local import version
from mlplan.providers.local.store import Store
from mlplan.providers.local.version import ModelVersion, Run

GONE = "the run is deleted"
NO_FILES = "the version came without files"

Aliases = dict[int, list[str]]


def of(store: Store, model: str, number: int) -> VersionEvidence | None:
    """Return all that is known of a version, or None when there is no such version."""
    found = version.version(store, model, number)
    if found is None:
        return None
    run = version.run(store, found.run_id)
    logged = _run(run) if run else {"unknown": dict.fromkeys(evidence.OF_RUN, _no_run(found))}
    files = _files(found) if found.digest else {"unknown": dict.fromkeys(evidence.OF_FILES, NO_FILES)}
    unknown = {**logged.pop("unknown", {}), **files.pop("unknown", {})}
    return VersionEvidence(**_listed(found, _aliases(store, model)), **logged, **files, unknown=unknown)


def listed(store: Store, model: str) -> list[VersionEvidence]:
    """Return every version of a model, oldest first, without their runs and files."""
    aliases = _aliases(store, model)
    found = version.versions(store, model)
    return [VersionEvidence(**_listed(one, aliases), unknown=evidence.NOT_LISTED) for one in found]


def _listed(found: ModelVersion, aliases: Aliases) -> Values:
    """Return what a version says itself, and the aliases that point at it."""
    names = ("full_name", "version", "status", "created_at", "created_by", "run_id", "source", "digest", "tags")
    return {**{name: getattr(found, name) for name in names}, "aliases": tuple(sorted(aliases.get(found.version, ())))}


def _files(found: ModelVersion) -> Values:
    """Return what the files of a version say."""
    names = ("requirements", "python_version", "mlflow_version")
    return {"signature": found.signature or None, **{name: getattr(found, name) for name in names}}


def _run(run: Run) -> Values:
    """Return what a run logged, and what of it nobody can use."""
    metrics, left_out = evidence.finite(run.metrics.items())
    logged = {"metrics": metrics, "params": run.params, "datasets": run.datasets, "git": evidence.git(run.tags)}
    return {**logged, "unknown": {"metrics": left_out} if left_out else {}}


def _no_run(found: ModelVersion) -> str:
    """Return why there is no run."""
    return GONE if found.run_id else evidence.NO_RUN


def _aliases(store: Store, model: str) -> Aliases:
    """Return the aliases of a model by the version that they point at."""
    row = store.find("registered_model", fold(model))
    found: Aliases = {}
    for one in store.children(row[0]) if row else ():
        if one.kind == "model_alias":
            found.setdefault(one.values["version"], []).append(one.values["alias"])
    return found
