"""The same promotion over the Databricks REST API: stopped, failing and losing answers at every effect."""

import os
import shutil
import tempfile
from pathlib import Path

import pytest
from watch import FILE, SPELL, STEPS, declare, ended, play, served
from worlds import World

from mlplan.core.effect import Effects
from mlplan.testing.crash import KILLED, fork

MEMORY = Path("/dev/shm")  # noqa: S108 - hundreds of worlds are made there; a disk only makes it slow
CASES = {"at once": None, "in steps": STEPS}
WRITES = (
    "PUT /api/2.0/serving-endpoints/e/config",
    "PUT /api/2.0/serving-endpoints/f/config",
    "PUT */aliases/champion",
)
FAULTS = {
    "lost answer": lambda server, route: server.faults.reset(route, after_handler=True),
    "reset": lambda server, route: server.faults.reset(route),
    "500 after it took effect": lambda server, route: server.faults.status(route, 500, after_handler=True),
    "503 after it took effect": lambda server, route: server.faults.status(
        route, 503, retry_after="1", after_handler=True
    ),
    "403": lambda server, route: server.faults.status(route, 403),
}


@pytest.fixture(scope="module")
def work():
    place = MEMORY if os.access(MEMORY, os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=place) as directory:
        yield Path(directory)


@pytest.fixture(scope="module", autouse=True)
def alone(work):
    """Keep the machine's own Databricks settings out."""
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.startswith(("DATABRICKS_", "ACTIONS_", "ARM_")):
                patch.delenv(name)
        patch.setenv("HOME", str(work))
        patch.setenv("ACME_TOKEN", SPELL)
        yield


@pytest.fixture(scope="module")
def prepared(work):
    """Return a world in which both endpoints serve version 1, made by the provider that is tested."""
    root = work / "prepared"
    (root / FILE).parent.mkdir(parents=True)
    local = World(root, Effects())
    local.model()
    local.provider.close()
    shutil.rmtree(root / "state")
    with served(root) as (_, target):
        world = World(root, Effects(), target)
        declare(world, 1)
        adopt = frozenset(("catalog.main", "schema.ml", "registered_model.m"))
        assert not world.apply(adopt=adopt).failed
        world.provider.close()
    return root


def copied(prepared, work, name):
    root = work / name
    shutil.copytree(prepared, root)
    return root


@pytest.mark.parametrize("way", ["kills", "fails"])
@pytest.mark.parametrize("case", CASES)
def test_every_effect_of_a_promotion_may_be_its_last(prepared, work, case, way, figure):
    rollout, wrong = CASES[case], []
    root = copied(prepared, work, f"{case} {way}")
    with served(root) as (_, target):
        seen = play(root, 2, rollout, target)
    assert seen.wrong == []
    for number, moment in enumerate(seen.seen):
        root = copied(prepared, work, f"{case} {way} {number}")
        with served(root) as (_, target):
            at = {"at": number, way: True}
            status, answer = fork(
                lambda root=root, target=target, at=at: play(root, 2, rollout, target, **at).wrong
            ).result()
            assert status == (KILLED if way == "kills" else 0), (status, answer)
            wrong += [f"{way} {moment}: {what}" for what in [*(answer or []), *ended(root, 2, rollout, target)]]
        shutil.rmtree(root)
    assert wrong == []
    assert len(seen.seen) > 20
    figure(f"promotion over HTTP with two endpoints, {case}: {way} at {len(seen.seen)} moments, {len(wrong)} wrong")


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("route", WRITES)
def test_an_answer_that_is_lost_or_bad_ends_right(prepared, work, route, fault):
    root = copied(prepared, work, f"{fault} {WRITES.index(route)}")
    with served(root) as (server, target):
        rule = FAULTS[fault](server, route)
        seen = play(root, 2, None, target)
        assert rule.struck
        server.faults.clear()
        assert [*seen.wrong, *ended(root, 2, None, target)] == []
        assert not [one for one in server.log.writing() if one.method in ("DELETE", "POST")]
