"""Models, aliases and versions, by Unity Catalog's way and by MLflow's."""

import pytest

UC = "/api/2.1/unity-catalog"
MLFLOW = "/api/2.0/mlflow/unity-catalog"
NAME = "main.ml.scorer"


def errors():
    from databricks.sdk import errors  # noqa: PLC0415

    return errors


@pytest.fixture
def model(here):
    here.model(NAME)
    return NAME


def test_a_model_lives(here, sdk):
    here.model(NAME, versions=0)
    changed = sdk.registered_models.update("Main.ML.Scorer", comment="scores", owner="ops")
    assert (changed.full_name, changed.comment, changed.owner) == (NAME, "scores", "ops")
    assert sdk.registered_models.get(NAME).storage_location
    sdk.registered_models.delete(NAME)
    with pytest.raises(errors().ResourceDoesNotExist, match="does not exist"):
        sdk.registered_models.get(NAME)


def test_a_taken_name_is_refused(model, sdk):
    with pytest.raises(errors().ResourceAlreadyExists):
        sdk.registered_models.create(catalog_name="main", schema_name="ml", name=model.rpartition(".")[2])


def test_aliases_are_set_moved_and_deleted(model, sdk):
    assert sdk.registered_models.set_alias(model, "Champion", 1).alias_name == "champion"
    assert sdk.registered_models.set_alias(model, "champion", 2).version_num == 2
    shown = sdk.registered_models.get(model, include_aliases=True).aliases
    assert [(one.alias_name, one.version_num) for one in shown] == [("champion", 2)]
    assert sdk.model_versions.get_by_alias(model, "champion", include_aliases=True).aliases[0].alias_name == "champion"
    sdk.registered_models.delete_alias(model, "champion")
    with pytest.raises(errors().ResourceDoesNotExist):
        sdk.model_versions.get_by_alias(model, "champion")


def test_aliases_show_only_when_asked_for_and_never_in_lists(model, wire):
    wire.made("PUT", f"{UC}/models/{model}/aliases/champion", {"version_num": 1})
    assert "aliases" not in wire.made("GET", f"{UC}/models/{model}")
    assert "aliases" not in wire.made("GET", f"{UC}/models", include_aliases="true")["registered_models"][0]
    assert len(wire.made("GET", f"{UC}/models/{model}", include_aliases="true")["aliases"]) == 1


def test_an_alias_needs_its_version(model, sdk):
    with pytest.raises(errors().ResourceDoesNotExist, match="version '9'"):
        sdk.registered_models.set_alias(model, "champion", 9)


def test_aliases_in_an_update_are_accepted_and_dropped(model, wire):
    wire.made("PUT", f"{UC}/models/{model}/aliases/champion", {"version_num": 1})
    answer = wire("PATCH", f"{UC}/models/{model}", {"aliases": [{"alias_name": "champion", "version_num": 2}]})
    assert answer.status == 200
    assert wire.made("GET", f"{UC}/models/{model}/aliases/champion")["version"] == 1
    assert wire("PATCH", f"{UC}/models/{model}", {}).status == 400


def test_a_model_with_versions_is_not_deleted(model, sdk):
    with pytest.raises(errors().BadRequest, match="The function has 2 model versions"):
        sdk.registered_models.delete(model)
    sdk.model_versions.delete(model, 1)
    sdk.model_versions.delete(model, 2)
    sdk.registered_models.delete(model)


def test_versions_are_read_listed_and_take_their_aliases_with_them(model, sdk):
    sdk.registered_models.set_alias(model, "champion", 2)
    version = sdk.model_versions.update(model, 2, comment="better")
    assert (version.comment, version.status.value, version.model_name) == ("better", "READY", "scorer")
    assert [one.version for one in sdk.model_versions.list(model)] == [1, 2]
    sdk.model_versions.delete(model, 2)
    assert sdk.registered_models.get(model, include_aliases=True).aliases == []
    with pytest.raises(errors().ResourceDoesNotExist):
        sdk.model_versions.get(model, 2)


def test_numbers_of_versions_are_never_given_again(here, model, sdk):
    sdk.model_versions.delete(model, 2)
    assert here.version(model) == 3


def test_lists_have_the_documented_pages(here, wire):
    here.model("main.ml.m000", versions=0)
    for number in range(1, 102):
        wire.made("POST", f"{UC}/models", {"catalog_name": "main", "schema_name": "ml", "name": f"m{number:03}"})
    first = wire.made("GET", f"{UC}/models")
    assert len(first["registered_models"]) == 100
    assert len(wire.made("GET", f"{UC}/models", page_token=first["next_page_token"])["registered_models"]) == 2
    inside = wire.made("GET", f"{UC}/models", catalog_name="main", schema_name="ml")
    assert len(inside["registered_models"]) == 102
    assert wire("GET", f"{UC}/models", catalog_name="main").status == 400
    assert len(wire.made("GET", f"{UC}/models", max_results=1000)["registered_models"]) == 102


def test_tags_have_mlflows_way_only(model, wire):
    wire.made("POST", f"{MLFLOW}/registered-models/set-tag", {"name": model, "key": "team", "value": "risk"})
    wire.made("POST", f"{MLFLOW}/registered-models/set-tag", {"name": model, "key": "tier", "value": "1"})
    wire.made("DELETE", f"{MLFLOW}/registered-models/delete-tag", {"name": model, "key": "tier"})
    shown = wire.made("GET", f"{MLFLOW}/registered-models/get", name=model)["registered_model"]
    assert shown["tags"] == [{"key": "team", "value": "risk"}]
    assert "tags" not in wire.made("GET", f"{UC}/models/{model}")
    assert "tags" not in wire.made("GET", f"{MLFLOW}/registered-models/search")["registered_models"][0]


def test_versions_by_mlflows_way(model, wire):
    wire.made("POST", f"{MLFLOW}/registered-models/alias", {"name": model, "alias": "champion", "version": "2"})
    wire.made("POST", f"{MLFLOW}/model-versions/set-tag", {"name": model, "version": "2", "key": "a", "value": "b"})
    wire.made("PATCH", f"{MLFLOW}/model-versions/update", {"name": model, "version": "2", "description": "better"})
    shown = wire.made("GET", f"{MLFLOW}/model-versions/get", name=model, version="2")["model_version"]
    assert (shown["aliases"], shown["tags"]) == (
        [{"alias": "champion", "version": "2"}],
        [{"key": "a", "value": "b"}],
    )
    assert (shown["description"], shown["status"]) == ("better", "READY")
    by_alias = wire.made("GET", f"{MLFLOW}/registered-models/alias", name=model, alias="champion")
    assert by_alias["model_version"]["version"] == "2"
    found = wire.made("GET", f"{MLFLOW}/model-versions/search", filter=f"name='{model}'")["model_versions"]
    assert [one["version"] for one in found] == ["1", "2"]
    wire.made("DELETE", f"{MLFLOW}/model-versions/delete-tag", {"name": model, "version": "2", "key": "a"})
    wire.made("DELETE", f"{MLFLOW}/registered-models/alias", {"name": model, "alias": "champion"})
    wire.made("DELETE", f"{MLFLOW}/model-versions/delete", {"name": model, "version": "2"})
    assert wire("GET", f"{MLFLOW}/model-versions/get", name=model, version="2").status == 404


def test_models_by_mlflows_way(model, wire):
    wire.made(
        "POST", f"{MLFLOW}/registered-models/create", {"name": "main.ml.new", "tags": [{"key": "a", "value": "b"}]}
    )
    made = wire.made("PATCH", f"{MLFLOW}/registered-models/update", {"name": "main.ml.new", "description": "d"})
    assert (made["registered_model"]["description"], made["registered_model"]["tags"][0]["key"]) == ("d", "a")
    wire.made("DELETE", f"{MLFLOW}/registered-models/delete", {"name": "main.ml.new"})
    assert wire("GET", f"{MLFLOW}/registered-models/get", name="main.ml.new").status == 404
    assert wire("POST", f"{MLFLOW}/registered-models/create", {"name": "flat"}).status == 400
    assert wire("DELETE", f"{MLFLOW}/registered-models/delete", {"name": model}).json["error_code"] == "INVALID_STATE"


def test_a_version_without_files_waits_and_cannot_get_them_here(model, wire):
    made = wire.made("POST", f"{MLFLOW}/model-versions/create", {"name": model, "source": "dbfs:/x"})["model_version"]
    assert made["status"] == "PENDING_REGISTRATION"
    asked = {"name": model, "version": made["version"]}
    assert wire("POST", f"{MLFLOW}/model-versions/generate-temporary-credentials", asked).status == 501
