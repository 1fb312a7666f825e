"""Catalogs, schemas, volumes and bindings, as the SDK sees them."""

import pytest

UC = "/api/2.1/unity-catalog"


def errors():
    from databricks.sdk import errors  # noqa: PLC0415

    return errors


def test_a_catalog_lives(sdk):
    from databricks.sdk.service.catalog import CatalogIsolationMode  # noqa: PLC0415

    made = sdk.catalogs.create("Main", comment="ours", properties={"team": "risk"})
    assert (made.name, made.owner, made.comment) == ("main", "ada@example.com", "ours")
    assert (made.catalog_type.value, made.isolation_mode.value) == ("MANAGED_CATALOG", "OPEN")
    changed = sdk.catalogs.update("MAIN", isolation_mode=CatalogIsolationMode.ISOLATED, owner="ops", comment="")
    assert (changed.isolation_mode.value, changed.owner, changed.comment) == ("ISOLATED", "ops", None)
    assert sdk.catalogs.get("main").properties == {"team": "risk"}
    sdk.catalogs.delete("main", force=True)
    with pytest.raises(errors().NotFound, match="Catalog 'main' does not exist") as caught:
        sdk.catalogs.get("main")
    assert caught.value.error_code == "CATALOG_DOES_NOT_EXIST"


def test_what_create_does_not_take_is_ignored(wire):
    made = wire.made("POST", f"{UC}/catalogs", {"name": "main", "owner": "ops", "isolation_mode": "ISOLATED"})
    assert (made["owner"], made["isolation_mode"]) == ("ada@example.com", "OPEN")


def test_a_taken_name_is_a_bad_request_not_a_conflict(sdk):
    sdk.catalogs.create("main")
    with pytest.raises(errors().BadRequest, match="Catalog 'main' already exists"):
        sdk.catalogs.create("MAIN")
    sdk.schemas.create("ml", "main")
    with pytest.raises(errors().BadRequest, match="Schema 'ml' already exists") as caught:
        sdk.schemas.create("ml", "main")
    assert caught.value.error_code == "SCHEMA_ALREADY_EXISTS"


def test_a_new_catalog_is_not_empty(sdk):
    sdk.catalogs.create("main")
    assert sorted(one.name for one in sdk.schemas.list("main")) == ["default", "information_schema"]
    with pytest.raises(errors().BadRequest, match="is not empty"):
        sdk.catalogs.delete("main")
    sdk.schemas.delete("main.default")
    sdk.catalogs.delete("main")
    assert list(sdk.catalogs.list()) == []


def test_managed_properties_show_where_there_are_no_others(here, sdk):
    sdk.catalogs.create("main")
    assert all(name.startswith("unity.catalog.managed.") for name in sdk.catalogs.get("main").properties)
    sdk.schemas.create("ml", "main", properties={"team": "risk", "unity.catalog.managed.x": "sent back"})
    assert sdk.schemas.get("main.ml").properties == {"team": "risk"}
    assert here.workspace.read("catalog", "main").values.get("properties") is None


def test_the_other_door_leads_to_the_same_objects(here, sdk):
    here.workspace.create("catalog", "theirs", {"name": "theirs", "comment": "made in the local workspace"})
    assert sdk.catalogs.get("theirs").comment == "made in the local workspace"
    sdk.catalogs.create("ours", comment="made over HTTP")
    assert here.workspace.read("catalog", "ours").values["comment"] == "made over HTTP"


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("PATCH", "catalogs/main", {}, 400, "INVALID_PARAMETER_VALUE"),
        ("PATCH", "catalogs/main", {"isolation_mode": "SECRET"}, 400, "INVALID_PARAMETER_VALUE"),
        ("PATCH", "catalogs/main", {"comment": 7}, 400, "MALFORMED_REQUEST"),
        ("PATCH", "catalogs/main", {"new_name": "other"}, 501, "NOT_IMPLEMENTED"),
        ("POST", "catalogs", {"name": "a.b"}, 400, "INVALID_PARAMETER_VALUE"),
        ("POST", "catalogs", {}, 400, "INVALID_PARAMETER_VALUE"),
        ("POST", "schemas", {"catalog_name": "none", "name": "x"}, 404, "CATALOG_DOES_NOT_EXIST"),
        ("POST", "volumes", {"catalog_name": "main", "schema_name": "none", "name": "x", "volume_type": "MANAGED"}, 404,
         "SCHEMA_DOES_NOT_EXIST"),
        ("GET", "schemas", None, 400, "INVALID_PARAMETER_VALUE"),
        ("GET", "catalogs?max_results=-1", None, 400, "INVALID_PARAMETER_VALUE"),
        ("GET", "catalogs?max_results=0&page_token=nonsense", None, 400, "INVALID_PARAMETER_VALUE"),
        ("GET", "nothing", None, 404, "ENDPOINT_NOT_FOUND"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_refusals_have_their_codes(wire, method, path, body, status, code):
    wire.made("POST", f"{UC}/catalogs", {"name": "main"})
    answer = wire(method, f"{UC}/{path}", body)
    assert (answer.status, answer.json["error_code"]) == (status, code)


def test_volumes_live_and_are_renamed(sdk):
    from databricks.sdk.service.catalog import VolumeType  # noqa: PLC0415

    sdk.catalogs.create("main")
    sdk.schemas.create("ml", "main")
    made = sdk.volumes.create("main", "ml", "Files", VolumeType.MANAGED, comment="data")
    assert (made.full_name, made.volume_type) == ("main.ml.files", VolumeType.MANAGED)
    assert made.storage_location
    outside = sdk.volumes.create("main", "ml", "out", VolumeType.EXTERNAL, storage_location="s3://bucket/dir/")
    assert outside.storage_location == "s3://bucket/dir"
    renamed = sdk.volumes.update("main.ml.files", new_name="papers", owner="ops")
    assert (renamed.full_name, renamed.volume_id, renamed.owner) == ("main.ml.papers", made.volume_id, "ops")
    assert [one.name for one in sdk.volumes.list("main", "ml")] == ["out", "papers"]
    sdk.volumes.delete("main.ml.papers")
    with pytest.raises(errors().ResourceDoesNotExist):
        sdk.volumes.read("main.ml.papers")
    with pytest.raises(errors().InvalidParameterValue, match="storage_location"):
        sdk.volumes.create("main", "ml", "x", VolumeType.MANAGED, storage_location="s3://b")


def test_bindings_are_added_changed_and_removed(sdk):
    from databricks.sdk.service.catalog import WorkspaceBinding, WorkspaceBindingBindingType  # noqa: PLC0415

    sdk.catalogs.create("main")
    only_read = WorkspaceBindingBindingType.BINDING_TYPE_READ_ONLY
    sdk.workspace_bindings.update_bindings("catalog", "main", add=[WorkspaceBinding(2), WorkspaceBinding(1)])
    sdk.workspace_bindings.update_bindings("catalog", "main", add=[WorkspaceBinding(2, only_read)])
    assert [(one.workspace_id, one.binding_type.value) for one in sdk.workspace_bindings.get_bindings("catalog", "main")] == [
        (1, "BINDING_TYPE_READ_WRITE"), (2, "BINDING_TYPE_READ_ONLY"),
    ]  # fmt: skip
    sdk.workspace_bindings.update_bindings("catalog", "main", remove=[WorkspaceBinding(2)])
    assert sdk.workspace_bindings.get("main").workspaces == [1]
    assert sdk.workspace_bindings.update("main", assign_workspaces=[3], unassign_workspaces=[1]).workspaces == [3]
    assert "workspace_bindings" not in sdk.api_client.do("GET", f"{UC}/catalogs/main")


def test_isolation_locks_out_a_workspace_that_is_not_bound(world):
    here = world(isolation=True, workspace_id=7)
    here.wire.made("POST", f"{UC}/catalogs", {"name": "main"})
    here.wire.made("PATCH", f"{UC}/catalogs/main", {"isolation_mode": "ISOLATED"})
    assert here.wire("GET", f"{UC}/catalogs/main").status == 403
    assert here.wire("GET", f"{UC}/schemas/main.default").json["error_code"] == "PERMISSION_DENIED"
    assert here.wire.made("GET", f"{UC}/catalogs") == {}
    assert len(here.wire.made("GET", f"{UC}/catalogs", include_unbound="true")["catalogs"]) == 1
    here.wire.made("PATCH", f"{UC}/bindings/catalog/main", {"add": [{"workspace_id": 7}]})
    assert here.wire("GET", f"{UC}/catalogs/main").status == 200


def test_lists_come_in_pages(world):
    here = world(page=2, default_schema=False)
    for name in "cabed":
        here.wire.made("POST", f"{UC}/catalogs", {"name": name})
    assert [one.name for one in here.sdk().catalogs.list()] == list("abcde")
    first = here.wire.made("GET", f"{UC}/catalogs", max_results=0)
    assert [one["name"] for one in first["catalogs"]] == ["a", "b"]
    here.wire.made("DELETE", f"{UC}/catalogs/b")
    here.wire.made("POST", f"{UC}/catalogs", {"name": "bb"})
    second = here.wire.made("GET", f"{UC}/catalogs", max_results=0, page_token=first["next_page_token"])
    assert [one["name"] for one in second["catalogs"]] == ["bb", "c"]
    assert len(here.wire.made("GET", f"{UC}/catalogs")["catalogs"]) == 5


def test_a_page_may_be_empty_and_have_a_successor(world):
    here = world(empty_pages=True)
    here.wire.made("POST", f"{UC}/catalogs", {"name": "main"})
    assert here.wire.made("GET", f"{UC}/catalogs", max_results=0).keys() == {"next_page_token"}
    assert [one.name for one in here.sdk().catalogs.list()] == ["main"]


def test_schemas_change_and_the_system_has_one_of_its_own(sdk):
    sdk.catalogs.create("main")
    sdk.schemas.create("ml", "main", comment="old")
    changed = sdk.schemas.update("Main.ML", comment="new", properties={"team": "risk"}, owner="ops")
    assert (changed.comment, changed.properties, changed.owner) == ("new", {"team": "risk"}, "ops")
    assert sdk.schemas.get("main.information_schema").owner == "System user"
    with pytest.raises(errors().BadRequest, match="already exists"):
        sdk.schemas.create("information_schema", "main")


def test_a_volume_keeps_its_name_when_the_new_one_is_taken(sdk):
    from databricks.sdk.service.catalog import VolumeType  # noqa: PLC0415

    sdk.catalogs.create("main")
    for name in ("a", "b"):
        sdk.volumes.create("main", "default", name, VolumeType.MANAGED)
    with pytest.raises(errors().ResourceAlreadyExists):
        sdk.volumes.update("main.default.a", new_name="b")
    with pytest.raises(errors().InvalidParameterValue, match="storage_location"):
        sdk.volumes.create("main", "default", "c", VolumeType.EXTERNAL)
    assert [one.name for one in sdk.volumes.list("main", "default")] == ["a", "b"]
