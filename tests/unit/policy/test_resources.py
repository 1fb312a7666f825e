"""Rules on resources: what their pages leave out."""

import pytest

WALL = {"prod": {"catalogs": ["prod", "shared"]}, "dev": {"catalogs": ["dev", "shared"]}}


def endpoint(*entities, **values):
    return {"kind": "serving_endpoint", "values": {"name": "fraud", "served_entities": list(entities), **values}}


def entity(**more):
    return {"name": "current", "entity_name": "prod.ml.fraud", "entity_version": "@champion", **more}


@pytest.fixture
def one(outcome, plan):
    """Return the outcome of a rule about one resource."""

    def ask(code, resource, /, parts=None, **options):
        return outcome(code, plan(resources={"it.is": resource}, **(parts or {})), **options)

    return ask


@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        ({"kind": "catalog", "values": {"name": "dev"}}, "failed"),
        ({"kind": "catalog", "values": {"name": "shared"}}, "passed"),
        ({"kind": "grants", "values": {"full_name": "dev.ml"}}, "failed"),
        ({"kind": "model_alias", "values": {"full_name": "prod.ml.fraud"}}, "passed"),
        (endpoint(ai_gateway={"inference_table_config": {"catalog_name": "dev"}}), "failed"),
        ({"kind": "schema", "values": {"catalog_name": "${resources.catalogs.main.name}"}}, None),
        ({"kind": "experiment", "values": {"name": "/Shared/dev"}}, None),
    ],
    ids=["catalog", "shared", "grants", "alias", "inference table", "not known yet", "no catalog"],
)
def test_foreign_catalogs(one, resource, expected):
    assert one("MLP001", resource, {"environments": WALL}) == expected


@pytest.mark.parametrize("code", ["MLP001", "MLP002"])
def test_foreign_catalogs_that_nobody_knows_are_unknown(one, code):
    assert one(code, endpoint(entity(), ai_gateway={"inference_table_config": {"catalog_name": "x"}})) == "unknown"


def test_foreign_catalogs_may_be_named(one):
    schema = {"kind": "schema", "values": {"catalog_name": "dev_risk"}}
    assert one("MLP001", schema, catalogs=["dev_*"]) == "failed"
    assert one("MLP001", schema, catalogs=["staging"]) == "passed"


@pytest.mark.parametrize(
    ("principal", "expected"),
    [
        ("dev-bot", "failed"),
        ("bot_dev", "failed"),
        ("devops", "passed"),
        ("dev-bot-prod", "passed"),
        ("prod-bot", "passed"),
    ],
)
def test_foreign_principals(one, principal, expected):
    rows = {"kind": "permissions", "values": {"permissions": [{"group_name": principal, "level": "CAN_QUERY"}]}}
    assert one("MLP003", rows, {"environments": WALL}) == expected


def test_foreign_principals_may_be_named(one):
    rows = {"kind": "schema", "values": {"owner": "sandbox-owners"}}
    assert one("MLP003", rows, principals=["sandbox-*"]) == "failed"


CATALOG = {"name": "prod", "isolation_mode": "ISOLATED", "workspace_bindings": [{"workspace_id": 1}]}


@pytest.mark.parametrize(
    ("values", "before", "expected"),
    [
        ({"name": "prod"}, CATALOG, "passed"), ({"name": "prod"}, None, "failed"),
        ({"name": "prod", "isolation_mode": "OPEN"}, CATALOG, "failed"),
    ],
    ids=["not declared", "nothing", "opened"],
)  # fmt: skip
def test_isolation(one, values, before, expected):
    assert one("MLP004", {"kind": "catalog", "values": values, "before": before}) == expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (CATALOG, "passed"), ({**CATALOG, "workspace_bindings": [{"workspace_id": 1}, {"workspace_id": 2}]}, "failed"),
        ({**CATALOG, "isolation_mode": "OPEN", "workspace_bindings": None}, "failed"), ({"name": "prod"}, "passed"),
    ],
    ids=["the same", "one more", "open", "not declared"],
)  # fmt: skip
def test_loosening(one, values, expected):
    assert one("MLP006", {"kind": "catalog", "values": values, "before": CATALOG}) == expected


def test_loosening_needs_something_that_is_tight(one):
    assert one("MLP006", {"kind": "catalog", "values": CATALOG, "before": {"name": "prod"}}) is None


def test_bindings_of_an_isolated_catalog_are_declared(one):
    assert one("MLP005", {"kind": "catalog", "values": {**CATALOG, "workspace_bindings": None}}) == "failed"
    assert one("MLP005", {"kind": "catalog", "values": {"name": "prod", "isolation_mode": "OPEN"}}) is None


EXTERNAL = {"name": "gpt", "external_model": {"name": "gpt"}}


@pytest.mark.parametrize("code", ["MLP002", "MLP010", "MLP011"])
def test_models_of_other_providers_are_left_alone(one, code):
    assert one(code, endpoint(EXTERNAL), {"environments": WALL}) is None


def test_every_entity_follows_an_alias(one):
    assert one("MLP010", endpoint(entity(), entity(name="other", entity_version="6"))) == "failed"
    assert one("MLP010", endpoint(entity(), EXTERNAL)) == "passed"


@pytest.mark.parametrize(
    ("tags", "options", "expected"),
    [
        ([{"key": "latency", "value": "critical"}], {}, "failed"), ([{"key": "latency", "value": "batch"}], {}, None),
        (None, {}, None), (None, {"tags": {}}, "failed"), ([{"key": "tier", "value": "1"}], {"tags": {"tier": "1"}}, "failed"),
    ],
    ids=["critical", "not critical", "no tag", "all", "another tag"],
)  # fmt: skip
def test_cold_starts(one, tags, options, expected):
    assert one("MLP012", endpoint(entity(scale_to_zero_enabled=True), tags=tags), **options) == expected


GRANTS = {"kind": "grants"}


def rows(**privileges):
    return [{"principal": name.replace("_", " "), "privileges": held} for name, held in privileges.items()]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (None, rows(ops=["MANAGE"]), "failed"), (rows(ops=["MANAGE"]), rows(ops=["MANAGE"]), "passed"),
        (rows(ops=["MANAGE"]), rows(dev=["MANAGE"]), "failed"), (rows(ops=["MANAGE"]), rows(ops=["EXECUTE"]), "passed"),
    ],
    ids=["new object", "as before", "somebody else", "less"],
)  # fmt: skip
def test_new_managers(one, before, after, expected):
    before = {"grants": before} if before else None
    assert one("MLP021", {"kind": "grants", "values": {"grants": after}, "before": before}) == expected


def test_new_owners_of_what_is_there(one):
    owned = {"kind": "schema", "values": {"owner": "b"}}
    assert one("MLP021", {**owned, "before": {"owner": "a"}}) == "failed"
    assert one("MLP021", {**owned, "before": {"owner": "b"}}) == "passed"
    assert one("MLP021", {**owned, "before": None}) == "passed"


def test_new_levels_of_permissions(one):
    row = {"group_name": "ops", "level": "CAN_MANAGE"}
    assert one("MLP021", {"kind": "permissions", "values": {"permissions": [row]}, "before": {}}) == "failed"


def test_people_in_permissions(one):
    row = {"user_name": "ana", "level": "CAN_QUERY"}
    assert one("MLP020", {"kind": "permissions", "values": {"permissions": [row]}}) == "failed"


def test_everyone_may_have_what_is_allowed(one):
    browsing = {"kind": "grants", "values": {"grants": rows(account_users=["BROWSE"])}}
    assert one("MLP023", browsing) == "passed"
    assert one("MLP023", browsing, allowed=[]) == "failed"
    assert one("MLP023", {"kind": "grants", "values": {"grants": rows(Account_Users=["SELECT"])}}) == "failed"
    assert one("MLP023", {"kind": "grants", "values": {}}) == "passed"


def test_each_loss_is_told(said, plan):
    lost = [{"principal": name, "object": "schema prod.ml", "gains": [], "loses": ["USE_SCHEMA"]} for name in "ab"]
    assert [one.summary for one in said("MLP024", plan(access={"rows": lost, "unknown": []}))] == [
        "a loses USE_SCHEMA on schema prod.ml", "b loses USE_SCHEMA on schema prod.ml",
    ]  # fmt: skip
    assert said("MLP024", plan()) == []


def test_only_what_cannot_be_had_back_counts_as_destroyed(outcome, plan):
    change = {"address": "experiment.a", "action": "delete", "risk": "safe"}
    assert outcome("MLP070", plan(changes=[change])) == "passed"
    assert outcome("MLP070", plan(changes=[change]), risks=["safe"]) == "failed"


def test_a_project_that_is_not_in_git_is_unknown(outcome, said, plan):
    assert said("MLP071", plan(git=None)) == []
    assert outcome("MLP071", plan(git=None)) is None
