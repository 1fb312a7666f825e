import pytest

from mlplan.engine.rows import blend, withdraw
from mlplan.kinds import spec

GRANTS, PERMISSIONS = spec("grants"), spec("permissions")


def grants(**rows):
    listed = [{"principal": who, "privileges": what.split()} for who, what in rows.items()]
    return GRANTS.canonical({"securable_type": "catalog", "full_name": "main", "grants": listed})


def levels(**rows):
    listed = [{"group_name": who, "level": what} for who, what in rows.items()]
    return PERMISSIONS.canonical({"object_type": "experiment", "object_name": "/e", "permissions": listed})


@pytest.mark.parametrize(
    ("actual", "recorded", "left"),
    [
        pytest.param(grants(a="SELECT"), grants(a="SELECT"), grants(), id="only ours"),
        pytest.param(grants(a="SELECT", b="MODIFY"), grants(a="SELECT"), grants(b="MODIFY"), id="others stay"),
        pytest.param(grants(a="MODIFY SELECT"), grants(a="SELECT"), grants(a="MODIFY"), id="part of a row"),
        pytest.param(grants(b="MODIFY"), grants(a="SELECT"), grants(b="MODIFY"), id="ours are gone already"),
    ],
)
def test_withdrawing_grants_leaves_those_of_others(actual, recorded, left):
    assert withdraw(GRANTS, actual, recorded) == left


@pytest.mark.parametrize(
    ("actual", "recorded", "left"),
    [
        pytest.param(levels(a="CAN_EDIT"), levels(a="CAN_EDIT"), levels(), id="ours"),
        pytest.param(levels(a="CAN_MANAGE"), levels(a="CAN_EDIT"), levels(a="CAN_MANAGE"), id="changed by others"),
    ],
)
def test_withdrawing_permissions_leaves_what_others_changed(actual, recorded, left):
    assert withdraw(PERMISSIONS, actual, recorded) == left


def test_an_additive_block_adds_to_what_is_there_and_takes_back_what_it_no_longer_declares():
    actual = grants(a="MODIFY SELECT", b="SELECT", c="USE_CATALOG")
    recorded = grants(a="SELECT", c="USE_CATALOG")
    assert blend(GRANTS, grants(a="EXECUTE"), actual, recorded) == grants(a="EXECUTE MODIFY", b="SELECT")


def test_an_additive_level_replaces_the_level_that_is_there():
    assert blend(PERMISSIONS, levels(a="CAN_EDIT"), levels(a="CAN_READ"), {}) == levels(a="CAN_EDIT")
