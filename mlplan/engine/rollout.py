"""Rollout: which step of an endpoint's way to a new version is due, and what it serves at that step.

On the way the endpoint serves the old version under the entity's own name and the new one beside it,
as `<entity>-v<version>`; at the end the entity itself has the new version, and the other is gone. Shares
are whole per cents of what the entity has, so that they add up to it at every step.

What is there decides how far it is; state adds since when, and whether it was aborted.
"""

from dataclasses import dataclass, field
from typing import Any

from mlplan.core.change import Object
from mlplan.core.duration import seconds
from mlplan.core.rollout import Move, Rollout, Standing
from mlplan.core.state import Entry
from mlplan.core.values import Values

ENTITIES = "served_entities"
TELLING = ("name", "entity_name", "entity_version", "traffic_percentage")
"""Fields of an entity that a rollout moves."""


@dataclass(slots=True)
class Course:
    """One endpoint's way: where it is and where it goes."""

    address: str
    wanted: Values
    """The declared fields, every alias resolved: what the endpoint serves in the end."""
    live: Object
    entry: Entry
    now: float
    """Seconds since the epoch."""
    at_once: frozenset[str] = frozenset()
    """Entities that do not take the steps, as they go back to what was there before."""
    moves: list[Move] = field(init=False)
    steps: list[tuple[int, str]] = field(init=False)
    """The declared steps from small to large."""
    _each: dict[str, int] = field(init=False)
    """The share that the new version of each moving entity has now, by the entity's name."""

    def __post_init__(self) -> None:
        """Find out what moves, and how far each of it is."""
        declared = (self.wanted.get("rollout") or {}).get("steps") or ()
        self.steps = sorted((step["percent"], step["duration"]) for step in declared)
        self.moves = list(self._moves())
        self._each = {move.entity: self._reached(move) for move in self.moves}

    @property
    def goes(self) -> bool:
        """Tell whether there is anything to roll out."""
        return bool(self.moves and self.steps)

    @property
    def aborted(self) -> bool:
        """Tell whether the way to any of these versions was aborted before."""
        return bool(self._left)

    def plan(self, *, hold: str = "", abort: bool = False, again: bool = False) -> Rollout:
        """Return what of the rollout is done now.

        `hold` names another endpoint that is not as far, so that this one does not end before it.
        """
        before = min(self._each.values())
        if abort or (self.aborted and not again):
            standing: Standing = "aborts" if any(self._each.values()) else "aborted"
            return self._told(standing, before, 0)
        return self._next(before, hold)

    def record(self, rollout: Rollout) -> Values:
        """Return what state shall hold of a rollout; without `since` where that begins with this plan."""
        if rollout.standing in ("aborts", "aborted"):
            return {"aborted": self._left or self._to}
        if rollout.finishes:
            return {}
        at = {name: max(rollout.percent, share) for name, share in self._each.items()}
        made: Values = {"to": self._to, "percent": rollout.percent, "at": at}
        return {**made, "since": self.entry.rollout["since"]} if rollout.due is not None else made

    def serving(self, wanted: Values, rollout: Rollout) -> Values:
        """Return fields with the new versions at the share that they have after this plan."""
        if rollout.finishes:
            return wanted
        applied, there = by_name(self.entry.values), by_name(self.live.values)
        moving = {move.entity: move for move in self.moves}
        served: list[Values] = []
        for name, entity in by_name(wanted).items():
            move = moving.get(name)
            if move is None:
                served.append(entity)
                continue
            last = applied.get(name, {})
            old = last if str(last.get("entity_version")) == move.from_version else there[name]
            percent = max(rollout.percent, self._each[name]) if rollout.percent else 0
            share = _share(_traffic(entity), percent)
            served.append({**old, "traffic_percentage": _traffic(entity) - share})
            if percent:
                served.append({**entity, "name": move.beside, "traffic_percentage": share})
        return {**wanted, ENTITIES: sorted(served, key=lambda one: str(one["name"]))}

    def taken(self) -> list[str]:
        """Return the names that the rollout needs and declared entities have already."""
        return [move.beside for move in self.moves if move.beside in by_name(self.wanted)]

    def unmatched(self) -> list[str]:
        """Return the entities that are new while their model is served at another version: they take no steps."""
        there, kept = by_name(self.live.values), {move.beside for move in self.moves}
        models = {one.get("entity_name") for name, one in there.items() if name not in kept}
        wanted = by_name(self.wanted)
        gone = {one.get("entity_name") for name, one in there.items() if name not in wanted and name not in kept}
        return [name for name, one in wanted.items() if name not in there and one.get("entity_name") in models & gone]

    def old(self, entity: str) -> str:
        """Return the version that a moving entity comes from."""
        return next(move.from_version for move in self.moves if move.entity == entity)

    def waiting(self, rollout: Rollout) -> dict[str, list[str]]:
        """Return the declared fields, beside its version, that a moving entity does not get, as nothing moves."""
        wanted = by_name(self.wanted)
        served = by_name(self.serving(self.wanted, rollout)) if not rollout.percent else {}
        found = {}
        for move in self.moves if served else ():
            old, new = served[move.entity], wanted[move.entity]
            differs = (name for name in old.keys() | new.keys() if old.get(name) != new.get(name))
            found[move.entity] = sorted(name for name in differs if name not in TELLING)
        return {name: fields for name, fields in found.items() if fields}

    @property
    def _left(self) -> Values:
        """Return the versions that an aborted rollout went to, and that are wanted still."""
        aborted = self.entry.rollout.get("aborted") or {}
        return {name: version for name, version in self._to.items() if aborted.get(name) == version}

    @property
    def _to(self) -> Values:
        """Return the version that each moving entity goes to."""
        return {move.entity: move.to_version for move in self.moves}

    def _moves(self) -> Any:
        """Yield the entities whose version changes while the model stays; what others changed is put back at once."""
        there, applied = by_name(self.live.values), by_name(self.entry.values)
        for name, entity in by_name(self.wanted).items():
            old, last = there.get(name, {}), applied.get(name, {})
            before, after = old.get("entity_version"), entity.get("entity_version")
            same_model = old.get("entity_name") == entity.get("entity_name")
            drift = str(last.get("entity_version")) == str(after)
            if before and after and str(before) != str(after) and same_model and not drift and name not in self.at_once:
                yield Move(name, str(before), str(after), f"{name}-v{after}")

    def _reached(self, move: Move) -> int:
        """Return the step that an entity has reached: as state says, else the last one that what is served comes up to."""
        there, known = by_name(self.live.values), self.entry.rollout
        new = there.get(move.beside, {})
        if str(new.get("entity_version")) != move.to_version:
            return 0
        if known.get("to", {}).get(move.entity) == move.to_version:
            return int(known["at"][move.entity])
        whole = _traffic(new) + _traffic(there[move.entity])
        return max((percent for percent, _ in self.steps if _share(whole, percent) <= _traffic(new)), default=0)

    def _as_recorded(self) -> bool:
        """Tell whether what serves is at the share that state tells, so that its time counts."""
        known, there = self.entry.rollout, by_name(self.live.values)
        if known.get("to") != self._to or "since" not in known:
            return False
        wanted = by_name(self.wanted)
        shares = [(move, _share(_traffic(wanted[move.entity]), known["at"][move.entity])) for move in self.moves]
        return all(_traffic(there.get(move.beside, {})) == share for move, share in shares)

    def _next(self, before: int, hold: str) -> Rollout:
        """Return what is due."""
        if not before:
            return self._told("starts", 0, self.steps[0][0])
        if not self._as_recorded():
            return self._told("waits", before, before)
        passed = [duration for percent, duration in self.steps if percent <= before]
        due = self.entry.rollout["since"] + (seconds(passed[-1]) or 0.0 if passed else 0.0)
        if self.now < due:
            return self._told("waits", before, before, due)
        later = [percent for percent, _ in self.steps if percent > before]
        if later:
            return self._told("steps", before, later[0])
        return self._told("waits", before, before, due, hold) if hold else self._told("ends", before, 100)

    def _told(self, standing: Standing, *rest: Any) -> Rollout:
        """Return the rollout as the plan tells it."""
        return Rollout(self.address, self.live.id, standing, tuple(self.moves), tuple(self.steps), *rest)


def by_name(values: Values) -> dict[str, Values]:
    """Return the served entities by name."""
    return {str(one.get("name")): one for one in values.get(ENTITIES) or ()}


def _share(whole: int, percent: int) -> int:
    """Return a part of an entity's traffic in whole per cents; a step of a small share moves at least one."""
    if not percent or not whole:
        return 0
    return min(max(round(whole * percent / 100), 1), whole)


def _traffic(entity: Values) -> int:
    """Return the share of all traffic that an entity has."""
    return int(entity.get("traffic_percentage") or 0)
