"""A promotion with two endpoints, stopped or failing at every effect: what serves is whole at each moment, and it ends.

At every moment of every run, before and after each effect, someone looks at what really serves: shares add
up to 100 on versions that exist, the alias never points ahead of an endpoint that follows it, and no endpoint
is ever another one than in the beginning.
"""

import os
import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from worlds import World

from mlplan.core.effect import Effects
from mlplan.core.errors import MlplanError, Unavailable, UnknownOutcome
from mlplan.providers.local.outside import fail_next
from mlplan.providers.local.slow import settled
from mlplan.testing.crash import KILLED, Moment, fork

MEMORY = Path("/dev/shm")  # noqa: S108 - hundreds of worlds are made there; a disk only makes it slow
ALIAS, ENDPOINTS = "main.ml.m@champion", ("e", "f")
STEPS = {"steps": [{"percent": 10, "duration": "0s"}, {"percent": 50, "duration": "0s"}]}
TRIES = 6


def declare(world, version, rollout=None):
    world.declare("catalog.main", name="main")
    world.declare("schema.ml", catalog_name="main", name="ml")
    world.declare("registered_model.m", catalog_name="main", schema_name="ml", name="m")
    world.declare("model_alias.m.champion", full_name="main.ml.m", alias="champion", version=version)
    for key in ENDPOINTS:
        world.endpoint("@champion", name=key, key=key, **({"rollout": rollout} if rollout else {}))


def serving(store, row):
    """Return what an endpoint serves at this moment, which is the old configuration while a new one is made ready."""
    row = settled(store, row)
    update = row.system.get("update")
    return (update["serving"] if update else row.values["served_entities"]) or []


def broken(world, uids):
    """Return what is wrong at this moment with what serves."""
    store = world.provider.workspace.store
    alias = store.get("model_alias", ALIAS)
    wrong = []
    for name in ENDPOINTS:
        row = store.get("serving_endpoint", name)
        if row is None or row.uid != uids[name]:
            wrong.append(f"{name} is another endpoint")
            continue
        found = serving(store, row)
        if sum(one["traffic_percentage"] for one in found) != 100:
            wrong.append(f"{name} serves {found}")
        if any(store.find("model_version", f"main.ml.m/{one['entity_version']}") is None for one in found):
            wrong.append(f"{name} serves what does not exist")
        whole = {one["entity_version"] for one in found if one["name"] == "m"}
        if str(alias.values["version"]) == "2" and whole != {"2"}:
            wrong.append(f"the alias is ahead of {name}, which serves {whole}")
    return wrong


@dataclass
class Watch:
    """Looks at each moment, and at one of them ends the process or fails the effect."""

    world: World
    uids: dict
    at: int = -1
    kills: bool = False
    fails: bool = False
    seen: list = field(default_factory=list)
    wrong: list = field(default_factory=list)

    def __call__(self, when, label):
        self.wrong += [f"{when} {label}: {what}" for what in broken(self.world, self.uids)]
        if len(self.seen) == self.at and self.kills:
            os._exit(KILLED)
        self.seen.append(Moment(when, label))
        if len(self.seen) - 1 == self.at and self.fails:
            raise failure(when, label)


def failure(when, label):
    """Return how an effect fails: a call is refused or its answer is lost, a file cannot be written."""
    if label.startswith(("update", "create", "revert", "wait")):
        return Unavailable("no route to host") if when == "before" else UnknownOutcome("the answer was lost")
    return OSError(28, "No space left on device")


def play(root, version, rollout=None, **watch):
    """Apply once, watched; return what the watch saw."""
    effects = Effects()
    world = World(root, effects)
    try:
        store = world.provider.workspace.store
        uids = {name: store.get("serving_endpoint", name).uid for name in ENDPOINTS}
        effects.probe = seen = Watch(world, uids, **watch)
        declare(world, version, rollout)
        try:
            world.apply()
        except (MlplanError, OSError, AssertionError) as error:
            seen.wrong += [str(error)] if isinstance(error, AssertionError) else []
        return seen
    finally:
        world.provider.close()


def ended(root, version, rollout):
    """Apply until nothing is left; return what was wrong on the way and in the end."""
    wrong = []
    for _ in range(TRIES):
        seen = play(root, version, rollout)
        wrong += seen.wrong
        if not [one for one in seen.seen if not one.label.startswith("lock:")]:
            break
    world = World(root, Effects())
    try:
        store = world.provider.workspace.store
        there = {name: serving(store, store.get("serving_endpoint", name)) for name in ENDPOINTS}
        wanted = [("m", str(version), 100)]
        for name, found in there.items():
            if [(one["name"], one["entity_version"], one["traffic_percentage"]) for one in found] != wanted:
                wrong.append(f"{name} ends with {found}")
        if store.get("model_alias", ALIAS).values["version"] != version:
            wrong.append("the alias did not arrive")
    finally:
        world.provider.close()
    return wrong


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
