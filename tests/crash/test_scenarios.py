"""Crash enumeration over the real engine, state and local workspace: every single stop converges, and every pair on demand."""

import pytest
from stories import STORIES

from mlplan.testing.crash import enumerate_crashes


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_every_stop_converges(story, work, tally):
    report = enumerate_crashes(story, work / story.name)
    tally("crash enumeration", report.points, len(report.problems))
    assert report.problems == []
    assert report.points == report.moments > 30


@pytest.mark.slow
@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_every_pair_of_stops_converges(story, work, figure):
    report = enumerate_crashes(story, work / f"{story.name}, twice", depth=2)
    figure(f"crash pairs: {story.name}: {report.points} points, {len(report.problems)} that do not converge")
    assert report.problems == []
