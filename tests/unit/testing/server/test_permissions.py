"""Permissions: by the server's ids, direct and inherited, replaced and added."""

import pytest

AT = "/api/2.0/permissions"


def errors():
    from databricks.sdk import errors  # noqa: PLC0415

    return errors


@pytest.fixture
def experiment(sdk):
    return sdk.experiments.create_experiment("/Shared/fraud").experiment_id


def direct(shown):
    rows = [
        (row.user_name or row.group_name or row.service_principal_name, one.permission_level.value)
        for row in shown.access_control_list
        for one in row.all_permissions
        if not one.inherited
    ]
    return sorted(rows)


def row(name, level, sort="group_name"):
    return {sort: name, "permission_level": level}


def test_put_replaces_and_patch_adds(experiment, sdk):
    from databricks.sdk.service.iam import AccessControlRequest, PermissionLevel  # noqa: PLC0415

    def asked(name, level):
        return [AccessControlRequest(group_name=name, permission_level=PermissionLevel(level))]

    sdk.permissions.set("experiments", experiment, access_control_list=asked("a", "CAN_READ"))
    sdk.permissions.update("experiments", experiment, access_control_list=asked("b", "CAN_EDIT"))
    assert direct(sdk.permissions.get("experiments", experiment)) == [("a", "CAN_READ"), ("b", "CAN_EDIT")]
    shown = sdk.permissions.set("experiments", experiment, access_control_list=asked("c", "CAN_MANAGE"))
    assert direct(shown) == [("c", "CAN_MANAGE")]
    assert (shown.object_id, shown.object_type) == (f"/experiments/{experiment}", "mlflowExperiment")


def test_admins_inherit_what_nobody_gave_them(experiment, sdk):
    shown = sdk.experiments.get_permissions(experiment)
    assert direct(shown) == []
    (admins,) = shown.access_control_list
    assert (admins.group_name, admins.all_permissions[0].inherited) == ("admins", True)
    assert admins.all_permissions[0].inherited_from_object


def test_who_made_an_endpoint_may_manage_it_until_a_put_says_otherwise(here, sdk):
    here.model()
    entity = {"entity_name": "main.ml.scorer", "entity_version": "1", "scale_to_zero_enabled": False}
    body = {"name": "front", "config": {"served_entities": [entity]}}
    found = here.wire.made("POST", "/api/2.0/serving-endpoints", body)["id"]
    assert direct(sdk.serving_endpoints.get_permissions(found)) == [("ada@example.com", "CAN_MANAGE")]
    at = f"{AT}/serving-endpoints/{found}"
    here.wire.made("PATCH", at, {"access_control_list": [row("app", "CAN_QUERY")]})
    assert direct(sdk.permissions.get("serving-endpoints", found)) == [
        ("ada@example.com", "CAN_MANAGE"), ("app", "CAN_QUERY"),
    ]  # fmt: skip
    here.wire.made("PUT", at, {"access_control_list": [row("app", "CAN_QUERY")]})
    assert direct(sdk.permissions.get("serving-endpoints", found)) == [("app", "CAN_QUERY")]
    here.wire.made("PUT", at, {"access_control_list": []})
    assert direct(sdk.permissions.get("serving-endpoints", found)) == []


def test_patch_does_not_lower_and_unknown_levels_stay(here, experiment, wire, sdk):
    at = f"{AT}/experiments/{experiment}"
    wire.made("PATCH", at, {"access_control_list": [row("a", "CAN_MANAGE"), row("b", "CAN_READ")]})
    wire.made("PATCH", at, {"access_control_list": [row("a", "CAN_READ"), row("b", "CAN_EDIT")]})
    assert direct(sdk.permissions.get("experiments", experiment)) == [("a", "CAN_MANAGE"), ("b", "CAN_EDIT")]
    here.server.inject(
        "permissions", "experiment//Shared/fraud", ("permissions",), [{"group_name": "a", "level": "CAN_DREAM"}]
    )
    wire.made("PATCH", at, {"access_control_list": [row("b", "CAN_READ")]})
    levels = [one["all_permissions"][0]["permission_level"] for one in wire.made("GET", at)["access_control_list"]]
    assert levels == ["CAN_DREAM", "CAN_READ", "CAN_MANAGE"]


@pytest.mark.parametrize(
    ("kind", "rows", "status"),
    [
        ("experiments", [row("a", "CAN_QUERY")], 400),
        ("experiments", [{"permission_level": "CAN_READ"}], 400),
        ("experiments", [{"group_name": "a", "user_name": "b", "permission_level": "CAN_READ"}], 400),
        ("dashboards", [row("a", "CAN_READ")], 400),
    ],
)
def test_rows_that_make_no_sense_are_refused(experiment, wire, kind, rows, status):
    assert wire("PUT", f"{AT}/{kind}/{experiment}", {"access_control_list": rows}).status == status


def test_objects_are_known_by_id_only(experiment, sdk):
    with pytest.raises(errors().ResourceDoesNotExist):
        sdk.permissions.get("experiments", "fraud")
    with pytest.raises(errors().ResourceDoesNotExist):
        sdk.permissions.get("experiments", "123")
    sdk.experiments.update_experiment(experiment, new_name="/Shared/new")
    assert sdk.permissions.get("experiments", experiment).object_id.endswith(experiment)


def test_levels_are_listed(experiment, sdk):
    found = sdk.permissions.get_permission_levels("experiments", experiment).permission_levels
    assert [one.permission_level.value for one in found] == ["CAN_READ", "CAN_EDIT", "CAN_MANAGE"]


def test_principals_may_have_to_exist(world):
    here = world(groups=("readers",))
    found = here.wire.made("POST", "/api/2.0/mlflow/experiments/create", {"name": "/Shared/x"})["experiment_id"]
    at = f"{AT}/experiments/{found}"
    assert here.wire("PUT", at, {"access_control_list": [row("readers", "CAN_READ")]}).status == 200
    assert here.wire("PUT", at, {"access_control_list": [row("writers", "CAN_READ")]}).status == 404
