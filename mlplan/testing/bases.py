"""Bases: what samples cannot be generated from: names that must exist, and fields that go together."""

from typing import Any

from mlplan.core.path import ANY, Path
from mlplan.core.values import Values
from mlplan.testing.world import ENTITY

NAMED: dict[str, tuple[Any, ...]] = {
    "catalog_name": ("main", "other"),
    "schema_name": ("ml", "raw"),
    "entity_name": ("main.ml.scorer", "main.ml.rival"),
    "entity_version": ("1", "2"),
    "version": (1, 2),
    "percent": (10, 50),
    "duration": ("30m", "2h"),
    "model_alias.full_name": ("main.ml.scorer", "main.ml.rival"),
    "privileges": (["USE_CATALOG"], ["BROWSE", "USE_CATALOG"]),
    "object_name": ("/Shared/alpha", "/Shared/beta", "alpha", "beta"),
}
"""Values of fields that name what must exist, or that a platform checks."""

_PAIR = [{**ENTITY, "traffic_percentage": 60}, {**ENTITY, "name": "next", "traffic_percentage": 40}]
_EXTERNAL = {"name": "chat", "traffic_percentage": 100}
_ON_EXPERIMENT = {"object_type": "experiment", "object_name": "/Shared/alpha"}
_ROWS = [
    {"user_name": "ada@example.com", "level": "CAN_READ"},
    {"group_name": "readers", "level": "CAN_READ"},
    {"service_principal_name": "5f1c", "level": "CAN_READ"},
]
_TABLE = {"catalog_name": "main", "schema_name": "ml", "enabled": True}
BASES: dict[str, tuple[Values, ...]] = {
    "catalog": (
        {"name": "alpha"},
        {"name": "alpha", "isolation_mode": "ISOLATED"},
        {"name": "alpha", "provider_name": "alpha", "share_name": "alpha"},
    ),
    "schema": ({"catalog_name": "main", "name": "alpha"},),
    "volume": (
        {"catalog_name": "main", "schema_name": "ml", "name": "alpha", "volume_type": "MANAGED"},
        {
            "catalog_name": "main",
            "schema_name": "ml",
            "name": "alpha",
            "volume_type": "EXTERNAL",
            "storage_location": "s3://alpha/files",
        },
    ),
    "experiment": ({"name": "/Shared/alpha"},),
    "registered_model": ({"catalog_name": "main", "schema_name": "ml", "name": "alpha"},),
    "model_alias": ({"full_name": "main.ml.scorer", "alias": "alpha", "version": 1},),
    "grants": (
        {
            "securable_type": "catalog",
            "full_name": "alpha",
            "grants": [{"principal": "readers", "privileges": ["USE_CATALOG"]}],
        },
    ),
    "permissions": (
        *({**_ON_EXPERIMENT, "permissions": [row]} for row in _ROWS),
        {
            "object_type": "serving_endpoint",
            "object_name": "alpha",
            "permissions": [{"group_name": "readers", "level": "CAN_QUERY"}],
        },
    ),
    "serving_endpoint": (
        {"name": "alpha", "served_entities": [ENTITY]},
        {"name": "alpha", "served_entities": _PAIR},
        {"name": "alpha", "served_entities": [_EXTERNAL]},
        {"name": "alpha", "served_entities": [ENTITY], "ai_gateway": {"inference_table_config": _TABLE}},
    ),
}
"""Valid resources, or nearly so: what is left out is for the field that is being sampled."""

APART: dict[tuple[str, Path], tuple[tuple[Values, Values], ...]] = {
    ("serving_endpoint", ("served_entities", ANY, "traffic_percentage")): (
        (
            {"name": "alpha", "served_entities": _PAIR},
            {
                "name": "alpha",
                "served_entities": [{**_PAIR[0], "traffic_percentage": 10}, {**_PAIR[1], "traffic_percentage": 90}],
            },
        ),
    ),
    ("volume", ("volume_type",)): (
        (
            {"catalog_name": "main", "schema_name": "ml", "name": "alpha", "volume_type": "MANAGED"},
            {
                "catalog_name": "main",
                "schema_name": "ml",
                "name": "alpha",
                "volume_type": "EXTERNAL",
                "storage_location": "s3://alpha/files",
            },
        ),
    ),
    ("serving_endpoint", ("served_entities",)): (
        (
            {"name": "alpha", "served_entities": [ENTITY]},
            {"name": "alpha", "served_entities": _PAIR},
        ),
        (
            {"name": "alpha", "served_entities": _PAIR},
            {"name": "alpha", "served_entities": [{**ENTITY, "name": "next", "entity_version": "2"}]},
        ),
    ),
    ("permissions", ("permissions",)): (
        ({**_ON_EXPERIMENT}, {**_ON_EXPERIMENT, "permissions": _ROWS[:1]}),
        ({**_ON_EXPERIMENT, "permissions": _ROWS[:1]}, {**_ON_EXPERIMENT, "permissions": _ROWS}),
        ({**_ON_EXPERIMENT, "permissions": _ROWS}, {**_ON_EXPERIMENT}),
    ),
    ("grants", ("securable_type",)): (),
    ("permissions", ("object_type",)): (),
}
"""Pairs for fields that cannot change alone; none for those that say which sort of object is meant."""
