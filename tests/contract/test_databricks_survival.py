"""What is newer than we are, or not ours, survives a plan and an apply untouched."""

import json

from mlplan.providers.local.facts import facts

ENTITY = {"name": "current", "entity_name": "main.ml.scorer", "entity_version": "1", "traffic_percentage": 100}
GRANTS = {"securable_type": "schema", "full_name": "main.ml"}
RIGHTS = {"object_type": "experiment", "object_name": "/Shared/base"}


def row(principal, *privileges):
    return {"principal": principal, "privileges": list(privileges)}


def held(server, kind, id_):
    """Return what the workspace keeps of an object."""
    row = server.store.get(kind, id_)
    return json.loads(json.dumps(row.values))


def applied(project, **resources):
    project.settled({address.replace("__", "."): values for address, values in resources.items()})


def test_an_unknown_privilege_that_is_declared_is_granted_and_kept(workspace_server, project):
    applied(project, grants__ml={**GRANTS, "grants": [row("readers", "BRAND_NEW", "USE_SCHEMA")]})
    assert held(workspace_server, "grants", "schema/main.ml")["grants"] == [row("readers", "BRAND_NEW", "USE_SCHEMA")]


def test_an_unknown_privilege_of_another_principal_survives_a_change_beside_it(workspace_server, project):
    applied(project, grants__ml={**GRANTS, "mode": "additive", "grants": [row("readers", "USE_SCHEMA")]})
    workspace_server.inject("grants", "schema/main.ml", ("grants", "[robots]", "privileges"), ["BRAND_NEW"])
    applied(project, grants__ml={**GRANTS, "mode": "additive", "grants": [row("readers", "SELECT", "USE_SCHEMA")]})
    rows = {one["principal"]: one["privileges"] for one in held(workspace_server, "grants", "schema/main.ml")["grants"]}
    assert rows == {"readers": ["SELECT", "USE_SCHEMA"], "robots": ["BRAND_NEW"]}
    workspace_server.inject("grants", "schema/main.ml", ("grants", "[robots]"), None)


def test_an_unknown_privilege_that_nobody_declared_is_shown_before_it_goes(workspace_server, project):
    applied(project, grants__ml={**GRANTS, "grants": [row("readers", "USE_SCHEMA")]})
    workspace_server.inject(
        "grants", "schema/main.ml", ("grants", "[readers]", "privileges"), ["BRAND_NEW", "USE_SCHEMA"]
    )
    (change,) = project.plan().active()
    (field,) = change.fields
    assert field.before == ["BRAND_NEW", "USE_SCHEMA"]
    assert field.cause == "drift"


def test_an_unknown_level_survives_a_change_beside_it(workspace_server, project):
    reader, editor = ({"group_name": name, "level": "CAN_READ"} for name in ("readers", "editors"))
    applied(project, permissions__base={**RIGHTS, "mode": "additive", "permissions": [reader]})
    workspace_server.inject(
        "permissions", "experiment//Shared/base", ("permissions", "[group_name=robots]", "level"), "CAN_DREAM"
    )
    plan = project.plan()
    assert plan.empty
    workspace_server.log.clear()
    project.declare({"permissions.base": {**RIGHTS, "mode": "additive", "permissions": [reader, editor]}})
    assert not project.apply().failed
    levels = {
        one["group_name"]: one["level"]
        for one in held(workspace_server, "permissions", "experiment//Shared/base")["permissions"]
    }
    assert levels == {"readers": "CAN_READ", "editors": "CAN_READ", "robots": "CAN_DREAM"}
    workspace_server.inject("permissions", "experiment//Shared/base", ("permissions", "[group_name=robots]"), None)


def test_unknown_values_and_fields_of_an_endpoint_survive_a_promotion(workspace_server, project):
    applied(project, serving_endpoint__e={"name": "survivor", "served_entities": [ENTITY]})
    at = ("served_entities", "[current]")
    workspace_server.inject("serving_endpoint", "survivor", (*at, "workload_type"), "QUANTUM")
    workspace_server.inject("serving_endpoint", "survivor", (*at, "brand_new"), {"depth": 3})
    assert project.plan().empty
    applied(project, serving_endpoint__e={"name": "survivor", "served_entities": [{**ENTITY, "entity_version": "2"}]})
    (entity,) = held(workspace_server, "serving_endpoint", "survivor")["served_entities"]
    assert entity["entity_version"] == "2"
    assert entity["workload_type"] == "QUANTUM"
    assert entity["brand_new"] == {"depth": 3}


def test_an_unknown_block_of_the_gateway_survives_a_change_of_another(workspace_server, project):
    on, off = ({"usage_tracking_config": {"enabled": enabled}} for enabled in (True, False))
    base = {"name": "survivor", "served_entities": [ENTITY]}
    applied(project, serving_endpoint__e={**base, "ai_gateway": on})
    workspace_server.inject("serving_endpoint", "survivor", ("ai_gateway", "telepathy"), {"enabled": True})
    assert project.plan().empty
    applied(project, serving_endpoint__e={**base, "ai_gateway": off})
    assert held(workspace_server, "serving_endpoint", "survivor")["ai_gateway"]["telepathy"] == {"enabled": True}


def test_an_unknown_mode_of_a_catalog_is_shown_as_it_is(workspace_server, project):
    applied(project, catalog__lab={"name": "lab", "comment": "a"})
    workspace_server.inject("catalog", "lab", ("isolation_mode",), "SEALED")
    assert project.plan().empty  # nobody declared it
    applied(project, catalog__lab={"name": "lab", "comment": "b"})
    assert held(workspace_server, "catalog", "lab")["isolation_mode"] == "SEALED"
    assert facts("catalog").shape["isolation_mode"].computed


def test_tags_and_properties_of_the_platform_stay_and_never_drift(workspace_server, project):
    applied(project, experiment__e={"name": "/Shared/system", "tags": {"team": "risk"}})
    applied(project, schema__p={"catalog_name": "main", "name": "props", "properties": {"a": "1"}})
    applied(project, experiment__e={"name": "/Shared/system", "tags": {"team": "fraud"}})
    found = project.provider.client.get(
        "/api/2.0/mlflow/experiments/get-by-name", {"experiment_name": "/Shared/system"}
    )
    names = {tag["key"] for tag in found["experiment"]["tags"]}
    assert {"team", "mlflow.ownerEmail", "mlflow.experimentType"} <= names
