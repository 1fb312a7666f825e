"""Groups: what the SDK reads of them, over the local workspace's own."""

import pytest

from mlplan.providers.local.groups import set_members

SCIM = "/api/2.0/preview/scim/v2"
ROBOT = "5f1c0d3e-0000-4000-8000-00000000000a"


@pytest.fixture
def team(here):
    set_members(here.workspace, "team", ["ada@example.com", ROBOT, "juniors"])
    set_members(here.workspace, "juniors", [])
    return here.sdk()


def by_name(sdk, name):
    return list(sdk.groups_v2.list(filter=f'displayName eq "{name}"', attributes="id,displayName,members"))


def test_a_group_shows_its_members_by_number_and_a_name_for_people(team):
    (found,) = by_name(team, "team")
    assert [(one.display, one.ref.partition("/")[0]) for one in found.members] == [
        ("Application 5f1c", "ServicePrincipals"),
        ("Ada", "Users"),
        ("juniors", "Groups"),
    ]
    assert by_name(team, "juniors")[0].members == []
    assert by_name(team, "nobody") == []


def test_the_names_that_grants_use_stand_at_the_numbers(team):
    (found,) = by_name(team, "team")
    robot, ada, juniors = (one.value for one in found.members)
    assert team.users_v2.get(ada).user_name == "ada@example.com"
    assert team.service_principals_v2.get(robot).application_id == ROBOT
    assert team.groups_v2.get(juniors).display_name == "juniors"


def test_a_number_of_nobody_is_not_found(team, here):
    assert here.wire("GET", f"{SCIM}/ServicePrincipals/17").status == 404
    (found,) = by_name(team, "team")
    assert here.wire("GET", f"{SCIM}/Groups/{found.members[1].value}").status == 404


def test_who_does_not_administer_sees_no_members(world):
    here = world(admins=())
    set_members(here.workspace, "team", ["ada@example.com"])
    assert by_name(here.sdk(), "team")[0].members == []
