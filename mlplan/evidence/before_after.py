"""Before and after: the two worlds that a plan lies between, and the objects on which they can differ.

Nothing is built unless a change bears on access, so that other plans pay one look at each change.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from mlplan.core.change import Change, Object
from mlplan.core.plan import Plan
from mlplan.core.values import Unknown, Values, has_unknown
from mlplan.evidence.world import CONTAINERS, On, World, above
from mlplan.kinds.permissions import PRINCIPALS

ROWS = ("grants", "permissions")
"""Kinds that are rows on other objects."""
SECURABLES = frozenset(("catalog", *CONTAINERS))
OBJECTS = SECURABLES | {"experiment", "serving_endpoint"}
"""Kinds that someone can have rights on."""
OTHERS = "every other workspace"
READ_ONLY = "BINDING_TYPE_READ_ONLY"


@dataclass(slots=True)
class Planned:
    """Both worlds, and where to look for differences."""

    before: World = field(default_factory=World)
    after: World = field(default_factory=World)
    touched: set[On] = field(default_factory=set)
    """Objects whose own rows, owner or existence the plan changes."""
    unknown: list[str] = field(default_factory=list)

    @property
    def scope(self) -> set[On]:
        """Return what is touched, and all that lives in it."""
        containers = {on for on in self.touched if on[0] in CONTAINERS["volume"]}
        inside = self.before.known | self.after.known if containers else set()
        return self.touched | {on for on in inside if not containers.isdisjoint(above(on))}

    def missing(self) -> set[On]:
        """Return kind and id of what was not read of the touched objects and what they live in."""
        found: set[On] = set()
        for one in {one for on in self.touched for one in (on, *above(on))} - self.before.gone:
            rows = "grants" if one[0] in SECURABLES else "permissions"
            if one not in (self.before.grants if rows == "grants" else self.before.levels):
                found.add((rows, "/".join(one)))
            if rows == "grants" and one not in self.before.owners:
                found.add(one)
        return found


def planned(plan: Plan, read: Mapping[On, Object | None], user: str = "") -> Planned | None:
    """Return the worlds of a plan that `user` applies; None when it changes nobody's access."""
    made = Planned(touched=set(_touched(plan)))
    if not made.touched:
        return None
    changed = {(one.kind, one.current_id) for one in plan.changes.values()}
    for (kind, id_), found in {**read, **plan.objects}.items():
        if (kind, id_) not in changed:
            values = None if found is None or found.status == "deleted" else found.values
            _enter(made.before, kind, id_, values)
            _enter(made.after, kind, id_, values)
    for change in plan.changes.values():
        _enter_change(made, change, user)
    return made


def _touched(plan: Plan) -> Iterator[On]:
    """Yield the objects whose own rows, owner, isolation or existence the plan changes."""
    for change in plan.changes.values():
        if change.action in ("no-op", "forget") or isinstance(change.id, Unknown):
            continue
        if change.kind in ROWS and _rows(change.kind, _before(change)) != _rows(change.kind, _after(change)):
            kind, _, id_ = change.id.partition("/")
            yield kind, id_
        elif change.kind in OBJECTS and _bears(change):
            yield change.kind, change.id
            if change.before_id and change.action == "replace":
                yield change.kind, change.before_id


def _bears(change: Change) -> bool:
    """Tell whether a change of an object bears on who has rights on it."""
    before, after = _before(change), _after(change)
    if before is None or after is None or change.action == "replace":
        return before is not None or bool((after or {}).get("owner"))
    return _owner(before) != _owner(after) or _bindings(before) != _bindings(after)


def _before(change: Change) -> Values | None:
    """Return what is there now; None when nothing is."""
    found = change.actual
    return None if found is None or found.status == "deleted" else found.values


def _after(change: Change) -> Values | None:
    """Return what is there after the plan, an owner that is not declared included; None when nothing is."""
    before, desired = _before(change), change.desired
    if change.action in ("no-op", "forget"):
        return before
    if desired is None or change.action in ("create", "replace", "delete") or change.kind in ROWS:
        return desired
    kept = {name: (before or {}).get(name) for name in ("owner", "isolation_mode", "workspace_bindings")}
    return {**{name: value for name, value in kept.items() if value is not None}, **desired}


def _enter_change(made: Planned, change: Change, user: str) -> None:
    """Take a change into both worlds, under the name that the object has after it."""
    if change.kind not in ROWS and change.kind not in OBJECTS:
        return
    if isinstance(change.id, Unknown):
        if change.kind in ROWS and change.action != "no-op":
            made.unknown.append(f"{change.address}: which object it is about is known after apply only")
        return
    before, after = _before(change), _after(change)
    if after is not None and change.kind in ROWS and has_unknown(after):
        made.unknown.append(f"{change.address}: some of its rows are known after apply only")
    moved = bool(change.before_id) and change.action == "replace"
    _enter(made.before, change.kind, change.before_id if moved else change.id, before)
    if moved:
        _enter(made.before, change.kind, change.id, None)
        _enter(made.after, change.kind, change.before_id, None)
    fresh = change.action in ("create", "replace")
    if fresh and after is not None and user and change.kind in SECURABLES and not _owner(after):
        after = {**after, "owner": user}
    _enter(made.after, change.kind, change.id, after, fresh=fresh)
    if change.kind == "catalog" and before and after and _loosely_bound(before) != _loosely_bound(after):
        made.unknown.append(
            f"catalog {change.id}: it is ISOLATED, and bound to the workspace at hand without saying so"
        )


def _enter(world: World, kind: str, id_: str, values: Values | None, *, fresh: bool = False) -> None:
    """Take one object, or the rows on one, into a world; what is fresh has only the rows that the plan gives it."""
    if kind in OBJECTS:
        _enter_object(world, (kind, id_), values, fresh=fresh)
    elif values is not None:
        on_kind, _, on_id = id_.partition("/")
        if kind == "grants":
            world.grants[on_kind, on_id] = _privileges(values)
        elif kind == "permissions":
            world.levels[on_kind, on_id] = _levels(values)


def _enter_object(world: World, on: On, values: Values | None, *, fresh: bool) -> None:
    """Take one object into a world, with its owner, and with the workspaces that may use it."""
    if values is None:
        world.known.discard(on)
        world.gone.add(on)
        return
    world.gone.discard(on)
    world.known.add(on)
    if on[0] == "catalog":
        world.bindings[on] = _bindings(values)
    if fresh and on[0] in SECURABLES:
        world.grants.setdefault(on, {})
    elif fresh:
        world.levels.setdefault(on, {})
    owner = _owner(values)
    if owner or fresh:
        world.owners[on] = owner


def _owner(values: Values) -> str:
    """Return the owner, as far as it is known."""
    owner = values.get("owner")
    return owner if isinstance(owner, str) and not isinstance(owner, Unknown) else ""


def _rows(kind: str, values: Values | None) -> object:
    """Return who holds what by the rows of grants or permissions."""
    return _privileges(values or {}) if kind == "grants" else _levels(values or {})


def _privileges(values: Values) -> dict[str, frozenset[str]]:
    """Return the privileges of each principal; what is known after apply only is left out."""
    return {
        row["principal"]: frozenset(one for one in row.get("privileges") or () if not isinstance(one, Unknown))
        for row in values.get("grants") or ()
        if not isinstance(row["principal"], Unknown)
    }


def _levels(values: Values) -> dict[str, str]:
    """Return the level of each principal; what is known after apply only is left out."""
    found = {}
    for row in values.get("permissions") or ():
        name = next((row[one] for one in PRINCIPALS if row.get(one)), "")
        if not isinstance(name, Unknown) and not isinstance(row.get("level"), Unknown):
            found[name] = row["level"]
    return found


def _bindings(values: Values) -> dict[str, frozenset[str]]:
    """Return what each workspace may do with a catalog."""
    if values.get("isolation_mode") != "ISOLATED":
        return {OTHERS: frozenset(("read", "write"))}
    bound = {
        f"workspace {row['workspace_id']}": frozenset(
            ("read",) if row.get("binding_type") == READ_ONLY else ("read", "write")
        )
        for row in values.get("workspace_bindings") or ()
    }
    return {**bound, OTHERS: frozenset()}


def _loosely_bound(values: Values) -> bool:
    """Tell whether a catalog is isolated without saying for which workspaces."""
    return values.get("isolation_mode") == "ISOLATED" and not values.get("workspace_bindings")
