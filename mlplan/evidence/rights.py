"""Rights: what a principal can do with an object, from what it and its groups hold there and above.

Privileges in capitals are held; words in small letters are what one can really do, which takes more:

    load, read files,   EXECUTE, READ_VOLUME or WRITE_VOLUME, or owning the object; and USE_SCHEMA
    write files         and USE_CATALOG, or owning the schema or the catalog in their place
    move aliases        owning the model, and the same way in; a metastore admin may too, whom nobody lists
    grant               owning the object or what it lives in, or MANAGE on any of them

Unity Catalog's rules behind it (documentation, "permissions model concepts" and "object ownership";
the API's notes on registered models): a privilege on a container holds for all that is inside. Owners have
all privileges on the object itself, and none of them on what is inside, though they can grant them to
themselves there. MANAGE gives none but itself. ALL_PRIVILEGES leaves out the four of `APART`, and
so does owning. A level on a workspace object implies those below it.

Passage through a container whose grants nobody read is taken for given; `assumed` names those.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from mlplan.evidence.world import On, World, above
from mlplan.kinds.grants import ALL, APART
from mlplan.kinds.permissions import LEVELS

OWNER = "OWNER"
LOAD, MOVE, READ, WRITE, GRANT = "load", "move aliases", "read files", "write files", "grant"
USES = {"catalog": "USE_CATALOG", "schema": "USE_SCHEMA"}
"""What it takes to get to what is inside."""
OWN: Mapping[str, frozenset[str]] = {
    "catalog": frozenset(("USE_CATALOG", "CREATE_SCHEMA", "APPLY_TAG", "MANAGE")),
    "schema": frozenset(
        (
            "USE_SCHEMA", "CREATE_FUNCTION", "CREATE_MODEL", "CREATE_TABLE", "CREATE_VOLUME",
            "APPLY_TAG", "EXTERNAL_USE_SCHEMA", "MANAGE",
        )
    ),
    "volume": frozenset(("READ_VOLUME", "WRITE_VOLUME", "APPLY_TAG", "MANAGE")),
    "registered_model": frozenset(("EXECUTE", "CREATE_MODEL_VERSION", "APPLY_TAG", "MANAGE")),
}  # fmt: skip
"""Privileges that mean something on an object of a kind itself, so that they show there when they are inherited."""
DEEDS: Mapping[str, Mapping[str, str]] = {
    "registered_model": {LOAD: "EXECUTE", MOVE: OWNER},
    "volume": {READ: "READ_VOLUME", WRITE: "WRITE_VOLUME"},
}
"""What one can do with objects of a kind once one has got there, and what that takes."""


class Source(NamedTuple):
    """One thing that a right can come from: a privilege, a level or ownership, on what, and by which name."""

    held: str
    on: On
    name: str


def rights(world: World, names: frozenset[str], on: On) -> frozenset[str]:
    """Return all that a principal has on an object; `names` are its own and those of its groups."""
    if not world.there(on):
        return frozenset()
    if on[0] in LEVELS:
        return _levels(world, names, on)
    chain = [on, *above(on)]
    held = {one: _held(world, names, one) for one in chain}
    inherited = frozenset().union(*held.values())
    found = {name for name in OWN[on[0]] if _covers(inherited, name)} | held[on]
    found.discard(OWNER)
    if OWNER in held[on]:
        found |= (OWN[on[0]] - APART) | {OWNER}
    if OWNER in inherited or "MANAGE" in inherited:
        found.add(GRANT)
    deeds = DEEDS.get(on[0], {})
    able = {deed for deed, takes in deeds.items() if takes in found}
    return frozenset(found | able) if able and _passes(world, held, chain[1:]) else frozenset(found)


def sources(world: World, names: frozenset[str], on: On) -> set[Source]:
    """Return all that a principal's rights on an object can come from."""
    if not world.there(on):
        return set()
    if on[0] in LEVELS:
        return {Source(level, on, name) for name, level in world.levels.get(on, {}).items() if name in names}
    return {
        Source(held, one, name)
        for one in (on, *above(on))
        for name in names
        for held in _held(world, frozenset((name,)), one)
    }


def bears_on(source: Source, found: Iterable[str], on: On) -> bool:
    """Tell whether a source can be why someone has one of these rights on an object."""
    wanted = set(_taken(found))
    if source.held == OWNER:
        return source.on == on or any(one.islower() for one in found)
    if source.held == ALL:
        return not wanted <= APART
    return source.held in wanted or source.on[0] in LEVELS


def assumed(world: World, on: On) -> Iterator[str]:
    """Yield what was not read, and could change what is said of an object."""
    if not world.there(on):
        return
    if on[0] in LEVELS:
        if on not in world.levels:
            yield "its permissions"
        return
    for one in (on, *above(on)):
        missing = [word for word, part in (("grants", world.grants), ("owner", world.owners)) if one not in part]
        if missing:
            yield f"its {' and '.join(missing)}" if one == on else f"{' and '.join(missing)} of {one[0]} {one[1]}"


def _levels(world: World, names: frozenset[str], on: On) -> frozenset[str]:
    """Return the levels that a principal has on a workspace object; one that is newer than we are implies none."""
    order = LEVELS[on[0]]
    held = {level for name, level in world.levels.get(on, {}).items() if name in names}
    highest = max((order.index(level) for level in held if level in order), default=-1)
    return frozenset(held.union(order[: highest + 1]))


def _held(world: World, names: frozenset[str], on: On) -> frozenset[str]:
    """Return what a principal holds directly on an object, ownership included."""
    grants = world.grants.get(on, {})
    found = frozenset().union(*(held for name, held in grants.items() if name in names))
    return found | {OWNER} if world.owners.get(on) in names else found


def _covers(held: frozenset[str], privilege: str) -> bool:
    """Tell whether privileges include one."""
    return privilege in held or (ALL in held and privilege not in APART)


def _passes(world: World, held: Mapping[On, frozenset[str]], containers: list[On]) -> bool:
    """Tell whether a principal gets through all that an object lives in."""
    for place, one in enumerate(containers):
        inherited = frozenset().union(*(held[outer] for outer in containers[place:])) - {OWNER}
        if one in world.grants and OWNER not in held[one] and not _covers(inherited, USES[one[0]]):
            return False
    return True


def _taken(found: Iterable[str]) -> Iterator[str]:
    """Yield the privileges that can have to do with these rights."""
    takes = {deed: what for deeds in DEEDS.values() for deed, what in deeds.items()}
    for one in found:
        yield {GRANT: "MANAGE"}.get(one, takes.get(one, one))
        if one in takes:
            yield from USES.values()
