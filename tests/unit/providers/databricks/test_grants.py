"""The difference between what a principal holds and what it shall hold."""

import pytest

from mlplan.kinds.grants import Grants
from mlplan.providers.databricks.grants import delta

ALL, MANAGE = "ALL_PRIVILEGES", "MANAGE"


@pytest.mark.parametrize(
    ("live", "wanted", "add", "remove"),
    [
        ({"SELECT"}, {"SELECT", "MODIFY"}, {"MODIFY"}, set()),
        ({"SELECT", "BRAND_NEW"}, {"SELECT", "BRAND_NEW"}, set(), set()),
        ({"SELECT"}, set(), set(), {"SELECT"}),
        (set(), {ALL, MANAGE}, {ALL, MANAGE}, set()),
        ({ALL, "SELECT", "MODIFY"}, {ALL}, set(), set()),
        ({ALL, "SELECT", MANAGE}, {ALL}, set(), {MANAGE}),
        ({ALL, "SELECT", MANAGE}, {"SELECT"}, {"SELECT"}, {ALL, MANAGE}),
        ({ALL, "SELECT", MANAGE}, {MANAGE}, set(), {ALL}),
        ({ALL, "SELECT", "READ_METADATA", "EXTERNAL_USE_SCHEMA", "EXTERNAL_USE_LOCATION", MANAGE}, set(), set(),
         {ALL, "READ_METADATA", "EXTERNAL_USE_SCHEMA", "EXTERNAL_USE_LOCATION", MANAGE}),
    ],
    ids=[
        "adds", "leaves what is newer than we are", "takes all", "grants all and the apart", "implied ones stand beside",
        "takes the apart by name", "from all to one", "from all to an apart one", "nothing is left",
    ],
)  # fmt: skip
def test_delta(live, wanted, add, remove):
    assert delta(live, wanted) == (add, remove)
    assert not add & remove


def test_beside_all_privileges_stands_only_what_they_do_not_cover():
    row = {"principal": "ml", "privileges": ["select", "ALL PRIVILEGES", "MANAGE", "BRAND_NEW"]}
    made = Grants.canonical({"securable_type": "catalog", "full_name": "main", "grants": [row]})
    assert made["grants"] == [{"principal": "ml", "privileges": [ALL, MANAGE]}]
