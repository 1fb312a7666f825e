"""The plan that is applied is the plan that was reviewed: everything that it binds is changed, one thing at a time."""

import copy
import json
import os
import tempfile
from collections import Counter
from pathlib import Path

import pytest
from saved_mutations import AFTER_A_MERGE, GIT, MUTATIONS, REMOTE, STRONGER, comments
from saved_worlds import World, chance, edited, prepared, served

from mlplan.app.document import digest_of

MEMORY = Path("/dev/shm")  # noqa: S108 - hundreds of worlds are made there; a disk only makes it slow
WORLDS = 150
EACH = 7
"""So many seeds, each with a mutation of its own, share a world."""
OTHER = {str: "other", type(None): "other", dict: {"other": 1}, list: ["other"]}
REVIEWED = ("changes", "project", "environment", "protected", "mode", "tool", "provider")
FREE = ("created", "expires", "digest")
"""What two plans of different moments do not share; --digest binds it, and limits stand around it."""


@pytest.fixture(scope="module")
def work():
    place = MEMORY if os.access(MEMORY, os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=place) as directory:
        yield Path(directory)


@pytest.fixture(scope="module")
def base(work):
    return prepared(work / "base")


def refused(world, file, before, request=None, **how):
    """Apply what must be refused with nothing written; return the codes."""
    codes = world.apply(file, request, **how)
    assert isinstance(codes, list), f"{codes}: {world.writes}"
    assert world.writes == []
    assert world.fingerprint() == before
    return codes


def test_everything_that_a_plan_binds_is_bound(base, work, figure):
    tried, applied, codes = Counter(), 0, Counter()
    for number in range(WORLDS):
        random = chance(number)
        world = base.copy(work / f"w{number}")
        edited(world, random)
        git = number % 3 == 0
        if git:
            world.begin_git()
        document = world.plan()
        file = world.save(document)
        usable = [one for one in MUTATIONS if git or one not in GIT]
        for place in range(EACH):
            mutate = usable[(number // 3 * EACH + place) % len(usable)]
            other = world.copy(work / f"w{number}-{place}")
            with pytest.MonkeyPatch.context() as patch:
                request = mutate(other, random, patch)
                found = refused(other, other.root / "plan.json", other.fingerprint(), request)
            tried[mutate.__name__] += 1
            codes.update(found)
        assert world.apply(file) == "applied", number
        assert world.writes
        applied += 1
    assert {*tried} == {one.__name__ for one in MUTATIONS}
    seeds = sum(tried.values())
    assert seeds >= 1_000
    figure(f"saved plans: {seeds} seeds with one of {len(tried)} inputs changed: {seeds} refused, 0 write calls")
    figure(f"saved plans: {applied} of {WORLDS} applied where nothing was changed")
    figure(f"saved plans: refused with {', '.join(f'{code} {number}' for code, number in sorted(codes.items()))}")


def test_what_a_merge_brings_is_free_and_what_does_more_than_was_reviewed_is_not(base, work, figure):
    allowed, stronger = Counter(), Counter()
    for number in range(3 * len(AFTER_A_MERGE)):
        random = chance(number)
        world = base.copy(work / f"r{number}")
        edited(world, random)
        world.begin_git()
        file = world.save(world.plan())
        merge(world)
        for place in range(4):
            mutate = STRONGER[(number * 4 + place) % len(STRONGER)]
            other = world.copy(work / f"r{number}-{place}")
            with pytest.MonkeyPatch.context() as patch:
                request = mutate(other, random, patch)
                refused(other, other.root / "plan.json", other.fingerprint(), request, reviewed=True)
            stronger[mutate.__name__] += 1
        mutate = AFTER_A_MERGE[number % len(AFTER_A_MERGE)]
        with pytest.MonkeyPatch.context() as patch:
            mutate(world, random, patch)
            assert world.apply(file, reviewed=True) == "applied", mutate.__name__
        assert world.digests()[-1] == json.loads(file.read_text())["digest"]
        allowed[mutate.__name__] += 1
    assert {*stronger} == {one.__name__ for one in STRONGER}
    figure(
        f"reviewed plans: {sum(stronger.values())} made to do more in {len(stronger)} ways: all refused, 0 write calls"
    )
    figure(f"reviewed plans: {sum(allowed.values())} after {len(allowed)} sorts of merges: all applied")


def test_every_leaf_that_says_what_was_reviewed_is_bound_after_a_merge_too(base, work, figure):
    world = base.copy(work / "reviewed")
    edited(world, chance(4))
    document, tried = world.plan(), 0
    before = world.fingerprint()
    for how, path, made in mutants(document):
        if path and path[0] in REVIEWED:
            sealed = {**made, "digest": digest_of(made)}
            assert refused(world, world.save(sealed), before, reviewed=True), (how, path)
            tried += 1
    assert world.apply(world.save(document), reviewed=True) == "applied"
    figure(f"leaves of a reviewed plan, with a new digest: {tried} changed, removed or added: all refused")


def merge(world):
    """Make another commit of the same content, as a merge does."""
    comments(world, None, None)
    world.git("commit", "--quiet", "-a", "-m", "merged")
    world.edit("resources/main.yaml", "resources: # as agreed\n", "resources:\n")


@pytest.fixture
def remote(work, monkeypatch):
    """Return a world whose platform is a Databricks workspace on loopback."""
    for name in list(os.environ):
        if name.startswith(("DATABRICKS_", "ACTIONS_", "ARM_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(work))
    world = World(work / "remote")
    with served(world, monkeypatch):
        return prepared(world.root, "databricks")


def test_it_is_so_over_the_rest_api(remote, work, figure):
    tried = Counter()
    for number, mutate in enumerate(REMOTE):
        random = chance(number)
        world = remote.copy(work / f"remote{number}")
        edited(world, random)
        with pytest.MonkeyPatch.context() as patch, served(world, patch) as server:
            file = world.save(world.plan())
            request = mutate(world, random, patch)
            server.log.clear()
            refused(world, file, world.fingerprint(), request)
            assert server.log.writing() == []
        tried[mutate.__name__] += 1
    world = remote.copy(work / "unchanged")
    edited(world, chance(0))
    with pytest.MonkeyPatch.context() as patch, served(world, patch) as server:
        file = world.save(world.plan())
        with pytest.MonkeyPatch.context() as elsewhere, served(world, elsewhere) as other:
            assert refused(world, file, world.fingerprint()) == ["MLE424"]
            assert other.log.writing() == []
        tried["host"] += 1
        server.log.clear()
        assert world.apply(file) == "applied"
        assert server.log.writing()
    figure(f"saved plans over the REST API: {sum(tried.values())} inputs changed, all refused, 0 requests that write")


def leaves(value, path=()):
    """Yield the path of every leaf, and of everything that is empty."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    found = [one for name, item in inner for one in leaves(item, (*path, name))]
    yield from found or [path]


def parents(value, path=()):
    """Yield the path of every mapping and list."""
    if isinstance(value, dict | list):
        yield path
        for name, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from parents(item, (*path, name))


def at(document, path):
    for part in path:
        document = document[part]
    return document


def another(value):
    """Return a value of the same type where there is one."""
    if isinstance(value, bool):
        return not value
    return value + 1 if isinstance(value, int | float) else OTHER[type(value)]


def mutants(document):
    """Yield the name of a mutation and a document for each leaf changed, each part taken away, and each part added."""
    for path in leaves(document):
        if path[0] in FREE:
            continue
        for how in ("changed", "removed"):
            made = copy.deepcopy(document)
            place = at(made, path[:-1])
            value = place[path[-1]]
            if how == "removed":
                del place[path[-1]]
            else:
                place[path[-1]] = another(value)
            yield how, path, made
            if how == "changed" and isinstance(value, str):
                made = copy.deepcopy(made)
                at(made, path[:-1])[path[-1]] = value + "x"
                yield how, path, made
    for path in parents(document):
        made = copy.deepcopy(document)
        place = at(made, path)
        if isinstance(place, dict):
            place["other"] = copy.deepcopy(next(iter(place.values()), "other"))
        else:
            place.append(copy.deepcopy(place[-1]) if place else "other")
        yield "added", path, made


def test_every_leaf_of_the_file_is_bound_with_its_own_digest_and_with_a_new_one(base, work, figure):
    world = base.copy(work / "leaves")
    edited(world, chance(4))
    document = world.plan(variables={"spare": "some"})
    before, tried = world.fingerprint(), Counter()
    for how, path, made in mutants(document):
        assert refused(world, world.save(made), before) in (["MLE420"], ["MLE421"]), (how, path)
        sealed = {**made, "digest": digest_of(made)}
        assert refused(world, world.save(sealed), before), (how, path)
        tried[how] += 2
    assert world.apply(world.save(document)) == "applied"
    told = ", ".join(f"{count} {how}" for how, count in tried.items())
    figure(f"leaves of a saved plan, with the old digest and with a new one: {told}: all refused, 0 write calls")
