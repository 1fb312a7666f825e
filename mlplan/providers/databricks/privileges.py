"""Privileges: the least that a project's own resources ask of the principal that plans or applies.

Pure. Who makes an object owns it, so that MANAGE and CAN_MANAGE are for objects that someone else
made. EXECUTE on a model shows its versions and their files too; the runs behind them are read where
that is allowed, and plans say what they do without. Reading who else holds a grant takes MANAGE,
as others only see their own (Unity Catalog); [unverified]: that CAN_READ and CAN_VIEW are enough to
read an object's permissions.
"""

from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple

from mlplan.core.declaration import Declaration, Resource
from mlplan.core.values import Values
from mlplan.kinds import spec

Purpose = Literal["plan", "apply"]
METASTORE = "metastore"
LOOKS: Mapping[str, str] = {
    "catalog": "USE_CATALOG",
    "schema": "USE_SCHEMA",
    "volume": "READ_VOLUME",
    "registered_model": "EXECUTE",
    "experiment": "CAN_READ",
    "serving_endpoint": "CAN_VIEW",
}
"""What reading an object takes."""
MANAGES: Mapping[str, str] = {"experiment": "CAN_MANAGE", "serving_endpoint": "CAN_MANAGE"}
"""What changing an object takes; MANAGE for those of Unity Catalog."""
MAKES: Mapping[str, str] = {
    "catalog": "CREATE_CATALOG",
    "schema": "CREATE_SCHEMA",
    "volume": "CREATE_VOLUME",
    "registered_model": "CREATE_MODEL",
}
"""What making one takes, on what holds it."""


class Need(NamedTuple):
    """The privileges that are needed on one object, and the resources that need them."""

    kind: str
    id: str
    privileges: tuple[str, ...]
    addresses: tuple[str, ...]


def least_privileges(declaration: Declaration, purpose: Purpose) -> list[Need]:
    """Return the least privileges per object, containers first."""
    held: dict[tuple[str, str], dict[str, None]] = {}
    users: dict[tuple[str, str], dict[str, None]] = {}
    for address, resource in declaration.resources.items():
        for kind, id_, privilege in _needs(resource, purpose):
            held.setdefault((kind, id_), {})[privilege] = None
            users.setdefault((kind, id_), {})[address] = None
    order = [METASTORE, *LOOKS]
    keys = sorted(held, key=lambda key: (order.index(key[0]), key[1]))
    return [Need(*key, tuple(held[key]), tuple(users[key])) for key in keys]


def _needs(resource: Resource, purpose: Purpose) -> Iterator[tuple[str, str, str]]:
    """Yield each privilege that a resource asks for: kind and id of the object, and the privilege."""
    values, declared = resource.values, spec(resource.kind)
    for link in declared.links(values):
        yield from _reads(link.kind, link.id)
    kind, id_ = _about(resource.kind, values)
    yield from _reads(kind, id_)
    if resource.kind == "grants":
        yield kind, id_, "MANAGE"
    if purpose == "apply":
        yield kind, id_, MANAGES.get(kind, "MANAGE")
        yield from _makes(resource.kind, values)


def _about(kind: str, values: Values) -> tuple[str, str]:
    """Return the object that a resource is, or is on."""
    if kind == "model_alias":
        return "registered_model", values["full_name"]
    if kind == "grants":
        return values["securable_type"], values["full_name"]
    if kind == "permissions":
        return values["object_type"], values["object_name"]
    return kind, spec(kind).identify(values)


def _reads(kind: str, id_: str) -> Iterator[tuple[str, str, str]]:
    """Yield what reading an object takes, its containers included."""
    if kind not in MANAGES:
        parts = id_.split(".")
        for depth, container in enumerate(("catalog", "schema")[: len(parts) - 1], start=1):
            yield container, ".".join(parts[:depth]), LOOKS[container]
    yield kind, id_, LOOKS[kind]


def _makes(kind: str, values: Values) -> Iterator[tuple[str, str, str]]:
    """Yield what making an object takes of what holds it."""
    if kind == "catalog":
        yield METASTORE, "", MAKES[kind]
    elif kind in MAKES:
        parent = list(spec(kind).links(values))[-1]
        yield parent.kind, parent.id, MAKES[kind]
    table = (values.get("ai_gateway") or {}).get("inference_table_config") or {}
    if table.get("catalog_name") and table.get("schema_name"):
        yield "schema", f"{table['catalog_name']}.{table['schema_name']}", "CREATE_TABLE"
