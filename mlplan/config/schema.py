"""Schema: JSON Schemas (draft 2020-12) of the files that people write, generated from the models that check them.

Wherever a model wants more than any text, a text with `${...}` fits as well; what it stands for is
checked when the project is loaded.
"""

from typing import Any, Final

from pydantic.json_schema import models_json_schema

from mlplan.config.manifest import LifecycleBlock, Project, ResourceFile
from mlplan.config.partial import partial
from mlplan.config.policy_cases import CasesFile
from mlplan.config.policy_file import PolicyDocument
from mlplan.core.address import KEY_PATTERN
from mlplan.core.kind import Model
from mlplan.kinds import KINDS, PLURALS, spec
from mlplan.kinds.grants import Grant
from mlplan.kinds.permissions import Permission

Schema = dict[str, Any]
DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_REFERENCE: Final[Schema] = {"$ref": "#/$defs/Reference"}
_DEFS: Final = "#/$defs/"
_TEXT: Final[Schema] = {
    "description": "A text with ${var.NAME}, ${environment.name} or ${resources.KINDS.KEY.FIELD} in it.",
    "type": "string",
    "pattern": r"\$\{",
}
_ROWS: Final = {"grants": Grant, "permissions": Permission}


def documents() -> dict[str, Schema]:
    """Return the schemas of all files that people write, by file name."""
    resources = _document(ResourceFile)
    project = _document(Project)
    return {
        "environment.schema.json": partial(project, "mlplan environment", "A file `environments/NAME.yaml`."),
        "policy.schema.json": _plain(PolicyDocument),
        "policy_test.schema.json": _plain(CasesFile),
        "project.schema.json": project,
        "resources.schema.json": resources,
    }


def _plain(model: type[Model]) -> Schema:
    """Return the schema of a file that holds no references and is never laid over another."""
    made: Schema = _tidy(model.model_json_schema(by_alias=True))
    return {"$schema": DIALECT, **made, "$defs": {name: _tidy(one) for name, one in sorted(made["$defs"].items())}}


def _document(model: type[ResourceFile]) -> Schema:
    """Return the schema of one file."""
    kinds = [spec(kind) for kind in KINDS]
    chosen = [(one, "validation") for one in (model, LifecycleBlock, Grant, Permission, *kinds)]
    _, made = models_json_schema(chosen, by_alias=True)  # type: ignore[arg-type]
    defs: dict[str, Schema] = {name: _tidy(definition) for name, definition in made["$defs"].items()}
    for definition in defs.values():
        _open(definition)
    for kind in kinds:
        _add_blocks(defs, kind.__name__, kind.nested)
    top = defs.pop(model.__name__)
    top["properties"]["resources"] |= _sections()
    defs["Reference"] = _TEXT
    return {"$schema": DIALECT, **top, "$defs": dict(sorted(defs.items()))}


def _sections() -> Schema:
    """Return the schema of `resources:`."""
    return {
        "type": "object",
        "properties": {plural: _section(spec(kind).__name__) for plural, kind in PLURALS.items()},
        "additionalProperties": False,
    }


def _section(name: str) -> Schema:
    """Return the schema of one kind's resources by key."""
    return {"type": "object", "propertyNames": _key(), "additionalProperties": {"$ref": _DEFS + name}}


def _key() -> Schema:
    """Return the schema of what can be part of an address."""
    return {"pattern": f"^{KEY_PATTERN}$"}


def _add_blocks(defs: dict[str, Schema], name: str, nested: tuple[str, ...]) -> None:
    """Add what a resource may hold beside its own fields."""
    properties = defs[name]["properties"]
    properties["lifecycle"] = {
        "description": "How the resource may change, apart from what it is.",
        "$ref": f"{_DEFS}LifecycleBlock",
    }
    for block in nested:
        properties[block] = _aliases(defs) if block == "aliases" else _rows(block)


def _aliases(defs: dict[str, Schema]) -> Schema:
    """Return the schema of a model's nested aliases."""
    own = defs["ModelAlias"]
    implied = ("full_name", "alias")
    fields = {name: field for name, field in own["properties"].items() if name not in implied}
    fields["lifecycle"] = {"$ref": f"{_DEFS}LifecycleBlock"}
    long = {"type": "object", "properties": fields, "required": ["version"], "additionalProperties": False}
    aliases = {
        "type": "object",
        "propertyNames": _key(),
        "additionalProperties": {"anyOf": [{"type": "integer", "minimum": 1}, long, _REFERENCE]},
    }
    about = "The model's aliases: `champion: 6`, or `champion: {version: 6, managed_by: bot}`."
    return {"description": about, "anyOf": [aliases, _REFERENCE]}


def _rows(block: str) -> Schema:
    """Return the schema of nested grants or permissions: rows, or a mapping with a mode."""
    rows = {"type": "array", "items": {"$ref": _DEFS + _ROWS[block].__name__}}
    mapping = {
        "type": "object",
        "properties": {
            "mode": {"enum": ["authoritative", "additive"]},
            block: rows,
            "lifecycle": {"$ref": f"{_DEFS}LifecycleBlock"},
        },
        "additionalProperties": False,
    }
    return {"description": f"The direct {block} on it, all of them.", "anyOf": [rows, mapping, _REFERENCE]}


def _tidy(schema: Any, *, named: bool = False) -> Any:
    """Return a schema without pydantic's made-up titles and defaults; `named` marks a mapping of names."""
    if isinstance(schema, list):
        return [_tidy(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    dropped = () if named else ("title", "default")
    return {key: _tidy(item, named=key == "properties") for key, item in schema.items() if key not in dropped}


def _open(schema: Schema) -> None:
    """Let a reference stand wherever a value goes that is not just any text."""
    for key, inner in schema.get("properties", {}).items():
        schema["properties"][key] = _opened(inner)
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), dict):
            schema[key] = _opened(schema[key])
    for inner in schema.get("anyOf", ()):
        _open(inner)


def _opened(schema: Schema) -> Schema:
    """Return the schema of a value that may be a reference as well."""
    _open(schema)
    if not schema or _any_text(schema) or "const" in schema:
        return schema
    if "anyOf" in schema:
        return schema if any(map(_any_text, schema["anyOf"])) else {**schema, "anyOf": [*schema["anyOf"], _REFERENCE]}
    outer = {key: schema[key] for key in ("description",) if key in schema}
    return {**outer, "anyOf": [{key: item for key, item in schema.items() if key not in outer}, _REFERENCE]}


def _any_text(schema: Schema) -> bool:
    """Tell whether any text fits already."""
    return schema.get("type") == "string" and not {"pattern", "enum", "maxLength", "minLength"} & schema.keys()
