import pytest

from mlplan.core.path import text
from mlplan.engine.diff import comparable, differences
from mlplan.kinds import spec

ENDPOINT = spec("serving_endpoint")
GRANTS = spec("grants")
CATALOG = spec("catalog")


def changes(kind, desired, actual, recorded):
    shape = kind.shape()
    base = comparable(actual, desired, recorded or {}, shape)
    return {text(one.field.path): one.field for one in differences(desired, base, recorded, shape)}


@pytest.mark.parametrize(
    ("desired", "recorded", "actual", "cause"),
    [
        pytest.param("new", "old", "old", "config", id="you changed it"),
        pytest.param("old", "old", "new", "drift", id="someone else changed it"),
        pytest.param("new", "old", "other", "both", id="both did"),
        pytest.param(None, "old", "old", "config", id="you removed it"),
        pytest.param("old", "old", None, "drift", id="someone else removed it"),
        pytest.param(None, None, "new", "drift", id="someone else added it"),
    ],
)
def test_the_cause_of_a_field(desired, recorded, actual, cause):
    def values(comment):
        return {"name": "main"} | ({"comment": comment} if comment else {})

    found = changes(CATALOG, values(desired), values(actual), values(recorded))
    assert {path: one.cause for path, one in found.items()} == {"comment": cause}


def test_without_a_record_everything_is_configuration():
    found = changes(CATALOG, {"name": "main", "comment": "a"}, {"name": "main", "comment": "b"}, None)
    assert found["comment"].cause == "config"


def test_server_defaults_that_nobody_set_do_not_drift():
    actual = {"name": "main", "owner": "me", "isolation_mode": "OPEN", "enable_predictive_optimization": "INHERIT"}
    assert changes(CATALOG, {"name": "main"}, actual, {"name": "main"}) == {}


def test_setting_what_the_server_chose_is_configuration_and_no_drift():
    found = changes(CATALOG, {"name": "main", "owner": "us"}, {"name": "main", "owner": "creator"}, {"name": "main"})
    assert found["owner"].cause == "config"
    known = {"name": "main", "owner": "us"}
    assert changes(CATALOG, known, {"name": "main", "owner": "them"}, known)["owner"].cause == "drift"


def test_blocks_that_were_never_managed_are_left_alone_and_managed_ones_are_cleared():
    actual = {"name": "main", "properties": {"a": "1"}}
    assert changes(CATALOG, {"name": "main"}, actual, {"name": "main"}) == {}
    found = changes(CATALOG, {"name": "main"}, actual, actual)
    assert found["properties.a"].after is None


def test_fields_that_steer_mlplan_are_compared_with_what_was_recorded():
    desired = {"name": "main", "force_destroy": True}
    assert changes(CATALOG, desired, {"name": "main"}, desired) == {}
    assert changes(CATALOG, desired, {"name": "main"}, {"name": "main"})["force_destroy"].before is None


def test_rows_are_known_by_principal_and_never_by_place():
    def rows(**given):
        grants = [{"principal": who, "privileges": what} for who, what in given.items()]
        return GRANTS.canonical({"securable_type": "catalog", "full_name": "main", "grants": grants})

    before = rows(alice=["USE_CATALOG"], bob=["use schema", "SELECT"])
    after = rows(carol=["USE_CATALOG"], bob=["SELECT", "USE_SCHEMA"])
    found = changes(GRANTS, after, before, before)
    assert set(found) == {"grants[alice].privileges", "grants[carol].privileges"}
    assert found["grants[alice].privileges"].after is None
    assert found["grants[carol].privileges"].before is None


def test_an_immutable_block_passes_its_rule_to_what_is_inside():
    desired = {"name": "main", "options": {"a": "2"}}
    found = changes(CATALOG, desired, {"name": "main", "options": {"a": "1"}}, None)
    assert found["options.a"].replaces


def test_nested_fields_and_server_defaults_inside_items():
    entity = {"name": "m", "entity_name": "a.b.c", "entity_version": "1", "traffic_percentage": 100}
    actual = {"name": "e", "served_entities": [entity | {"workload_size": "Small", "workload_type": "CPU"}]}
    desired = {"name": "e", "served_entities": [entity | {"workload_size": "Large"}]}
    assert set(changes(ENDPOINT, desired, actual, None)) == {"served_entities[m].workload_size"}


def test_what_cannot_be_read_back_is_compared_with_what_was_applied():
    def endpoint(variable):
        config = {"openai_api_key_plaintext": {"env": variable}} if variable else {}
        model = {"name": "gpt", "provider": "openai", "task": "chat", "openai_config": config or None}
        entity = {"name": "m", "external_model": {k: v for k, v in model.items() if v}, "traffic_percentage": 100}
        return {"name": "e", "served_entities": [entity]}

    there = endpoint("")
    assert changes(ENDPOINT, endpoint("OLD_KEY"), there, endpoint("OLD_KEY")) == {}
    found = changes(ENDPOINT, endpoint("NEW_KEY"), there, endpoint("OLD_KEY"))
    path = "served_entities[m].external_model.openai_config.openai_api_key_plaintext.env"
    assert (found[path].before, found[path].after) == ("OLD_KEY", "NEW_KEY")
