"""Runs: /api/2.0/mlflow/runs/get and logged-models: what training logged, which is MLflow's to write and ours to read.

- A run's data sets stand in `inputs.dataset_inputs`, what they were for in a tag of theirs
  (MLflow 3.17: `mlflow.data.context`); metrics are the latest of each name.
- A logged model (MLflow 3) has the metrics, parameters and tags of the run that made it (SDK's
  fields). Here it has all of them, on the platform those that were logged for it.
- A deleted run is 404 RESOURCE_DOES_NOT_EXIST, and the model that it logged goes on [unverified].
- The experiment of a run is a number of its own: nobody says where a run was made that
  `mlplan local register` brings.
"""

from mlplan.core.values import Values
from mlplan.providers.evidence import CONTEXT_TAG
from mlplan.providers.local.defaults import token
from mlplan.providers.local.store import Row
from mlplan.testing.server.call import Call
from mlplan.testing.server.refusal import Json, missing
from mlplan.testing.server.route import Route, read

ROOT = "/api/2.0/mlflow"
NO_RUN: Values = {"metrics": {}, "params": {}, "tags": {}, "datasets": [], "created_at": 0.0}


def routes() -> tuple[Route, ...]:
    """Return the reads of runs and logged models."""
    return (read(f"{ROOT}/runs/get", get_run), read(f"{ROOT}/logged-models/{{model_id}}", get_logged_model))


def get_run(call: Call) -> Json:
    """Return a run with what it logged."""
    run_id = call.query.get("run_id") or call.need("run_uuid", dict(call.query))
    row = call.door.store.get("run", run_id)
    if row is None:
        raise missing(f"Run '{run_id}' not found.")
    made = milliseconds(row.values["created_at"])
    info: Json = {"run_id": run_id, "run_uuid": run_id, "status": "FINISHED", "lifecycle_stage": "active"}
    info |= {"experiment_id": experiment_of(run_id), "user_id": call.door.owner, "start_time": made, "end_time": made}
    data = {"metrics": _metrics(row.values), "params": _pairs(row.values["params"]), "tags": _pairs(row.values["tags"])}
    inputs = [_dataset_input(one) for one in row.values.get("datasets", ())]
    return {"run": {"info": info, "data": data, "inputs": {"dataset_inputs": inputs} if inputs else {}}}


def get_logged_model(call: Call) -> Json:
    """Return the model that a version was registered from, with what its run logged."""
    version = call.door.index.find(call.door.store, "model_version", call["model_id"])
    if version is None:
        raise missing(f"Logged model with ID '{call['model_id']}' not found.")
    run_id = version.values["run_id"]
    row = call.door.store.get("run", run_id)
    logged = NO_RUN if row is None else row.values
    made = milliseconds(version.values["created_at"])
    info: Json = {"model_id": call["model_id"], "experiment_id": experiment_of(run_id), "status": "LOGGED_MODEL_READY"}
    info |= {"source_run_id": run_id, "creation_timestamp_ms": made, "last_updated_timestamp_ms": made}
    info |= {"name": _name(version), "tags": _pairs(logged["tags"])}
    metrics = [{**one, "model_id": call["model_id"], "run_id": run_id} for one in _metrics(logged)]
    return {"model": {"info": info, "data": {"params": _pairs(logged["params"]), "metrics": metrics}}}


def experiment_of(run_id: str) -> str:
    """Return the number of a run's experiment, the same in every request; nothing without a run."""
    return str(int(token("experiment of run", run_id, 0)[:14], 16)) if run_id else ""


def milliseconds(seconds: float) -> int:
    """Return a time as the API gives it."""
    return round(seconds * 1000)


def _name(version: Row) -> str:
    """Return the name that a logged model goes by."""
    return str(version.values["full_name"]).rpartition(".")[2]


def _metrics(logged: Values) -> list[Json]:
    """Return metrics as the API lists them."""
    made = milliseconds(logged["created_at"])
    return [{"key": key, "value": value, "timestamp": made, "step": 0} for key, value in logged["metrics"].items()]


def _dataset_input(dataset: Json) -> Json:
    """Return a data set as an input of a run."""
    tags = [{"key": CONTEXT_TAG, "value": dataset["context"]}] if dataset["context"] else []
    return {"tags": tags, "dataset": {"name": dataset["name"], "digest": dataset["digest"], "source_type": "local"}}


def _pairs(tagged: Values) -> list[Json]:
    """Return a mapping as the API lists it."""
    return [{"key": key, "value": value} for key, value in tagged.items()]
