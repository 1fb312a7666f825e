"""Promotion: the aliases and endpoints that move together, and whether they may end now.

A unit is what hangs together: aliases, the endpoints that follow them, the other aliases that those
follow, and so on. No alias of a unit moves before every endpoint of it serves what it will point at; while
one endpoint still rolls out, the others stay where they are.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from mlplan.core.change import Change, Object
from mlplan.core.declaration import Resource
from mlplan.core.diagnostic import Diagnostic
from mlplan.core.path import Path, item_key
from mlplan.core.plan import Unit
from mlplan.core.rollout import Rollout
from mlplan.core.state import Entry
from mlplan.core.values import Unknown, Values, has_unknown
from mlplan.engine import follow
from mlplan.engine.live import Live
from mlplan.engine.options import Options
from mlplan.engine.rollout import ENTITIES, Course, collisions
from mlplan.engine.scope import matches
from mlplan.kinds import spec


def units(declared: Mapping[str, Resource]) -> list[Unit]:
    """Return what moves together: the ids of aliases and the addresses of endpoints that follow them."""
    owner: dict[str, str] = {}

    def root(node: str) -> str:
        while owner.setdefault(node, node) != node:
            owner[node] = owner[owner[node]]
            node = owner[node]
        return node

    followed: dict[str, list[str]] = {}
    for address, resource in declared.items():
        if follow.can_follow(resource.kind):
            followed[address] = list(follow.alias_ids(resource.values, spec(resource.kind).shape()))
            for alias in followed[address]:
                owner[root(alias)] = root(address)
    members: dict[str, tuple[list[str], set[str]]] = {}
    for address, aliases in followed.items():
        if aliases:
            endpoints, ids = members.setdefault(root(address), ([], set()))
            endpoints.append(address)
            ids.update(aliases)
    return [Unit(tuple(sorted(ids)), tuple(sorted(endpoints))) for endpoints, ids in members.values()]


@dataclass(slots=True)
class Survey:
    """The rollouts of a plan, found before anything is decided."""

    declared: Mapping[str, Resource]
    entries: Mapping[str, Entry]
    live: Live
    options: Options
    now: float
    version_of: Callable[[str], int | None]
    rollouts: dict[str, Rollout] = field(default_factory=dict)
    serving: dict[str, Values] = field(default_factory=dict)
    """What an endpoint that is rolled out serves after this plan, by address."""
    records: dict[str, Values] = field(default_factory=dict)
    held: dict[str, str] = field(default_factory=dict)
    """Why an alias stays where it is, by its id."""
    found: list[Diagnostic] = field(default_factory=list)

    def look(self, unit: Unit) -> None:
        """Find out how far the endpoints of a unit are, and let none end before all can."""
        courses = {address: course for address in unit.endpoints if (course := self._course(address)) is not None}
        going = list(self._going(courses, ""))
        self.rollouts |= {one.address: one for one in going}
        behind = [one.address for one in going if not one.finishes]
        if not behind:
            return
        for rollout in self._going(courses, f"{behind[0]} is not as far", keep=True):
            self.rollouts[rollout.address] = rollout
        for alias in unit.aliases:
            self.held[alias] = _why(self.rollouts[behind[0]])

    def alone(self) -> None:
        """Look at the endpoints that follow no alias, each for itself."""
        for address, resource in self.declared.items():
            if resource.values.get("rollout") and not any(
                follow.alias_ids(resource.values, spec(resource.kind).shape())
            ):
                course = self._course(address)
                for rollout in self._going({address: course} if course else {}, "", keep=True):
                    self.rollouts[address] = rollout

    def _course(self, address: str) -> Course | None:
        """Return the way of an endpoint with a rollout that is there and ours; others just move."""
        resource, entry = self.declared[address], self.entries.get(address)
        if not resource.values.get("rollout") or entry is None or has_unknown(resource.values):
            return None
        kind = spec(resource.kind)
        live = self.live.get(resource.kind, kind.identify(resource.values))
        if live is None or isinstance(live.id, Unknown):
            return None
        wanted = follow.resolve(resource.values, kind.shape(), self.version_of)
        return None if wanted.missing else Course(address, wanted.values, live, entry, self.now)

    def _going(self, courses: Mapping[str, Course], hold: str, *, keep: bool = False) -> Iterator[Rollout]:
        """Yield the rollout of each endpoint that has one to do; `keep` also what it comes to."""
        for address, course in courses.items():
            abort, again = (matches(address, one) for one in (self.options.abort, self.options.restart))
            made = course.plan(hold=hold, abort=abort, again=again)
            if made is None:
                continue
            rollout, serving, record = made
            if keep:
                self.serving[address], self.records[address] = serving, record
                self.found += _taken(course, rollout)
            yield rollout


def notes(rollout: Rollout) -> dict[Path, str]:
    """Return what to say beside the entities that a rollout makes or changes."""
    return {
        (ENTITIES, f"[{name}]"): f"rollout to v{move.to_version}"
        for move in rollout.moves
        for name in (move.entity, move.beside)
    }


def skew(change: Change, declared: Values, alias_of: Callable[[str], Object | None]) -> Iterator[Diagnostic]:
    """Yield a warning for each entity that serves another version than the alias that it follows has now."""
    if change.actual is None:
        return
    there = {item_key(one, ("name",)): one for one in change.actual.values.get(ENTITIES) or ()}
    for entity in declared.get(ENTITIES) or ():
        version = str(entity.get("entity_version") or "")
        if not version.startswith("@"):
            continue
        alias = alias_of(f"{entity.get('entity_name')}{version}")
        serves = there.get(item_key(entity, ("name",)), {}).get("entity_version")
        if alias is not None and serves is not None and str(alias.values["version"]) != str(serves):
            summary = (
                f"skew: {change.id} serves v{serves} as {entity['name']}, and {alias.id} is v{alias.values['version']}"
            )
            hint = "an apply brings them together; a promotion that was stopped half-way looks like this, too"
            yield Diagnostic("MLE431", summary, "warning", address=change.address, hint=hint)


def _taken(course: Course, rollout: Rollout) -> Iterator[Diagnostic]:
    """Yield a finding for each name that the rollout needs and a declared entity has."""
    for name in collisions(course.wanted, list(rollout.moves)):
        summary = f"the rollout serves the new version as {name}, which is declared as an entity of its own"
        yield Diagnostic("MLE435", summary, address=course.address, hint="give that entity another name")


def _why(rollout: Rollout) -> str:
    """Return what an alias waits for."""
    if rollout.standing in ("aborts", "aborted"):
        return f"the rollout of {rollout.address} is aborted"
    return f"{rollout.address} is rolled out first"
