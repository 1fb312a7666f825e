"""Models: /api/2.1/unity-catalog/models: registered models, their aliases and versions.

- The list never shows aliases, and `get` only with `include_aliases=true` (databricks-sdk-py #868).
- An update takes the owner and the comment and ignores everything else, aliases too: it answers
  200 and changes nothing (databricks/cli #4012).
- A model with versions cannot be deleted (databricks/cli #1848), whatever the SDK documents.
- Setting an alias moves it in one step; deleting a version takes its aliases with it.
- Page lengths are those that the SDK documents: 10,000 within a schema, 100 to 1,000 without one,
  100 to 1,000 of versions.
"""

from mlplan.kinds.naming import fold
from mlplan.providers.local import outside
from mlplan.providers.local.store import Row
from mlplan.testing.server import unity
from mlplan.testing.server.call import Call
from mlplan.testing.server.paging import Limits, listed, page
from mlplan.testing.server.refusal import Json, invalid, missing
from mlplan.testing.server.route import Route, read, write
from mlplan.testing.server.runs import milliseconds

ROOT = "/api/2.1/unity-catalog/models"
CREATE = {"comment": str, "storage_location": str}
UPDATE = {"comment": str, "owner": str}
IGNORED = ("aliases", "catalog_name", "name", "schema_name", "storage_location", "browse_only", "metastore_id")
IN_SCHEMA, EVERYWHERE, VERSIONS = Limits(10_000, 10_000, 10_000), Limits(100, 100, 1_000), Limits(100, 100, 1_000)


def routes() -> tuple[Route, ...]:
    """Return the operations on models, aliases and versions."""
    one = f"{ROOT}/{{full_name}}"
    return (
        write("POST", ROOT, create),
        read(ROOT, every),
        read(one, get),
        write("PATCH", one, update),
        write("DELETE", one, delete),
        read(f"{one}/aliases/{{alias}}", get_by_alias),
        write("PUT", f"{one}/aliases/{{alias}}", set_alias),
        write("DELETE", f"{one}/aliases/{{alias}}", delete_alias),
        read(f"{one}/versions", versions),
        read(f"{one}/versions/{{version}}", get_version),
        write("PATCH", f"{one}/versions/{{version}}", update_version),
        write("DELETE", f"{one}/versions/{{version}}", delete_version),
    )


def create(call: Call) -> Json:
    """Make a model; its owner is the caller, whatever the request says."""
    names = {name: call.need(name) for name in ("catalog_name", "schema_name", "name")}
    return answer(call, unity.create(call, "registered_model", {**names, **call.pick(CREATE)}))


def every(call: Call) -> Json:
    """List the models of a schema, or of the metastore; never with aliases."""
    catalog, schema = call.query.get("catalog_name"), call.query.get("schema_name")
    if bool(catalog) != bool(schema):
        raise invalid("catalog_name and schema_name must be specified together")
    if catalog and schema:
        holder = unity.need(call, "schema", f"{catalog}.{schema}")
        rows, limits = call.door.children(holder, "registered_model"), IN_SCHEMA
    else:
        rows, limits = call.door.rows("registered_model"), EVERYWHERE
    found, token = page(call, rows, limits, lambda row: row.id)
    return listed("registered_models", [answer(call, row) for row in found], token)


def get(call: Call) -> Json:
    """Return a model."""
    row = unity.need(call, "registered_model", call["full_name"])
    aliases = [alias_answer(one) for one in call.door.children(row, "model_alias")]
    return answer(call, row) | ({"aliases": aliases} if call.asks("include_aliases") and aliases else {})


def update(call: Call) -> Json:
    """Change the owner or the comment of a model."""
    row = unity.need(call, "registered_model", call["full_name"])
    unity.no_rename(call, row)
    changes = call.pick(UPDATE)
    if not changes and any(name in call.json for name in IGNORED):
        return answer(call, row)
    return answer(call, unity.update(call, "registered_model", row, changes))


def delete(call: Call) -> Json:
    """Delete a model without versions."""
    unity.delete(call, "registered_model", call["full_name"])
    return {}


def set_alias(call: Call) -> Json:
    """Point an alias at a version; whatever it pointed at before, this takes effect at once."""
    model = unity.need(call, "registered_model", call["full_name"])
    number = call.number("version_num", call.json)
    if number is None:
        raise invalid("Missing required field: version_num")
    return alias_answer(point(call, model, call["alias"], number))


def point(call: Call, model: Row, alias: str, number: int) -> Row:
    """Point an alias of a model at one of its versions."""
    need_version(call, model, number)
    row = call.door.find("model_alias", f"{model.id}@{fold(alias)}")
    if row is not None:
        return call.door.amend("model_alias", row.id, {"version": number})
    return call.door.create("model_alias", {"full_name": model.id, "alias": alias, "version": number})


def delete_alias(call: Call) -> Json:
    """Delete an alias. [unverified] that one which is not there is refused."""
    model = unity.need(call, "registered_model", call["full_name"])
    call.door.platform.delete("model_alias", need_alias(call, model, call["alias"]).id, {})
    return {}


def get_by_alias(call: Call) -> Json:
    """Return the version that an alias points at."""
    model = unity.need(call, "registered_model", call["full_name"])
    alias = need_alias(call, model, call["alias"])
    return _version(call, model, need_version(call, model, alias.values["version"]), call.asks("include_aliases"))


def versions(call: Call) -> Json:
    """List the versions of a model, without aliases and tags."""
    model = unity.need(call, "registered_model", call["full_name"])
    rows = sorted(call.door.children(model, "model_version"), key=_place)
    found, token = page(call, rows, VERSIONS, _place)
    return listed("model_versions", [_version(call, model, row, aliases=False) for row in found], token)


def get_version(call: Call) -> Json:
    """Return a version."""
    model = unity.need(call, "registered_model", call["full_name"])
    return _version(call, model, need_version(call, model, call["version"]), call.asks("include_aliases"))


def update_version(call: Call) -> Json:
    """Change the comment of a version, which is all that can be changed (SDK documentation)."""
    model = unity.need(call, "registered_model", call["full_name"])
    row = need_version(call, model, call["version"])
    if "comment" in call.json:
        row = call.door.note("model_version", row.id, comment=call.pick({"comment": str})["comment"] or None)
    return _version(call, model, row, aliases=False)


def delete_version(call: Call) -> Json:
    """Delete a version, and the aliases that point at it."""
    model = unity.need(call, "registered_model", call["full_name"])
    outside.delete(call.door.platform, "model_version", need_version(call, model, call["version"]).id)
    return {}


def need_alias(call: Call, model: Row, alias: str) -> Row:
    """Return an alias that must be there."""
    row = call.door.find("model_alias", f"{model.id}@{fold(alias)}")
    if row is None:
        raise missing(f"Alias '{fold(alias)}' of model '{model.id}' does not exist.")
    return row


def need_version(call: Call, model: Row, number: str | int) -> Row:
    """Return a version that must be there."""
    row = call.door.store.get("model_version", f"{model.id}/{number}")
    if row is None:
        raise missing(f"Model version '{number}' of model '{model.id}' does not exist.")
    return row


def answer(call: Call, row: Row) -> Json:
    """Return a model as the API shows it; tags are MLflow's, and not shown here."""
    shown = unity.shown(call, row)
    shown.pop("tags", None)
    return shown


def alias_answer(row: Row) -> Json:
    """Return an alias as the API shows it."""
    catalog, schema, model = row.values["full_name"].split(".")
    named = {"catalog_name": catalog, "schema_name": schema, "model_name": model}
    return {"alias_name": row.values["alias"], "version_num": row.values["version"], "id": f"alias-{row.uid}", **named}


def _version(call: Call, model: Row, row: Row, aliases: bool) -> Json:  # noqa: FBT001 - as the API's parameter
    """Return a version as the API shows it."""
    values = row.values
    shown: Json = {name: values[name] for name in ("version", "status", "source", "run_id", "created_by")}
    shown |= {name: model.values[name] for name in ("catalog_name", "schema_name")}
    made = milliseconds(values["created_at"])
    shown |= {"model_name": model.values["name"], "id": f"version-{row.uid}", "created_at": made}
    shown |= {"storage_location": f"{model.values['storage_location']}/{row.uid}", "updated_at": made}
    shown |= {"run_workspace_id": call.door.settings.workspace_id, "updated_by": values["created_by"]}
    if "comment" in row.system:
        shown["comment"] = row.system["comment"]
    if aliases:
        pointing = [
            one for one in call.door.children(model, "model_alias") if one.values["version"] == row.values["version"]
        ]
        shown["aliases"] = [alias_answer(one) for one in pointing]
    return shown


def _place(row: Row) -> str:
    """Return the key that sorts versions by their numbers."""
    return f"{row.values['version']:012d}"
