"""Kinds: everything that mlplan can manage; this table is the list of contents.

A kind's module is imported when the kind is first used, because building all models at
start-up would cost more than most commands take.
"""

from functools import cache
from importlib import import_module

from mlplan.core.kind import Spec

KINDS: dict[str, tuple[str, str]] = {
    "catalog": ("catalogs", "Catalog"),
    "schema": ("schemas", "Schema"),
    "volume": ("volumes", "Volume"),
    "experiment": ("experiments", "Experiment"),
    "registered_model": ("registered_models", "RegisteredModel"),
    "model_alias": ("model_aliases", "ModelAlias"),
    "grants": ("grants", "Grants"),
    "permissions": ("permissions", "Permissions"),
    "serving_endpoint": ("serving_endpoints", "ServingEndpoint"),
}
"""Kind, its section in `resources:`, and its class in the module of its name."""

PLURALS: dict[str, str] = {plural: kind for kind, (plural, _) in KINDS.items()}


@cache
def spec(kind: str) -> type[Spec]:
    """Return the declaration of a kind."""
    found: object = getattr(import_module(f"mlplan.kinds.{kind}"), KINDS[kind][1])
    assert isinstance(found, type)
    assert issubclass(found, Spec)
    return found


def securables() -> dict[str, str]:
    """Return the kind behind each type that grants and permissions name."""
    found = {spec(kind).securable: kind for kind in KINDS}
    found |= {spec(kind).permission_type: kind for kind in KINDS}
    found.pop("", None)
    return found
