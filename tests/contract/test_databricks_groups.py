"""Who is in a group, over HTTP: the names that grants use, what it costs, and when it stays unknown."""

import pytest

from mlplan.core.declaration import Target
from mlplan.core.effect import Effects
from mlplan.core.provider import KnowsGroups
from mlplan.evidence.access import access_of
from mlplan.evidence.membership import memberships
from mlplan.providers.databricks import groups as directory
from mlplan.providers.local.groups import set_members
from mlplan.providers.local.workspace import Workspace
from mlplan.providers.registry import Context, open_provider
from mlplan.testing.server.server import Server
from mlplan.testing.server.settings import Settings

ROBOT = "5f1c0d3e-0000-4000-8000-00000000000a"
SCIM = "/api/2.0/preview/scim/v2"


@pytest.fixture
def staffed(workspace):
    set_members(workspace, "team", ["Ada@Example.com", ROBOT, "juniors"])
    set_members(workspace, "juniors", ["bob@example.com", "team"])
    return workspace


def asked(server):
    return sorted(
        entry.path.removeprefix(f"{SCIM}/").partition("/")[0] for entry in server.log.entries if SCIM in entry.path
    )


def test_members_have_the_names_that_grants_use(staffed, server, opener):
    provider = opener(writable=False)
    assert isinstance(provider, KnowsGroups)
    assert provider.members(["team", "strangers"]) == {"team": frozenset(("ada@example.com", ROBOT, "juniors"))}
    assert asked(server) == ["Groups", "Groups", "Me", "ServicePrincipals", "Users"]
    assert server.log.writing() == []


def test_groups_in_groups_are_followed_once(staffed, server, opener):
    found = memberships(opener(), {"team"})
    assert found["juniors"] == frozenset(("bob@example.com", "team"))
    assert asked(server).count("Groups") == 2


@pytest.mark.parametrize("status", [403, 404, 500])
@pytest.mark.parametrize("path", ["Groups", "Users/*"])
def test_what_cannot_be_read_is_unknown_and_no_error(staffed, server, opener, status, path):
    server.faults.status(f"GET {SCIM}/{path}", status, times=None)
    assert opener().members(["team"]) == {}


def test_no_members_means_none_to_an_administrator_only(workspace, opener, tmp_path, monkeypatch):
    set_members(workspace, "empty", [])
    assert opener().members(["empty"]) == {"empty": frozenset()}
    with Server(workspace, Settings(workspace_id=0, admins=())) as other:
        monkeypatch.setenv("OTHER_TOKEN", other.token)
        target = Target("databricks", {"host": other.url, "token": {"env": "OTHER_TOKEN"}})
        provider = open_provider(target, Context(tmp_path, "contract", "dev", Effects()))
        assert provider.members(["empty"]) == {}
        provider.close()


def test_a_crowd_is_not_asked_about_one_by_one(workspace, server, opener, monkeypatch):
    monkeypatch.setattr(directory, "MOST", 3)
    set_members(workspace, "crowd", [f"u{n}@example.com" for n in range(4)])
    set_members(workspace, "few", ["u1@example.com"])
    assert opener().members(["crowd", "few"]) == {"few": frozenset(("u1@example.com",))}
    assert asked(server).count("Users") == 1


def test_a_plan_tells_who_loses_with_a_group_once_what_it_lacks_is_read(world, project):
    """The project declares nothing on the schema, whose grants are read because access changes."""
    server, _ = world
    set_members(Workspace(server.store, server.user), "team", ["ada@example.com"])
    on = {"securable_type": "registered_model", "full_name": "main.ml.scorer"}
    row = {"principal": "team", "privileges": ["EXECUTE"]}
    given = {"principal": "account users", "privileges": ["USE_CATALOG", "USE_SCHEMA"]}
    project.settled({"grants.main": {"securable_type": "catalog", "full_name": "main", "grants": [given]}})
    project.settled({"grants.scorer": {**on, "grants": [row]}})
    project.declare({"grants.scorer": on})
    plan, provider = project.plan(), project.provider
    wanted = []

    def read(unread):
        wanted.extend(unread)
        return {(kind, id_): provider.handler(kind).read(id_) for kind, id_ in unread}

    found = access_of(plan, read, lambda names: memberships(provider, names), str)
    assert wanted == [("grants", "schema/main.ml")]
    (told,) = found["rows"]
    assert (told["principal"], told["members"], told["loses"]) == ("team", ["ada@example.com"], ["EXECUTE", "load"])
    assert (told["assumes"], found["unknown"]) == ([], [])
