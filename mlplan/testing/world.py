"""World: the objects that samples refer to, so that a fresh platform can hold them.

Names in samples are of two sorts. `main`, `ml`, `scorer` and their like are shared: they are made
once. `alpha` and `beta` belong to a sample alone, and `own` gives each sample its own pair.
"""

from collections.abc import Callable, Iterator
from typing import Any

from mlplan.core.values import Values
from mlplan.kinds import spec

VERSIONS = 2
"""How many versions each model of the world has."""
MODELS = ("main.ml.scorer", "main.ml.rival")
OWN = ("alpha", "beta")

_SHARED: tuple[tuple[str, Values], ...] = (
    ("catalog", {"name": "main"}),
    ("catalog", {"name": "other"}),
    ("schema", {"catalog_name": "main", "name": "ml"}),
    ("schema", {"catalog_name": "main", "name": "raw"}),
    ("schema", {"catalog_name": "other", "name": "ml"}),
    ("registered_model", {"catalog_name": "main", "schema_name": "ml", "name": "scorer"}),
    ("registered_model", {"catalog_name": "main", "schema_name": "ml", "name": "rival"}),
)
_CARRIERS: dict[str, Callable[[str], Values]] = {
    "catalog": lambda id_: {"name": id_},
    "experiment": lambda id_: {"name": id_},
    "serving_endpoint": lambda id_: {"name": id_, "served_entities": [dict(ENTITY)]},
}
"""What grants and permissions of samples are on, from its id."""

ENTITY: Values = {
    "name": "current",
    "entity_name": "main.ml.scorer",
    "entity_version": "1",
    "traffic_percentage": 100,
}


def shared() -> Iterator[tuple[str, Values]]:
    """Yield the kind and fields of every shared object, containers first."""
    for kind, values in _SHARED:
        yield kind, dict(values)


def values_of(kind: str, id: str) -> Values:  # noqa: A002 - the word of the house
    """Return the fields of an object that samples refer to."""
    found = next((values for one, values in _SHARED if one == kind and spec(kind).identify(values) == id), None)
    return dict(found) if found is not None else _CARRIERS[kind](id)


def own(value: Any, number: int) -> Any:
    """Return `value` with the names that belong to a sample alone made those of this one."""
    if isinstance(value, str):
        for name in OWN:
            value = value.replace(name, f"{name}{number}")
        return value
    if isinstance(value, dict):
        return {key: own(item, number) for key, item in value.items()}
    if isinstance(value, list):
        return [own(item, number) for item in value]
    return value
