"""Traps that other tools fell into, one test each; CHECKLIST.md says which item of which tool it is."""

import pytest

from mlplan.core.errors import Conflict, Denied
from mlplan.providers.databricks.handler import UC
from mlplan.providers.databricks.listing import FEW
from mlplan.providers.databricks.serving_endpoint import SERVING

HERE = 1234567890123456
MODEL = {"catalog_name": "main", "schema_name": "ml", "name": "trap"}
ENTITY = {"name": "current", "entity_name": "main.ml.scorer", "entity_version": "1", "traffic_percentage": 100}
GRANTS = {"securable_type": "schema", "full_name": "main.ml"}
RIGHTS = {"object_type": "serving_endpoint", "object_name": "trap"}
ENDPOINT = {"name": "trap", "served_entities": [ENTITY]}


def row(principal, *privileges):
    return {"principal": principal, "privileges": list(privileges)}


# Convergence


def test_names_in_any_case_and_trailing_slashes_make_no_difference(project):
    project.settled(
        {
            "schema.trap": {"catalog_name": "MAIN", "name": "Trap"},
            "experiment.trap": {"name": "/Workspace/Shared/trap/"},
            "volume.trap": {**MODEL, "name": "Files", "volume_type": "EXTERNAL", "storage_location": "s3://bucket/a/"},
            "grants.trap": {**GRANTS, "full_name": "Main.ML", "grants": [row("Ada@Example.com", "use schema")]},
        },
    )


def test_an_empty_set_of_grants_converges(project):
    project.settled({"grants.trap": {**GRANTS, "grants": []}})


def test_the_order_of_lists_means_nothing(project):
    one, two = row("a", "SELECT", "USE_SCHEMA"), row("b", "SELECT")
    project.settled({"grants.trap": {**GRANTS, "grants": [one, two]}})
    project.declare({"grants.trap": {**GRANTS, "grants": [two, row("a", "USE_SCHEMA", "SELECT")]}})
    assert project.plan().empty


def test_what_the_server_fills_in_for_an_endpoint_never_drifts(project):
    project.settled({"serving_endpoint.trap": ENDPOINT})
    entity = project.live("serving_endpoint", "trap").values["served_entities"][0]
    assert entity["workload_size"] == "Small"
    assert entity["scale_to_zero_enabled"] is False


# Aliases


def test_aliases_are_really_set_moved_and_deleted(workspace_server, project):
    alias = {"full_name": "main.ml.scorer", "alias": "champion", "version": 1}
    at = "PUT /api/2.1/unity-catalog/models/main.ml.scorer/aliases/champion"
    project.settled({"model_alias.trap": alias})
    project.settled({"model_alias.trap": {**alias, "version": 2}})
    assert workspace_server.log.count(at) == 2
    live = project.provider.client.get(f"{UC}/models/main.ml.scorer", {"include_aliases": "true"})
    assert [(one["alias_name"], one["version_num"]) for one in live["aliases"]] == [("champion", 2)]
    project.resources.pop("model_alias.trap")
    assert not project.apply().failed
    assert project.live("model_alias", "main.ml.scorer@champion") is None


def test_an_alias_that_someone_else_set_is_not_moved_by_a_create(project):
    handler = project.provider.handler("model_alias")
    values = {"full_name": "main.ml.scorer", "alias": "taken", "version": 1}
    handler.create("main.ml.scorer@taken", values)
    with pytest.raises(Conflict):
        handler.create("main.ml.scorer@taken", {**values, "version": 2})
    assert project.live("model_alias", "main.ml.scorer@taken").values["version"] == 1
    handler.delete("main.ml.scorer@taken", {})


# Grants


def test_the_first_apply_shows_the_grants_that_it_would_take(workspace_server, project):
    workspace_server.inject("grants", "schema/main.ml", ("grants",), [row("foreign", "SELECT")])
    project.declare({"grants.trap": {**GRANTS, "grants": [row("ours", "SELECT")]}})
    change = project.change("grants.trap")
    assert {field.path[1]: (field.before, field.after) for field in change.fields} == {
        "[foreign]": (["SELECT"], None),
        "[ours]": (None, ["SELECT"]),
    }


def test_additive_grants_leave_those_of_others(workspace_server, project):
    workspace_server.inject("grants", "schema/main.ml", ("grants",), [row("foreign", "SELECT")])
    project.settled({"grants.trap": {**GRANTS, "mode": "additive", "grants": [row("ours", "SELECT")]}})
    project.resources.pop("grants.trap")
    assert not project.apply().failed
    assert project.live("grants", "schema/main.ml").values["grants"] == [row("foreign", "SELECT")]
    workspace_server.inject("grants", "schema/main.ml", ("grants",), None)


def test_a_change_of_one_principal_names_no_other_and_no_other_object(workspace_server, project, writes):
    project.settled({"grants.trap": {**GRANTS, "grants": [row("a", "SELECT"), row("b", "SELECT")]}})
    workspace_server.log.clear()
    project.settled({"grants.trap": {**GRANTS, "grants": [row("a", "SELECT"), row("b", "MODIFY")]}})
    assert writes() == ["PATCH /api/2.1/unity-catalog/permissions/schema/main.ml"]
    assert project.live("grants", "schema/main.ml").values["grants"] == [row("a", "SELECT"), row("b", "MODIFY")]


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
    project.settled({"grants.trap": {**GRANTS, "grants": [row("ml", *before)]}})
    project.settled({"grants.trap": {**GRANTS, "grants": [row("ml", *after)] if after else []}})
    rows = project.live("grants", "schema/main.ml").values.get("grants", [])
    assert [one["privileges"] for one in rows] == ([sorted(after)] if after else [])


def test_grants_on_a_model_go_by_the_name_function(workspace_server, project, writes):
    grants = {"securable_type": "registered_model", "full_name": "main.ml.scorer", "grants": [row("app", "EXECUTE")]}
    project.settled({"grants.trap": grants})
    assert writes() == ["PATCH /api/2.1/unity-catalog/permissions/function/main.ml.scorer"]


def test_we_do_not_take_our_own_manage(project):
    us = row("deployer@example.com", "MANAGE")
    project.settled({"grants.trap": {**GRANTS, "grants": [us, row("a", "SELECT")]}})
    project.declare({"grants.trap": {**GRANTS, "grants": [row("a", "SELECT")]}})
    assert "deployer@example.com" in project.change("grants.trap").blocked
    assert [one.error[:6] for one in project.apply().outcomes.values()] == ["MLE546"]
    assert us in project.live("grants", "schema/main.ml").values["grants"]
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
    project.settled({"serving_endpoint.trap": ENDPOINT, "permissions.trap": {**RIGHTS, "permissions": rows}})
    assert project.live("permissions", "serving_endpoint/trap").values["permissions"] == rows


def test_who_made_an_endpoint_keeps_managing_it(project):
    rows = [{"group_name": "app", "level": "CAN_QUERY"}]
    project.settled({"serving_endpoint.trap": ENDPOINT, "permissions.trap": {**RIGHTS, "permissions": rows}})
    number = project.live("serving_endpoint", "trap").outputs["endpoint_id"]
    live = project.provider.client.get(f"/api/2.0/permissions/serving-endpoints/{number}")["access_control_list"]
    assert "deployer@example.com" in [one.get("user_name") for one in live]


def test_our_own_row_can_be_declared_too(project):
    ours = {"user_name": "deployer@example.com", "level": "CAN_MANAGE"}
    app = {"group_name": "app", "level": "CAN_QUERY"}
    project.settled({"serving_endpoint.trap": ENDPOINT, "permissions.trap": {**RIGHTS, "permissions": [ours, app]}})


def test_the_first_apply_shows_the_permissions_that_it_would_take(project):
    number = project.live("experiment", "/Shared/base").outputs["experiment_id"]
    foreign = [{"group_name": "foreign", "permission_level": "CAN_EDIT"}]
    project.provider.client.write("PUT", f"/api/2.0/permissions/experiments/{number}", {"access_control_list": foreign})
    rights = {"object_type": "experiment", "object_name": "/Shared/base"}
    project.declare({"permissions.trap": {**rights, "permissions": [{"group_name": "ours", "level": "CAN_READ"}]}})
    lost = [field for field in project.change("permissions.trap").fields if field.after is None]
    assert [field.path[1] for field in lost] == ["[group_name=foreign]"]


def test_permissions_follow_an_endpoint_that_was_made_anew_under_its_name(project):
    rows = [{"group_name": "app", "level": "CAN_QUERY"}]
    project.settled({"serving_endpoint.trap": ENDPOINT, "permissions.trap": {**RIGHTS, "permissions": rows}})
    client = project.provider.client
    client.remove(f"{SERVING}/trap")
    project.provider.handler("serving_endpoint").create("trap", ENDPOINT)
    project.provider.handler("serving_endpoint").wait("trap")
    assert project.change("permissions.trap").fields
    assert not project.apply().failed
    assert project.live("permissions", "serving_endpoint/trap").values["permissions"] == rows


# Experiments and models


def test_experiment_tags_are_reconciled(project):
    project.settled({"experiment.trap": {"name": "/Shared/tags", "tags": {"a": "1", "b": "2"}}})
    project.settled({"experiment.trap": {"name": "/Shared/tags", "tags": {"b": "3"}}})
    assert project.live("experiment", "/Shared/tags").values["tags"] == {"b": "3"}


def test_a_deleted_experiment_is_seen_and_restored_with_its_number(project):
    project.settled({"experiment.trap": {"name": "/Shared/gone"}})
    number = project.live("experiment", "/Shared/gone").outputs
    project.provider.handler("experiment").delete("/Shared/gone", {})
    assert project.change("experiment.trap").action == "restore"
    assert not project.apply().failed
    assert project.live("experiment", "/Shared/gone").outputs == number


def test_a_model_with_versions_goes_only_by_force(project):
    handler = project.provider.handler("registered_model")
    with pytest.raises(Conflict):
        handler.delete("main.ml.scorer", {})
    assert project.live("registered_model", "main.ml.scorer") is not None


def test_a_new_catalog_goes_though_the_platform_put_a_schema_into_it(project):
    project.settled({"catalog.trap": {"name": "trap"}})
    assert project.live("schema", "trap.default") is not None
    project.resources.pop("catalog.trap")
    assert not project.apply().failed
    assert project.live("catalog", "trap") is None


def test_a_catalog_that_holds_more_stays(project):
    project.settled({"catalog.trap": {"name": "trap"}, "schema.trap": {"catalog_name": "trap", "name": "work"}})
    with pytest.raises(Conflict):
        project.provider.handler("catalog").delete("trap", {})
    assert project.live("schema", "trap.default") is not None


# Isolation


def test_isolating_a_catalog_binds_this_workspace_first(workspace_server, project, writes):
    project.settled({"catalog.trap": {"name": "trap"}})
    workspace_server.log.clear()
    project.settled({"catalog.trap": {"name": "trap", "isolation_mode": "ISOLATED"}})
    assert writes() == [f"PATCH {UC}/bindings/catalog/trap", f"PATCH {UC}/catalogs/trap"]


def test_a_workspace_that_someone_else_bound_is_drift(project):
    bound = {"name": "trap", "isolation_mode": "ISOLATED", "workspace_bindings": [{"workspace_id": HERE}]}
    project.settled({"catalog.trap": bound})
    add = [{"workspace_id": 5, "binding_type": "BINDING_TYPE_READ_ONLY"}]
    project.provider.client.write("PATCH", f"{UC}/bindings/catalog/trap", {"add": add})
    (field,) = project.change("catalog.trap").fields[:1]
    assert field.path[1] == "[5]"
    assert field.cause == "drift"


def test_bindings_that_would_shut_this_workspace_out_are_refused_at_plan(project):
    project.declare(
        {"catalog.trap": {"name": "trap", "isolation_mode": "ISOLATED", "workspace_bindings": [{"workspace_id": 5}]}}
    )
    found = [one for one in project.plan().diagnostics if one.address == "catalog.trap"]
    assert [one.code for one in found] == ["MLE403"]
    assert str(HERE) in found[0].hint


# Drift


def test_what_was_deleted_outside_is_made_again_and_what_is_gone_already_is_forgotten(project):
    project.settled({"schema.trap": {"catalog_name": "main", "name": "trap"}})
    project.provider.handler("schema").delete("main.trap", {})
    assert project.change("schema.trap").action == "create"
    project.resources.pop("schema.trap")
    assert project.change("schema.trap").action == "forget"


def test_a_change_that_someone_made_already_needs_no_call(workspace_server, project, writes):
    schema = {"catalog_name": "main", "name": "trap"}
    project.settled({"schema.trap": schema})
    project.provider.client.write("PATCH", f"{UC}/schemas/main.trap", {"comment": "agreed"})
    workspace_server.log.clear()
    project.settled({"schema.trap": {**schema, "comment": "agreed"}})
    assert writes() == []


def test_what_others_added_is_shown_and_taken_back(project):
    project.settled({"experiment.trap": {"name": "/Shared/added", "tags": {"a": "1"}}})
    number = project.live("experiment", "/Shared/added").outputs["experiment_id"]
    body = {"experiment_id": number, "key": "b", "value": "2"}
    project.provider.client.write("POST", "/api/2.0/mlflow/experiments/set-experiment-tag", body)
    (field,) = project.change("experiment.trap").fields
    assert (field.path, field.before, field.after, field.cause) == (("tags", "b"), "2", None, "drift")


def test_the_first_plan_of_a_container_and_many_things_in_it(project):
    inside = {"catalog_name": "fresh", "schema_name": "s0"}
    many = {"catalog.fresh": {"name": "fresh"}}
    for number in range(FEW + 1):
        many[f"schema.s{number}"] = {"catalog_name": "fresh", "name": f"s{number}"}
        many[f"volume.v{number}"] = {**inside, "name": f"v{number}", "volume_type": "MANAGED"}
        many[f"registered_model.m{number}"] = {**inside, "name": f"m{number}"}
    project.settled(many)


def test_the_owner_changes_after_all_that_the_old_one_has_to_do(workspace_server, project, writes):
    project.settled({"registered_model.trap": {**MODEL, "tags": {"tier": "gold"}}, "catalog.apart": {"name": "apart"}})
    workspace_server.log.clear()
    bound = {"isolation_mode": "ISOLATED", "workspace_bindings": [{"workspace_id": HERE}, {"workspace_id": 7}]}
    project.settled(
        {
            "registered_model.trap": {**MODEL, "tags": {"tier": "silver"}, "owner": "risk"},
            "catalog.apart": {"name": "apart", "owner": "risk", **bound},
        }
    )
    for name, beside in (("models/main.ml.trap", "registered-models/set-tag"), ("catalogs/apart", "bindings/catalog/")):
        ours = [call for call in writes() if call == f"PATCH {UC}/{name}" or beside in call]
        assert ours[-1] == f"PATCH {UC}/{name}"
        assert any(beside in call for call in ours)
