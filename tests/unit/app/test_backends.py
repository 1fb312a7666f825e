"""Backends: which workspace the volume of state is in."""

import pytest

from mlplan.app.backends import signed_in
from mlplan.core.declaration import Target
from mlplan.core.storage import DatabricksPlace

VOLUME = "/Volumes/ops/mlplan/state"
OWN = Target("databricks", {"host": "https://acme.example.com", "token": {"env": "ACME"}})


@pytest.mark.parametrize(
    ("said", "provider", "means"),
    [
        ({}, OWN, OWN),
        ({}, Target("local"), Target("databricks")),
        ({"profile": "ops"}, OWN, Target("databricks", {"profile": "ops"})),
        ({"host": "https://ops.example.com"}, OWN, Target("databricks", {"host": "https://ops.example.com"})),
    ],
    ids=["the environment's own", "the one that is signed in", "a profile", "a host"],
)
def test_the_workspace_of_a_volume(said, provider, means):
    assert signed_in(DatabricksPlace(volume=VOLUME, **said), provider) == means
