"""Denied: the rights, or the token, are gone after so many requests of an apply; for every number of them.

Nothing new is tried where nothing is allowed, what was not carried out is not taken for done (a delete that is
refused is no delete), and once the rights are back the next apply ends where it should.
"""

import pytest

from mlplan.core.errors import Denied

ROW = {"principal": "readers", "privileges": ["USE_SCHEMA"]}
BEFORE = {
    "schema.old": {"catalog_name": "main", "name": "old"},
    "schema.lab": {"catalog_name": "main", "name": "lab"},
    "experiment.lab": {"name": "/Shared/lab", "tags": {"team": "risk"}},
    "model_alias.lab": {"full_name": "main.ml.scorer", "alias": "lab", "version": 1},
}
AFTER = {
    "schema.lab": {"catalog_name": "main", "name": "lab", "comment": "new"},
    "schema.new": {"catalog_name": "main", "name": "new"},
    "grants.lab": {"securable_type": "schema", "full_name": "main.lab", "grants": [ROW]},
    "experiment.lab": {"name": "/Shared/lab", "tags": {"team": "fraud"}},
    "model_alias.lab": {"full_name": "main.ml.scorer", "alias": "lab", "version": 2},
}


def turned(project, kept, declared):
    """Declare the world and these resources, and nothing else."""
    project.resources.clear()
    project.resources.update(kept)
    project.declare(declared)


def settled(project):
    """Apply until nothing is left; once is enough, and twice after a step whose end nobody knew."""
    for _ in range(2):
        if not project.apply().failed and project.plan().empty:
            return
    assert project.plan().empty


def state_tells_the_truth(project):
    """Check that what state holds is there: nothing that was refused counts as done."""
    for address, entry in project.backend.read().entries.items():
        assert project.live(entry.kind, entry.id) is not None, address


@pytest.mark.parametrize("status", [403, 401], ids=["rights", "token"])
def test_rights_that_go_after_any_number_of_requests_are_only_a_delay(world, status, figure):
    server, project = world
    kept = dict(project.resources)
    turned(project, kept, BEFORE)
    settled(project)
    struck, allowed = True, 0
    while struck:
        turned(project, kept, AFTER if allowed % 2 == 0 else BEFORE)
        fault = server.faults.status("*", status, None, skip=allowed)
        try:
            failed = project.apply().failed
        except Denied:
            failed = True
        server.faults.clear()
        struck = bool(fault.struck)
        assert failed == struck, allowed
        state_tells_the_truth(project)
        settled(project)
        state_tells_the_truth(project)
        allowed += 1
    figure(f"{status} after any number of requests of an apply: {allowed - 1} places")
    assert allowed > 20
    turned(project, kept, {})
    settled(project)
