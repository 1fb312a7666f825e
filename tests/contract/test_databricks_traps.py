"""Traps that other tools fell into, one test each; CHECKLIST.md says which item of which tool it is."""

import json

import pytest

from mlplan.core.errors import Conflict, Denied, NotReady
from mlplan.core.provider import Edit
from mlplan.providers.databricks.handler import UC
from mlplan.providers.databricks.serving_endpoint import SERVING

HERE = 1234567890123456
MODEL = {"catalog_name": "main", "schema_name": "ml", "name": "trap"}
ENTITY = {"name": "current", "entity_name": "main.ml.scorer", "entity_version": "1", "traffic_percentage": 100}
GRANTS = {"securable_type": "schema", "full_name": "main.ml"}
RIGHTS = {"object_type": "serving_endpoint", "object_name": "trap"}
ENDPOINT = {"name": "trap", "served_entities": [ENTITY]}


def row(principal, *privileges):
    return {"principal": principal, "privileges": list(privileges)}


@pytest.fixture
def server(world):
    return world[0]


@pytest.fixture
def project(world):
    """The world's project, as it was again afterwards."""
    server, project = world
    kept = dict(project.resources)
    server.log.clear()
    yield project
    server.faults.clear()
    project.resources.clear()
    project.resources.update(kept)
    assert not project.apply().failed


def applied(project, resources):
    project.declare(resources)
    outcome = project.apply()
    assert not outcome.failed, [one.error for one in outcome.outcomes.values()]
    assert project.plan().empty


def read(project, kind, id_):
    return project.provider.handler(kind).read(id_)


def writes(server):
    return [entry.call for entry in server.log.writing()]


def change_of(project, address):
    return next(one for one in project.plan().active() if one.address == address)


# Convergence


def test_names_in_any_case_and_trailing_slashes_make_no_difference(project):
    applied(
        project,
        {
            "schema.trap": {"catalog_name": "MAIN", "name": "Trap"},
            "experiment.trap": {"name": "/Workspace/Shared/trap/"},
            "volume.trap": {**MODEL, "name": "Files", "volume_type": "EXTERNAL", "storage_location": "s3://bucket/a/"},
            "grants.trap": {**GRANTS, "full_name": "Main.ML", "grants": [row("Ada@Example.com", "use schema")]},
        },
    )


def test_an_empty_set_of_grants_converges(project):
    applied(project, {"grants.trap": {**GRANTS, "grants": []}})


def test_the_order_of_lists_means_nothing(project):
    one, two = row("a", "SELECT", "USE_SCHEMA"), row("b", "SELECT")
    applied(project, {"grants.trap": {**GRANTS, "grants": [one, two]}})
    project.declare({"grants.trap": {**GRANTS, "grants": [two, row("a", "USE_SCHEMA", "SELECT")]}})
    assert project.plan().empty


def test_what_the_server_fills_in_for_an_endpoint_never_drifts(project):
    applied(project, {"serving_endpoint.trap": ENDPOINT})
    entity = read(project, "serving_endpoint", "trap").values["served_entities"][0]
    assert entity["workload_size"] == "Small"
    assert entity["scale_to_zero_enabled"] is False


# Aliases


def test_aliases_are_really_set_moved_and_deleted(server, project):
    alias = {"full_name": "main.ml.scorer", "alias": "champion", "version": 1}
    at = "PUT /api/2.1/unity-catalog/models/main.ml.scorer/aliases/champion"
    applied(project, {"model_alias.trap": alias})
    applied(project, {"model_alias.trap": {**alias, "version": 2}})
    assert server.log.count(at) == 2
    live = project.provider.client.get(f"{UC}/models/main.ml.scorer", {"include_aliases": "true"})
    assert [(one["alias_name"], one["version_num"]) for one in live["aliases"]] == [("champion", 2)]
    project.resources.pop("model_alias.trap")
    assert not project.apply().failed
    assert read(project, "model_alias", "main.ml.scorer@champion") is None


def test_an_alias_that_someone_else_set_is_not_moved_by_a_create(project):
    handler = project.provider.handler("model_alias")
    values = {"full_name": "main.ml.scorer", "alias": "taken", "version": 1}
    handler.create("main.ml.scorer@taken", values)
    with pytest.raises(Conflict):
        handler.create("main.ml.scorer@taken", {**values, "version": 2})
    assert read(project, "model_alias", "main.ml.scorer@taken").values["version"] == 1
    handler.delete("main.ml.scorer@taken", {})


# Grants


def test_the_first_apply_shows_the_grants_that_it_would_take(server, project):
    server.inject("grants", "schema/main.ml", ("grants",), [row("foreign", "SELECT")])
    project.declare({"grants.trap": {**GRANTS, "grants": [row("ours", "SELECT")]}})
    change = change_of(project, "grants.trap")
    assert {field.path[1]: (field.before, field.after) for field in change.fields} == {
        "[foreign]": (["SELECT"], None),
        "[ours]": (None, ["SELECT"]),
    }


def test_additive_grants_leave_those_of_others(server, project):
    server.inject("grants", "schema/main.ml", ("grants",), [row("foreign", "SELECT")])
    applied(project, {"grants.trap": {**GRANTS, "mode": "additive", "grants": [row("ours", "SELECT")]}})
    project.resources.pop("grants.trap")
    assert not project.apply().failed
    assert read(project, "grants", "schema/main.ml").values["grants"] == [row("foreign", "SELECT")]
    server.inject("grants", "schema/main.ml", ("grants",), None)


def test_a_change_of_one_principal_names_no_other_and_no_other_object(server, project):
    applied(project, {"grants.trap": {**GRANTS, "grants": [row("a", "SELECT"), row("b", "SELECT")]}})
    server.log.clear()
    applied(project, {"grants.trap": {**GRANTS, "grants": [row("a", "SELECT"), row("b", "MODIFY")]}})
    assert writes(server) == ["PATCH /api/2.1/unity-catalog/permissions/schema/main.ml"]
    assert read(project, "grants", "schema/main.ml").values["grants"] == [row("a", "SELECT"), row("b", "MODIFY")]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (["ALL_PRIVILEGES", "MANAGE"], ["ALL_PRIVILEGES"]),
        (["ALL_PRIVILEGES"], ["ALL_PRIVILEGES", "MANAGE"]),
        (["ALL_PRIVILEGES", "MANAGE"], ["SELECT"]),
        (["SELECT"], ["ALL_PRIVILEGES"]),
        (["ALL_PRIVILEGES", "EXTERNAL_USE_SCHEMA", "READ_METADATA"], []),
    ],
)
def test_all_privileges_and_the_four_beside_them_converge(project, before, after):
    applied(project, {"grants.trap": {**GRANTS, "grants": [row("ml", *before)]}})
    applied(project, {"grants.trap": {**GRANTS, "grants": [row("ml", *after)] if after else []}})
    rows = read(project, "grants", "schema/main.ml").values.get("grants", [])
    assert [one["privileges"] for one in rows] == ([sorted(after)] if after else [])


def test_grants_on_a_model_go_by_the_name_function(server, project):
    grants = {"securable_type": "registered_model", "full_name": "main.ml.scorer", "grants": [row("app", "EXECUTE")]}
    applied(project, {"grants.trap": grants})
    assert writes(server) == ["PATCH /api/2.1/unity-catalog/permissions/function/main.ml.scorer"]


def test_we_do_not_take_our_own_manage(project):
    us = row("deployer@example.com", "MANAGE")
    applied(project, {"grants.trap": {**GRANTS, "grants": [us, row("a", "SELECT")]}})
    project.declare({"grants.trap": {**GRANTS, "grants": [row("a", "SELECT")]}})
    applied_now = project.apply()
    assert [one.error[:6] for one in applied_now.outcomes.values()] == ["MLE546"]
    assert us in read(project, "grants", "schema/main.ml").values["grants"]
    project.resources.pop("grants.trap")
    handler = project.provider.handler("grants")
    with pytest.raises(Denied):
        handler.delete("schema/main.ml", {"grants": [us]})
    project.provider.client.write(
        "PATCH",
        f"{UC}/permissions/schema/main.ml",
        {"changes": [{"principal": "deployer@example.com", "remove": ["MANAGE"]}]},
    )


# Permissions


def test_admins_and_inherited_rows_are_neither_shown_nor_sent(project):
    rows = [{"group_name": "app", "level": "CAN_QUERY"}]
    applied(project, {"serving_endpoint.trap": ENDPOINT, "permissions.trap": {**RIGHTS, "permissions": rows}})
    assert read(project, "permissions", "serving_endpoint/trap").values["permissions"] == rows


def test_who_made_an_endpoint_keeps_managing_it(project):
    rows = [{"group_name": "app", "level": "CAN_QUERY"}]
    applied(project, {"serving_endpoint.trap": ENDPOINT, "permissions.trap": {**RIGHTS, "permissions": rows}})
    number = read(project, "serving_endpoint", "trap").outputs["endpoint_id"]
    live = project.provider.client.get(f"/api/2.0/permissions/serving-endpoints/{number}")["access_control_list"]
    assert "deployer@example.com" in [one.get("user_name") for one in live]


def test_our_own_row_can_be_declared_too(project):
    ours = {"user_name": "deployer@example.com", "level": "CAN_MANAGE"}
    app = {"group_name": "app", "level": "CAN_QUERY"}
    applied(project, {"serving_endpoint.trap": ENDPOINT, "permissions.trap": {**RIGHTS, "permissions": [ours, app]}})


def test_the_first_apply_shows_the_permissions_that_it_would_take(project):
    number = read(project, "experiment", "/Shared/base").outputs["experiment_id"]
    foreign = [{"group_name": "foreign", "permission_level": "CAN_EDIT"}]
    project.provider.client.write("PUT", f"/api/2.0/permissions/experiments/{number}", {"access_control_list": foreign})
    rights = {"object_type": "experiment", "object_name": "/Shared/base"}
    project.declare({"permissions.trap": {**rights, "permissions": [{"group_name": "ours", "level": "CAN_READ"}]}})
    lost = [field for field in change_of(project, "permissions.trap").fields if field.after is None]
    assert [field.path[1] for field in lost] == ["[group_name=foreign]"]


def test_permissions_follow_an_endpoint_that_was_made_anew_under_its_name(project):
    rows = [{"group_name": "app", "level": "CAN_QUERY"}]
    applied(project, {"serving_endpoint.trap": ENDPOINT, "permissions.trap": {**RIGHTS, "permissions": rows}})
    client = project.provider.client
    client.remove(f"{SERVING}/trap")
    project.provider.handler("serving_endpoint").create("trap", ENDPOINT)
    project.provider.handler("serving_endpoint").wait("trap")
    assert change_of(project, "permissions.trap").fields
    assert not project.apply().failed
    assert read(project, "permissions", "serving_endpoint/trap").values["permissions"] == rows


# Experiments and models


def test_experiment_tags_are_reconciled(project):
    applied(project, {"experiment.trap": {"name": "/Shared/tags", "tags": {"a": "1", "b": "2"}}})
    applied(project, {"experiment.trap": {"name": "/Shared/tags", "tags": {"b": "3"}}})
    assert read(project, "experiment", "/Shared/tags").values["tags"] == {"b": "3"}


def test_a_deleted_experiment_is_seen_and_restored_with_its_number(project):
    applied(project, {"experiment.trap": {"name": "/Shared/gone"}})
    number = read(project, "experiment", "/Shared/gone").outputs
    project.provider.handler("experiment").delete("/Shared/gone", {})
    assert change_of(project, "experiment.trap").action == "restore"
    assert not project.apply().failed
    assert read(project, "experiment", "/Shared/gone").outputs == number


def test_a_model_with_versions_goes_only_by_force(project):
    handler = project.provider.handler("registered_model")
    with pytest.raises(Conflict):
        handler.delete("main.ml.scorer", {})
    assert read(project, "registered_model", "main.ml.scorer") is not None


def test_a_new_catalog_goes_though_the_platform_put_a_schema_into_it(project):
    applied(project, {"catalog.trap": {"name": "trap"}})
    assert read(project, "schema", "trap.default") is not None
    project.resources.pop("catalog.trap")
    assert not project.apply().failed
    assert read(project, "catalog", "trap") is None


def test_a_catalog_that_holds_more_stays(project):
    applied(project, {"catalog.trap": {"name": "trap"}, "schema.trap": {"catalog_name": "trap", "name": "work"}})
    with pytest.raises(Conflict):
        project.provider.handler("catalog").delete("trap", {})
    assert read(project, "schema", "trap.default") is not None


# Isolation


def test_isolating_a_catalog_binds_this_workspace_first(server, project):
    applied(project, {"catalog.trap": {"name": "trap"}})
    server.log.clear()
    applied(project, {"catalog.trap": {"name": "trap", "isolation_mode": "ISOLATED"}})
    assert writes(server) == [f"PATCH {UC}/bindings/catalog/trap", f"PATCH {UC}/catalogs/trap"]


def test_a_workspace_that_someone_else_bound_is_drift(project):
    bound = {"name": "trap", "isolation_mode": "ISOLATED", "workspace_bindings": [{"workspace_id": HERE}]}
    applied(project, {"catalog.trap": bound})
    add = [{"workspace_id": 5, "binding_type": "BINDING_TYPE_READ_ONLY"}]
    project.provider.client.write("PATCH", f"{UC}/bindings/catalog/trap", {"add": add})
    (field,) = change_of(project, "catalog.trap").fields[:1]
    assert field.path[1] == "[5]"
    assert field.cause == "drift"


def test_bindings_that_would_shut_this_workspace_out_are_refused_at_plan(project):
    project.declare(
        {"catalog.trap": {"name": "trap", "isolation_mode": "ISOLATED", "workspace_bindings": [{"workspace_id": 5}]}}
    )
    found = [one for one in project.plan().diagnostics if one.address == "catalog.trap"]
    assert [one.code for one in found] == ["MLE403"]
    assert str(HERE) in found[0].hint


# Endpoints


def test_each_part_goes_by_its_own_call_in_order_and_only_when_it_changed(server, project):
    applied(project, {"serving_endpoint.trap": ENDPOINT})
    server.log.clear()
    applied(
        project,
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
    assert writes(server) == [
        f"PATCH {at}/tags",
        f"PUT {at}/ai-gateway",
        f"PUT {at}/config",
        f"PATCH {at}/notifications",
    ]


def test_removing_the_gateway_takes_it_away(project):
    gateway = {"usage_tracking_config": {"enabled": True}}
    applied(project, {"serving_endpoint.trap": {**ENDPOINT, "ai_gateway": gateway}})
    applied(project, {"serving_endpoint.trap": ENDPOINT})
    assert not read(project, "serving_endpoint", "trap").values.get("ai_gateway")


def test_an_update_under_way_is_waited_for_and_not_an_error(server, project):
    applied(project, {"serving_endpoint.trap": ENDPOINT})
    server.faults.status(f"PUT {SERVING}/trap/config", 409, 3)
    applied(
        project, {"serving_endpoint.trap": {"name": "trap", "served_entities": [{**ENTITY, "entity_version": "2"}]}}
    )
    assert server.log.count(f"PUT {SERVING}/trap/config") == 4


def test_a_failed_update_keeps_the_endpoint_and_shows_the_log(server, project):
    applied(project, {"serving_endpoint.trap": ENDPOINT})
    server.fail_next("trap", "ERROR: no matching distribution for torch==99")
    project.declare({"serving_endpoint.trap": {"name": "trap", "served_entities": [{**ENTITY, "entity_version": "2"}]}})
    server.log.clear()
    outcome = project.apply()
    (failed,) = [one for one in outcome.outcomes.values() if one.status == "failed"]
    assert "torch==99" in failed.error
    assert "build log of current" in failed.error
    assert server.log.count("DELETE *") == 0
    there = read(project, "serving_endpoint", "trap")
    assert there.values["served_entities"][0]["entity_version"] == "1"


def test_an_endpoint_that_fails_at_birth_is_not_deleted(server, project):
    server.fail_next("newborn", "no")
    project.declare({"serving_endpoint.trap": {**ENDPOINT, "name": "newborn"}})
    outcome = project.apply()
    assert outcome.failed
    assert read(project, "serving_endpoint", "newborn") is not None
    with pytest.raises(NotReady):
        project.provider.handler("serving_endpoint").wait("newborn")


def test_secrets_are_sent_and_never_kept(server, project, monkeypatch):
    monkeypatch.setenv("OPENAI_TOKEN", "canary-4711")
    entity = {**ENTITY, "environment_vars": {"OPENAI_API_KEY": {"env": "OPENAI_TOKEN"}, "LEVEL": "INFO"}}
    applied(project, {"serving_endpoint.trap": {"name": "trap", "served_entities": [entity]}})
    plan = project.plan()
    seen = json.dumps([[one.values, one.outputs] for one in plan.objects.values() if one is not None])
    assert "canary-4711" not in seen + repr(project.backend.read())
    live = read(project, "serving_endpoint", "trap").values["served_entities"][0]["environment_vars"]
    assert live == {"OPENAI_API_KEY": {"env": "OPENAI_TOKEN"}, "LEVEL": "INFO"}


def test_a_variable_that_is_not_set_is_told_by_name(project, monkeypatch):
    monkeypatch.delenv("OPENAI_TOKEN", raising=False)
    entity = {**ENTITY, "environment_vars": {"OPENAI_API_KEY": {"env": "OPENAI_TOKEN"}}}
    project.declare({"serving_endpoint.trap": {"name": "unset", "served_entities": [entity]}})
    errors = [one.error for one in project.apply().outcomes.values() if one.error]
    assert errors == ["MLE547: the variable OPENAI_TOKEN is not set (set it for apply)"]
    project.resources.pop("serving_endpoint.trap")


def test_an_edit_that_names_nothing_changes_nothing(server, project):
    applied(project, {"serving_endpoint.trap": ENDPOINT})
    server.log.clear()
    found = read(project, "serving_endpoint", "trap")
    project.provider.handler("serving_endpoint").update("trap", Edit(found, ENDPOINT, ()))
    assert writes(server) == []


# Drift


def test_what_was_deleted_outside_is_made_again_and_what_is_gone_already_is_forgotten(project):
    applied(project, {"schema.trap": {"catalog_name": "main", "name": "trap"}})
    project.provider.handler("schema").delete("main.trap", {})
    assert change_of(project, "schema.trap").action == "create"
    project.resources.pop("schema.trap")
    assert change_of(project, "schema.trap").action == "forget"


def test_a_change_that_someone_made_already_needs_no_call(server, project):
    schema = {"catalog_name": "main", "name": "trap"}
    applied(project, {"schema.trap": schema})
    project.provider.client.write("PATCH", f"{UC}/schemas/main.trap", {"comment": "agreed"})
    server.log.clear()
    applied(project, {"schema.trap": {**schema, "comment": "agreed"}})
    assert writes(server) == []


def test_what_others_added_is_shown_and_taken_back(project):
    applied(project, {"experiment.trap": {"name": "/Shared/added", "tags": {"a": "1"}}})
    number = read(project, "experiment", "/Shared/added").outputs["experiment_id"]
    body = {"experiment_id": number, "key": "b", "value": "2"}
    project.provider.client.write("POST", "/api/2.0/mlflow/experiments/set-experiment-tag", body)
    (field,) = change_of(project, "experiment.trap").fields
    assert (field.path, field.before, field.after, field.cause) == (("tags", "b"), "2", None, "drift")


def test_a_block_that_we_do_not_manage_is_left_alone(project):
    applied(project, {"serving_endpoint.trap": ENDPOINT})
    telemetry = {"telemetry_profile_id": "1234"}
    client = project.provider.client
    client.write("PATCH", f"{SERVING}/trap/telemetry-config", {"telemetry_config": telemetry})
    applied(
        project, {"serving_endpoint.trap": {"name": "trap", "served_entities": [{**ENTITY, "entity_version": "2"}]}}
    )
    assert client.get(f"{SERVING}/trap").get("telemetry_config") == telemetry
