"""Who gains and loses, against an evaluator that asks one question at a time, straight from the definitions.

The evaluator knows neither groups' closures nor chains of containers: it recurses from one principal, one
right and one object. Both see thousands of small worlds and what a few changes make of them.
"""

import copy
import random
from collections import Counter
from functools import cache
from types import SimpleNamespace

from mlplan.evidence.access import compare
from mlplan.evidence.world import World

WORLDS = 10_000
USERS = ("ada@x", "bob@x", "5f1c0d3e-0000-4000-8000-00000000000a")
GROUPS = ("team", "guild")
EVERYBODY = "account users"
PRINCIPALS = (*USERS, *GROUPS, EVERYBODY)
CATALOG, FIRST, SECOND = ("catalog", "p"), ("schema", "p.a"), ("schema", "p.b")
MODELS = (("registered_model", "p.a.m"), ("registered_model", "p.a.n"), ("registered_model", "p.b.m"))
VOLUME, ENDPOINT, EXPERIMENT = ("volume", "p.a.v"), ("serving_endpoint", "e"), ("experiment", "/x")
TREE = (CATALOG, FIRST, SECOND, *MODELS, VOLUME)
ALL, EXCEPT = "ALL_PRIVILEGES", ("MANAGE", "READ_METADATA", "EXTERNAL_USE_SCHEMA", "EXTERNAL_USE_LOCATION")
SHOWN = {
    "catalog": ("USE_CATALOG", "CREATE_SCHEMA", "APPLY_TAG", "MANAGE"),
    "schema": ("USE_SCHEMA", "CREATE_FUNCTION", "CREATE_MODEL", "CREATE_TABLE", "CREATE_VOLUME", "APPLY_TAG",
               "EXTERNAL_USE_SCHEMA", "MANAGE"),
    "registered_model": ("EXECUTE", "CREATE_MODEL_VERSION", "APPLY_TAG", "MANAGE"),
    "volume": ("READ_VOLUME", "WRITE_VOLUME", "APPLY_TAG", "MANAGE"),
}  # fmt: skip
GRANTED = ("USE_CATALOG", "USE_SCHEMA", "EXECUTE", "MANAGE", ALL, "READ_VOLUME", "EXTERNAL_USE_SCHEMA", "BRAND_NEW")
LADDERS = {
    "serving_endpoint": ("CAN_VIEW", "CAN_QUERY", "CAN_MANAGE"),
    "experiment": ("CAN_READ", "CAN_EDIT", "CAN_MANAGE"),
}


# The evaluator: a world is lists of facts, and every question is answered on its own.


def is_in(world, who, group):
    """Tell whether a principal is a group, or in it, or in a group that is in it; each is worked out once."""
    if (who, group) not in world.answers:
        world.answers[who, group] = _is_in(world, who, group, ())
    return world.answers[who, group]


def _is_in(world, who, group, asked):
    if group in (who, EVERYBODY):
        return True
    if group in asked:
        return False
    return any(_is_in(world, who, one, (*asked, group)) for one in world.members.get(group, ()))


@cache
def parent(on):
    kind = {"schema": "catalog", "registered_model": "schema", "volume": "schema"}.get(on[0])
    return kind and (kind, on[1].rpartition(".")[0])


def exists(world, on):
    return on not in world.gone and (parent(on) is None or exists(world, parent(on)))


def granted(world, who, privilege, on):
    """Tell whether a privilege is granted on this very object."""
    names = world.grants[on].get(privilege)
    return bool(names) and any(is_in(world, who, to) for to in names)


def holds(world, who, privilege, on):
    """Tell whether a privilege holds, by itself or as one of all, here or on what the object lives in."""
    if granted(world, who, privilege, on) or (privilege not in EXCEPT and granted(world, who, ALL, on)):
        return True
    return parent(on) is not None and holds(world, who, privilege, parent(on))


def owns(world, who, on):
    return bool(world.owners.get(on)) and is_in(world, who, world.owners[on])


def gets_into(world, who, on):
    """Tell whether a principal gets past a container and all around it; one that was not read lets everyone in."""
    use = "USE_CATALOG" if on[0] == "catalog" else "USE_SCHEMA"
    here = on in world.unread or owns(world, who, on) or holds(world, who, use, on)
    return here and (parent(on) is None or gets_into(world, who, parent(on)))


def manages(world, who, on):
    above = parent(on) is not None and manages(world, who, parent(on))
    return above or owns(world, who, on) or granted(world, who, "MANAGE", on)


def has(world, who, privilege, on):
    return holds(world, who, privilege, on) or (owns(world, who, on) and privilege not in EXCEPT)


def can(world, who, on):
    """Return every right that a principal has on an object, one question each."""
    if not exists(world, on):
        return set()
    if on[0] in LADDERS:
        ladder = LADDERS[on[0]]
        reached = [place for place, level in enumerate(ladder) if (on, who, level) in reaches(world, who, on)]
        return set(ladder[: max(reached) + 1]) if reached else set()
    found = {one for one in SHOWN[on[0]] if has(world, who, one, on)}
    found |= {one for one in GRANTED if granted(world, who, one, on)}
    found |= {"OWNER"} if owns(world, who, on) else set()
    found |= {"grant"} if manages(world, who, on) else set()
    if on[0] in ("registered_model", "volume") and gets_into(world, who, parent(on)):
        deeds = {"load": "EXECUTE", "read files": "READ_VOLUME", "write files": "WRITE_VOLUME"}
        names = ("load",) if on[0] == "registered_model" else ("read files", "write files")
        found |= {deed for deed in names if has(world, who, deeds[deed], on)}
        found |= {"move aliases"} if on[0] == "registered_model" and owns(world, who, on) else set()
    return found


def reaches(world, who, on):
    return {(at, who, level) for at, to, level in world.levels if at == on and is_in(world, who, to)}


# Worlds at random.


def drawn(chance):
    """Return a small world as facts."""
    world = SimpleNamespace(
        grants={on: {} for on in TREE}, owners={}, levels=set(), gone=set(), unread=set(), members={}, answers={}
    )
    for group in GROUPS:
        world.members[group] = frozenset(chance.sample(PRINCIPALS[:5], chance.randint(0, 3)))
    for on in TREE:
        if chance.random() < 0.5:
            world.owners[on] = chance.choice(PRINCIPALS[:5])
        if chance.random() < 0.1:
            world.unread.add(on)
    for _ in range(chance.randint(2, 9)):
        give(chance, world)
    for on in (ENDPOINT, EXPERIMENT):
        for who in chance.sample(PRINCIPALS, chance.randint(0, 3)):
            world.levels.add((on, who, chance.choice(LADDERS[on[0]])))
    world.gone = {on for on in (*MODELS, ENDPOINT) if chance.random() < 0.05}
    return world


def give(chance, world):
    on = chance.choice(TREE)
    if on not in world.unread:
        world.grants[on].setdefault(chance.choice(GRANTED), set()).add(chance.choice(PRINCIPALS))


def changed(chance, before):
    """Return the world after a few changes."""
    world = copy.deepcopy(before)
    for _ in range(chance.randint(1, 4)):
        what = chance.random()
        given = [(on, one, to) for on in TREE for one, names in world.grants[on].items() for to in sorted(names)]
        if what < 0.4 and given:
            on, privilege, to = chance.choice(given)
            world.grants[on][privilege].discard(to)
        elif what < 0.65:
            give(chance, world)
        elif what < 0.8:
            world.owners[chance.choice(TREE)] = chance.choice(PRINCIPALS[:5])
        elif what < 0.9 and world.levels:
            on, who, level = chance.choice(sorted(world.levels))
            world.levels.discard((on, who, level))
            world.levels.add((on, who, chance.choice(LADDERS[on[0]])))
        else:
            world.gone ^= {chance.choice((*MODELS, VOLUME, SECOND, ENDPOINT))}
    return world


def as_ours(facts):
    """Return the same world in the form that mlplan keeps."""
    world = World(gone=set(facts.gone), owners={on: facts.owners.get(on, "") for on in TREE})
    for on in TREE:
        if on not in facts.unread:
            given = facts.grants[on]
            rows = {to for names in given.values() for to in names}
            world.grants[on] = {row: frozenset(one for one, names in given.items() if row in names) for row in rows}
    for on in (ENDPOINT, EXPERIMENT):
        world.levels[on] = {}
        for at, who, level in sorted(facts.levels, key=lambda fact: LADDERS[fact[0][0]].index(fact[2])):
            if at == on:
                world.levels[on][who] = level
    return world


# The comparison.


def by_principal(rows):
    """Return what our rows say of each principal and object, members included."""
    found = {}
    for row in rows:
        for who in (row["principal"], *row["members"]):
            for id_ in row["objects"]:
                key = (who, row["kind"], id_)
                assert key not in found, f"told twice: {key}"
                found[key] = (frozenset(row["gains"]), frozenset(row["loses"]))
    return found


def truth(before, after):
    """Return what the evaluator says of every principal and object."""
    found = {}
    for on in (*TREE, ENDPOINT, EXPERIMENT):
        for who in PRINCIPALS:
            old, new = can(before, who, on), can(after, who, on)
            if old != new:
                found[who, *on] = (frozenset(new - old), frozenset(old - new))
    return found


def stands(world, who, kind, id_):
    """Tell whether a principal is named on an object or around it, itself or by a group with known members."""
    on = (kind, id_)
    names = {to for at, to, _ in world.levels if at == on} | set().union(*world.grants.get(on, {}).values())
    here = any(to != EVERYBODY and is_in(world, who, to) for to in (*names, world.owners.get(on)) if to)
    return here or (parent(on) is not None and stands(world, who, *parent(on)))


def check(seed, counts):
    """Compare both on one pair of worlds."""
    chance = random.Random(seed)  # noqa: S311 - a seed makes it the same every time
    before = drawn(chance)
    after = changed(chance, before)
    rows, _ = compare(as_ours(before), as_ours(after), (*TREE, ENDPOINT, EXPERIMENT), before.members)
    ours, theirs = by_principal(rows), truth(before, after)
    assert not set(ours) - set(theirs), (seed, "nothing changes for", set(ours) - set(theirs))
    for key, outcome in theirs.items():
        told = ours.get(key)
        if told is None and not any(stands(world, *key) for world in (before, after)):
            told = ours.get((EVERYBODY, *key[1:]))  # who stands nowhere is one of everybody
        assert told == outcome, (seed, key, told, outcome)
    for row in rows:
        ways = [one.removeprefix("group ") for one in row["through"] if one.startswith("group ")]
        assert all(is_in(before, row["principal"], group) for group in ways), (seed, row)
        counts["by groups"] += bool(ways)
        counts["members told with their group"] += len(row["members"])
    counts["rows"] += len(rows)
    counts["gains"] += sum(len(gains) for gains, _ in theirs.values())
    counts["losses"] += sum(len(losses) for _, losses in theirs.values())
    counts["can no longer load"] += sum("load" in losses for _, losses in theirs.values())
    counts["worlds with a difference"] += bool(theirs)


def test_every_principal_gains_and_loses_what_the_definitions_say(figure):
    counts = Counter()
    for seed in range(WORLDS):
        check(seed, counts)
    assert counts["worlds with a difference"] > WORLDS / 2
    assert min(counts["can no longer load"], counts["by groups"], counts["members told with their group"]) > 500
    told = ", ".join(f"{number} {what}" for what, number in sorted(counts.items()))
    figure(f"access oracle: {WORLDS} pairs of worlds agree; {told}")
