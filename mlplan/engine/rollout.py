"""Rollout: which step of an endpoint's way to a new version is due, and what it serves at that step.

On the way the endpoint serves the old version under the entity's own name and the new one beside it,
as `<entity>-v<version>`; at the end the entity itself has the new version, and the other is gone. Shares
are whole per cents of what the entity has, so that they add up to it at every step.

What is there decides how far it is; state adds since when, and whether it was aborted.
"""

from dataclasses import dataclass
from typing import Any

from mlplan.core.change import Object
from mlplan.core.duration import seconds
from mlplan.core.rollout import Move, Rollout
from mlplan.core.state import Entry
from mlplan.core.values import Values

ENTITIES = "served_entities"


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

    def plan(
        self, *, hold: str = "", abort: bool = False, again: bool = False
    ) -> tuple[Rollout, Values, Values] | None:
        """Return what of the rollout is done now: itself, what to serve, and what state shall hold of it.

        None when there is nothing to roll out. `hold` names another endpoint that is not as far, so
        that this one does not end before it.
        """
        moves, steps = self.moves(), self.steps()
        if not moves or not steps:
            return None
        to = {move.entity: move.to_version for move in moves}
        known = {} if again and "aborted" in self.entry.rollout else self.entry.rollout
        before = self._reached(moves, known)
        if abort or known.get("aborted") == to:
            rollout = self._told("aborts" if before else "aborted", moves, before, 0)
            return rollout, self._serving(moves, 0), {"aborted": to}
        rollout = self._next(moves, before, known, hold)
        if rollout.finishes:
            return rollout, self.wanted, {}
        record: Values = {"to": to, "percent": rollout.percent}
        if rollout.standing == "waits" and rollout.due is not None:
            record["since"] = known["since"]
        return rollout, self._serving(moves, rollout.percent), record

    def steps(self) -> list[tuple[int, str]]:
        """Return the declared steps from small to large."""
        declared = (self.wanted.get("rollout") or {}).get("steps") or ()
        return sorted((step["percent"], step["duration"]) for step in declared)

    def moves(self) -> list[Move]:
        """Return the entities whose version changes while the model stays."""
        there = _by_name(self.live.values)
        found = []
        for name, entity in _by_name(self.wanted).items():
            old = there.get(name, {})
            before, after = old.get("entity_version"), entity.get("entity_version")
            if before and after and before != after and old.get("entity_name") == entity.get("entity_name"):
                found.append(Move(name, str(before), str(after), f"{name}-v{after}"))
        return found

    def _reached(self, moves: list[Move], known: Values) -> int:
        """Return the share that the new versions have now: as state says where it knows, else as it is served."""
        there = _by_name(self.live.values)
        if any(there.get(move.beside, {}).get("entity_version") != move.to_version for move in moves):
            return 0
        if known.get("to") == {move.entity: move.to_version for move in moves}:
            return int(known["percent"])
        new, old = there[moves[0].beside], there[moves[0].entity]
        whole = _traffic(new) + _traffic(old)
        return round(100 * _traffic(new) / whole) if whole else 0

    def _next(self, moves: list[Move], before: int, known: Values, hold: str) -> Rollout:
        """Return what is due."""
        steps = self.steps()
        if not before:
            return self._told("starts", moves, 0, steps[0][0])
        passed = [duration for percent, duration in steps if percent <= before]
        due = known["since"] + (seconds(passed[-1]) or 0.0 if passed else 0.0) if "since" in known else None
        if due is None or self.now < due:
            return self._told("waits", moves, before, before, due)
        later = [percent for percent, _ in steps if percent > before]
        if later:
            return self._told("steps", moves, before, later[0])
        if hold:
            return self._told("waits", moves, before, before, due, hold)
        return self._told("ends", moves, before, 100)

    def _told(self, standing: Any, moves: list[Move], *rest: Any) -> Rollout:
        """Return the rollout as the plan tells it."""
        return Rollout(self.address, self.live.id, standing, tuple(moves), tuple(self.steps()), *rest)

    def _serving(self, moves: list[Move], percent: int) -> Values:
        """Return the fields with the new versions at a share of what their entities have."""
        applied, there = _by_name(self.entry.values), _by_name(self.live.values)
        moving = {move.entity: move for move in moves}
        served: list[Values] = []
        for name, entity in _by_name(self.wanted).items():
            move = moving.get(name)
            if move is None:
                served.append(entity)
                continue
            last = applied.get(name, {})
            old = last if last.get("entity_version") == move.from_version else there[name]
            share = _share(_traffic(entity), percent)
            served.append({**old, "traffic_percentage": _traffic(entity) - share})
            if percent:
                served.append({**entity, "name": move.beside, "traffic_percentage": share})
        return {**self.wanted, ENTITIES: sorted(served, key=lambda one: str(one["name"]))}


def collisions(wanted: Values, moves: list[Move]) -> list[str]:
    """Return the names that a rollout needs beside declared entities that have them already."""
    return [move.beside for move in moves if move.beside in _by_name(wanted)]


def _share(whole: int, percent: int) -> int:
    """Return a part of an entity's traffic in whole per cents; a step of a small share moves at least one."""
    if not percent or not whole:
        return 0
    return min(max(round(whole * percent / 100), 1), whole)


def _traffic(entity: Values) -> int:
    """Return the share of all traffic that an entity has."""
    return int(entity.get("traffic_percentage") or 0)


def _by_name(values: Values) -> dict[str, Values]:
    """Return the served entities by name."""
    return {str(one.get("name")): one for one in values.get(ENTITIES) or ()}
