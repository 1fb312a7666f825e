"""Version: a model version and the run that made it, as the workspace tells them."""

from dataclasses import asdict, dataclass, field
from typing import Any

from mlplan.core.values import Values
from mlplan.providers.local.store import Store


@dataclass(frozen=True, slots=True)
class ModelVersion:
    """One registered version of a model; its number is never given again."""

    full_name: str
    version: int
    status: str
    run_id: str
    created_at: float
    """Seconds since the epoch."""
    created_by: str
    source: str
    """The directory that it was registered from."""
    digest: str
    """sha256 over the names and contents of all files of the model."""
    signature: Values = field(default_factory=dict)
    """`inputs`, `outputs` and `params`, each a list of column or tensor declarations as MLflow writes them."""
    flavors: Values = field(default_factory=dict)
    requirements: tuple[str, ...] = ()
    python_version: str = ""
    mlflow_version: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return the form in which it is kept and shown."""
        return {**asdict(self), "requirements": list(self.requirements)}


@dataclass(frozen=True, slots=True)
class Run:
    """The training run behind a version."""

    run_id: str
    metrics: dict[str, float] = field(default_factory=dict)
    params: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    git_commit: str = ""
    created_at: float = 0.0

    def as_json(self) -> dict[str, Any]:
        """Return the form in which it is kept and shown."""
        return asdict(self)


def version(store: Store, full_name: str, number: int) -> ModelVersion | None:
    """Return one version of a model, or None when there is none."""
    row = store.get("model_version", f"{full_name.lower()}/{number}")
    return None if row is None else _version(row.values)


def versions(store: Store, full_name: str) -> list[ModelVersion]:
    """Return all versions of a model, oldest first."""
    model = store.find("registered_model", full_name.lower())
    rows = [] if model is None else store.children(model[0])
    found = [_version(row.values) for row in rows if row.kind == "model_version"]
    return sorted(found, key=lambda one: one.version)


def run(store: Store, run_id: str) -> Run | None:
    """Return a run, or None when there is none."""
    row = store.get("run", run_id)
    return None if row is None else Run(**row.values)


def _version(values: Values) -> ModelVersion:
    """Return a version from what is kept of it."""
    return ModelVersion(**{**values, "requirements": tuple(values["requirements"])})
