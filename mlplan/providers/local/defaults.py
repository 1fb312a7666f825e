"""Defaults: what the server fills in when a field is unset, and what only it knows.

Plain defaults stand on the fields (`Computed`). Here is what depends on the object itself:
ids, locations, and defaults that do not apply beside another field.
"""

import hashlib
from collections.abc import Mapping

from mlplan.core.canonical import is_unset
from mlplan.core.kind import Spec, fill
from mlplan.core.rule import Shape
from mlplan.core.values import Values

METASTORE = "00000000-0000-4000-8000-000000000001"
LOCATIONS: Mapping[tuple[str, str], str] = {
    ("experiment", "artifact_location"): "dbfs:/databricks/mlflow-tracking/{experiment_id}",
    ("registered_model", "storage_location"): "dbfs:/metastore/models/{token}",
    ("volume", "storage_location"): "dbfs:/metastore/volumes/{token}",
}
"""Where the server keeps what nobody placed; catalogs and schemas without a root report none."""

PLACED = frozenset(kind for kind, _ in LOCATIONS)

COMPUTE = frozenset({"workload_size", "workload_type", "scale_to_zero_enabled", "burst_scaling_enabled"})
"""Fields of a served entity that an external model has no use for."""

SYSTEM_TAGS: Mapping[str, Mapping[str, str]] = {
    "experiment": {
        "mlflow.ownerId": "{user}",
        "mlflow.ownerEmail": "{user}",
        "mlflow.experiment.sourceName": "{name}",
        "mlflow.experimentType": "MLFLOW_EXPERIMENT",
    }
}
"""Tags that the platform sets itself, and that are nobody's to declare."""


def outputs(spec: type[Spec], values: Values, token: str) -> Values:
    """Return the fields that only the server knows; `token` is the object's own, and never another's."""
    return {name: _output(name, values, token) for name in spec.outputs}


def place(kind: str, values: Values, given: Values, token: str) -> None:
    """Fill in where the server keeps a new object; `given` are its outputs."""
    for (one, name), form in LOCATIONS.items():
        if one == kind and name not in values:
            values[name] = fill(form, {**given, "token": token})


def complete(spec: type[Spec], values: Values, user: str) -> None:
    """Fill in what is unset."""
    _fill(values, spec.shape(), user)
    table = (values.get("ai_gateway") or {}).get("inference_table_config")
    if table and table.get("schema_name"):
        table.setdefault("table_name_prefix", str(values["name"]).lower())


def system_tags(kind: str, values: Values, user: str) -> Values:
    """Return the tags that the platform sets itself."""
    tags = SYSTEM_TAGS.get(kind, {})
    return {name: fill(form, {**values, "user": user}) for name, form in tags.items()}


def token(kind: str, id: str, before: int) -> str:  # noqa: A002 - the word of the house
    """Return the 32 hexadecimal digits of an object: its own, however often its name was used `before`."""
    return hashlib.sha256(f"{kind} {id} {before}".encode()).hexdigest()[:32]


def _output(name: str, values: Values, token: str) -> str:
    """Return one field that only the server knows."""
    if name == "catalog_type":
        kinds = {"connection_name": "FOREIGN_CATALOG", "share_name": "DELTASHARING_CATALOG"}
        return next((kind for field, kind in kinds.items() if values.get(field)), "MANAGED_CATALOG")
    if name == "metastore_id":
        return METASTORE
    if name == "experiment_id":
        return str(int(token[:14], 16))
    return f"{token[:8]}-{token[8:12]}-{token[12:16]}-{token[16:20]}-{token[20:]}"


def _fill(values: Values, shape: Shape, user: str) -> None:
    """Fill in the declared defaults, nested ones included."""
    for name, rules in shape.items():
        value = values.get(name)
        if rules.shape is not None and value is not None:
            for item in value if rules.many else (value,):
                if isinstance(item, dict):  # a secret that came over HTTP stands as a text
                    _fill(item, rules.shape, user)
        elif rules.computed and value is None and not is_unset(rules.default) and not _moot(name, values):
            values[name] = user if rules.default == "${user}" else rules.default


def _moot(name: str, values: Values) -> bool:
    """Tell whether a default has no place beside the fields that are there."""
    if name == "workload_size" and "max_provisioned_concurrency" in values:
        return True
    return name in COMPUTE and "external_model" in values
