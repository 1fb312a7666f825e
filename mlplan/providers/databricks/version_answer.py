"""Version answer: what the workspace's answers about a model version mean, piece by piece."""

from collections.abc import Iterable
from typing import Any

from mlplan.core.evidence import Dataset, Git, Piece
from mlplan.core.values import Values
from mlplan.kinds.naming import fold
from mlplan.providers import evidence
from mlplan.providers.databricks.version_lost import Lost

MILLISECONDS = 1000
NOTHING: Values = {"metrics": {}, "params": {}, "datasets": (), "git": Git(), "left_out": ""}


def registered(raw: Values) -> Values:
    """Return what MLflow's registry says of a version itself, and where its run and logged model are."""
    names = {"created_by": "user_id", "source": "source", "run_id": "run_id", "model_id": "model_id"}
    return {
        **{name: str(raw.get(theirs) or "") for name, theirs in names.items()},
        "experiment_id": str(raw.get("run_experiment_id") or ""),
        "status": str(raw.get("status") or ""),
        "created_at": _seconds(raw.get("creation_timestamp")),
        "tags": _mapping(raw.get("tags")),
        "aliases": tuple(sorted(fold(str(one["alias"])) for one in raw.get("aliases") or ())),
    }


def listed(model: str, raw: Values) -> Values:
    """Return what the catalog's list says of a version."""
    return {
        "full_name": model,
        "version": int(raw["version"]),
        "status": str(raw.get("status") or ""),
        "created_at": _seconds(raw.get("created_at")),
        "created_by": str(raw.get("created_by") or ""),
        "run_id": str(raw.get("run_id") or ""),
        "source": str(raw.get("source") or ""),
        "unknown": evidence.NOT_LISTED,
    }


def run(raw: Values) -> Values:
    """Return what a run logged."""
    data = raw["run"].get("data") or {}
    inputs = (raw["run"].get("inputs") or {}).get("dataset_inputs") or ()
    return _logged(data.get("metrics"), data.get("params"), data.get("tags"), [_dataset(one) for one in inputs])


def logged_model(raw: Values) -> Values:
    """Return what was logged for a model: of several figures of a name, the latest."""
    info, data = raw["model"].get("info") or {}, raw["model"].get("data") or {}
    metrics = sorted(data.get("metrics") or (), key=_moment)
    named = [one for one in metrics if one.get("dataset_digest")]
    datasets = [Dataset(str(one.get("dataset_name") or ""), str(one["dataset_digest"])) for one in named]
    return _logged(metrics, data.get("params"), info.get("tags"), datasets)


def together(run: Values | Lost, model: Values | Lost | None) -> tuple[Values, dict[Piece, str]]:
    """Return what a run and the model that it logged tell together, and what they do not; the run has the first word.

    What only the model tells stands there though the run could not be read, and may not be all.
    """
    unknown: dict[Piece, str] = {}
    if isinstance(model, Lost):
        unknown["metrics"] = model.reason
    if isinstance(run, Lost):
        unknown = dict.fromkeys(evidence.OF_RUN, run.reason)
    first = NOTHING if isinstance(run, Lost) else run
    second = NOTHING if model is None or isinstance(model, Lost) else model
    made = _merged(first, second)
    if made["git"].commit:
        unknown.pop("git", None)
    left_out = first["left_out"] or second["left_out"]
    return made, {"metrics": left_out, **unknown} if left_out else unknown


def _merged(first: Values, second: Values) -> Values:
    """Return two accounts of what was logged as one; the first counts where both speak."""
    there = {(one.name, one.digest) for one in first["datasets"]}
    more = [one for one in dict.fromkeys(second["datasets"]) if (one.name, one.digest) not in there]
    return {
        "metrics": {**second["metrics"], **first["metrics"]},
        "params": {**second["params"], **first["params"]},
        "datasets": (*first["datasets"], *more),
        "git": first["git"] if first["git"].commit else second["git"],
    }


def _logged(metrics: Any, params: Any, tags: Any, datasets: Iterable[Dataset]) -> Values:
    """Return what was logged in the words of all providers; `left_out` tells what nobody can use."""
    numbers, left_out = evidence.finite((str(one["key"]), one.get("value", 0)) for one in metrics or ())
    made: Values = {"metrics": numbers, "params": _mapping(params), "datasets": tuple(datasets)}
    return {**made, "git": evidence.git(_mapping(tags)), "left_out": left_out}


def _dataset(raw: Values) -> Dataset:
    """Return a data set as a run took it in."""
    about = raw["dataset"]
    context = _mapping(raw.get("tags")).get(evidence.CONTEXT_TAG, "")
    return Dataset(str(about.get("name") or ""), str(about.get("digest") or ""), context)


def _moment(metric: Values) -> tuple[int, int]:
    """Return when a figure was logged."""
    return int(metric.get("timestamp") or 0), int(metric.get("step") or 0)


def _mapping(pairs: Any) -> dict[str, str]:
    """Return a list of keys and values as a mapping."""
    return {str(one["key"]): str(one.get("value", "")) for one in pairs or ()}


def _seconds(milliseconds: Any) -> float | None:
    """Return a time of the API as seconds since the epoch."""
    return int(milliseconds) / MILLISECONDS if milliseconds else None
