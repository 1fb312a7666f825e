"""Experiments: names, tags, the bin, searches."""

import pytest

AT = "/api/2.0/mlflow/experiments"
NAME = "/Shared/fraud"


def errors():
    from databricks.sdk import errors  # noqa: PLC0415

    return errors


def tags(experiment):
    return {one.key: one.value for one in experiment.tags if not one.key.startswith("mlflow.")}


def test_an_experiment_lives(sdk):
    from databricks.sdk.service.ml import ExperimentTag  # noqa: PLC0415

    made = sdk.experiments.create_experiment("/Workspace/Shared/fraud", tags=[ExperimentTag("team", "risk")])
    shown = sdk.experiments.get_experiment(made.experiment_id).experiment
    assert made.experiment_id.isdigit()
    assert (shown.name, shown.lifecycle_stage, tags(shown)) == (NAME, "active", {"team": "risk"})
    assert shown.artifact_location.endswith(made.experiment_id)
    sdk.experiments.update_experiment(made.experiment_id, new_name="/Shared/new")
    shown = sdk.experiments.get_by_name("/Workspace/Shared/new").experiment
    assert shown.experiment_id == made.experiment_id
    assert [one.value for one in shown.tags if one.key == "mlflow.experiment.sourceName"] == ["/Shared/new"]


def test_the_server_has_tags_of_its_own_and_one_of_them_twice(sdk):
    made = sdk.experiments.create_experiment(NAME)
    shown = [one.key for one in sdk.experiments.get_experiment(made.experiment_id).experiment.tags]
    assert sorted(shown) == [
        "mlflow.experiment.sourceName", "mlflow.experimentType", "mlflow.ownerEmail", "mlflow.ownerId", "mlflow.ownerId",
    ]  # fmt: skip


def test_tags_are_set_and_taken_off_one_by_one(sdk):
    found = sdk.experiments.create_experiment(NAME).experiment_id
    sdk.experiments.set_experiment_tag(found, "team", "risk")
    sdk.experiments.set_experiment_tag(found, "tier", "1")
    sdk.api_client.do("POST", f"{AT}/delete-experiment-tag", body={"experiment_id": found, "key": "tier"})
    assert tags(sdk.experiments.get_experiment(found).experiment) == {"team": "risk"}
    with pytest.raises(errors().ResourceDoesNotExist):
        sdk.api_client.do("POST", f"{AT}/delete-experiment-tag", body={"experiment_id": found, "key": "tier"})


def test_the_call_that_takes_tags_off_may_not_be_there(world):
    here = world(delete_experiment_tag=False)
    found = here.wire.made("POST", f"{AT}/create", {"name": NAME, "tags": [{"key": "a", "value": "b"}]})[
        "experiment_id"
    ]
    answer = here.wire("POST", f"{AT}/delete-experiment-tag", {"experiment_id": found, "key": "a"})
    assert (answer.status, answer.json["error_code"]) == (404, "ENDPOINT_NOT_FOUND")


def test_deleting_is_soft_and_can_be_undone(sdk):
    found = sdk.experiments.create_experiment(NAME).experiment_id
    sdk.experiments.delete_experiment(found)
    assert sdk.experiments.get_experiment(found).experiment.lifecycle_stage == "deleted"
    assert sdk.experiments.get_by_name(NAME).experiment.lifecycle_stage == "deleted"
    assert list(sdk.experiments.search_experiments()) == []
    with pytest.raises(errors().ResourceDoesNotExist):
        sdk.experiments.set_experiment_tag(found, "a", "b")
    sdk.experiments.restore_experiment(found)
    assert [one.lifecycle_stage for one in sdk.experiments.list_experiments()] == ["active"]


def test_the_name_of_a_deleted_experiment_is_free(sdk):
    from databricks.sdk.service.ml import ViewType  # noqa: PLC0415

    old = sdk.experiments.create_experiment(NAME).experiment_id
    sdk.experiments.delete_experiment(old)
    new = sdk.experiments.create_experiment(NAME).experiment_id
    assert new != old
    assert sdk.experiments.get_by_name(NAME).experiment.experiment_id == new
    assert sdk.experiments.get_experiment(old).experiment.name == NAME
    assert {one.experiment_id for one in sdk.experiments.search_experiments(view_type=ViewType.ALL)} == {old, new}
    assert [one.experiment_id for one in sdk.experiments.search_experiments(view_type=ViewType.DELETED_ONLY)] == [old]
    with pytest.raises(errors().ResourceAlreadyExists):
        sdk.experiments.restore_experiment(old)
    sdk.experiments.delete_experiment(new)
    sdk.experiments.restore_experiment(old)
    assert sdk.experiments.get_by_name(NAME).experiment.experiment_id == old


def test_a_taken_name_is_refused(sdk):
    sdk.experiments.create_experiment(NAME)
    other = sdk.experiments.create_experiment("/Shared/other").experiment_id
    with pytest.raises(errors().ResourceAlreadyExists):
        sdk.experiments.create_experiment(f"/Workspace{NAME}")
    with pytest.raises(errors().ResourceAlreadyExists):
        sdk.experiments.update_experiment(other, new_name=NAME)
    with pytest.raises(errors().InvalidParameterValue):
        sdk.experiments.create_experiment("relative")


@pytest.mark.parametrize(
    ("filter_", "found"),
    [
        ("name = '/Shared/a'", "a"),
        ("name != '/Shared/a'", "bc"),
        ("name LIKE '/Shared/%'", "abc"),
        ("name ILIKE '%/B'", "b"),
        ("tags.team = 'risk'", "ab"),
        ("tags.`team` = 'risk' AND name = '/Shared/b'", "b"),
    ],
)
def test_searches_hold(here, filter_, found):
    for name in "abc":
        tagged = [{"key": "team", "value": "risk"}] if name != "c" else []
        here.wire.made("POST", f"{AT}/create", {"name": f"/Shared/{name}", "tags": tagged})
    shown = here.wire.made("POST", f"{AT}/search", {"filter": filter_, "max_results": 10})["experiments"]
    assert sorted(one["name"][-1] for one in shown) == list(found)


@pytest.mark.parametrize(
    "body",
    [{"max_results": 3001}, {"filter": "rubbish"}, {"filter": "name = 'a' OR name = 'b'"}, {"view_type": "SOME"}],
    ids=str,
)
def test_searches_that_make_no_sense_are_refused(wire, body):
    assert wire("POST", f"{AT}/search", body).json["error_code"] == "INVALID_PARAMETER_VALUE"


def test_searches_come_in_pages(sdk):
    made = {sdk.experiments.create_experiment(f"/Shared/{number}").experiment_id for number in range(5)}
    assert {one.experiment_id for one in sdk.experiments.search_experiments(max_results=2)} == made
    assert {one.experiment_id for one in sdk.experiments.list_experiments(max_results=2)} == made
