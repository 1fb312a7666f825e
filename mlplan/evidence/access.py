"""Access: who gains and who loses what by a plan, through inheritance and groups too.

A row is about one principal and one object, or several of a kind for which the outcome is the same:

    principal   as grants and permissions name it, or `workspace 123` for what a catalog is bound to
    object      the object in words: `registered_model prod.ml.fraud_score`, `12 registered models in schema prod.ml`
    kind        of the objects
    objects     their ids
    gains       privileges in capitals, and in small letters what one can really do (see `rights`)
    loses       the same
    through     the groups and containers that the difference comes from, or `deleted`; nothing when it is direct
    members     of a group: those for whom it comes to the same; others have rows of their own, or keep what they had
    assumes     what was not read and could change the outcome
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from mlplan.core.change import Object
from mlplan.core.plan import Plan
from mlplan.evidence.before_after import OTHERS, Planned, planned
from mlplan.evidence.rights import Source, assumed, bears_on, rights, sources
from mlplan.evidence.world import CONTAINERS, Groups, On, World, above, may_be_group
from mlplan.kinds import KINDS

Read = Mapping[tuple[str, str], Object | None]
Row = dict[str, Any]


class Outcome(NamedTuple):
    """What the plan does to one principal's rights on one object."""

    gains: tuple[str, ...]
    loses: tuple[str, ...]
    through: tuple[str, ...] = ()


def access_of(
    plan: Plan,
    read: Callable[[set[tuple[str, str]]], Read],
    members: Callable[[set[str]], Mapping[str, frozenset[str]]],
    user: Callable[[], str],
) -> dict[str, Any]:
    """Return `rows` and what is `unknown` about them.

    What is needed is asked for: objects that the plan did not read, members of groups, and who applies and so owns
    what is made. The worlds are built again only where an answer adds to them, and nothing is asked
    when nobody's access changes.
    """
    seen = planned(plan, {})
    if seen is None:
        return {"rows": [], "unknown": []}
    found = read(seen.missing())
    seen = (planned(plan, found) if found else None) or seen
    known = members(_groups(seen))
    who = user()
    return _outcome_of((planned(plan, found, who) if who else None) or seen, known)


def _outcome_of(seen: Planned, members: Mapping[str, frozenset[str]]) -> dict[str, Any]:
    """Return the rows of two worlds, and what is unknown about them."""
    rows, asked = compare(seen.before, seen.after, seen.scope, members)
    rows = [*_bound(seen.before, seen.after), *rows]
    unknown = [*seen.unknown, *_not_read(seen, rows)]
    unknown += [
        f"whether {name} is a group, and who is in it: not known here" for name in sorted(asked - members.keys())
    ]
    return {"rows": rows, "unknown": unknown}


def _groups(seen: Planned) -> set[str]:
    """Return the names that may be groups and bear on two worlds."""
    return {name for on in seen.scope for name in named(seen.before, seen.after, on) if may_be_group(name)}


def compare(
    before: World, after: World, scope: Iterable[On], members: Mapping[str, frozenset[str]]
) -> tuple[list[Row], set[str]]:
    """Return the rows for these objects, and the names among them that may be groups."""
    groups = Groups(members)
    alike: dict[object, list[On]] = {}
    for on in sorted(scope):
        alike.setdefault((_look(before, on), _look(after, on)), []).append(on)
    merged: dict[tuple[object, ...], list[On]] = {}
    asked: set[str] = set()
    for ons in alike.values():
        found = list(_of_object(before, after, ons[0], groups))
        if found:
            asked |= {name for name in named(before, after, ons[0]) if may_be_group(name)}
        assumes = tuple(dict.fromkeys((*assumed(before, ons[0]), *assumed(after, ons[0]))))
        for principal, outcome, same in found:
            merged.setdefault((principal, ons[0][0], outcome, same, assumes), []).extend(ons)
    rows = [_row(key, ons) for key, ons in merged.items()]
    order = list(KINDS)
    return sorted(rows, key=lambda row: (row["principal"], order.index(row["kind"]), row["objects"])), asked


def named(before: World, after: World, on: On) -> set[str]:
    """Return the principals that an object, or what it lives in, names before or after."""
    found: set[str] = set()
    for world in (before, after):
        for one in (on, *above(on)):
            found.update(world.grants.get(one, ()), world.levels.get(one, ()), (world.owners.get(one, ""),))
    return found - {""}


def _of_object(before: World, after: World, on: On, groups: Groups) -> Iterator[tuple[str, Outcome, tuple[str, ...]]]:
    """Yield each principal whose rights on an object differ, how, and which members of a group share that."""
    names = named(before, after, on)
    outcomes = {name: _outcome(before, after, on, groups.of(name), name) for name in sorted(names)}
    same: dict[str, list[str]] = {name: [] for name in names}
    inside = {member for name in names for member in groups.inside(name)} - names
    known: dict[frozenset[str], tuple[str, ...]] = {}
    for member in sorted(inside):
        through = groups.of(member) & names
        if through not in known:
            known[through] = tuple(sorted(through))
        outcome = _outcome(before, after, on, through, member)
        shared = next((name for name in known[through] if outcomes[name][:2] == outcome[:2]), None)
        if shared is None:
            outcomes[member], same[member] = outcome, []
        else:
            same[shared].append(member)
    for name, outcome in outcomes.items():
        if outcome.gains or outcome.loses:
            yield name, outcome, tuple(same[name])


def _outcome(before: World, after: World, on: On, names: frozenset[str], principal: str) -> Outcome:
    """Return what changes for one principal on one object."""
    old, new = rights(before, names, on), rights(after, names, on)
    if old == new:
        return Outcome((), ())
    gains, loses = new - old, old - new
    ways: tuple[str, ...] = ("deleted",)
    if after.there(on):
        was, now = sources(before, names, on), sources(after, names, on)
        ways = _ways((one for one in was - now if bears_on(one, loses, on)), on, principal)
        ways += _ways((one for one in now - was if bears_on(one, gains, on)), on, principal)
    return Outcome(tuple(sorted(gains)), tuple(sorted(loses)), tuple(dict.fromkeys(ways)))


def _ways(found: Iterable[Source], on: On, principal: str) -> tuple[str, ...]:
    """Return the groups and containers that rights come from, groups first."""
    ways = sorted(found, key=lambda one: (one.on, one.name))
    groups = [f"group {one.name}" for one in ways if one.name != principal]
    return (*groups, *(f"{one.on[0]} {one.on[1]}" for one in ways if one.on != on))


def _look(world: World, on: On) -> object:
    """Return all that tells an object apart from others in the same container, where access is concerned."""
    grants, levels = world.grants.get(on), world.levels.get(on)
    own = (None if one is None else tuple(sorted(one.items())) for one in (grants, levels))
    return (on[0], next(above(on), None) or on, *own, world.owners.get(on), world.there(on))


def _row(key: tuple[Any, ...], ons: list[On]) -> Row:
    """Return a row as JSON values."""
    principal, kind, outcome, same, assumes = key
    return {
        "principal": principal,
        "object": _told(kind, [id_ for _, id_ in ons]),
        "kind": kind,
        "objects": [id_ for _, id_ in ons],
        "gains": list(outcome.gains),
        "loses": list(outcome.loses),
        "through": list(outcome.through),
        "members": list(same),
        "assumes": list(assumes),
    }


def _told(kind: str, ids: list[str]) -> str:
    """Return objects of one kind in words."""
    if len(ids) == 1:
        return f"{kind} {ids[0]}"
    text = f"{len(ids)} {KINDS[kind][0].replace('_', ' ')}"
    for depth, container in enumerate(CONTAINERS.get(kind, ()), start=1):
        inside = {id_.rsplit(".", depth)[0] for id_ in ids}
        if len(inside) == 1:
            return f"{text} in {container} {inside.pop()}"
    return text


def _not_read(seen: Planned, rows: list[Row]) -> Iterator[str]:
    """Yield what was not read and would have a say in the rows, or would make more of them."""
    going: dict[str, list[str]] = {}
    for kind, id_ in sorted(seen.touched):
        on = (kind, id_)
        if seen.before.there(on) and not seen.after.there(on) and any(assumed(seen.before, on)):
            going.setdefault(kind, []).append(id_)
    for kind, ids in going.items():
        yield f"who has rights on {_told(kind, ids)}, which the plan deletes: not all of it was read"
    told = {(row["object"] if one.startswith("its ") else "", one) for row in rows for one in row["assumes"]}
    for what, one in sorted(told):
        yield f"{what}: {one}: not read" if what else f"{one}: not read"


def _bound(before: World, after: World) -> Iterator[Row]:
    """Yield a row for each workspace that a catalog lets in or shuts out."""
    for on in sorted(before.bindings.keys() & after.bindings.keys()):
        old, new = before.bindings[on], after.bindings[on]
        for workspace in sorted(old | new):
            was, now = (side.get(workspace, side[OTHERS]) for side in (old, new))
            if was != now:
                outcome = Outcome(tuple(sorted(now - was)), tuple(sorted(was - now)))
                yield _row((workspace, on[0], outcome, (), ()), [on])
