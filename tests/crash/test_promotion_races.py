"""Two promotions of one alias at once, and a hand that moves it meanwhile: refused or planned anew, never overwritten."""

import shutil
import threading
from contextlib import contextmanager

import pytest
from watch import ALIAS, FILE, SPELL, declare, served
from worlds import LOCAL, Silent, World

from mlplan.core.effect import Effects
from mlplan.core.errors import Locked
from mlplan.providers.local.store import Store

ROUNDS = 20


@pytest.fixture(params=["local", "databricks"])
def reach(request, tmp_path, monkeypatch):
    """Return how to reach the workspace of a world: its file, or the REST API over it."""
    monkeypatch.setenv("ACME_TOKEN", SPELL)
    monkeypatch.setenv("HOME", str(tmp_path))

    @contextmanager
    def local(_root):
        yield None, LOCAL

    return local if request.param == "local" else served


@pytest.fixture
def root(tmp_path):
    """Return a world with three versions, whose two endpoints serve the first; nobody has any state of it."""
    root = tmp_path / "world"
    root.mkdir()
    world = World(root, Effects())
    world.model(versions=3)
    declare(world, 1)
    world.apply()
    world.provider.close()
    return root


@contextmanager
def opened(root, target, version):
    world = World(root, Effects(), target)
    declare(world, version)
    yield world
    world.provider.close()


def alias(root):
    store = Store(root / FILE)
    found = store.get("model_alias", ALIAS).values["version"]
    store.close()
    return found


def by_hand(root, version):
    """Move the alias as a person would, in a way that mlplan does not see."""
    world = World(root, Effects())
    world.outside("model_alias", ALIAS, version=version)
    world.provider.close()


class Meddling(Silent):
    """Someone who moves the alias once the endpoints serve the new version, right before the alias is to move."""

    def __init__(self, root):
        self.root = root

    def started(self, step, change):
        if change.kind == "model_alias":
            by_hand(self.root, 3)


def test_an_alias_moved_by_hand_in_the_middle_of_an_apply_stays_where_it_was_put(root, reach):
    with reach(root) as (_, target), opened(root, target, 2) as world:
        applied = world.apply(Meddling(root))
        (failed,) = [one for one in applied.outcomes.values() if one.error]
        assert failed.error.startswith("MLE521")
    assert alias(root) == 3


def test_after_that_the_next_plan_says_who_moved_what(root, reach):
    with reach(root) as (_, target), opened(root, target, 2) as world:
        world.apply(Meddling(root))
        (field,) = world.plan().changes["model_alias.m.champion"].fields
        assert (field.before, field.after, field.recorded, field.cause) == (3, 2, 1, "both")


def test_of_two_promotions_on_one_machine_one_is_locked_out(root, reach):
    with reach(root) as (_, target), opened(root, target, 2) as first, opened(root, target, 3) as second:

        class Late(Silent):
            def started(self, step, change):
                with pytest.raises(Locked):
                    second.apply()

        assert not first.apply(Late()).failed
    assert alias(root) == 2


def test_of_two_promotions_without_a_common_lock_the_later_never_overwrites(root, reach, tmp_path):
    """Two machines that keep their state apart: whoever finds the alias moved leaves it, and says so."""
    other = tmp_path / "other"
    shutil.copytree(root, other)
    with reach(root) as (server, target):
        there = target if server else LOCAL
        with opened(root, target, 2) as first, opened(other, there, 3) as second:
            if not server:
                second.provider.close()
                second.provider = first.provider

            class Between(Silent):
                def started(self, step, change):
                    if change.kind == "model_alias":
                        assert not first.apply().failed

            applied = second.apply(Between())
            assert {one.error[:6] for one in applied.outcomes.values() if one.error} == {"MLE521"}
            assert list(first.plan().active()) == []
    assert alias(root) == 2


def test_any_order_of_two_promotions_ends_with_one_of_them(root, reach, figure):
    ended = []
    with reach(root) as (server, target):
        for number in range(ROUNDS):
            results = {}

            def promote(version, results=results):
                with opened(root, target, version) as world:
                    try:
                        results[version] = "failed" if world.apply().failed else "applied"
                    except Locked:
                        results[version] = "locked"

            versions = (2, 3) if number % 2 else (1, 2)
            threads = [threading.Thread(target=promote, args=(version,)) for version in versions]
            for one in threads:
                one.start()
            for one in threads:
                one.join()
            assert "applied" in results.values()
            assert set(results.values()) <= {"applied", "locked"}, results
            ended.append(alias(root))
            assert results[ended[-1]] == "applied"
    where = "over HTTP" if server else "local"
    ends = f"{ended.count(2)} ended at v2, each at one that was applied"
    figure(f"two promotions at once, {where}, {ROUNDS} times: {ends}")
