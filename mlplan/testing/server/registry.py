"""Registry: /api/2.0/mlflow/unity-catalog, MLflow's own way to models; the only one to tags.

Paths, fields and methods are those of MLflow's `databricks_uc_registry_service` protocol (3.17).
Numbers of versions and of aliases are texts here, and lists show aliases and tags for single
objects only. A version names its run, the run's experiment and the logged model (MLflow's
`run_experiment_id`, `model_id`). Files cannot be uploaded: `model-versions/create` makes a version that `finalize`
makes READY, without a signature; `mlplan local register` makes versions with one.
"""

import time

from mlplan.kinds.naming import fold
from mlplan.providers.local.store import Row
from mlplan.providers.local.version import ModelVersion
from mlplan.testing.server import condition, models, unity
from mlplan.testing.server.call import Call
from mlplan.testing.server.door import moment
from mlplan.testing.server.experiments import tags
from mlplan.testing.server.paging import Limits, listed, page
from mlplan.testing.server.refusal import Json, invalid, missing, unsupported
from mlplan.testing.server.route import Route, read, write
from mlplan.testing.server.runs import experiment_of, milliseconds

ROOT = "/api/2.0/mlflow/unity-catalog"
LIMITS = Limits(100, 100, 1_000)


def routes() -> tuple[Route, ...]:
    """Return MLflow's operations on models."""
    model, version = f"{ROOT}/registered-models", f"{ROOT}/model-versions"
    return (
        write("POST", f"{model}/create", create),
        read(f"{model}/get", get),
        read(f"{model}/search", search),
        write("PATCH", f"{model}/update", update),
        write("DELETE", f"{model}/delete", delete),
        write("POST", f"{model}/set-tag", set_tag),
        write("DELETE", f"{model}/delete-tag", delete_tag),
        write("POST", f"{model}/alias", set_alias),
        read(f"{model}/alias", get_by_alias),
        write("DELETE", f"{model}/alias", delete_alias),
        read(f"{model}:is-databricks-sdk-models-artifact-repository-enabled", artifacts),
        write("POST", f"{version}/create", create_version),
        write("POST", f"{version}/finalize", finalize),
        write("POST", f"{version}/generate-temporary-credentials", credentials),
        read(f"{version}/get", get_version),
        read(f"{version}/get-download-uri", download),
        read(f"{version}/search", search_versions),
        write("PATCH", f"{version}/update", update_version),
        write("DELETE", f"{version}/delete", delete_version),
        write("POST", f"{version}/set-tag", set_version_tag),
        write("DELETE", f"{version}/delete-tag", delete_version_tag),
    )


def create(call: Call) -> Json:
    """Make a model."""
    parts = call.need("name").split(".")
    if len(parts) != 3:  # noqa: PLR2004 - catalog, schema, model
        raise invalid(f"'{'.'.join(parts)}' is not a valid name of a registered model")
    values = dict(zip(("catalog_name", "schema_name", "name"), parts, strict=True))
    values["comment"] = str(call.json.get("description") or "")
    made = unity.create(call, "registered_model", {**values, "tags": tags(call.json.get("tags") or [])})
    return {"registered_model": _model(call, made, whole=True)}


def get(call: Call) -> Json:
    """Return a model with its aliases and tags."""
    return {"registered_model": _model(call, _need(call), whole=True)}


def search(call: Call) -> Json:
    """List models, without aliases and tags."""
    found, token = page(call, call.door.rows("registered_model"), LIMITS, lambda row: row.id)
    return listed("registered_models", [_model(call, row, whole=False) for row in found], token)


def update(call: Call) -> Json:
    """Change the description of a model."""
    row = _need(call)
    unity.no_rename(call, row)
    changes = {"comment": str(call.json["description"])} if "description" in call.json else {}
    return {"registered_model": _model(call, unity.update(call, "registered_model", row, changes), whole=True)}


def delete(call: Call) -> Json:
    """Delete a model without versions."""
    unity.delete(call, "registered_model", _given(call, "name"))
    return {}


def set_tag(call: Call) -> Json:
    """Set one tag of a model."""
    with call.door.exclusive:
        row = _need(call)
        tagged = {**(row.values.get("tags") or {}), _given(call, "key"): str(call.json.get("value", ""))}
        call.door.amend("registered_model", row.id, {"tags": tagged})
    return {}


def delete_tag(call: Call) -> Json:
    """Take one tag off a model; [unverified] that one which is not there is no error."""
    with call.door.exclusive:
        row, key = _need(call), _given(call, "key")
        kept = {name: value for name, value in (row.values.get("tags") or {}).items() if name != key}
        call.door.amend("registered_model", row.id, {"tags": kept})
    return {}


def set_alias(call: Call) -> Json:
    """Point an alias at a version."""
    models.point(call, _need(call), _given(call, "alias"), int(_given(call, "version")))
    return {}


def delete_alias(call: Call) -> Json:
    """Delete an alias."""
    alias = models.need_alias(call, _need(call), _given(call, "alias"))
    call.door.platform.delete("model_alias", alias.id, {})
    return {}


def get_by_alias(call: Call) -> Json:
    """Return the version that an alias points at."""
    model = _need(call)
    alias = models.need_alias(call, model, _given(call, "alias"))
    return {"model_version": _version(call, model, models.need_version(call, model, alias.values["version"]))}


def artifacts(_call: Call) -> Json:
    """Tell that the Files API has no weights of models."""
    return {"is_databricks_sdk_models_artifact_repository_enabled": False}


def create_version(call: Call) -> Json:
    """Make a version that waits for its files."""
    with call.door.exclusive, call.door.change():
        model = _need(call)
        number = int(model.system.get("versions", 0)) + 1
        store = call.door.store
        store.put(model._replace(system={**model.system, "versions": number}))
        comment = str(call.json.get("description") or "")
        kept = {"comment": comment} if comment else {}
        uid = store.next_uid()
        store.add(
            Row(uid, "model_version", f"{model.id}/{number}", model.uid, _fields(call, model, number), {}, "live", kept)
        )
    return {"model_version": _version(call, model, models.need_version(call, model, number))}


def finalize(call: Call) -> Json:
    """Make a version READY: its files are said to be there."""
    model, row = _need_version(call)
    with call.door.change():
        row = row._replace(values={**row.values, "status": "READY"})
        call.door.store.put(row)
    return {"model_version": _version(call, model, row)}


def credentials(call: Call) -> Json:
    """Refuse: there is no storage to upload to."""
    _need_version(call)
    raise unsupported("this server keeps no files; register versions with `mlplan local register MODEL --from DIR`")


def get_version(call: Call) -> Json:
    """Return a version with its aliases and tags."""
    return {"model_version": _version(call, *_need_version(call))}


def download(call: Call) -> Json:
    """Return where a version came from."""
    return {"artifact_uri": _need_version(call)[1].values["source"]}


def search_versions(call: Call) -> Json:
    """List the versions of the model that a filter names, without aliases and tags."""
    holds = condition.parse(call.query.get("filter", ""))
    found = [(model, row) for model in call.door.rows("registered_model") if holds({"name": model.id})
             for row in call.door.children(model, "model_version")]  # fmt: skip
    found.sort(key=lambda one: _place(one[1]))
    some, token = page(call, found, LIMITS, lambda one: _place(one[1]))
    return listed("model_versions", [_version(call, model, row, whole=False) for model, row in some], token)


def update_version(call: Call) -> Json:
    """Change the description of a version."""
    model, row = _need_version(call)
    comment = str(call.json.get("description") or "") or None
    return {"model_version": _version(call, model, call.door.note("model_version", row.id, comment=comment))}


def delete_version(call: Call) -> Json:
    """Delete a version with its aliases."""
    model, row = _need_version(call)
    call.variables = {"full_name": model.id, "version": str(row.values["version"])}
    return models.delete_version(call)


def set_version_tag(call: Call) -> Json:
    """Set one tag of a version."""
    with call.door.exclusive:
        _, row = _need_version(call)
        _tag(call, row, {**row.values.get("tags", {}), _given(call, "key"): str(call.json.get("value", ""))})
    return {}


def delete_version_tag(call: Call) -> Json:
    """Take one tag off a version."""
    with call.door.exclusive:
        _, row = _need_version(call)
        key = _given(call, "key")
        _tag(call, row, {name: value for name, value in row.values.get("tags", {}).items() if name != key})
    return {}


def _tag(call: Call, row: Row, tagged: Json) -> None:
    """Keep the tags of a version."""
    with call.door.change():
        call.door.store.put(row._replace(values={**row.values, "tags": tagged}))


def _given(call: Call, name: str) -> str:
    """Return a field that MLflow's client sends in the body, or the SDK in the query."""
    return call.need(name, {**call.query, **call.json})


def _need(call: Call) -> Row:
    """Return the model that a request names."""
    return unity.need(call, "registered_model", fold(_given(call, "name")))


def _need_version(call: Call) -> tuple[Row, Row]:
    """Return the model and the version that a request names."""
    model, number = _need(call), _given(call, "version")
    if not number.isdigit():
        raise missing(f"Model version '{number}' of model '{model.id}' does not exist.")
    return model, models.need_version(call, model, int(number))


def _fields(call: Call, model: Row, number: int) -> Json:
    """Return what is kept of a version that came without files."""
    return ModelVersion(
        full_name=model.id,
        version=number,
        status="PENDING_REGISTRATION",
        run_id=str(call.json.get("run_id") or ""),
        created_at=round(time.time(), 3),
        created_by=call.door.user,
        source=call.need("source"),
        digest="",
        model_id=str(call.json.get("model_id") or ""),
        tags=tags(call.json.get("tags") or []),
    ).as_json()


def _model(call: Call, row: Row, *, whole: bool) -> Json:
    """Return a model as MLflow knows it."""
    shown: Json = {"name": row.id, "creation_timestamp": moment(row), "last_updated_timestamp": moment(row)}
    shown |= {"user_id": row.values["owner"], "description": row.values.get("comment", "")}
    if whole:
        shown["aliases"] = [_alias(one) for one in call.door.children(row, "model_alias")]
        shown["tags"] = [{"key": key, "value": value} for key, value in (row.values.get("tags") or {}).items()]
    return shown


def _version(call: Call, model: Row, row: Row, *, whole: bool = True) -> Json:
    """Return a version as MLflow knows it."""
    values, made = row.values, milliseconds(row.values["created_at"])
    shown: Json = {"name": model.id, "version": str(values["version"]), "user_id": values["created_by"]}
    shown |= {name: values[name] for name in ("status", "source", "run_id", "model_id") if values.get(name)}
    shown |= {"run_experiment_id": experiment_of(values["run_id"])} if values["run_id"] else {}
    shown |= {"creation_timestamp": made, "last_updated_timestamp": made, "description": row.system.get("comment", "")}
    shown |= {"storage_location": f"{model.values['storage_location']}/{row.uid}"}
    if whole:
        pointing = call.door.children(model, "model_alias")
        shown["aliases"] = [_alias(one) for one in pointing if one.values["version"] == values["version"]]
        shown["tags"] = [{"key": key, "value": value} for key, value in values.get("tags", {}).items()]
    return shown


def _alias(row: Row) -> Json:
    """Return an alias as MLflow knows it."""
    return {"alias": row.values["alias"], "version": str(row.values["version"])}


def _place(row: Row) -> str:
    """Return the key that sorts versions by model and number."""
    return f"{row.values['full_name']}/{row.values['version']:012d}"
