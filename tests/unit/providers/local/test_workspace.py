"""The platform's behaviour where users feel it."""

import pytest

from mlplan.core.errors import Conflict, Invalid, NotFound
from mlplan.kinds import spec
from mlplan.providers.local import outside


@pytest.mark.parametrize(
    ("kind", "values", "id_", "stored"),
    [
        ("catalog", {"name": "MAIN"}, "main", {"name": "main"}),
        ("catalog", {"name": "x", "storage_root": "s3://b/x//"}, "x", {"storage_root": "s3://b/x"}),
        ("experiment", {"name": "/Workspace/Shared/x/"}, "/Shared/x", {"name": "/Shared/x"}),
        ("catalog", {"name": "x", "owner": "Ada@Example.com"}, "x", {"owner": "ada@example.com"}),
    ],
    ids=["upper-case", "trailing-slash", "workspace-prefix", "user-name"],
)
def test_names_are_stored_as_the_platform_spells_them(desk, kind, values, id_, stored):
    made = desk.workspace.create(kind, spec(kind).identify(values), values)
    assert made.id == id_
    assert made.values | stored == made.values
    assert desk.workspace.read(kind, spec(kind).identify(values)) == made


def test_the_server_fills_in_what_is_unset(desk):
    desk.hierarchy()
    catalog = desk.workspace.read("catalog", "main")
    assert catalog.values == {
        "name": "main",
        "owner": "local-user",
        "isolation_mode": "OPEN",
        "enable_predictive_optimization": "INHERIT",
    }
    assert catalog.outputs["catalog_type"] == "MANAGED_CATALOG"
    experiment = desk.make("experiment", name="/Shared/x")
    assert experiment.values["artifact_location"].endswith(experiment.outputs["experiment_id"])
    assert experiment.outputs["experiment_id"].isdecimal()


def test_defaults_give_way_to_what_excludes_them(desk):
    desk.hierarchy(versions=1)
    entity = {"name": "a", "entity_name": "main.ml.m", "entity_version": "1", "traffic_percentage": 100}
    made = desk.make("serving_endpoint", name="e", served_entities=[entity | {"max_provisioned_concurrency": 8}])
    assert "workload_size" not in made.values["served_entities"][0]
    external = {
        "name": "a",
        "traffic_percentage": 100,
        "external_model": {"name": "x", "provider": "openai", "task": "t"},
    }
    assert desk.make("serving_endpoint", name="f", served_entities=[external]).values["served_entities"] == [external]


def test_system_tags_stay_hidden(desk):
    made = desk.make("experiment", name="/Shared/x", tags={"team": "risk"})
    assert made.values["tags"] == {"team": "risk"}
    kept = desk.store.get("experiment", "/Shared/x").system["tags"]
    assert kept["mlflow.experiment.sourceName"] == "/Shared/x"
    desk.workspace.rename("experiment", "/Shared/x", "/Shared/y", {"name": "/Shared/y"})
    assert desk.store.get("experiment", "/Shared/y").system["tags"]["mlflow.experiment.sourceName"] == "/Shared/y"


def test_an_object_made_again_has_ids_of_its_own(desk):
    first = desk.make("catalog", name="main")
    one = desk.make("schema", catalog_name="main", name="ml")
    desk.workspace.delete("schema", "main.ml", {})
    two = desk.make("schema", catalog_name="main", name="ml")
    assert one.values == two.values
    assert one.outputs != two.outputs
    renamed = desk.make("experiment", name="/Shared/x")
    desk.workspace.rename("experiment", "/Shared/x", "/Shared/y", {"name": "/Shared/y"})
    assert desk.make("experiment", name="/Shared/x").outputs != renamed.outputs
    assert desk.workspace.read("catalog", "main") == first


@pytest.mark.parametrize(
    ("kind", "values", "missing"),
    [
        ("schema", {"catalog_name": "no", "name": "ml"}, "catalog no"),
        ("volume", {"catalog_name": "no", "schema_name": "ml", "name": "v", "volume_type": "MANAGED"}, "catalog no"),
        (
            "volume",
            {"catalog_name": "main", "schema_name": "no", "name": "v", "volume_type": "MANAGED"},
            "schema main.no",
        ),
        ("grants", {"securable_type": "catalog", "full_name": "no", "grants": []}, "catalog no"),
        ("permissions", {"object_type": "experiment", "object_name": "/no", "permissions": []}, "experiment /no"),
        ("model_alias", {"full_name": "main.ml.m", "alias": "a", "version": 2}, "no version 2"),
    ],
)
def test_what_is_missing_is_named(desk, kind, values, missing):
    desk.hierarchy(versions=1)
    with pytest.raises(NotFound, match=missing):
        desk.make(kind, **values)


def test_a_catalog_that_is_not_empty_names_what_it_holds(desk):
    desk.make("catalog", name="main")
    for number in range(7):
        desk.make("schema", catalog_name="main", name=f"s{number}")
    with pytest.raises(Conflict, match=r"schema main\.s0.* and 2 more"):
        desk.workspace.delete("catalog", "main", {})
    desk.workspace.delete("catalog", "main", {"force_destroy": True})
    assert desk.store.kinds() == []


def test_rows_do_not_keep_an_object_and_go_with_it(desk):
    desk.make("catalog", name="main")
    desk.make(
        "grants", securable_type="catalog", full_name="main", grants=[{"principal": "a", "privileges": ["BROWSE"]}]
    )
    desk.workspace.delete("catalog", "main", {})
    desk.make("catalog", name="main")
    assert "grants" not in desk.workspace.read("grants", "catalog/main").values


def test_a_deleted_version_takes_its_aliases_along_and_its_number_never_returns(desk):
    desk.hierarchy(versions=2)
    desk.make("model_alias", full_name="main.ml.m", alias="champion", version=2)
    desk.make("model_alias", full_name="main.ml.m", alias="old", version=1)
    outside.delete(desk.workspace, "model_version", "main.ml.m/2")
    assert [one["id"] for one in outside.show(desk.workspace, "model_alias")] == ["main.ml.m@old"]
    assert desk.version().version == 3


@pytest.mark.parametrize("field", ["name", "storage_root"])
def test_fields_that_are_set_for_good_are_refused(desk, field):
    desk.make("catalog", name="main", storage_root="s3://a")
    with pytest.raises(Invalid, match=field):
        desk.change("catalog", "main", **{field: "other"})


def test_values_that_do_not_go_together_are_refused(desk):
    with pytest.raises(Invalid, match="isolation_mode"):
        desk.make("catalog", name="main", workspace_bindings=[{"workspace_id": 1}])
    with pytest.raises(Invalid, match="not the name"):
        desk.workspace.create("catalog", "other", {"name": "main"})


def test_a_deleted_experiment_takes_no_changes_and_no_permissions(desk):
    desk.make("experiment", name="/Shared/x")
    desk.workspace.delete("experiment", "/Shared/x", {})
    with pytest.raises(Conflict, match="is deleted"):
        desk.change("experiment", "/Shared/x", tags={"a": "b"})
    with pytest.raises(NotFound, match="is deleted"):
        desk.make(
            "permissions",
            object_type="experiment",
            object_name="/Shared/x",
            permissions=[{"group_name": "g", "level": "CAN_READ"}],
        )


def test_engine_fields_are_never_kept(desk):
    desk.make("catalog", name="main", force_destroy=True)
    assert "force_destroy" not in desk.store.get("catalog", "main").values


def test_write_only_fields_are_kept_and_never_read(desk):
    secret = {"openai_api_key_plaintext": {"env": "KEY"}, "openai_api_base": "https://x"}
    external = {"name": "x", "provider": "openai", "task": "t", "openai_config": secret}
    desk.make(
        "serving_endpoint",
        name="e",
        served_entities=[{"name": "a", "traffic_percentage": 100, "external_model": external}],
    )
    seen = desk.workspace.read("serving_endpoint", "e").values["served_entities"][0]["external_model"]
    assert seen["openai_config"] == {"openai_api_base": "https://x"}
    assert "env" in str(desk.store.get("serving_endpoint", "e").values)
