"""A promotion with two endpoints, stopped or failing at every effect: what serves is whole at each moment, and it ends.

At every moment of every run, before and after each effect, someone looks at what really serves: shares add
up to 100 on versions that exist, the alias never points ahead of an endpoint that follows it, and no endpoint
is ever another one than in the beginning.
"""

import os
import shutil
import tempfile
from pathlib import Path

import pytest
from watch import ALIAS, ENDPOINTS, STEPS, declare, ended, play, serving
from worlds import World

from mlplan.core.effect import Effects
from mlplan.providers.local.outside import fail_next
from mlplan.testing.crash import KILLED, fork

MEMORY = Path("/dev/shm")  # noqa: S108 - hundreds of worlds are made there; a disk only makes it slow


@pytest.fixture(scope="module")
def work():
    place = MEMORY if os.access(MEMORY, os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=place) as directory:
        yield Path(directory)


@pytest.fixture(scope="module")
def prepared(work):
    """Return a world in which both endpoints serve version 1."""
    root = work / "prepared"
    root.mkdir()
    world = World(root, Effects())
    world.model()
    declare(world, 1)
    world.apply()
    world.provider.close()
    return root


def copied(prepared, work, name):
    root = work / name
    shutil.copytree(prepared, root)
    return root


CASES = {
    "at once": (2, None, ""),
    "in steps": (2, STEPS, ""),
    "the second endpoint fails": (2, None, "f"),
    "a step fails": (2, STEPS, "f"),
}


def moments(prepared, work, case):
    """Return the moments of the first apply, undisturbed."""
    version, rollout, failing = CASES[case]
    root = start(prepared, work, f"{case} undisturbed", failing)
    seen = play(root, version, rollout)
    assert seen.wrong == []
    shutil.rmtree(root)
    return seen.seen


def start(prepared, work, name, failing):
    root = copied(prepared, work, name)
    if failing:
        world = World(root, Effects())
        fail_next(world.provider.workspace, failing, "no such wheel")
        world.provider.close()
    return root


@pytest.mark.parametrize("way", ["kills", "fails"])
@pytest.mark.parametrize("case", CASES)
def test_every_effect_of_a_promotion_may_be_its_last(prepared, work, case, way, figure):
    version, rollout, failing = CASES[case]
    found, wrong = moments(prepared, work, case), []
    for number, moment in enumerate(found):
        root = start(prepared, work, f"{case} {way} {number}", failing)
        status, answer = fork(lambda root=root, number=number: one_run(root, version, rollout, number, way)).result()
        assert status == (KILLED if way == "kills" else 0), (status, answer)
        bad = [*(answer or []), *ended(root, version, rollout)]
        wrong += [f"{way} {moment}: {what}" for what in bad]
        shutil.rmtree(root)
    assert wrong == []
    assert len(found) > 20
    figure(f"promotion with two endpoints, {case}: {way} at {len(found)} moments, {len(wrong)} wrong")


def one_run(root, version, rollout, number, way):
    """Apply once with a stop or a failure at one moment; return what was wrong up to there."""
    return play(root, version, rollout, at=number, **{way: True}).wrong


def test_an_endpoint_that_fails_leaves_alias_and_traffic_where_they_were(prepared, work):
    root = start(prepared, work, "left", "f")
    assert play(root, 2).wrong == []
    world = World(root, Effects())
    store = world.provider.workspace.store
    assert store.get("model_alias", ALIAS).values["version"] == 1
    for name in ENDPOINTS:
        (entity,) = serving(store, store.get("serving_endpoint", name))
        assert (entity["entity_version"], entity["traffic_percentage"]) == ("1", 100)
    world.provider.close()
