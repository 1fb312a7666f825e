"""Declared fields among raw ones, and whole blocks that keep what we do not know."""

import pytest

from mlplan.core.provider import Wanted
from mlplan.kinds import spec
from mlplan.providers.databricks.endpoint_form import SENSITIVE, config_body, entities, flat, without_secrets
from mlplan.providers.databricks.shaping import contains, merged, pick, proves

SHAPE = spec("serving_endpoint").shape()
ENTITY = {"name": "current", "entity_name": "main.ml.m", "entity_version": "1", "traffic_percentage": 100}
LIVE = {
    "served_entities": [
        {
            "name": "current", "entity_name": "main.ml.m", "entity_version": "1", "workload_size": "Small",
            "scale_to_zero_enabled": True, "state": {"deployment": "DEPLOYMENT_READY"}, "creator": "ada",
            "brand_new": {"x": 1},
        }
    ],
    "traffic_config": {"routes": [{"served_model_name": "current", "traffic_percentage": 100}]},
    "config_version": 3,
    "new_block": {"enabled": True},
}  # fmt: skip


def test_pick_takes_what_is_declared_at_every_depth():
    raw = {"name": "e", "id": "1", "tags": [{"key": "a", "value": "b", "by": "ada"}], "ai_gateway": {"new": 1}}
    assert pick(raw, SHAPE) == {"name": "e", "tags": [{"key": "a", "value": "b"}]}


def test_merged_keeps_unknown_fields_and_server_defaults():
    shape = SHAPE["ai_gateway"].shape
    live = {"usage_tracking_config": {"enabled": True, "newer": 1}, "unheard_of": {"a": 1}, "guardrails": {"input": {}}}
    made = merged(live, {"usage_tracking_config": {"enabled": False}}, shape, [("usage_tracking_config", "enabled")])
    assert made == {"usage_tracking_config": {"enabled": False, "newer": 1}, "unheard_of": {"a": 1}}


def test_a_configuration_keeps_what_it_does_not_know():
    desired = {"served_entities": [{**ENTITY, "entity_version": "2"}]}
    body = config_body(LIVE, desired, SHAPE, [("served_entities", "[current]", "entity_version")])
    assert body["new_block"] == {"enabled": True}
    assert "config_version" not in body
    (item,) = body["served_entities"]
    assert item["brand_new"] == {"x": 1}
    assert item["entity_version"] == "2"
    assert item["scale_to_zero_enabled"] is True
    assert not {"state", "creator", "traffic_percentage"} & item.keys()
    assert body["traffic_config"] == {"routes": [{"served_entity_name": "current", "traffic_percentage": 100}]}


def test_a_concurrency_takes_the_place_of_the_servers_size():
    desired = {"served_entities": [{**ENTITY, "max_provisioned_concurrency": 8}]}
    (item,) = config_body(LIVE, desired, SHAPE, [])["served_entities"]
    assert "workload_size" not in item


def test_a_new_custom_entity_says_whether_it_scales_to_zero():
    desired = {"served_entities": [{**ENTITY, "name": "next"}]}
    (item,) = config_body(LIVE, desired, SHAPE, [])["served_entities"]
    assert item["scale_to_zero_enabled"] is False


def test_older_endpoints_show_models_instead_of_entities():
    config = {"served_models": [{"name": "a", "model_name": "main.ml.m", "model_version": "3"}]}
    assert entities(config) == [
        {"name": "a", "entity_name": "main.ml.m", "entity_version": "3", "traffic_percentage": 0}
    ]


def test_an_unknown_size_survives_as_text():
    config = {"served_entities": [{"name": "current", "workload_size": "Gigantic"}]}
    assert flat({"name": "e"}, config, SHAPE)["served_entities"][0]["workload_size"] == "Gigantic"


@pytest.mark.parametrize(
    ("declared", "live", "environ", "shown"),
    [
        ({"env": "T"}, "s3cret", {"T": "s3cret"}, {"env": "T"}),
        ({"env": "T"}, "other", {"T": "s3cret"}, SENSITIVE),
        ({"env": "T"}, "s3cret", {}, {"env": "T"}),
        (None, "INFO", {}, "INFO"),
        (None, "{{secrets/a/b}}", {}, "{{secrets/a/b}}"),
    ],
)
def test_settings_never_show_a_secret(declared, live, environ, shown):
    known = {"served_entities": [{"name": "current", "environment_vars": {"X": declared} if declared else {}}]}
    values = {"served_entities": [{"name": "current", "environment_vars": {"X": live}}]}
    assert without_secrets(values, known, environ)["served_entities"][0]["environment_vars"] == {"X": shown}


def test_a_secret_that_nobody_declared_is_hidden_by_its_name():
    values = {"served_entities": [{"name": "current", "environment_vars": {"OPENAI_API_KEY": "abc"}}]}
    assert without_secrets(values, {}, {})["served_entities"][0]["environment_vars"] == {"OPENAI_API_KEY": SENSITIVE}


def test_contains_ignores_what_only_the_server_fills_in():
    schema = spec("schema").shape()
    desired = {"catalog_name": "main", "name": "ml"}
    assert contains({**desired, "owner": "ada", "properties": {"a": "b"}}, desired, schema)
    assert not contains({**desired, "comment": "other"}, desired, schema)
    assert not contains(desired, {**desired, "comment": "ours"}, schema)


OURS = {"mlplan.owner": "fraud/prod", "mlplan.address": "schema.ml"}


@pytest.mark.parametrize(
    ("properties", "declared", "proven"),
    [
        ({"a": "b", **OURS}, {"a": "b"}, True),
        ({"a": "b", **OURS}, None, True),
        (OURS, None, True),
        ({"a": "b"}, {"a": "b"}, False),
        ({}, None, False),
        ({"a": "b", **OURS, "mlplan.owner": "shop/prod"}, {"a": "b"}, False),
        ({"a": "c", **OURS}, {"a": "b"}, False),
    ],
    ids=["as declared", "others' beside it", "alone", "no marker", "nothing shown", "another's", "changed"],
)
def test_a_list_proves_what_it_shows_with_its_marker(properties, declared, proven):
    kind = spec("schema")
    found = kind.canonical({"catalog_name": "prod", "name": "ml", "properties": properties})
    wanted = kind.canonical({"catalog_name": "prod", "name": "ml", "properties": declared})
    assert proves(kind, found, Wanted(wanted, None, "fraud/prod"), kind.shape()) is proven
