"""For each mutating route: a lost answer, resets, storms and stale reads; the end state is right, and nothing is doubled.

One world serves all cases of the module. Each case is toggled from `before` to `after` under one
fault, applied until its plan is empty, and toggled back in peace.
"""

from typing import Any, NamedTuple

import pytest

UC, MLFLOW, SERVING = "/api/2.1/unity-catalog", "/api/2.0/mlflow", "/api/2.0/serving-endpoints"
HERE = 1234567890123456
STORM = 6
"""Requests in a row that are turned away."""


class Case(NamedTuple):
    """A route, and the two declarations between which a plan uses it; None declares nothing."""

    route: str
    address: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None


def case(name: str, *rest: Any) -> Any:
    return pytest.param(Case(*rest), id=name)


CATALOG = {"name": "lab"}
SCHEMA = {"catalog_name": "main", "name": "lab"}
VOLUME = {"catalog_name": "main", "schema_name": "ml", "name": "lab", "volume_type": "MANAGED"}
MODEL = {"catalog_name": "main", "schema_name": "ml", "name": "lab"}
ALIAS = {"full_name": "main.ml.scorer", "alias": "champion", "version": 1}
EXPERIMENT = {"name": "/Shared/lab"}
ROW = {"principal": "readers", "privileges": ["USE_SCHEMA"]}
GRANTS = {"securable_type": "schema", "full_name": "main.ml"}
RIGHTS = {"object_type": "experiment", "object_name": "/Shared/base"}
ENTITY = {"name": "current", "entity_name": "main.ml.scorer", "entity_version": "1", "traffic_percentage": 100}
ENDPOINT = {"name": "lab", "served_entities": [ENTITY]}
ISOLATED = {"name": "lab", "isolation_mode": "ISOLATED"}
BOUND = [{"workspace_id": HERE}]
BOTH = [{"workspace_id": HERE}, {"workspace_id": 7}]
GATEWAY = {"usage_tracking_config": {"enabled": True}}

ROUTES = [
    case("create catalog", f"POST {UC}/catalogs", "catalog.lab", None, CATALOG),
    case("update catalog", f"PATCH {UC}/catalogs/lab", "catalog.lab", CATALOG, {**CATALOG, "comment": "new"}),
    case("delete catalog", f"DELETE {UC}/catalogs/lab", "catalog.lab", CATALOG, None),
    case("bind catalog", f"PATCH {UC}/bindings/catalog/lab", "catalog.lab",
         {**ISOLATED, "workspace_bindings": BOUND}, {**ISOLATED, "workspace_bindings": BOTH}),
    case("create schema", f"POST {UC}/schemas", "schema.lab", None, SCHEMA),
    case("update schema", f"PATCH {UC}/schemas/main.lab", "schema.lab", SCHEMA, {**SCHEMA, "comment": "new"}),
    case("delete schema", f"DELETE {UC}/schemas/main.lab", "schema.lab", SCHEMA, None),
    case("create volume", f"POST {UC}/volumes", "volume.lab", None, VOLUME),
    case("update volume", f"PATCH {UC}/volumes/main.ml.lab", "volume.lab", VOLUME, {**VOLUME, "comment": "new"}),
    case("rename volume", f"PATCH {UC}/volumes/main.ml.lab", "volume.lab", VOLUME, {**VOLUME, "name": "attic"}),
    case("delete volume", f"DELETE {UC}/volumes/main.ml.lab", "volume.lab", VOLUME, None),
    case("create model", f"POST {UC}/models", "registered_model.lab", None, MODEL),
    case("update model", f"PATCH {UC}/models/main.ml.lab", "registered_model.lab", MODEL, {**MODEL, "comment": "new"}),
    case("delete model", f"DELETE {UC}/models/main.ml.lab", "registered_model.lab", MODEL, None),
    case("set model tag", f"POST {MLFLOW}/unity-catalog/registered-models/set-tag", "registered_model.lab",
         {**MODEL, "tags": {"team": "risk"}}, {**MODEL, "tags": {"team": "fraud"}}),
    case("delete model tag", f"DELETE {MLFLOW}/unity-catalog/registered-models/delete-tag", "registered_model.lab",
         {**MODEL, "tags": {"team": "risk", "tier": "1"}}, {**MODEL, "tags": {"team": "risk"}}),
    case("set alias", f"PUT {UC}/models/main.ml.scorer/aliases/champion", "model_alias.lab", None, ALIAS),
    case("move alias", f"PUT {UC}/models/main.ml.scorer/aliases/champion", "model_alias.lab",
         ALIAS, {**ALIAS, "version": 2}),
    case("delete alias", f"DELETE {UC}/models/main.ml.scorer/aliases/champion", "model_alias.lab", ALIAS, None),
    case("create experiment", f"POST {MLFLOW}/experiments/create", "experiment.lab", None, {"name": "/Shared/new{n}"}),
    case("rename experiment", f"POST {MLFLOW}/experiments/update", "experiment.lab",
         EXPERIMENT, {"name": "/Shared/attic"}),
    case("delete experiment", f"POST {MLFLOW}/experiments/delete", "experiment.lab", EXPERIMENT, None),
    case("restore experiment", f"POST {MLFLOW}/experiments/restore", "experiment.lab", None, EXPERIMENT),
    case("tag experiment", f"POST {MLFLOW}/experiments/set-experiment-tag", "experiment.lab",
         {**EXPERIMENT, "tags": {"team": "risk"}}, {**EXPERIMENT, "tags": {"team": "fraud"}}),
    case("untag experiment", f"POST {MLFLOW}/experiments/delete-experiment-tag", "experiment.lab",
         {**EXPERIMENT, "tags": {"team": "risk", "tier": "1"}}, {**EXPERIMENT, "tags": {"team": "risk"}}),
    case("grant", f"PATCH {UC}/permissions/schema/main.ml", "grants.lab", None, {**GRANTS, "grants": [ROW]}),
    case("revoke", f"PATCH {UC}/permissions/schema/main.ml", "grants.lab", {**GRANTS, "grants": [ROW]}, None),
    case("permit", "PUT /api/2.0/permissions/experiments/*", "permissions.lab", None,
         {**RIGHTS, "permissions": [{"group_name": "readers", "level": "CAN_READ"}]}),
    case("withdraw permission", "PUT /api/2.0/permissions/experiments/*", "permissions.lab",
         {**RIGHTS, "permissions": [{"group_name": "readers", "level": "CAN_READ"}]}, None),
    case("create endpoint", f"POST {SERVING}", "serving_endpoint.lab", None, ENDPOINT),
    case("tag endpoint", f"PATCH {SERVING}/lab/tags", "serving_endpoint.lab",
         {**ENDPOINT, "tags": [{"key": "a", "value": "1"}]}, {**ENDPOINT, "tags": [{"key": "b", "value": "2"}]}),
    case("gateway", f"PUT {SERVING}/lab/ai-gateway", "serving_endpoint.lab",
         ENDPOINT, {**ENDPOINT, "ai_gateway": GATEWAY}),
    case("configure endpoint", f"PUT {SERVING}/lab/config", "serving_endpoint.lab",
         ENDPOINT, {"name": "lab", "served_entities": [{**ENTITY, "entity_version": "2"}]}),
    case("notify", f"PATCH {SERVING}/lab/notifications", "serving_endpoint.lab",
         ENDPOINT, {**ENDPOINT, "email_notifications": {"on_update_failure": ["ada@example.com"]}}),
    case("delete endpoint", f"DELETE {SERVING}/lab", "serving_endpoint.lab", ENDPOINT, None),
]  # fmt: skip
FAULTS = {
    "lost answer": lambda server, route: server.faults.reset(route, after_handler=True),
    "reset": lambda server, route: server.faults.reset(route),
    "500 after it took effect": lambda server, route: server.faults.status(route, 500, after_handler=True),
    "504": lambda server, route: server.faults.status(route, 504),
    "429 storm": lambda server, route: server.faults.status(route, 429, STORM, retry_after="30"),
    "503": lambda server, route: server.faults.status(route, 503, STORM, retry_after="2"),
    "503 after it took effect": lambda server, route: server.faults.status(
        route, 503, retry_after="1", after_handler=True
    ),
    "stale reads": lambda server, route: server.stale(2),
}


def declare(project, case, values, number=0):
    """Declare a case's resource, or take it out; `{n}` in a name makes it another one each time."""
    if values is None:
        project.resources.pop(case.address, None)
    else:
        named = {"name": values["name"].replace("{n}", str(number))} if "name" in values else {}
        project.declare({case.address: values | named})


def settle(project, tries):
    """Apply until nothing is left to do, and return how many applies that took."""
    for number in range(tries):
        plan = project.plan()
        if plan.empty and not plan.steps:
            return number
        project.apply()
    plan = project.plan()
    assert plan.empty, [(one.address, one.action, one.fields) for one in plan.active()]
    return tries


@pytest.mark.parametrize("case", ROUTES)
def test_a_route_that_fails_in_any_way_ends_right(world, case):
    server, project = world
    declare(project, case, case.before)
    settle(project, 1)
    once = case.route.startswith("POST") and case.before is None
    for number, (name, fault) in enumerate(FAULTS.items()):
        server.log.clear()
        rule = fault(server, case.route)
        declare(project, case, case.after, number)
        settle(project, 3)
        server.faults.clear()
        server.stale(0)
        sent = server.log.matching(case.route)
        assert sent, f"{name}: the route was not used"
        assert rule is None or rule.struck, name
        done = [one for one in sent if one.status == 200 or one.fault.startswith("after")]
        assert 1 <= len(done) <= (1 if once else 2), (name, [(one.call, one.status, one.fault) for one in sent])
        assert len(sent) <= STORM + 3, name
        assert len(server.log.entries) <= 120, (name, len(server.log.entries))
        assert settle(project, 1) == 0, name
        declare(project, case, case.before)
        settle(project, 1)
    declare(project, case, None)
    settle(project, 1)
