"""Endpoints: each part by its own call, waits that end, secrets that stay where they are."""

import json
from dataclasses import replace

import pytest

from mlplan.core.declaration import Lifecycle
from mlplan.core.errors import NotReady
from mlplan.core.path import ANY
from mlplan.core.provider import Edit
from mlplan.providers.databricks.serving_endpoint import SERVING

ENTITY = {"name": "current", "entity_name": "main.ml.scorer", "entity_version": "1", "traffic_percentage": 100}
ENDPOINT = {"name": "trap", "served_entities": [ENTITY]}


def test_each_part_goes_by_its_own_call_in_order_and_only_when_it_changed(workspace_server, project, writes):
    project.settled({"serving_endpoint.trap": ENDPOINT})
    workspace_server.log.clear()
    project.settled(
        {
            "serving_endpoint.trap": {
                "name": "trap",
                "served_entities": [{**ENTITY, "entity_version": "2"}],
                "tags": [{"key": "team", "value": "risk"}],
                "ai_gateway": {"usage_tracking_config": {"enabled": True}},
                "email_notifications": {"on_update_failure": ["ada@example.com"]},
            }
        },
    )
    at = f"{SERVING}/trap"
    assert writes() == [
        f"PATCH {at}/tags",
        f"PUT {at}/ai-gateway",
        f"PUT {at}/config",
        f"PATCH {at}/notifications",
    ]


def test_removing_the_gateway_takes_it_away(project):
    gateway = {"usage_tracking_config": {"enabled": True}}
    project.settled({"serving_endpoint.trap": {**ENDPOINT, "ai_gateway": gateway}})
    project.settled({"serving_endpoint.trap": ENDPOINT})
    assert not project.live("serving_endpoint", "trap").values.get("ai_gateway")


def test_an_update_under_way_is_waited_for_and_not_an_error(workspace_server, project):
    project.settled({"serving_endpoint.trap": ENDPOINT})
    workspace_server.faults.status(f"PUT {SERVING}/trap/config", 409, 3)
    project.settled({"serving_endpoint.trap": {"name": "trap", "served_entities": [{**ENTITY, "entity_version": "2"}]}})
    assert workspace_server.log.count(f"PUT {SERVING}/trap/config") == 4


def test_a_failed_update_keeps_the_endpoint_and_shows_the_log(workspace_server, project):
    project.settled({"serving_endpoint.trap": ENDPOINT})
    workspace_server.fail_next("trap", "ERROR: no matching distribution for torch==99")
    project.declare({"serving_endpoint.trap": {"name": "trap", "served_entities": [{**ENTITY, "entity_version": "2"}]}})
    workspace_server.log.clear()
    outcome = project.apply()
    (failed,) = [one for one in outcome.outcomes.values() if one.status == "failed"]
    assert "torch==99" in failed.error
    assert "build log of current" in failed.error
    assert workspace_server.log.count("DELETE *") == 0
    there = project.live("serving_endpoint", "trap")
    assert there.values["served_entities"][0]["entity_version"] == "1"


def test_an_endpoint_that_fails_at_birth_is_not_deleted(workspace_server, project):
    workspace_server.fail_next("newborn", "no")
    project.declare({"serving_endpoint.trap": {**ENDPOINT, "name": "newborn"}})
    outcome = project.apply()
    assert outcome.failed
    assert project.live("serving_endpoint", "newborn") is not None
    with pytest.raises(NotReady):
        project.provider.handler("serving_endpoint").wait("newborn")


def test_secrets_are_sent_and_never_kept(workspace_server, project, monkeypatch):
    monkeypatch.setenv("OPENAI_TOKEN", "canary-4711")
    entity = {**ENTITY, "environment_vars": {"OPENAI_API_KEY": {"env": "OPENAI_TOKEN"}, "LEVEL": "INFO"}}
    project.settled({"serving_endpoint.trap": {"name": "trap", "served_entities": [entity]}})
    plan = project.plan()
    seen = json.dumps([[one.values, one.outputs] for one in plan.objects.values() if one is not None])
    assert "canary-4711" not in seen + repr(project.backend.read())
    live = project.live("serving_endpoint", "trap").values["served_entities"][0]["environment_vars"]
    assert live == {"OPENAI_API_KEY": {"env": "OPENAI_TOKEN"}, "LEVEL": "INFO"}


def test_a_variable_that_is_not_set_is_told_by_name(project, monkeypatch):
    monkeypatch.delenv("OPENAI_TOKEN", raising=False)
    entity = {**ENTITY, "environment_vars": {"OPENAI_API_KEY": {"env": "OPENAI_TOKEN"}}}
    project.declare({"serving_endpoint.trap": {"name": "unset", "served_entities": [entity]}})
    errors = [one.error for one in project.apply().outcomes.values() if one.error]
    assert errors == ["MLE547: the variable OPENAI_TOKEN is not set (set it for apply)"]
    project.resources.pop("serving_endpoint.trap")


def test_an_edit_that_names_nothing_changes_nothing(workspace_server, project, writes):
    project.settled({"serving_endpoint.trap": ENDPOINT})
    workspace_server.log.clear()
    found = project.live("serving_endpoint", "trap")
    project.provider.handler("serving_endpoint").update("trap", Edit(found, ENDPOINT, ()))
    assert writes() == []


def test_a_block_that_we_do_not_manage_is_left_alone(project):
    project.settled({"serving_endpoint.trap": ENDPOINT})
    telemetry = {"telemetry_profile_id": "1234"}
    client = project.provider.client
    client.write("PATCH", f"{SERVING}/trap/telemetry-config", {"telemetry_config": telemetry})
    project.settled({"serving_endpoint.trap": {"name": "trap", "served_entities": [{**ENTITY, "entity_version": "2"}]}})
    assert client.get(f"{SERVING}/trap").get("telemetry_config") == telemetry


def test_a_secret_setting_that_is_left_to_others_keeps_its_content(project):
    project.settled({"serving_endpoint.trap": ENDPOINT})
    secret = {"API_TOKEN": "canary-0123456789abcdef", "LEVEL": "INFO"}
    theirs = {name: value for name, value in ENTITY.items() if name != "traffic_percentage"}
    client = project.provider.client
    body = {"served_entities": [{**theirs, "scale_to_zero_enabled": False, "environment_vars": secret}]}
    client.write("PUT", f"{SERVING}/trap/config", body)
    project.provider.handler("serving_endpoint").wait("trap")
    project.declare({"serving_endpoint.trap": {"name": "trap", "served_entities": [{**ENTITY, "entity_version": "2"}]}})
    ignored = Lifecycle(ignore_changes=(("served_entities", ANY, "environment_vars"),))
    project.resources["serving_endpoint.trap"] = replace(project.resources["serving_endpoint.trap"], lifecycle=ignored)
    assert not project.apply().failed
    (entity,) = client.get(f"{SERVING}/trap")["config"]["served_entities"]
    assert (entity["entity_version"], entity["environment_vars"]) == ("2", secret)
