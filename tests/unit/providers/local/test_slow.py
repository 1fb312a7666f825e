"""Endpoints take time, on a clock of their own, and a failure leaves the old configuration serving."""

import pytest

from mlplan.core.errors import Conflict, Invalid, NotFound, NotReady
from mlplan.providers.local import outside, slow


@pytest.fixture
def served(desk):
    desk.hierarchy(versions=3)
    desk.endpoint("1")
    desk.workspace.wait("serving_endpoint", "e")
    return desk


def test_a_new_endpoint_is_updating_until_someone_waits(desk):
    desk.hierarchy(versions=1)
    assert desk.endpoint("1").status == "updating"
    assert desk.served() == ("updating", ["1"])
    assert desk.workspace.wait("serving_endpoint", "e").status == "live"
    assert slow.now(desk.store) == slow.DURATION
    assert desk.served() == ("live", ["1"])


def test_an_update_shows_where_it_is_going_and_takes_the_same_time(served):
    served.serve("2")
    assert served.served() == ("updating", ["2"])
    served.workspace.wait("serving_endpoint", "e")
    assert served.served() == ("live", ["2"])
    assert slow.now(served.store) == 2 * slow.DURATION


def test_time_that_others_waited_counts_too(served):
    served.serve("2")
    with served.store.change():
        slow.advance(served.store, 10 * slow.DURATION)
    assert served.served() == ("live", ["2"])
    served.serve("3")
    assert served.served() == ("updating", ["3"])


def test_an_update_in_progress_refuses_another_one_but_not_other_fields(served):
    served.serve("2")
    with pytest.raises(Conflict, match="is being updated"):
        served.serve("3")
    assert served.change("serving_endpoint", "e", tags=[{"key": "team", "value": "risk"}]).status == "updating"
    served.workspace.wait("serving_endpoint", "e")
    served.serve("3")


@pytest.mark.parametrize("reason", ["out of GPUs", ""], ids=["given", "build-log"])
def test_a_failed_update_leaves_the_old_version_serving(served, reason):
    outside.fail_next(served.workspace, "e", reason)
    served.serve("2")
    with pytest.raises(NotReady, match=reason or "container build failed") as caught:
        served.workspace.wait("serving_endpoint", "e")
    assert caught.value.code == "MLE517"
    assert served.served() == ("failed", ["1"])
    (shown,) = outside.show(served.workspace, "serving_endpoint")
    assert (reason or "served entity current") in shown["reason"]
    served.serve("3")
    assert served.workspace.wait("serving_endpoint", "e").status == "live"
    assert served.served() == ("live", ["3"])


def test_a_failed_create_serves_nothing(desk):
    desk.hierarchy(versions=1)
    outside.fail_next(desk.workspace, "e", "no")
    desk.endpoint("1")
    with pytest.raises(NotReady):
        desk.workspace.wait("serving_endpoint", "e")
    assert desk.served() == ("failed", [])


def test_a_failure_is_told_once_and_does_not_stop_other_edits(served):
    outside.fail_next(served.workspace, "e", "no")
    served.serve("2")
    with pytest.raises(NotReady):
        served.workspace.wait("serving_endpoint", "e")
    served.change("serving_endpoint", "e", tags=[{"key": "team", "value": "risk"}])
    assert served.workspace.wait("serving_endpoint", "e").status == "failed"


@pytest.mark.parametrize(("version", "error"), [("9", NotFound), ("@champion", Invalid)])
def test_a_version_that_cannot_be_served_is_refused_at_once(served, version, error):
    with pytest.raises(error):
        served.serve(version)
    assert served.served() == ("live", ["1"])


def test_models_that_come_with_the_platform_are_taken_to_exist(desk):
    entity = {"name": "a", "entity_name": "system.ai.llama", "entity_version": "1", "traffic_percentage": 100}
    assert desk.make("serving_endpoint", name="f", served_entities=[entity]).status == "updating"
