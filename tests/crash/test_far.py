"""Crash enumeration with state in a store of objects: nothing that a stopped machine had is needed to go on."""

import pytest
from far import far
from stories import STORIES

from mlplan.testing.crash import enumerate_crashes

FAR = [far(story) for story in STORIES]


@pytest.mark.parametrize("story", FAR, ids=lambda story: story.name)
def test_every_stop_converges(story, work, tally):
    report = enumerate_crashes(story, work / story.name)
    tally("crash enumeration, state in objects and the disk thrown away", report.points, len(report.problems))
    assert report.problems == []
    assert report.points == report.moments > 10


@pytest.mark.slow
@pytest.mark.parametrize("story", FAR, ids=lambda story: story.name)
def test_every_pair_of_stops_converges(story, work, figure):
    report = enumerate_crashes(story, work / f"{story.name}, twice", depth=2)
    figure(
        f"crash pairs, state in objects: {story.name}: {report.points} points, {len(report.problems)} that do not converge"
    )
    assert report.problems == []
