"""Register: a new version of a model, from a directory that MLflow wrote, with the run behind it."""

from dataclasses import dataclass, field
from pathlib import Path

from mlplan.core.effect import Clock
from mlplan.core.values import Values
from mlplan.providers.local import refusals
from mlplan.providers.local.defaults import token
from mlplan.providers.local.mlmodel import ModelDirectory, read
from mlplan.providers.local.store import Row
from mlplan.providers.local.version import ModelVersion, Run
from mlplan.providers.local.workspace import Workspace

COMMIT_TAG = "mlflow.source.git.commit"


@dataclass(frozen=True, slots=True)
class Logged:
    """What the training run logged."""

    metrics: dict[str, float] = field(default_factory=dict)
    params: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    git_commit: str = ""


def register(workspace: Workspace, full_name: str, directory: Path, logged: Logged, clock: Clock) -> ModelVersion:
    """Register the model in `directory` as the next version of `full_name`, which must exist.

    Raises Mistake (MLE75x) for a directory that Unity Catalog would not take, and NotFound for an unknown model.
    """
    found = read(directory)
    moment = clock.now()
    with workspace.store.change():
        model = workspace.find("registered_model", full_name)
        if model is None:
            raise refusals.missing("registered_model", full_name)
        number = int(model.system.get("versions", 0)) + 1
        run = _run(workspace, found.run_id or token("run", f"{model.id}/{number}", model.uid), logged, moment)
        workspace.store.put(model._replace(system={**model.system, "versions": number}))
        made = _version(found, model.id, number, run)
        made = made | {"created_at": moment, "created_by": workspace.user}
        _add(workspace, "model_version", f"{model.id}/{number}", made, model.uid)
    return ModelVersion(**{**made, "requirements": found.requirements})


def _run(workspace: Workspace, run_id: str, logged: Logged, moment: float) -> str:
    """Keep the run of a version, and return its id: the one that MLflow gave, unless that is taken."""
    if workspace.store.find("run", run_id) is not None:
        run_id = token("run", run_id, workspace.store.next_uid())
    commit = logged.git_commit or logged.tags.get(COMMIT_TAG, "")
    tags = {**logged.tags, COMMIT_TAG: commit} if commit else logged.tags
    run = Run(run_id, logged.metrics, logged.params, tags, commit, moment)
    _add(workspace, "run", run_id, run.as_json(), None)
    return run_id


def _version(found: ModelDirectory, full_name: str, number: int, run_id: str) -> Values:
    """Return what is kept of a version."""
    return {
        "full_name": full_name,
        "version": number,
        "status": "READY",
        "run_id": run_id,
        "source": str(found.path),
        "digest": found.digest,
        "signature": found.signature,
        "flavors": found.flavors,
        "requirements": list(found.requirements),
        "python_version": found.python_version,
        "mlflow_version": found.mlflow_version,
    }


def _add(workspace: Workspace, kind: str, id: str, values: Values, parent: int | None) -> None:  # noqa: A002
    """Keep a version or a run, which no project declares."""
    store = workspace.store
    store.add(Row(store.next_uid(), kind, id, parent, values, {}, "live", {}))
