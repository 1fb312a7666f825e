"""Routes: every call that the SDK can make for these kinds has one, or stands here with the reason why not."""

import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest

from mlplan.testing.server.routes import table

CALL = re.compile(r'_api\.do\(\s*"(\w+)",\s*f?"([^"]+)"')
UNPLAYED = {
    "/metrics": "figures of real traffic",
    "/openapi": "the schema of a real model",
    "/invocations": "needs a real model",
    "/external-function": "calls to other services",
    "/serving-endpoints/pt": "provisioned throughput is bought, and no kind of ours",
    "/rate-limits": "deprecated in favour of the gateway",
    "/mlflow/runs/(?!get$)": "runs are logged with MLflow, not managed",
    "/mlflow/databricks/runs": "runs are logged with MLflow, not managed",
    "/mlflow/(logged-models|metrics|artifacts|traces)": "runs are logged with MLflow, not managed",
    "/mlflow/.*(issue|optimization|review|evaluation|scorer|label|prompt|dataset)": "newer parts of MLflow",
    "/api/[23].0/mlflow/{": "newer parts of MLflow",
}
"""Paths without a route."""


CLASSES = {
    "catalog": ("Catalogs", "Schemas", "Volumes", "RegisteredModels", "ModelVersions", "Grants", "WorkspaceBindings"),
    "ml": ("Experiments",),
    "iam": ("Permissions", "CurrentUser"),
    "serving": ("ServingEndpoints",),
}
"""Modules of `databricks.sdk.service`, and which of their APIs."""


@cache
def calls():
    """Return method and path of every call in the SDK's source, which is not imported for it."""
    found = set()
    (package,) = find_spec("databricks.sdk").submodule_search_locations
    for module, names in CLASSES.items():
        text = (Path(package) / "service" / f"{module}.py").read_text(encoding="utf-8")
        for part in re.split(r"^class ", text, flags=re.MULTILINE):
            if part.startswith(tuple(f"{name}API:" for name in names)):
                found.update(CALL.findall(part))
    return sorted(found)


def test_every_call_of_the_sdk_has_a_route_or_a_reason():
    routes, found = table(), calls()
    assert len(found) > 60
    without = [
        f"{method} {path}"
        for method, path in found
        if routes.find(method, re.sub(r"\{[^}]*\}", "x", path).replace("/permissions/x/", "/permissions/experiments/"))
        is None
        and not any(re.search(part, path) for part in UNPLAYED)
    ]
    assert without == []


@pytest.mark.parametrize("part", UNPLAYED)
def test_every_reason_is_needed(part):
    routes = table()
    assert any(
        re.search(part, path) and routes.find(method, re.sub(r"\{[^}]*\}", "x", path)) is None
        for method, path in calls()
    )


def test_no_two_routes_are_the_same():
    found = [(route.method, re.sub(r"\{\w+\}", "{}", route.path)) for route in table().routes]
    assert len(found) == len(set(found))


def test_only_searches_and_tokens_are_posts_that_write_nothing():
    posts = [route.path for route in table().routes if route.method != "GET" and not route.writes]
    assert posts == ["/api/2.0/mlflow/experiments/search", "/oidc/v1/token"]


def test_names_in_paths_may_hold_anything():
    route, variables = table().find("GET", "/api/2.1/unity-catalog/models/a.b.c%2Fd%20e/aliases/x")
    assert (route.path.rpartition("/")[2], variables) == ("{alias}", {"full_name": "a.b.c/d e", "alias": "x"})
    assert table().find("GET", "/api/2.1/unity-catalog/models//aliases/x") is None
