"""Lost state: a run is stopped anywhere, its state and journal are thrown away, and the next one goes on from markers.

What carries no marker (models, volumes, aliases) is adopted, as a person would who rebuilds the state of
their own project; so nothing without a marker is deleted in these stories.
"""

import shutil

import pytest
from stories import ANYTHING, applied, chain, promoted, renamed_endpoint, serving
from worlds import ORIGIN, Story

from mlplan.core.declaration import Removed
from mlplan.core.state import Intent, Outcome
from mlplan.engine.rebuild import rebuild
from mlplan.testing.crash import enumerate_crashes


class Lost(Story):
    """Before a run that goes on after a stop, everything that the one before has written for itself is thrown away."""

    def run(self, root, effects):
        begun = root / "begun"
        if begun.exists():
            for place in ("state", "kept"):
                shutil.rmtree(root / place, ignore_errors=True)
            self._in(root, self.after, rebuilt)
        begun.touch()
        super().run(root, effects)
        begun.unlink()


def rebuilt(world):
    """Rebuild the state, as `mlplan state rebuild --adopt '*'` does."""
    lease = world.backend.lock("state rebuild")
    try:
        state = world.backend.read()
        assert not state.lineage
        journal = lease.journal(state)
        for number, one in enumerate(rebuild(world.declared, {}, world.provider, ["*"]).taken, start=1):
            intent, outcome = Intent(number, "adopt", one.address, one.entry), Outcome(number, "done", one.entry.id)
            journal.intend(intent)
            journal.record(intent, outcome)
            state.fold(intent, outcome)
        journal.close()
        lease.save(state)
    finally:
        lease.release()


def carriers(world):
    """Declare what carries markers, and nothing else."""
    world.declare("catalog.main", name="main", comment="c")
    world.declare("schema.ml", catalog_name="main", name="ml")
    world.declare("schema.old", catalog_name="main", name="old")
    world.declare("experiment.e", name="/Shared/e", tags={"team": "risk"})


def changed(world):
    """Update, rename, delete and create at once."""
    world.declare("catalog.main", name="main", comment="new")
    world.declare("schema.ml", catalog_name="main", name="ml")
    world.declare("schema.next", catalog_name="main", name="next")
    world.declare("experiment.e", name="/Shared/renamed", tags={"team": "risk"})


def one(world):
    """Declare one catalog."""
    world.declare("catalog.x", name="x")


def let_go(world):
    """Forget an experiment, whose marker goes too."""
    carriers(world)
    world.resources.pop("experiment.e")
    world.removed.append(Removed("experiment.e", destroy=False, origin=ORIGIN))


STORIES = [
    Lost("create a chain", one, chain),
    Lost("create, update, rename and delete at once", applied(carriers), changed, options=ANYTHING),
    Lost("move an alias with the endpoint behind it", serving, promoted),
    Lost("replace an endpoint, the new one first", serving, renamed_endpoint, options=ANYTHING),
    Lost("forget", applied(carriers), let_go),
]


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_every_stop_with_its_state_lost_converges(story, work, tally):
    report = enumerate_crashes(story, work / story.name)
    tally("crash enumeration, state and journal lost after each stop", report.points, len(report.problems))
    assert report.problems == []
    assert report.points == report.moments > 30


def test_without_the_rebuild_most_do_not(work):
    """The stories are worth their time: a run that only loses its state is refused wherever something was made."""

    class Forgotten(Lost):
        def _in(self, root, *acts, effects=None):
            super()._in(root, *(act for act in acts if act is not rebuilt), effects=effects)

    report = enumerate_crashes(Forgotten("only lost", one, carriers), work / "only lost")
    assert len(report.problems) > report.points / 2
