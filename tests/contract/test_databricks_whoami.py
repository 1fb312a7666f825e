"""Who acts, and what it lacks: the owner nothing, others what nobody granted to them."""

import pytest

from mlplan.core.declaration import Declaration, Environment, Resource, Target
from mlplan.core.effect import Effects
from mlplan.core.source import Origin
from mlplan.kinds import spec
from mlplan.providers.registry import Context, open_provider

RESOURCES = {
    "schema.ml": {"catalog_name": "main", "name": "ml"},
    "registered_model.scorer": {"catalog_name": "main", "schema_name": "ml", "name": "scorer"},
    "schema.new": {"catalog_name": "main", "name": "not_there_yet"},
}


@pytest.fixture
def declaration(tmp_path):
    declared = {
        address: Resource(address, kind := address.partition(".")[0], spec(kind).canonical(values), Origin("x", ()))
        for address, values in RESOURCES.items()
    }
    return Declaration(tmp_path, "p", Environment("dev", Target("databricks")), Target("local"), declared)


def as_principal(server, name, monkeypatch, tmp_path):
    monkeypatch.setenv("OTHER_TOKEN", server.client(name))
    target = Target("databricks", {"host": server.url, "token": {"env": "OTHER_TOKEN"}})
    return open_provider(target, Context(tmp_path, "p", "dev", Effects()))


def test_who_made_everything_lacks_nothing(world, declaration):
    _, project = world
    assert project.provider.user() == "deployer@example.com"
    assert project.provider.identity()["workspace_id"] == "1234567890123456"
    assert project.provider.lacking(declaration, "apply") == []


def test_another_lacks_what_nobody_granted(world, declaration, monkeypatch, tmp_path):
    server, project = world
    row = {"principal": "planner@example.com", "privileges": ["USE_CATALOG", "USE_SCHEMA"]}
    project.declare({"grants.whoami": {"securable_type": "catalog", "full_name": "main", "grants": [row]}})
    assert not project.apply().failed
    other = as_principal(server, "planner@example.com", monkeypatch, tmp_path)
    server.log.clear()
    assert other.lacking(declaration, "plan") == ["EXECUTE on registered_model main.ml.scorer"]
    assert "MANAGE on schema main.ml" in other.lacking(declaration, "apply")
    assert server.log.writing() == []
    other.close()
    project.resources.pop("grants.whoami")
    assert not project.apply().failed
