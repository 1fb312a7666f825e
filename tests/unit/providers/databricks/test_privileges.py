"""The least privileges of each kind, for planning and for applying."""

import pytest

from mlplan.core.declaration import Declaration, Environment, Resource, Target
from mlplan.core.source import Origin
from mlplan.kinds import spec
from mlplan.providers.databricks.privileges import least_privileges

MODEL = {"catalog_name": "main", "schema_name": "ml", "name": "m"}
ROWS = [{"group_name": "readers", "level": "CAN_READ"}]
ENTITY = {"name": "c", "entity_name": "main.ml.m", "entity_version": "1", "traffic_percentage": 100}
TABLE = {"inference_table_config": {"catalog_name": "logs", "schema_name": "raw", "enabled": True}}
USE = {"catalog main": {"USE_CATALOG"}, "schema main.ml": {"USE_SCHEMA"}}


def needs(tmp_path, purpose, **resources):
    declared = {
        f"{kind}.x": Resource(f"{kind}.x", kind, spec(kind).canonical(values), Origin("x.yaml", ()))
        for kind, values in resources.items()
    }
    seen = Declaration(tmp_path, "p", Environment("dev", Target("databricks")), Target("local"), declared)
    return {f"{one.kind} {one.id}".strip(): set(one.privileges) for one in least_privileges(seen, purpose)}


@pytest.mark.parametrize(
    ("kind", "values", "plan", "more"),
    [
        ("catalog", {"name": "main"}, {"catalog main": {"USE_CATALOG"}},
         {"metastore": {"CREATE_CATALOG"}, "catalog main": {"MANAGE"}}),
        ("schema", {"catalog_name": "main", "name": "ml"}, USE,
         {"catalog main": {"CREATE_SCHEMA"}, "schema main.ml": {"MANAGE"}}),
        ("volume", {**MODEL, "name": "v", "volume_type": "MANAGED"}, {**USE, "volume main.ml.v": {"READ_VOLUME"}},
         {"schema main.ml": {"CREATE_VOLUME"}, "volume main.ml.v": {"MANAGE"}}),
        ("registered_model", MODEL, {**USE, "registered_model main.ml.m": {"EXECUTE"}},
         {"schema main.ml": {"CREATE_MODEL"}, "registered_model main.ml.m": {"MANAGE"}}),
        ("model_alias", {"full_name": "main.ml.m", "alias": "champion", "version": 1},
         {**USE, "registered_model main.ml.m": {"EXECUTE"}}, {"registered_model main.ml.m": {"MANAGE"}}),
        ("grants", {"securable_type": "schema", "full_name": "main.ml"},
         {"catalog main": {"USE_CATALOG"}, "schema main.ml": {"USE_SCHEMA", "MANAGE"}}, {}),
        ("experiment", {"name": "/Shared/x"}, {"experiment /Shared/x": {"CAN_READ"}},
         {"experiment /Shared/x": {"CAN_MANAGE"}}),
        ("permissions", {"object_type": "experiment", "object_name": "/Shared/x", "permissions": ROWS},
         {"experiment /Shared/x": {"CAN_READ"}}, {"experiment /Shared/x": {"CAN_MANAGE"}}),
        ("serving_endpoint", {"name": "e", "served_entities": [ENTITY], "ai_gateway": TABLE},
         {**USE, "registered_model main.ml.m": {"EXECUTE"}, "catalog logs": {"USE_CATALOG"},
          "schema logs.raw": {"USE_SCHEMA"}, "serving_endpoint e": {"CAN_VIEW"}},
         {"schema logs.raw": {"CREATE_TABLE"}, "serving_endpoint e": {"CAN_MANAGE"}}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_each_kind(tmp_path, kind, values, plan, more):
    assert needs(tmp_path, "plan", **{kind: values}) == plan
    every = {name: plan.get(name, set()) | more.get(name, set()) for name in plan.keys() | more.keys()}
    assert needs(tmp_path, "apply", **{kind: values}) == every


def test_containers_come_first_and_needs_are_merged(tmp_path):
    found = needs(tmp_path, "plan", registered_model=MODEL, schema={"catalog_name": "main", "name": "ml"})
    assert list(found) == ["catalog main", "schema main.ml", "registered_model main.ml.m"]
