"""Endpoints: five calls, two configurations at once, and failures that leave the old one serving."""

import pytest

AT = "/api/2.0/serving-endpoints"
ENTITY = {"name": "current", "entity_name": "main.ml.scorer", "entity_version": "1", "scale_to_zero_enabled": False}
EXTERNAL = {
    "external_model": {
        "name": "gpt-4.1",
        "provider": "openai",
        "task": "llm/v1/chat",
        "openai_config": {"openai_api_key_plaintext": "sk-very-secret"},
    }
}


def errors():
    from databricks.sdk import errors  # noqa: PLC0415

    return errors


def create(wire, *entities, **more):
    """Ask for an endpoint named front."""
    return wire("POST", AT, {"name": "front", "config": {"served_entities": list(entities)}, **more})


def configure(wire, *entities, **config):
    return wire("PUT", f"{AT}/front/config", {"served_entities": list(entities), **config})


def get(wire):
    return wire.made("GET", f"{AT}/front")


def settle(wire):
    """Read the endpoint until it is no longer under way."""
    shown = get(wire)
    while shown["state"]["config_update"] == "IN_PROGRESS":
        shown = get(wire)
    return shown


@pytest.fixture
def front(here):
    """Return the wire to a world with an endpoint that serves."""
    here.model()
    assert create(here.wire, ENTITY).status == 200
    settle(here.wire)
    return here.wire


def test_the_sdk_waits_until_it_serves(here, sdk):
    from databricks.sdk.service.serving import EndpointCoreConfigInput, ServedEntityInput  # noqa: PLC0415

    here.model()
    entity = ServedEntityInput(entity_name="main.ml.scorer", entity_version="1", scale_to_zero_enabled=True)
    asked = sdk.serving_endpoints.create(
        "front", config=EndpointCoreConfigInput(name="front", served_entities=[entity])
    )
    assert asked.response.state.config_update.value == "IN_PROGRESS"
    assert asked.response.config is None
    assert asked.response.pending_config.config_version == 1
    get(here.wire)
    done = asked.result()
    served = done.config.served_entities[0]
    assert (served.name, served.workload_size, served.workload_type.value) == ("scorer-1", "Small", "CPU")
    assert served.state.deployment.value == "DEPLOYMENT_READY"
    route = done.config.traffic_config.routes[0]
    assert (route.served_entity_name, route.traffic_percentage) == ("scorer-1", 100)
    assert (done.state.ready.value, done.pending_config, done.permission_level.value) == ("READY", None, "CAN_MANAGE")


def test_the_old_configuration_serves_until_the_new_one_does(front):
    shown = configure(front, {**ENTITY, "entity_version": "2"}).json
    assert shown["state"] == {"ready": "READY", "config_update": "IN_PROGRESS"}
    assert shown["config"]["served_entities"][0]["entity_version"] == "1"
    assert shown["pending_config"]["served_entities"][0]["entity_version"] == "2"
    assert (shown["config"]["config_version"], shown["pending_config"]["config_version"]) == (1, 2)
    shown = settle(front)
    assert (shown["config"]["served_entities"][0]["entity_version"], shown["config"]["config_version"]) == ("2", 2)
    assert "pending_config" not in shown


def test_a_failure_leaves_the_old_one_serving_and_has_a_log(here, front, sdk):
    here.server.fail_next("front", "ERROR: no such package\nat all")
    configure(front, {**ENTITY, "entity_version": "2", "name": "next"})
    shown = settle(front)
    assert shown["state"] == {"ready": "READY", "config_update": "UPDATE_FAILED"}
    assert shown["config"]["served_entities"][0]["entity_version"] == "1"
    failed = shown["pending_config"]["served_entities"][0]["state"]
    assert failed == {"deployment": "DEPLOYMENT_FAILED", "deployment_state_message": "ERROR: no such package"}
    assert sdk.serving_endpoints.build_logs("front", "next").logs == "ERROR: no such package\nat all"
    assert sdk.serving_endpoints.logs("front", "current").logs
    with pytest.raises(errors().ResourceDoesNotExist):
        sdk.serving_endpoints.build_logs("front", "other")
    configure(front, ENTITY)
    assert settle(front)["state"] == {"ready": "READY", "config_update": "NOT_UPDATING"}


def test_a_new_endpoint_that_fails_is_there_and_not_ready(here, sdk):
    here.model()
    here.server.fail_next("front")
    create(here.wire, ENTITY)
    shown = settle(here.wire)
    assert shown["state"] == {"ready": "NOT_READY", "config_update": "UPDATE_FAILED"}
    assert "config" not in shown
    assert "cannot be installed together" in sdk.serving_endpoints.build_logs("front", "current").logs


@pytest.mark.parametrize(("busy", "code"), [(409, "RESOURCE_CONFLICT"), (400, "INVALID_STATE")])
def test_one_update_at_a_time(world, busy, code):
    here = world(busy=busy, polls=3)
    here.model()
    create(here.wire, ENTITY)
    refused = configure(here.wire, ENTITY)
    assert (refused.status, refused.json["error_code"]) == (busy, code)
    assert "is currently updating" in refused.json["message"]
    assert here.wire("PATCH", f"{AT}/front/tags", {"add_tags": [{"key": "a", "value": "b"}]}).status == 200
    assert here.wire("PATCH", f"{AT}/front/telemetry-config", {}).status == busy
    assert [get(here.wire)["state"]["config_update"] for _ in range(4)] == ["IN_PROGRESS"] * 3 + ["NOT_UPDATING"]
    assert configure(here.wire, ENTITY).status == 200


def test_an_update_may_take_real_time_instead(world):
    class Clock:
        moment = 0.0

        def now(self):
            return self.moment

        monotonic = now

    clock = Clock()
    here = world(clock, seconds=30)
    here.model()
    create(here.wire, ENTITY)
    assert {get(here.wire)["state"]["config_update"] for _ in range(9)} == {"IN_PROGRESS"}
    clock.moment = 30.0
    assert here.wire.made("GET", AT)["endpoints"][0]["state"]["config_update"] == "NOT_UPDATING"


def test_the_list_is_a_summary_in_one_page(front):
    (shown,) = front.made("GET", AT, max_results=1)["endpoints"]
    entity = {"name": "current", "entity_name": "main.ml.scorer", "entity_version": "1"}
    assert shown["config"]["served_entities"] == [entity]
    assert "traffic_config" not in shown["config"]
    assert shown["id"] == get(front)["id"]


def test_each_part_has_its_call(front, sdk):
    from databricks.sdk.service import serving  # noqa: PLC0415

    tag = serving.EndpointTag
    sdk.serving_endpoints.patch("front", add_tags=[tag("b", "2"), tag("a", "1")])
    assert [one.key for one in sdk.serving_endpoints.patch("front", delete_tags=["b", "none"]).tags] == ["a"]
    table = serving.AiGatewayInferenceTableConfig(catalog_name="main", schema_name="ml", enabled=True)
    gateway = sdk.serving_endpoints.put_ai_gateway("front", inference_table_config=table)
    assert gateway.inference_table_config.table_name_prefix == "front"
    told = serving.EmailNotifications(on_update_failure=["ops@example.com"])
    assert sdk.serving_endpoints.update_notifications("front", email_notifications=told).name == "front"
    shown = sdk.serving_endpoints.get("front")
    assert (shown.email_notifications, shown.tags) == (told, [tag("a", "1")])
    assert shown.ai_gateway.inference_table_config.enabled
    sdk.serving_endpoints.put_ai_gateway("front")
    assert sdk.serving_endpoints.get("front").ai_gateway is None


def test_telemetry_names_no_tables_again(front):
    path = f"{AT}/front/telemetry-config"
    asked = {"table_names": {"logs_table": "main.ml.logs"}, "inference_table_config": {"sampling_fraction": 0.5}}
    made = front.made("PATCH", path, {"telemetry_config": asked})["telemetry_config"]
    assert made.keys() == {"telemetry_profile_id", "inference_table_config"}
    front.made("PATCH", path, {"telemetry_config": {"inference_table_config": {"sampling_fraction": 1}}})
    assert get(front)["telemetry_config"] == made
    front.made("PATCH", path, {})
    assert "telemetry_config" not in get(front)


def test_secrets_in_the_clear_are_neither_kept_nor_shown(here):
    made = create(here.wire, EXTERNAL, ai_gateway={"from_the_future": {"key_plaintext": "sk-very-secret"}}).json
    assert made["pending_config"]["served_entities"][0]["name"] == "gpt-4-1"
    assert "sk-very-secret" not in str(settle(here.wire))
    kept = b"".join(path.read_bytes() for path in here.server.store.path.parent.iterdir())
    assert b"sk-very-secret" not in kept
    assert all(entry.body is None for entry in here.server.log.entries)


@pytest.mark.parametrize(
    ("config", "status", "words"),
    [
        ({"served_entities": []}, 400, "At least one"),
        ({"served_entities": [{**ENTITY, "entity_version": "9"}]}, 404, "version '9'"),
        ({"served_entities": [{**ENTITY, "entity_name": ""}]}, 400, "Exactly one"),
        ({"served_entities": [{"entity_name": "main.ml.scorer", "entity_version": "1"}]}, 400, "scaleToZeroEnabled"),
        ({"served_entities": [ENTITY, ENTITY], "traffic_config": {"routes": []}}, 400, "unique"),
        ({"served_entities": [ENTITY, {**ENTITY, "name": "b"}]}, 400, "traffic_config must"),
        ({"served_entities": [ENTITY], "traffic_config": {"routes": [
            {"served_model_name": "current", "traffic_percentage": 90}]}}, 400, "add up to 100"),
        ({"served_entities": [ENTITY], "traffic_config": {"routes": [
            {"served_model_name": "other", "traffic_percentage": 100}]}}, 400, "do not exist: other"),
        ({"served_entities": [ENTITY], "served_models": []}, 400, "Only one of"),
        ({"served_entities": [ENTITY], "auto_capture_config": {"enabled": True}}, 400, "no longer supported"),
        ({"served_entities": [EXTERNAL]}, 400, "cannot change between"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_configurations_that_make_no_sense_are_refused(front, config, status, words):
    answer = front("PUT", f"{AT}/front/config", config)
    assert answer.status == status
    assert words in answer.json["message"]
    assert get(front)["state"]["config_update"] == "NOT_UPDATING"


def test_old_names_are_taken_and_shown(front):
    old = {"name": "current", "model_name": "main.ml.scorer", "model_version": "2", "scale_to_zero_enabled": True}
    assert front("PUT", f"{AT}/front/config", {"served_models": [old]}).status == 200
    shown = settle(front)["config"]["served_models"][0]
    assert (shown["model_name"], shown["model_version"]) == ("main.ml.scorer", "2")


def test_a_version_that_is_not_ready_cannot_be_served(here, front):
    body = {"name": "main.ml.scorer", "source": "dbfs:/x"}
    front.made("POST", "/api/2.0/mlflow/unity-catalog/model-versions/create", body)
    assert "PENDING_REGISTRATION" in configure(front, {**ENTITY, "entity_version": "3"}).json["message"]


def test_names_are_taken_once_and_free_after_deletion(front, sdk):
    with pytest.raises(errors().ResourceAlreadyExists):
        sdk.api_client.do("POST", AT, body={"name": "front", "config": {"served_entities": [ENTITY]}})
    before = get(front)["id"]
    sdk.serving_endpoints.delete("front")
    with pytest.raises(errors().ResourceDoesNotExist):
        sdk.serving_endpoints.get("front")
    create(front, ENTITY)
    assert get(front)["id"] != before


def test_what_nobody_knows_yet_survives_what_does_not_replace_it(here, front):
    here.server.inject("serving_endpoint", "front", ("served_entities", "[current]", "from_the_future"), {"a": 1})
    here.server.inject("serving_endpoint", "front", ("mode",), "SELF_DRIVING")
    front.made("PATCH", f"{AT}/front/tags", {"add_tags": [{"key": "a"}]})
    shown = get(front)
    assert (shown["mode"], shown["config"]["served_entities"][0]["from_the_future"]) == ("SELF_DRIVING", {"a": 1})
    assert configure(front, {**ENTITY, "from_the_future": {"a": 2}}).status == 200
    assert settle(front)["config"]["served_entities"][0]["from_the_future"] == {"a": 2}
    assert configure(front, ENTITY).status == 200
    assert "from_the_future" not in settle(front)["config"]["served_entities"][0]


def test_traffic_alone_may_be_sent_anew(front):
    entities = [ENTITY, {**ENTITY, "name": "next", "entity_version": "2"}]
    routes = [{"served_entity_name": one["name"], "traffic_percentage": 50} for one in entities]
    assert configure(front, *entities, traffic_config={"routes": routes}).status == 200
    settle(front)
    routes = [{**routes[0], "traffic_percentage": 10}, {**routes[1], "traffic_percentage": 90}]
    front.made("PUT", f"{AT}/front/config", {"traffic_config": {"routes": routes}})
    shown = settle(front)["config"]
    assert [one["traffic_percentage"] for one in shown["traffic_config"]["routes"]] == [10, 90]
    assert [one["entity_version"] for one in shown["served_entities"]] == ["1", "2"]


def test_what_a_gateway_needs_must_be_there(front):
    table = {"catalog_name": "main", "schema_name": "none", "enabled": True}
    refused = front("PUT", f"{AT}/front/ai-gateway", {"inference_table_config": table})
    assert (refused.status, refused.json["error_code"]) == (404, "RESOURCE_DOES_NOT_EXIST")
    assert front("PUT", f"{AT}/front/ai-gateway", {"inference_table_config": {"enabled": True}}).status == 400
    assert front("POST", AT, {"name": "no dots.", "config": {}}).status == 400


def test_telemetry_is_for_custom_models(here):
    create(here.wire, EXTERNAL)
    settle(here.wire)
    refused = here.wire("PATCH", f"{AT}/front/telemetry-config", {"telemetry_config": {}})
    assert (refused.status, "EXTERNAL_MODELS" in refused.json["message"]) == (400, True)
