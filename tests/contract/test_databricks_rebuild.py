"""Rebuild over HTTP: a state that is lost is found again on the platform, in a number of requests that does not grow with it."""

import pytest

from mlplan.core.state import Entry
from mlplan.engine.rebuild import rebuild

UC = "GET /api/2.1/unity-catalog"
ENTITY = {"name": "current", "entity_name": "main.ml.scorer", "entity_version": "1", "traffic_percentage": 100}
MORE = {
    "experiment.lab": {"name": "/Shared/lab", "tags": {"team": "risk"}},
    "experiment.old": {"name": "/Shared/old"},
    "schema.old": {"catalog_name": "main", "name": "old", "properties": {"tier": "1"}},
    "serving_endpoint.lab": {"name": "lab", "served_entities": [ENTITY]},
    "serving_endpoint.old": {"name": "old", "served_entities": [ENTITY]},
}
GONE = ("experiment.old", "schema.old", "serving_endpoint.old")


@pytest.fixture
def lost(project):
    """Return the project with more applied, some of it declared no more, and the entries that its state had."""
    project.settled(MORE)
    entries = project.backend.read().entries
    for address in GONE:
        project.resources.pop(address)
    return project, entries


def test_what_carries_our_marker_is_found_declared_or_not(lost):
    project, entries = lost
    found = rebuild(project.declaration(), {}, project.provider, [])
    how = {one.address: one.how for one in found.taken}
    assert how == {
        **dict.fromkeys(
            ["catalog.main", "experiment.base", "experiment.lab", "schema.ml", "serving_endpoint.lab"], "marked"
        ),
        **dict.fromkeys(GONE, "undeclared"),
    }
    assert [one.address for one in found.left] == ["registered_model.scorer"]
    for one in rebuild(project.declaration(), {}, project.provider, ["*"]).taken:
        known = entries[one.address]
        assert one.entry._replace(values={}) == known._replace(values={}), one.address
        if one.address not in GONE:
            assert one.entry.values == known.values, one.address


def test_a_plan_goes_on_from_what_was_found(lost):
    project, _ = lost
    found = rebuild(project.declaration(), {}, project.provider, ["*"])
    entries: dict[str, Entry] = {one.address: one.entry for one in found.taken}
    lease = project.backend.lock("state rebuild")
    state = project.backend.read()
    state.entries = entries
    lease.save(state)
    lease.release()
    assert {one.address: one.action for one in project.plan().active()} == dict.fromkeys(GONE, "delete")


def test_finding_takes_a_list_for_each_kind_and_catalog(lost, workspace_server):
    project, _ = lost
    workspace_server.log.clear()
    rebuild(project.declaration(), {}, project.provider, [])
    log = workspace_server.log
    assert log.count("POST /api/2.0/mlflow/experiments/search") == 1
    assert log.count("GET /api/2.0/serving-endpoints") == 1
    assert log.count(f"{UC}/schemas") == 1
    assert log.count(f"{UC}/catalogs") == 2  # one for the catalogs, one for whose schemas to list
    assert log.writing() == []
