"""Experiments: /api/2.0/mlflow/experiments.

- Ids are numbers in strings. Names lose a `/Workspace` prefix (databricks/cli).
- The server adds `mlflow.*` tags, the owner's id twice, and rewrites the source's name on a
  rename (databricks/cli).
- Deleting is soft: every read shows the experiment on, with `lifecycle_stage: deleted`, while
  lists leave it out unless asked (SDK). Its name is free for another experiment (mlflow #6445 and
  the SDK's words on `get_by_name`, which prefers the active one).
- A name that is taken is RESOURCE_ALREADY_EXISTS, or ALREADY_EXISTS (SDK); here always the first.
- `search` gives 3,000 at most, `list` 1,000, or everything when not asked for a length (SDK).
- [unverified]: statuses beside these codes (as MLflow's own server has them); the default page of
  `search`; what is said of changes to deleted experiments.
"""

from typing import cast

from mlplan.core.errors import Conflict
from mlplan.core.values import Values
from mlplan.kinds.naming import workspace_path
from mlplan.providers.local.store import Row
from mlplan.testing.server import condition
from mlplan.testing.server.call import Call, typed
from mlplan.testing.server.door import moment
from mlplan.testing.server.paging import Limits, listed, page
from mlplan.testing.server.refusal import Json, Refusal, invalid, missing
from mlplan.testing.server.route import Route, read, write

ROOT = "/api/2.0/mlflow"
SEARCH, LIST = Limits(1_000, 1_000, 3_000), Limits(None, 1_000, 1_000)
VIEWS = {"ACTIVE_ONLY": ("active",), "DELETED_ONLY": ("deleted",), "ALL": ("active", "deleted")}


def routes() -> tuple[Route, ...]:
    """Return the operations on experiments."""
    at = f"{ROOT}/experiments"
    return (
        write("POST", f"{at}/create", create),
        read(f"{at}/get", get),
        read(f"{at}/get-by-name", get_by_name),
        read(f"{at}/list", every),
        read(f"{at}/search", search, "POST"),
        write("POST", f"{at}/update", update),
        write("POST", f"{at}/delete", delete),
        write("POST", f"{at}/restore", restore),
        write("POST", f"{at}/set-experiment-tag", set_tag),
        write("POST", f"{at}/delete-experiment-tag", delete_tag),
    )


def create(call: Call) -> Json:
    """Make an experiment; a deleted one of its name makes room."""
    values: Values = {"name": call.need("name"), "tags": tags(call.pick({"tags": list}).get("tags", []))}
    values |= call.pick({"artifact_location": str})
    name = workspace_path(values["name"])
    if not name.startswith("/"):
        raise invalid(f"Got an invalid experiment name '{name}'. An experiment name must be an absolute path.")
    with call.door.exclusive:
        _make_room(call, name)
        try:
            row = call.door.create("experiment", values, creator=call.door.user)
        except Conflict as error:
            raise _taken(name) from error
    return {"experiment_id": row.outputs["experiment_id"]}


def get(call: Call) -> Json:
    """Return an experiment, deleted or not."""
    return {"experiment": answer(need(call, call.need("experiment_id", dict(call.query))))}


def get_by_name(call: Call) -> Json:
    """Return the active experiment of a name, or else a deleted one."""
    name = workspace_path(call.need("experiment_name", dict(call.query)))
    row = call.door.store.get("experiment", name)
    row = row or next((one for one in call.door.rows("experiment") if one.values["name"] == name), None)
    if row is None:
        raise missing(f"Node {name} does not exist.")
    return {"experiment": answer(row)}


def every(call: Call) -> Json:
    """List experiments."""
    shown = _viewed(call, call.query.get("view_type"))
    found, token = page(call, shown, LIST, lambda one: f"{int(one['experiment_id']):020d}")
    return listed("experiments", found, token)


def search(call: Call) -> Json:
    """List the experiments that a condition holds for."""
    asked = call.number("max_results", call.json)
    if asked is not None and asked > SEARCH.most:
        raise invalid(f"Invalid value {asked} for parameter 'max_results' supplied. It must be at most {SEARCH.most}")
    holds = condition.parse(str(call.json.get("filter") or ""))
    shown = [one for one in _viewed(call, call.json.get("view_type")) if holds(one)]
    if call.json.get("order_by"):
        raise invalid("order_by is not emulated; experiments come by id")
    found, token = page(call, shown, SEARCH, lambda one: f"{int(one['experiment_id']):020d}", call.json)
    return listed("experiments", found, token)


def update(call: Call) -> Json:
    """Rename an experiment, which is all that can be changed."""
    row = _active(call)
    new = workspace_path(str(call.json.get("new_name") or row.values["name"]))
    with call.door.exclusive:
        _make_room(call, new)
        try:
            call.door.platform.rename("experiment", row.id, new, {**row.values, "name": new})
        except Conflict as error:
            raise _taken(new) from error
    return {}


def delete(call: Call) -> Json:
    """Move an experiment to the bin."""
    call.door.platform.delete("experiment", _active(call).id, {})
    return {}


def restore(call: Call) -> Json:
    """Bring an experiment back from the bin, to its name if that is free."""
    row = need(call, call.need("experiment_id"))
    name = row.values["name"]
    if row.status != "deleted":
        raise missing(f"Could not find deleted experiment with ID {row.outputs['experiment_id']}")
    with call.door.exclusive:
        if row.id != name:
            _make_room(call, name)
        with call.door.change():
            other = call.door.store.get("experiment", name)
            if other is not None and other.uid != row.uid:
                raise _taken(name)
            call.door.store.put(row._replace(id=name, status="live"))
    return {}


def set_tag(call: Call) -> Json:
    """Set one tag."""
    key, value = call.need("key"), typed("value", call.json.get("value", ""), str)
    with call.door.exclusive:
        row = _active(call)
        call.door.amend("experiment", row.id, {"tags": {**(row.values.get("tags") or {}), key: value}})
    return {}


def delete_tag(call: Call) -> Json:
    """Take one tag off."""
    if not call.door.settings.delete_experiment_tag:
        raise Refusal(404, "ENDPOINT_NOT_FOUND", f"No API found for '{call.method} {call.path}'")
    with call.door.exclusive:
        row, key = _active(call), call.need("key")
        there = row.values.get("tags") or {}
        if key not in there:
            raise missing(f"No tag with name: {key} in experiment with id {row.outputs['experiment_id']}")
        call.door.amend("experiment", row.id, {"tags": {name: there[name] for name in there if name != key}})
    return {}


def need(call: Call, experiment_id: str) -> Row:
    """Return an experiment that must be there, in the bin or not."""
    row = call.door.index.find(call.door.store, "experiment", experiment_id)
    if row is None:
        raise missing(f"Node ID {experiment_id} does not exist.")
    return row


def answer(row: Row) -> Json:
    """Return an experiment as the API shows it."""
    shown: Json = {**row.values, **row.outputs}
    shown |= {"lifecycle_stage": "deleted" if row.status == "deleted" else "active"}
    system = row.system.get("tags") or {}
    twice = {"mlflow.ownerId": system["mlflow.ownerId"]} if "mlflow.ownerId" in system else {}
    shown["tags"] = [*_pairs(row.values.get("tags") or {}), *_pairs(system), *_pairs(twice)]
    return shown | {"creation_time": moment(row), "last_update_time": moment(row)}


def tags(given: list[Json]) -> dict[str, str]:
    """Return tags by their names."""
    return {str(typed("tags[]", one, dict).get("key")): str(one.get("value", "")) for one in given}


def _pairs(tagged: Values) -> list[Json]:
    """Return a mapping as the API lists it."""
    return [{"key": key, "value": value} for key, value in tagged.items()]


def _viewed(call: Call, view: object) -> list[Json]:
    """Return the experiments of a view, by id."""
    if view not in (None, "", *VIEWS):
        raise invalid(f"Invalid value {view} for parameter 'view_type' supplied.")
    stages = VIEWS[cast("str", view) or "ACTIVE_ONLY"]
    shown = [answer(row) for row in call.door.rows("experiment")]
    return sorted((one for one in shown if one["lifecycle_stage"] in stages), key=lambda one: int(one["experiment_id"]))


def _active(call: Call) -> Row:
    """Return the experiment that a body names, which must not be in the bin."""
    row = need(call, call.need("experiment_id"))
    if row.status == "deleted":
        found = row.outputs["experiment_id"]
        raise missing(f"Experiment '{found}' must be in 'active' lifecycle_stage; it is deleted.")
    return row


def _make_room(call: Call, name: str) -> None:
    """Set a deleted experiment aside that stands at a name; it keeps the name that it shows."""
    row = call.door.store.get("experiment", name)
    if row is not None and row.status == "deleted":
        call.door.platform.set_aside(row, f"{name} (deleted {row.outputs['experiment_id']})")


def _taken(name: str) -> Refusal:
    """Return the error for a name that is in use."""
    return Refusal(400, "RESOURCE_ALREADY_EXISTS", f"Node named '{name}' already exists")
