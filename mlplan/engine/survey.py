"""Survey: which endpoints of a plan are on their way to a new version, and what stays where it is meanwhile.

While one endpoint of a unit still rolls out, the others of it and all its aliases stay where they are.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from mlplan.core.change import Change, Object
from mlplan.core.declaration import Resource
from mlplan.core.diagnostic import Diagnostic
from mlplan.core.path import Path, text
from mlplan.core.plan import Unit
from mlplan.core.rollout import Rollout
from mlplan.core.state import Entry
from mlplan.core.values import Unknown, Values, has_unknown
from mlplan.engine import follow
from mlplan.engine.follow import Followed
from mlplan.engine.live import Live
from mlplan.engine.options import Options
from mlplan.engine.rollout import ENTITIES, TELLING, Course, by_name
from mlplan.engine.scope import matches
from mlplan.kinds import spec

Returns = Callable[[str, int], bool]
"""Tells whether a version has held an alias before, by the alias's id."""


def never(_alias: str, _version: int) -> bool:
    """Tell that a version has never held an alias before."""
    return False


@dataclass(slots=True)
class Survey:
    """The rollouts of a plan, found before anything is decided."""

    declared: Mapping[str, Resource]
    live: Live
    options: Options
    version_of: Callable[[str], int | None]
    adopted: Callable[[str], bool]
    """Tells whether an object that is not in state is taken over."""
    now: float = 0.0
    returns: Returns = never
    entries: Mapping[str, Entry] = field(default_factory=dict)
    rollouts: dict[str, Rollout] = field(default_factory=dict)
    courses: dict[str, Course] = field(default_factory=dict)
    """The way of each endpoint that is rolled out, by address."""
    held: dict[str, str] = field(default_factory=dict)
    """Why an alias that would move stays where it is, by its id."""
    moving: set[str] = field(default_factory=set)
    """The ids of aliases whose version an endpoint is on its way to."""
    staying: set[str] = field(default_factory=set)
    """Endpoints that wait for others of their unit."""
    found: list[Diagnostic] = field(default_factory=list)

    def look(self, units: Iterable[Unit], entries: Mapping[str, Entry]) -> None:
        """Find out how far every endpoint is, unit by unit, and those that follow no alias each for itself."""
        self.entries = entries
        united = {address for unit in units for address in unit.endpoints}
        at_once = sorted(address for address in united if not self.declared[address].values.get("rollout"))
        self.found += [one for address in at_once for one in _deaf(self.declared[address])]
        for unit in units:
            self._look(unit)
        for address, resource in self.declared.items():
            if address not in united and resource.values.get("rollout"):
                self._look(Unit((), (address,)))

    def record(self, address: str) -> Values:
        """Return what state shall hold of an endpoint's rollout."""
        return self.courses[address].record(self.rollouts[address]) if address in self.courses else {}

    def followed(self, address: str, found: Followed) -> Followed:
        """Return an endpoint's fields with what it serves after this plan, which may be a step on the way."""
        if address in self.courses:
            rollout = self.rollouts[address]
            found.values = self.courses[address].serving(found.values, rollout)
            found.notes |= notes(rollout)
        elif address in self.staying:
            resource, entry = self.declared[address], self.entries.get(address)
            live = self.live.get(resource.kind, entry.id) if entry else None
            known = [by_name(one.values) for one in (entry, live) if one is not None]
            found.values = _stay(found.values, resource, known, {one: self._points_at(one) for one in self.held})
        return found

    def holds(self, change: Change) -> str:
        """Return why an alias does not go yet where its endpoints are not; one that others moved is put back meanwhile."""
        moved = next((one for one in change.fields if one.path == ("version",)), None)
        if change.kind != "model_alias" or moved is None:
            return ""
        goes = change.id in self.moving if change.action == "create" else moved.cause != "drift"
        return self.held.get(change.id, "") if goes else ""

    def _look(self, unit: Unit) -> None:
        """Find out how far the endpoints of a unit are, and let none end before all can."""
        courses = {address: course for address in unit.endpoints if (course := self._course(address)) is not None}
        if not courses:
            return
        again = any(matches(address, self.options.restart) for address in courses)
        asked = any(matches(address, self.options.abort) for address in courses)
        abort = asked or (not again and any(course.aborted for course in courses.values()))
        going = {name: course.plan(abort=abort, again=again) for name, course in courses.items()}
        behind = [name for name, rollout in going.items() if not rollout.finishes]
        if behind:
            hold = f"{behind[0]} is not as far"
            going = {name: course.plan(hold=hold, abort=abort, again=again) for name, course in courses.items()}
            on_their_way = (name for name, rollout in going.items() if not rollout.finishes)
            ahead = (alias for name in on_their_way for alias in _followed(self.declared[name], courses[name]))
            self.held |= dict.fromkeys(ahead, _why(going[behind[0]]))
            self.staying.update(address for address in unit.endpoints if address not in courses)
        self.rollouts |= going
        self.courses |= courses
        for name, course in courses.items():
            self.found += _waiting(course, going[name])
            self.moving.update(_followed(self.declared[course.address], course))

    def _points_at(self, alias: str) -> str:
        """Return the version that an alias has now; nothing when it is not there."""
        live = self.live.get("model_alias", alias)
        return str(live.values["version"]) if live else ""

    def _course(self, address: str) -> Course | None:
        """Return the way of an endpoint that has one to go; others just move."""
        resource = self.declared[address]
        if not resource.values.get("rollout"):
            return None
        kind = spec(resource.kind)
        id_ = kind.identify(resource.values)
        live = None if isinstance(id_, Unknown) else self.live.get(resource.kind, id_)
        entry = self.entries.get(address)
        if entry is None and live is not None and self.adopted(address):
            entry = Entry(resource.kind, live.id, {})
        if live is None or entry is None:
            return None
        trouble = _trouble(resource)
        if trouble:
            self.found.append(Diagnostic("MLE438", f"its rollout cannot be planned: {trouble}", address=address))
            return None
        wanted = follow.resolve(resource.values, kind.shape(), self.version_of)
        if wanted.missing:
            return None
        course = Course(address, wanted.values, live, entry, self.now, self._back(resource, wanted.values, live))
        self.found += _odd(course)
        return course if course.goes else None

    def _back(self, resource: Resource, wanted: Values, live: Object) -> frozenset[str]:
        """Return the entities that go back to an older version which held the alias before: a rollback takes no steps."""
        there, found = by_name(live.values), set()
        after = by_name(wanted)
        for name, alias in _aliases(resource):
            before, to = there.get(name, {}).get("entity_version"), after[name].get("entity_version")
            if before and to and int(to) < int(before) and self.returns(alias, int(to)):
                found.add(name)
        return frozenset(found)


def _aliases(resource: Resource) -> Iterator[tuple[str, str]]:
    """Yield the name of each entity that follows an alias, and the alias's id."""
    for name, entity in by_name(resource.values).items():
        if str(entity.get("entity_version") or "").startswith("@"):
            yield name, follow.alias_id(entity.get("entity_name"), entity["entity_version"])


def _followed(resource: Resource, course: Course) -> Iterator[str]:
    """Yield the aliases that the moving entities of an endpoint follow."""
    moving = {move.entity for move in course.moves}
    yield from (alias for name, alias in _aliases(resource) if name in moving)


def _deaf(resource: Resource) -> Iterator[Diagnostic]:
    """Yield that an endpoint is to follow an alias, and never to change what it serves."""
    for path in resource.lifecycle.ignore_changes:
        if path[0] == ENTITIES and (len(path) < 3 or path[-1] in TELLING[:3]):  # noqa: PLR2004 - list, item, field
            summary = (
                f"it follows an alias, and ignore_changes leaves {text(path)} to others: the alias would move alone"
            )
            hint = "name fields that are left to others one by one, or give the entity a version by its number"
            yield Diagnostic("MLE443", summary, address=resource.address, hint=hint)


def _trouble(resource: Resource) -> str:
    """Return why nobody can tell what an endpoint's rollout would move."""
    for name, entity in by_name(resource.values).items():
        if any(has_unknown(entity.get(one)) for one in ("name", "entity_name", "entity_version")):
            return f"which version {name} serves is known after apply only"
    for path in resource.lifecycle.ignore_changes:
        if path[0] == ENTITIES and (len(path) < 3 or path[-1] in TELLING):  # noqa: PLR2004 - list, item, field
            return f"ignore_changes leaves {text(path)} to others"
    return ""


def _odd(course: Course) -> Iterator[Diagnostic]:
    """Yield what stands in the way of a rollout, or takes no part in it."""
    for name in course.taken():
        summary = f"the rollout serves the new version as {name}, which is declared as an entity of its own"
        yield Diagnostic("MLE435", summary, address=course.address, hint="give that entity another name")
    for name in course.unmatched():
        summary = f"the rollout does not apply to {name}, whose name is new: it gets its share at once"
        hint = "keep the entity's name while its version changes, and rename it when the rollout is through"
        yield Diagnostic("MLE439", summary, "warning", address=course.address, hint=hint)


def _waiting(course: Course, rollout: Rollout) -> Iterator[Diagnostic]:
    """Yield the other fields of an entity that are not applied while its rollout is aborted."""
    for name, fields in course.waiting(rollout).items():
        summary = f"{', '.join(fields)} of {name}: not applied, as its rollout is aborted and v{course.old(name)} stays as it was"
        hint = "begin it anew with --restart-rollout, or point the alias back at the version that serves"
        yield Diagnostic("MLE442", summary, "warning", address=course.address, hint=hint)


def idle(options: Options, rollouts: Mapping[str, Rollout]) -> Iterator[Diagnostic]:
    """Yield an error for each word that is to turn a rollout back or begin it anew, and reaches none."""
    for flag, patterns in (("--abort-rollout", options.abort), ("--restart-rollout", options.restart)):
        for pattern in sorted(patterns):
            if not any(matches(address, (pattern,)) for address in rollouts):
                hint = "mlplan plan lists the rollouts that are under way with their addresses"
                yield Diagnostic("MLE437", f"{flag} {pattern} reaches no rollout that is under way", hint=hint)


def _stay(values: Values, resource: Resource, known: Sequence[Mapping[str, Values]], held: Mapping[str, str]) -> Values:
    """Return the fields of an endpoint that waits for others, each entity at a version of its model.

    That is what it was applied with, or serves now, as `known` has it, or else the one that its alias, of those
    that are held, has now.
    """
    models, versions = {name: one.get("entity_name") for name, one in by_name(values).items()}, {}
    for name, alias in _aliases(resource):
        there = (one[name] for one in known if one.get(name, {}).get("entity_name") == models[name])
        last = next((str(one["entity_version"]) for one in there if one.get("entity_version")), "")
        if alias in held and (last or held[alias]):
            versions[name] = last or held[alias]
    served = [
        {**one, "entity_version": versions.get(name, one.get("entity_version"))}
        for name, one in by_name(values).items()
    ]
    return {**values, ENTITIES: [{name: value for name, value in one.items() if value is not None} for one in served]}


def notes(rollout: Rollout) -> dict[Path, str]:
    """Return what to say beside the entities that a rollout makes or changes."""
    return {
        (ENTITIES, f"[{name}]"): f"rollout to v{move.to_version}"
        for move in rollout.moves
        for name in (move.entity, move.beside)
    }


def _why(rollout: Rollout) -> str:
    """Return what an alias waits for."""
    if rollout.standing in ("aborts", "aborted"):
        return f"the rollout of {rollout.address} is aborted"
    return f"{rollout.address} is rolled out first"
