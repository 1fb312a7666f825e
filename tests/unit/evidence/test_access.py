"""Who gains and loses by real plans: through containers, groups, owners, workspaces, and what was not read."""

import time

import pytest

from mlplan.core.change import Change, Object
from mlplan.core.plan import Plan
from mlplan.core.values import Unknown
from mlplan.evidence.access import access_of
from mlplan.evidence.before_after import OBJECTS, SECURABLES
from mlplan.evidence.rights import OWN
from mlplan.evidence.world import CONTAINERS
from mlplan.kinds import KINDS, spec
from mlplan.providers.local.outside import set_fields

SCORER, MODEL = "scoring-service", "registered_model prod.ml.score"
CATALOG, SCHEMA = ("catalog", "prod"), ("schema", "prod.ml")


def grants(kind, name, **rows):
    """Return the values of grants: a principal's privileges as one text, a `_` in its name for a `-`."""
    listed = [{"principal": who.replace("_", "-"), "privileges": held.split()} for who, held in rows.items()]
    return {"securable_type": kind, "full_name": name, "grants": listed}


OPEN = {
    "grants.catalog": grants("catalog", "prod", scoring_service="USE_CATALOG", ml_engineers="USE_CATALOG EXECUTE"),
    "grants.schema": grants("schema", "prod.ml", scoring_service="USE_SCHEMA", ml_engineers="USE_SCHEMA"),
    "grants.score": grants("registered_model", "prod.ml.score", scoring_service="EXECUTE"),
}


def access_changes(plan, members, read=None):
    """Return what the plan does, with these members of groups, and these objects beyond its own."""
    return access_of(plan, lambda _: read or {}, lambda _: members, str)


def asked(plan, read=None):
    """Return which objects are asked for, and which groups."""
    found = [set(), set()]
    access_of(
        plan, lambda wanted: found[0].update(wanted) or read or {}, lambda names: found[1].update(names) or {}, str
    )
    return found


def unread(plan):
    return asked(plan)[0]


def groups_named(plan, read=None):
    return asked(plan, read)[1]


def rows(project, members=(), read=None):
    """Return what the plan does: by principal and object, what is gained and lost."""
    found = access_changes(project.plan(), dict(members), read)
    return {(row["principal"], row["object"]): (row["gains"], row["loses"]) for row in found["rows"]}


def told(project, principal, members=(), read=None):
    """Return the rows of one principal by object, and what is unknown."""
    found = access_changes(project.plan(), dict(members), read)
    return {row["object"]: row for row in found["rows"] if row["principal"] == principal}, found["unknown"]


@pytest.fixture
def granted(project):
    """Return the project with grants on all three levels."""
    project.settled(OPEN)
    return project


def test_no_change_of_access_is_no_row(granted):
    assert access_changes(granted.plan(), {}) == {"rows": [], "unknown": []}
    assert groups_named(granted.plan()) == set()
    assert unread(granted.plan()) == set()


def test_an_authoritative_apply_that_drops_use_schema_stops_the_service_from_loading(granted):
    """The incident: someone gave USE_SCHEMA by hand, the next apply takes it, and 760 runs fail unseen."""
    nightly = {"nightly_job": "USE_CATALOG EXECUTE"}
    granted.settled({"grants.catalog": grants("catalog", "prod", scoring_service="USE_CATALOG", **nightly)})
    by_hand = {"grants[nightly-job].privileges": ["USE_SCHEMA"]}
    set_fields(granted.provider.workspace, "grants", "schema/prod.ml", by_hand)
    known = {name: frozenset() for name in ("ml-engineers", "ml-owners", "nightly-job", SCORER)}
    found, unknown = told(granted, "nightly-job", known)
    assert found["schema prod.ml"]["loses"] == ["USE_SCHEMA"]
    assert (found[MODEL]["gains"], found[MODEL]["loses"]) == ([], ["load"])
    assert (found[MODEL]["through"], found[MODEL]["assumes"]) == (["schema prod.ml"], [])
    assert unknown == []


def test_holding_execute_is_not_yet_loading(granted):
    granted.declare(
        {"grants.score": grants("registered_model", "prod.ml.score", scoring_service="EXECUTE", bi="EXECUTE")}
    )
    assert rows(granted) == {("bi", MODEL): (["EXECUTE"], [])}


def test_privileges_on_a_container_hold_inside(granted):
    granted.declare(
        {"grants.catalog": grants("catalog", "prod", scoring_service="USE_CATALOG", ml_engineers="USE_CATALOG")}
    )
    assert rows(granted) == {
        ("ml-engineers", "catalog prod"): ([], ["EXECUTE"]),
        ("ml-engineers", MODEL): ([], ["EXECUTE", "load"]),
    }


def test_all_privileges_is_everything_but_the_four(granted):
    granted.declare({"grants.score": grants("registered_model", "prod.ml.score", scoring_service="ALL_PRIVILEGES")})
    assert rows(granted) == {(SCORER, MODEL): (["ALL_PRIVILEGES", "APPLY_TAG", "CREATE_MODEL_VERSION"], [])}


def test_manage_gives_the_right_to_grant_and_is_inherited(granted):
    granted.declare(
        {"grants.schema": grants("schema", "prod.ml", scoring_service="USE_SCHEMA MANAGE", ml_engineers="USE_SCHEMA")}
    )
    assert rows(granted) == {
        (SCORER, "schema prod.ml"): (["MANAGE", "grant"], []),
        (SCORER, MODEL): (["MANAGE", "grant"], []),
    }


def test_owners_have_all_on_the_object_and_move_its_aliases(granted):
    granted.settled({"grants.schema": grants("schema", "prod.ml", scoring_service="USE_SCHEMA", ada="USE_SCHEMA")})
    granted.settled({"grants.catalog": grants("catalog", "prod", scoring_service="USE_CATALOG", ada="USE_CATALOG")})
    values = granted.resources["registered_model.score"].values
    granted.declare({"registered_model.score": {**values, "owner": "ada"}})
    found = rows(granted)
    everything = ["APPLY_TAG", "CREATE_MODEL_VERSION", "EXECUTE", "OWNER", "grant"]
    assert found["ada", MODEL] == ([*everything, "load", "move aliases"], [])
    assert found["ml-owners", MODEL] == ([], everything)  # they never got in


def test_who_owns_a_container_can_grant_inside_and_no_more(granted):
    values = granted.resources["schema.ml"].values
    granted.declare({"schema.ml": {**values, "owner": "ada@example.com"}})
    found = rows(granted)
    assert found["ada@example.com", MODEL] == (["grant"], [])
    assert "OWNER" in found["ada@example.com", "schema prod.ml"][0]


def test_members_stand_with_their_group_unless_it_is_different_for_them(granted):
    members = {"ml-engineers": frozenset(("ada@example.com", "juniors")), "juniors": frozenset(("bob@example.com",))}
    team = grants("registered_model", "prod.ml.score", scoring_service="EXECUTE")
    team["grants"].append({"principal": "bob@example.com", "privileges": ["EXECUTE"]})
    granted.settled({"grants.score": team})
    granted.declare(
        {"grants.catalog": grants("catalog", "prod", scoring_service="USE_CATALOG", ml_engineers="USE_CATALOG")}
    )
    group, _ = told(granted, "ml-engineers", members)
    assert group[MODEL]["members"] == ["ada@example.com", "juniors"]
    assert told(granted, "bob@example.com", members)[0] == {}  # EXECUTE of his own; loading goes on
    granted.declare({"grants.score": OPEN["grants.score"]})
    bob, _ = told(granted, "bob@example.com", members)
    assert bob[MODEL]["loses"] == ["EXECUTE", "load"]
    assert bob[MODEL]["through"] == ["group ml-engineers", "catalog prod"]


def test_what_holds_for_everybody_holds_for_all(granted):
    granted.settled({"grants.schema": grants("schema", "prod.ml", **{"account users": "USE_SCHEMA"})})
    granted.declare({"grants.schema": grants("schema", "prod.ml", ml_engineers="USE_SCHEMA")})
    found, _ = told(granted, SCORER)
    assert found[MODEL]["loses"] == ["load"]
    assert found[MODEL]["through"] == ["group account users", "schema prod.ml"]
    assert "account users" not in groups_named(granted.plan())


def test_objects_that_fare_alike_share_a_row(granted):
    place = {"catalog_name": "prod", "schema_name": "ml", "owner": "ml-owners"}
    granted.settled({f"registered_model.m{n}": {**place, "name": f"m{n}"} for n in range(3)})
    granted.declare(
        {"grants.catalog": grants("catalog", "prod", scoring_service="USE_CATALOG", ml_engineers="USE_CATALOG")}
    )
    found, _ = told(granted, "ml-engineers")
    assert found["3 registered models in schema prod.ml"]["objects"] == ["prod.ml.m0", "prod.ml.m1", "prod.ml.m2"]
    assert found["3 registered models in schema prod.ml"]["assumes"] == ["its grants"]


def test_what_was_not_read_is_said_and_can_be_read(granted):
    change = granted.plan().changes["grants.score"]
    change.action, change.desired = "update", grants("registered_model", "prod.ml.score")
    plan = Plan({change.address: change})
    found = access_changes(plan, {SCORER: frozenset()})
    (row,) = found["rows"]
    assert row["loses"] == ["EXECUTE", "load"]
    assert row["assumes"] == ["its owner", "grants and owner of schema prod.ml", "grants and owner of catalog prod"]
    assert "grants and owner of schema prod.ml: not read" in found["unknown"]
    wanted = unread(plan)
    assert wanted == {
        ("registered_model", "prod.ml.score"),
        ("grants", "schema/prod.ml"),
        SCHEMA,
        ("grants", "catalog/prod"),
        CATALOG,
    }
    read = {(kind, id_): granted.provider.handler(kind).read(id_) for kind, id_ in wanted}
    assert [row["assumes"] for row in access_changes(plan, {}, read)["rows"]] == [[]]
    assert groups_named(plan, read) == {SCORER, "ml-engineers", "ml-owners"}


def test_a_group_that_nobody_knows_is_said(granted):
    granted.declare({"grants.score": grants("registered_model", "prod.ml.score", auditors="EXECUTE")})
    _, unknown = told(granted, "auditors", {"ml-engineers": frozenset(), "ml-owners": frozenset()})
    assert unknown == [
        "whether auditors is a group, and who is in it: not known here",
        "whether scoring-service is a group, and who is in it: not known here",
    ]
    assert groups_named(granted.plan()) == {"auditors", "ml-engineers", "ml-owners", SCORER}


def test_endpoints_have_levels_that_imply_those_below(granted):
    granted.versions("prod.ml.score", 1)
    entity = {"name": "m", "entity_name": "prod.ml.score", "entity_version": "1", "traffic_percentage": 100}
    on = {"object_type": "serving_endpoint", "object_name": "e"}
    rights = [{"group_name": "fraud-app", "level": "CAN_QUERY"}]
    granted.settled(
        {
            "serving_endpoint.e": {"name": "e", "served_entities": [entity]},
            "permissions.e": {**on, "permissions": rights},
        }
    )
    granted.declare({"permissions.e": {**on, "permissions": [{"group_name": "fraud-app", "level": "CAN_MANAGE"}]}})
    assert rows(granted) == {("fraud-app", "serving_endpoint e"): (["CAN_MANAGE"], [])}
    granted.drop("permissions.e", "serving_endpoint.e")
    found, _ = told(granted, "fraud-app", {"fraud-app": frozenset(("ada@example.com",))})
    assert found["serving_endpoint e"]["loses"] == ["CAN_QUERY", "CAN_VIEW"]
    assert found["serving_endpoint e"]["through"] == ["deleted"]
    assert found["serving_endpoint e"]["members"] == ["ada@example.com"]


def test_what_is_deleted_can_be_loaded_no_more(granted):
    granted.drop("registered_model.score", "grants.score")
    assert rows(granted)[SCORER, MODEL] == ([], ["EXECUTE", "load"])


def test_what_goes_unseen_is_said(granted):
    granted.settled({"experiment.x": {"name": "/Shared/x"}})
    granted.drop("experiment.x")
    _, unknown = told(granted, SCORER)
    assert unknown == ["who has rights on experiment /Shared/x, which the plan deletes: not all of it was read"]
    assert unread(granted.plan()) == {("permissions", "experiment//Shared/x")}


def test_a_new_object_shows_only_what_is_declared_on_it(granted):
    place = {"catalog_name": "prod", "schema_name": "ml", "name": "next"}
    granted.declare({"registered_model.next": place})
    assert rows(granted) == {}
    granted.declare({"grants.next": grants("registered_model", "prod.ml.next", scoring_service="EXECUTE")})
    assert rows(granted)[SCORER, "registered_model prod.ml.next"] == (["EXECUTE", "load"], [])


def test_isolation_shuts_other_workspaces_out(granted):
    bound = {"name": "prod", "owner": "platform@example.com", "isolation_mode": "ISOLATED"}
    granted.declare(
        {
            "catalog.prod": {
                **bound,
                "workspace_bindings": [{"workspace_id": 7, "binding_type": "BINDING_TYPE_READ_ONLY"}],
            }
        }
    )
    assert rows(granted) == {
        ("every other workspace", "catalog prod"): ([], ["read", "write"]),
        ("workspace 7", "catalog prod"): ([], ["write"]),
    }
    granted.declare({"catalog.prod": bound})
    _, unknown = told(granted, "every other workspace")
    assert unknown == ["catalog prod: it is ISOLATED, and bound to the workspace at hand without saying so"]


def test_a_rename_takes_nothing_away(granted):
    volume = {"catalog_name": "prod", "schema_name": "ml", "name": "files", "volume_type": "MANAGED"}
    on = grants("volume", "prod.ml.files", scoring_service="READ_VOLUME")
    granted.settled({"volume.files": volume, "grants.files": on})
    granted.declare({"volume.files": {**volume, "name": "data"}, "grants.files": {**on, "full_name": "prod.ml.data"}})
    assert rows(granted) == {}
    granted.declare({"grants.files": {**grants("volume", "prod.ml.data", bi="READ_VOLUME")}})
    assert rows(granted)[SCORER, "volume prod.ml.data"] == ([], ["READ_VOLUME", "read files"])


def test_what_apply_alone_can_tell_is_said():
    reference = Unknown("${resources.schemas.ml.owner}")
    row = {"principal": reference, "privileges": ["EXECUTE"]}
    desired = {
        "securable_type": "schema",
        "full_name": "prod.ml",
        "grants": [row, {"principal": "bi", "privileges": ["EXECUTE"]}],
    }
    lost = Unknown("schema/${resources.schemas.x.full_name}")
    plan = Plan(
        {
            "grants.a": Change("grants.a", "grants", "schema/prod.ml", "create", desired=desired),
            "grants.b": Change("grants.b", "grants", lost, "create", desired={"grants": []}),
        }
    )
    found = access_changes(plan, {})
    assert [row["principal"] for row in found["rows"]] == ["bi"]
    assert "grants.a: some of its rows are known after apply only" in found["unknown"]
    assert "grants.b: which object it is about is known after apply only" in found["unknown"]


def many(models):
    """Return a plan of so many models that changes nothing, read in full."""
    changes, objects = {}, {}
    for n in range(models):
        id_ = f"prod.ml.m{n}"
        values = {"catalog_name": "prod", "schema_name": "ml", "name": f"m{n}", "owner": "ml-owners"}
        found = Object(id_, values)
        objects["registered_model", id_] = found
        changes[f"m{n}"] = Change(f"m{n}", "registered_model", id_, "no-op", actual=found, desired=values)
    return Plan(changes, objects=objects)


def test_ten_thousand_models_cost_next_to_nothing_until_access_changes(figure):
    plan = many(10_000)
    begun = time.perf_counter()
    assert access_changes(plan, {})["rows"] == []
    idle = time.perf_counter() - begun
    actual = Object("catalog/prod", grants("catalog", "prod", ml_engineers="USE_CATALOG USE_SCHEMA EXECUTE"))
    after = grants("catalog", "prod", ml_engineers="USE_CATALOG USE_SCHEMA")
    plan.changes["grants"] = Change("grants", "grants", "catalog/prod", "update", actual=actual, desired=after)
    begun = time.perf_counter()
    found = access_changes(plan, {"ml-engineers": frozenset(f"u{n}@example.com" for n in range(100))})
    busy = time.perf_counter() - begun
    assert [row["object"] for row in found["rows"]] == ["catalog prod", "10000 registered models in schema prod.ml"]
    assert len(found["rows"][1]["members"]) == 100
    figure(f"access of 10,000 models: {idle * 1000:.1f} ms when nothing changes, {busy * 1000:.0f} ms for a catalog's")
    assert idle < 0.1
    assert busy < 2


def test_every_kind_that_someone_can_have_rights_on_is_known():
    kinds = {kind for kind in KINDS if spec(kind).securable}
    assert kinds == SECURABLES == set(OWN)
    assert {kind for kind in KINDS if spec(kind).permission_type} == OBJECTS - SECURABLES
    for kind in CONTAINERS:
        assert list(CONTAINERS[kind]) == [link.kind for link in reversed(spec(kind).parents)]
