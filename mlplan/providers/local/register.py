"""Register: a new version of a model, from a directory that MLflow wrote, with the run behind it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from mlplan.core.effect import Clock
from mlplan.core.evidence import READY, Dataset
from mlplan.core.values import Values
from mlplan.providers.evidence import COMMIT_TAG
from mlplan.providers.local import refusals
from mlplan.providers.local.defaults import token
from mlplan.providers.local.mlmodel import ModelDirectory, read
from mlplan.providers.local.store import Row
from mlplan.providers.local.version import ModelVersion, Run
from mlplan.providers.local.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Logged:
    """What the training run logged."""

    metrics: Mapping[str, float] = field(default_factory=dict)
    params: Mapping[str, str] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    git_commit: str = ""
    datasets: tuple[Dataset, ...] = ()


def register(
    workspace: Workspace,
    full_name: str,
    directory: Path,
    logged: Logged,
    clock: Clock,
    *,
    tags: Mapping[str, str] | None = None,
    status: str = READY,
) -> ModelVersion:
    """Register the model in `directory` as the next version of `full_name`, which must exist.

    `tags` and `status` are the version's own.
    Raises Mistake (MLE75x) for a directory that Unity Catalog would not take, and NotFound for an unknown model.
    """
    found = read(directory)
    moment = round(clock.now(), 3)
    with workspace.store.change():
        model = workspace.find("registered_model", full_name)
        if model is None:
            raise refusals.missing("registered_model", full_name)
        number = int(model.system.get("versions", 0)) + 1
        run_id = found.description.run_id or token("run", f"{model.id}/{number}", model.uid)
        run = _run(workspace, run_id, logged, moment)
        workspace.store.put(model._replace(system={**model.system, "versions": number}))
        own: Values = {"full_name": model.id, "version": number, "status": status, "tags": dict(tags or {})}
        origin: Values = {"run_id": run, "created_at": moment, "created_by": workspace.user}
        made = ModelVersion(**own, **origin, **_described(found, run))
        _add(workspace, "model_version", f"{model.id}/{number}", made.as_json(), model.uid)
    return made


def _run(workspace: Workspace, run_id: str, logged: Logged, moment: float) -> str:
    """Keep the run of a version, and return its id: the one that MLflow gave, unless that is taken."""
    if workspace.store.find("run", run_id) is not None:
        run_id = token("run", run_id, workspace.store.next_uid())
    commit = logged.git_commit or logged.tags.get(COMMIT_TAG, "")
    tags = {**logged.tags, COMMIT_TAG: commit} if commit else logged.tags
    run = Run(run_id, dict(logged.metrics), dict(logged.params), dict(tags), logged.datasets, moment)
    _add(workspace, "run", run_id, run.as_json(), None)
    return run_id


def _described(found: ModelDirectory, run_id: str) -> Values:
    """Return what a version keeps of its model's files; one of another run is another logged model."""
    about = found.description
    same = run_id == about.run_id or not about.model_id
    return {
        "source": str(found.path),
        "digest": found.digest,
        "signature": about.signature,
        "flavors": about.flavors,
        "requirements": found.requirements,
        "python_version": found.python_version,
        "mlflow_version": about.mlflow_version,
        "model_id": about.model_id if same else f"m-{run_id}",
    }


def _add(workspace: Workspace, kind: str, id: str, values: Values, parent: int | None) -> None:  # noqa: A002
    """Keep a version or a run, which no project declares."""
    store = workspace.store
    store.add(Row(store.next_uid(), kind, id, parent, values, {}, "live", {}))
