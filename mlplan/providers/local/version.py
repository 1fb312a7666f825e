"""Version: a model version and the run that made it, as the workspace keeps them."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from mlplan.core.evidence import Dataset
from mlplan.core.values import Values
from mlplan.kinds.naming import fold
from mlplan.providers.local.store import Store


@dataclass(frozen=True, slots=True)
class ModelVersion:
    """One registered version of a model; its number is never given again."""

    full_name: str
    version: int
    status: str
    run_id: str
    created_at: float
    """Seconds since the epoch, in whole milliseconds as the platform keeps them."""
    created_by: str
    source: str
    """The directory that it was registered from."""
    digest: str
    """sha256 over the names and contents of all files of the model; empty when it came without files."""
    signature: Values = field(default_factory=dict)
    """`inputs`, `outputs` and `params`, each a list of column or tensor declarations as MLflow writes them."""
    flavors: Values = field(default_factory=dict)
    requirements: tuple[str, ...] | None = None
    """None when the model lists none."""
    python_version: str = ""
    mlflow_version: str = ""
    model_id: str = ""
    """MLflow's own name of the model that was logged, such as `m-8a68...`."""
    tags: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return the form in which it is kept and shown."""
        return {**asdict(self), "requirements": None if self.requirements is None else list(self.requirements)}


@dataclass(frozen=True, slots=True)
class Run:
    """The training run behind a version."""

    run_id: str
    metrics: Mapping[str, float] = field(default_factory=dict)
    params: Mapping[str, str] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    datasets: tuple[Dataset, ...] = ()
    created_at: float = 0.0

    def as_json(self) -> dict[str, Any]:
        """Return the form in which it is kept and shown."""
        return {**asdict(self), "datasets": [one._asdict() for one in self.datasets]}


def version(store: Store, full_name: str, number: int) -> ModelVersion | None:
    """Return one version of a model, or None when there is none."""
    row = store.get("model_version", f"{fold(full_name)}/{number}")
    return None if row is None else _version(row.values)


def versions(store: Store, full_name: str) -> list[ModelVersion]:
    """Return all versions of a model, oldest first."""
    model = store.find("registered_model", fold(full_name))
    rows = [] if model is None else store.children(model[0])
    found = [_version(row.values) for row in rows if row.kind == "model_version"]
    return sorted(found, key=lambda one: one.version)


def run(store: Store, run_id: str) -> Run | None:
    """Return a run, or None when there is none."""
    row = store.get("run", run_id)
    if row is None:
        return None
    datasets = tuple(Dataset(**one) for one in row.values.get("datasets", ()))
    return Run(**{**_known(row.values, Run), "datasets": datasets})


def _version(values: Values) -> ModelVersion:
    """Return a version from what is kept of it."""
    lines = values["requirements"]
    return ModelVersion(**{**_known(values, ModelVersion), "requirements": None if lines is None else tuple(lines)})


def _known(values: Values, form: type[ModelVersion | Run]) -> Values:
    """Return the fields that a form has; a file of another mlplan may hold others."""
    names = {one.name for one in fields(form)}
    return {name: value for name, value in values.items() if name in names}
