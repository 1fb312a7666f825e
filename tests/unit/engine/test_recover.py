"""What a run had begun when it was stopped: read back, taken in, or left to a person."""

import pytest

from mlplan.core.state import Entry, Intent


def begin(world, verb, address, **entry):
    """Leave an intent without an outcome, as a run does that is killed at its call."""
    lease = world.backend.lock("apply")
    state = world.backend.read()
    journal = lease.journal(state)
    kind = address.partition(".")[0]
    journal.intend(Intent(1, verb, address, Entry(kind, **entry)))
    journal.close()
    lease.release()


@pytest.fixture
def begun(world):
    world.declare("experiment.e", name="/Shared/e", tags={"team": "risk"})
    values = world.resources["experiment.e"].values
    begin(world, "create", "experiment.e", id="/Shared/e", values=values)
    return world


def only(plan):
    (change,) = plan.active()
    return change


def test_a_create_that_never_happened_is_planned_again(begun):
    assert only(begun.plan()).action == "create"
    begun.settled()
    assert not begun.backend.read().pending


def made(world, team, owner="test/dev"):
    """Make the experiment as a run that was stopped would have, or as another owner would."""
    tags = {"team": team, "mlplan.owner": owner, "mlplan.address": "experiment.e"}
    world.provider.handler("experiment").create("/Shared/e", {"name": "/Shared/e", "tags": tags})


def test_a_create_that_happened_is_taken_in_without_asking(begun):
    made(begun, "risk")
    change = only(begun.plan())
    assert (change.action, change.reason) == ("import", "made by a run that was stopped; taken in")
    before = begun.live("experiment", "/Shared/e")
    begun.settled()
    assert begun.live("experiment", "/Shared/e") == before


def test_an_object_that_is_not_as_we_would_have_made_it_is_not_ours(begun):
    begun.provider.handler("experiment").create("/Shared/e", {"name": "/Shared/e", "tags": {"team": "else"}})
    assert "--adopt experiment.e" in only(begun.plan()).blocked


def test_an_object_that_says_it_is_ours_is_taken_in_however_it_was_changed_since(begun):
    made(begun, "else")
    assert only(begun.plan()).action == "import"
    begun.settled()
    assert begun.live("experiment", "/Shared/e").values["tags"] == {"team": "risk"}


def test_an_object_that_another_made_just_like_it_is_not_ours(begun):
    made(begun, "risk", owner="shop/prod")
    plan = begun.plan()
    assert [(one.code, one.severity) for one in plan.diagnostics] == [("MLE524", "error")]
    assert only(plan).blocked == "it belongs to shop/prod, as experiment.e"


def test_what_was_made_and_is_no_longer_declared_is_taken_down(begun):
    made(begun, "risk")
    begun.drop("experiment.e")
    begun.declare("catalog.c", name="c")
    assert {one.address: one.action for one in begun.plan().active()} == {
        "catalog.c": "create",
        "experiment.e": "delete",
    }
    begun.settled()


def test_a_rename_that_happened_is_taken_in(world):
    world.declare("experiment.e", name="/Shared/e")
    world.settled()
    world.declare("experiment.e", name="/Shared/new")
    begin(world, "rename", "experiment.e", id="/Shared/new", values={"name": "/Shared/new"})
    world.provider.handler("experiment").rename("/Shared/e", "/Shared/new", {"name": "/Shared/new"})
    assert world.plan().empty
    world.settled()
    assert world.backend.read().entries["experiment.e"].id == "/Shared/new"


def test_an_empty_plan_after_a_stop_still_saves_what_the_journal_knew(world):
    world.declare("experiment.e", name="/Shared/e")
    world.settled()
    begin(world, "update", "experiment.e", id="/Shared/e", values={"name": "/Shared/e"})
    assert world.backend.read().pending
    world.apply()
    assert not world.backend.read().pending
