"""Requests: what a plan asks is a formula per kind, and nothing that only looks sends a request that could write."""

import math

import pytest

from mlplan.core.change import FieldChange
from mlplan.core.declaration import Target
from mlplan.core.errors import Denied
from mlplan.core.provider import Edit
from mlplan.engine.drift import find_drift
from mlplan.kinds import spec
from mlplan.providers.databricks.listing import FEW, budget
from mlplan.testing.project import Project

UC = "GET /api/2.1/unity-catalog"
SEARCH = "POST /api/2.0/mlflow/experiments/search"
BY_NAME = "GET /api/2.0/mlflow/experiments/get-by-name"
ENTITY = {"name": "current", "entity_name": "main.ml.scorer", "entity_version": "1", "traffic_percentage": 100}


def schemas(count, **more):
    return {f"schema.s{n}": {"catalog_name": "main", "name": f"s{n}", **more} for n in range(count)}


def volumes(count):
    base = {"catalog_name": "main", "schema_name": "ml", "volume_type": "MANAGED"}
    return {f"volume.v{n}": {**base, "name": f"v{n}"} for n in range(count)}


def models(count, **more):
    base = {"catalog_name": "main", "schema_name": "ml"}
    return {f"registered_model.m{n}": {**base, "name": f"m{n}", **more} for n in range(count)}


def experiments(count, **more):
    return {f"experiment.e{n}": {"name": f"/Shared/e{n}", **more} for n in range(count)}


def aliases(*names):
    return {f"model_alias.{name}": {"full_name": "main.ml.scorer", "alias": name, "version": 1} for name in names}


def grants(count):
    row = {"principal": "readers", "privileges": ["USE_SCHEMA"]}
    return {
        f"grants.g{n}": {"securable_type": "schema", "full_name": f"main.s{n}", "grants": [row]} for n in range(count)
    }


def permissions(kind, names):
    level = "CAN_READ" if kind == "experiment" else "CAN_QUERY"
    rows = [{"group_name": "readers", "level": level}]
    return {
        f"permissions.p{n}": {"object_type": kind, "object_name": name, "permissions": rows}
        for n, name in enumerate(names)
    }


def endpoints(count):
    return {f"serving_endpoint.s{n}": {"name": f"s{n}", "served_entities": [ENTITY]} for n in range(count)}


ISOLATED = {"catalog.lab": {"name": "lab", "isolation_mode": "ISOLATED"}}
BOUND = {"catalog.lab": {**ISOLATED["catalog.lab"], "workspace_bindings": [{"workspace_id": 1234567890123456}]}}
FORMULA = [
    ("few schemas", schemas(FEW - 1), {f"{UC}/schemas/*": FEW}),  # and main.ml
    ("many schemas", schemas(40), {f"{UC}/schemas": 1}),
    ("schemas with properties, beside the marker", schemas(40, properties={"a": "b"}), {f"{UC}/schemas": 1}),
    ("few volumes", volumes(FEW), {f"{UC}/volumes/*": FEW}),
    ("many volumes", volumes(40), {f"{UC}/volumes": 1}),
    ("few models", models(FEW - 1), {f"{UC}/models/*": FEW}),
    ("many models", models(40), {f"{UC}/models": 1}),
    ("models with tags", models(6, tags={"a": "b"}), {f"{UC}/models": 1, "GET */registered-models/get": 6}),
    ("aliases share their model's read", aliases("a", "b", "c"), {f"{UC}/models/main.ml.scorer": 1}),
    ("few experiments", experiments(FEW - 1), {BY_NAME: FEW}),
    ("many experiments", experiments(40), {SEARCH: 1}),
    ("experiments with tags, beside the marker", experiments(40, tags={"a": "b"}), {SEARCH: 1}),
    ("grants", {**schemas(7), **grants(7)}, {f"{UC}/schemas": 1, f"{UC}/permissions/*": 7}),
    (
        "permissions on experiments that are declared",
        {**experiments(8), **permissions("experiment", [f"/Shared/e{n}" for n in range(8)])},
        {SEARCH: 1, "GET /api/2.0/permissions/*": 8},
    ),
    ("permissions on others", permissions("experiment", ["/Shared/base"]), {BY_NAME: 1, "GET /api/2.0/permissions/*": 1}),
    ("endpoints", endpoints(5), {"GET /api/2.0/serving-endpoints/*": 5}),
    (
        "permissions on endpoints share their read",
        {**endpoints(2), **permissions("serving_endpoint", ["s0", "s1"])},
        {"GET /api/2.0/serving-endpoints/*": 2, "GET /api/2.0/permissions/*": 2},
    ),
    ("an isolated catalog", ISOLATED, {f"{UC}/catalogs/*": 2, f"{UC}/bindings/*": 0}),
    ("one with bindings", BOUND, {f"{UC}/catalogs/*": 2, f"{UC}/bindings/*": 1}),
]  # fmt: skip
ALWAYS = 1
"""Who am I, asked where a row of grants or permissions may be our own."""


@pytest.fixture
def fresh(world):
    """Return `fresh(resources)`: the world's project with these resources applied, and nothing of other tests."""
    server, project = world
    kept = dict(project.resources)

    def make(resources):
        project.declare(resources)
        assert not project.apply().failed
        server.log.clear()
        return server, project

    yield make
    project.resources.clear()
    project.resources.update(kept)
    assert not project.apply().failed


@pytest.mark.parametrize(("resources", "expected"), [row[1:] for row in FORMULA], ids=[row[0] for row in FORMULA])
def test_the_requests_of_a_plan_are_a_formula(fresh, resources, expected):
    server, project = fresh(resources)
    assert project.plan().empty
    found = {pattern: server.log.count(pattern) for pattern in expected}
    assert found == expected
    kinds = {address.partition(".")[0] for address in resources}
    others = {"catalog", "schema", "registered_model", "experiment"} - kinds
    rest = len(server.log.entries) - sum(found.values())
    assert rest <= len(others) + ALWAYS, [entry.call for entry in server.log.entries]


def test_a_list_that_goes_on_is_left_when_single_reads_are_cheaper(fresh):
    server, project = fresh(experiments(70))
    for number in range(300):
        project.provider.client.write("POST", "/api/2.0/mlflow/experiments/create", {"name": f"/Shared/other/{number}"})
    server.log.clear()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("mlplan.providers.databricks.experiment.PAGE", 50)
        assert project.plan().empty
    assert server.log.count(SEARCH) == budget(71)
    assert server.log.count(BY_NAME) <= 71


def test_a_change_costs_one_read_more_and_no_list_is_believed_about_it(fresh):
    server, project = fresh(schemas(12))
    project.declare({"schema.s3": {"catalog_name": "main", "name": "s3", "comment": "changed"}})
    assert [one.address for one in project.plan().active()] == ["schema.s3"]
    assert server.log.count(f"{UC}/schemas") == 1
    assert server.log.count(f"{UC}/schemas/main.s3") == 1
    assert server.log.count(f"{UC}/schemas/*") == 1


def test_a_thousand_resources_take_the_round_trips_of_their_single_reads(fresh, figure):
    resources = {**schemas(60), **grants(30), **experiments(60), **aliases("champion", "challenger"), **volumes(60)}
    server, project = fresh(resources)
    assert project.plan().empty
    singles = server.log.count(f"{UC}/permissions/*") + server.log.count(f"{UC}/models/*")
    lists = len(server.log.entries) - singles
    figure(
        f"no-op plan of {len(project.resources)} objects: {len(server.log.entries)} requests, {lists} of them lists or few"
    )
    assert singles == 31
    assert lists <= 6
    assert math.ceil(singles / 32) == 1


@pytest.mark.parametrize("act", ["plan", "destroy plan", "drift"])
def test_looking_sends_nothing_that_could_write(fresh, opener, tmp_path, act):
    server, project = fresh({**schemas(6), **grants(2), **experiments(6), **endpoints(1)})
    project.resources.pop("schema.s5")
    project.declare({"schema.s0": {"catalog_name": "main", "name": "s0", "comment": "changed"}})
    before = server.log.writing()
    if act == "drift":
        from mlplan.core.declaration import Declaration, Environment  # noqa: PLC0415

        seen = Declaration(
            tmp_path, "world", Environment("dev", Target("databricks")), Target("local"), project.resources
        )
        find_drift(seen, project.backend.read(), project.provider)
    else:
        plan = project.plan("destroy" if act == "destroy plan" else "apply")
        assert not plan.empty
    assert server.log.writing() == before
    assert server.log.entries


FRESH = {f"experiment.fresh{n}": {"name": f"/Shared/fresh{n}"} for n in range(2)}  # none of that name is in the bin
MADE = {**schemas(2), **FRESH, **endpoints(2)}


def test_the_marker_of_a_new_object_costs_no_request(fresh):
    server, project = fresh({})
    project.declare(MADE)
    assert not project.apply().failed
    assert sorted(entry.call for entry in server.log.writing()) == sorted(
        [f"POST {UC[4:]}/schemas"] * 2
        + ["POST /api/2.0/mlflow/experiments/create"] * 2
        + ["POST /api/2.0/serving-endpoints"] * 2
    )


def test_a_marker_that_was_taken_off_costs_a_write_for_each_object_or_tag(fresh):
    server, project = fresh({**schemas(1), **endpoints(1), "experiment.fresh": {"name": "/Shared/fresh"}})
    for kind, id_ in (("schema", "main.s0"), ("serving_endpoint", "s0"), ("experiment", "/Shared/fresh")):
        handler, carrier = project.provider.handler(kind), spec(kind).carrier
        found = handler.read(id_)
        bare = {name: value for name, value in found.values.items() if name != carrier}
        handler.update(id_, Edit(found, bare, (FieldChange((carrier,), None, None, None, "drift"),)))
    server.log.clear()
    plan = project.plan()
    assert plan.empty
    assert server.log.writing() == []
    assert not project.apply().failed
    assert sorted(entry.method for entry in server.log.writing()) == ["PATCH", "PATCH", "POST", "POST"]
    assert project.plan().steps == []


def test_a_provider_that_is_not_opened_for_writing_cannot_write(opener, server, tmp_path):
    provider = opener(writable=False)
    project = Project(provider, tmp_path)
    project.declare({"catalog.main": {"name": "main"}})
    assert project.plan().counts()["create"] == 1
    with pytest.raises(Denied) as caught:
        provider.handler("catalog").create("main", {"name": "main"})
    assert caught.value.code == "MLE540"
    assert server.log.writing() == []


def test_providers_only_read_unless_told_otherwise():
    from mlplan.providers.context import Context  # noqa: PLC0415

    assert Context.__dataclass_fields__["writable"].default is False
