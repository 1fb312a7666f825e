"""Grants: deltas, pages, and privileges that nobody knows yet."""

import pytest

AT = "/api/2.1/unity-catalog/permissions"


def errors():
    from databricks.sdk import errors  # noqa: PLC0415

    return errors


@pytest.fixture
def catalog(here):
    here.model()
    return "main"


def change(wire, on, *changes):
    return wire("PATCH", f"{AT}/{on}", {"changes": list(changes)})


def held(wire, on):
    shown = wire.made("GET", f"{AT}/{on}").get("privilege_assignments", [])
    return {one["principal"]: one["privileges"] for one in shown}


def test_a_change_is_a_delta_per_principal(catalog, sdk):
    from databricks.sdk.service.catalog import PermissionsChange, Privilege  # noqa: PLC0415

    use, select = Privilege.USE_CATALOG, Privilege.SELECT
    sdk.grants.update("catalog", catalog, changes=[PermissionsChange(principal="a", add=[use, select])])
    after = sdk.grants.update(
        "catalog",
        catalog,
        changes=[PermissionsChange(principal="a", remove=[select]), PermissionsChange(principal="b", add=[use])],
    )
    assert [(one.principal, one.privileges) for one in after.privilege_assignments] == [("a", [use]), ("b", [use])]
    assert [one.principal for one in sdk.grants.list("catalog", catalog)] == ["a", "b"]
    assert [one.principal for one in sdk.grants.get("catalog", catalog, principal="b").privilege_assignments] == ["b"]


def test_a_model_is_a_function(catalog, here, wire):
    assert change(wire, "function/main.ml.scorer", {"principal": "a", "add": ["EXECUTE"]}).status == 200
    assert here.workspace.read("grants", "registered_model/main.ml.scorer").values["grants"][0]["principal"] == "a"
    refused = wire("GET", f"{AT}/registered_model/main.ml.scorer")
    assert (refused.status, refused.json["error_code"]) == (400, "INVALID_PARAMETER_VALUE")


def test_privileges_are_spelled_in_one_way_and_unknown_ones_survive(catalog, wire):
    change(wire, "CATALOG/Main", {"principal": "Ada@Example.com", "add": ["use catalog", "FROM_THE_FUTURE"]})
    change(wire, "catalog/main", {"principal": "ada@example.com", "add": ["SELECT"]})
    assert held(wire, "catalog/main") == {"ada@example.com": ["FROM_THE_FUTURE", "SELECT", "USE_CATALOG"]}


def test_adding_and_removing_the_same_is_refused(catalog, wire):
    refused = change(wire, "catalog/main", {"principal": "a", "add": ["SELECT"], "remove": ["SELECT"]})
    assert (refused.status, refused.json["error_code"]) == (400, "INVALID_PARAMETER_VALUE")
    assert "Duplicate privileges to add and delete for principal a" in refused.json["message"]


def test_all_privileges_do_not_cover_four_of_them(catalog, wire):
    change(wire, "catalog/main", {"principal": "a", "add": ["ALL_PRIVILEGES", "MANAGE", "SELECT"]})
    change(wire, "catalog/main", {"principal": "a", "remove": ["ALL_PRIVILEGES"], "add": ["USE_CATALOG"]})
    assert held(wire, "catalog/main") == {"a": ["MANAGE", "USE_CATALOG"]}


def test_no_grants_at_all_are_left_out(catalog, wire):
    assert wire.made("GET", f"{AT}/catalog/main") == {}
    change(wire, "catalog/main", {"principal": "a", "add": ["SELECT"]})
    assert change(wire, "catalog/main", {"principal": "a", "remove": ["SELECT"]}).json == {}
    assert wire.made("GET", f"{AT}/catalog/main") == {}


def test_effective_grants_say_where_they_come_from(catalog, sdk, wire):
    change(wire, "catalog/main", {"principal": "a", "add": ["EXECUTE"]})
    change(wire, "schema/main.ml", {"principal": "a", "add": ["USE_SCHEMA"]})
    change(wire, "function/main.ml.scorer", {"principal": "a", "add": ["APPLY_TAG"]})
    shown = sdk.grants.get_effective("function", "main.ml.scorer").privilege_assignments[0].privileges
    assert [(one.privilege.value, one.inherited_from_name) for one in shown] == [
        ("APPLY_TAG", None), ("USE_SCHEMA", "main.ml"), ("EXECUTE", "main"),
    ]  # fmt: skip
    assert [one.principal for one in sdk.grants.list_effective("schema", "main.ml")] == ["a"]


def test_pages_are_long_or_refused(catalog, wire):
    for number in range(200):
        change(wire, "catalog/main", {"principal": f"p{number:03}", "add": ["SELECT"]})
    assert len(wire.made("GET", f"{AT}/catalog/main")["privilege_assignments"]) == 200
    first = wire.made("GET", f"{AT}/catalog/main", max_results=150)
    assert len(first["privilege_assignments"]) == 150
    rest = wire.made("GET", f"{AT}/catalog/main", max_results=150, page_token=first["next_page_token"])
    assert len(rest["privilege_assignments"]) == 50
    assert "next_page_token" not in rest
    assert wire("GET", f"{AT}/catalog/main", max_results=149).status == 400


def test_grants_go_with_their_object(catalog, wire):
    change(wire, "schema/main.default", {"principal": "a", "add": ["USE_SCHEMA"]})
    wire.made("DELETE", "/api/2.1/unity-catalog/schemas/main.default")
    assert wire("GET", f"{AT}/schema/main.default").json["error_code"] == "SCHEMA_DOES_NOT_EXIST"
    wire.made("POST", "/api/2.1/unity-catalog/schemas", {"catalog_name": "main", "name": "default"})
    assert held(wire, "schema/main.default") == {}


def test_principals_may_have_to_exist(world):
    here = world(users=("ada@example.com",), groups=("readers",), service_principals=())
    here.wire.made("POST", "/api/2.1/unity-catalog/catalogs", {"name": "main"})
    assert change(here.wire, "catalog/main", {"principal": "readers", "add": ["SELECT"]}).status == 200
    refused = change(here.wire, "catalog/main", {"principal": "writers", "add": ["SELECT"]})
    assert (refused.status, refused.json["error_code"]) == (404, "PRINCIPAL_DOES_NOT_EXIST")
