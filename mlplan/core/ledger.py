"""Ledger: every step that was ever tried in one environment, and what that tells of its aliases.

A record is one step of one apply. Those of an alias say which version it had, as the plan saw it, and
which it got; of everything else they keep a digest of the fields, as last applied. What others move is
visible only when a plan sees it: since when it stood is then not known.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from mlplan.core.errors import StateError
from mlplan.core.plan import Verb
from mlplan.core.values import Values

ALIAS = "model_alias"
OUTSIDE = "someone else"
"""Whoever moved an alias and is in no record."""


class Record(NamedTuple):
    """One step of one apply: what was tried, by whom, and what became of it."""

    seq: int
    """Counts from 1, and leaves no number out."""
    prev: str
    """The checksum of the record before; zeros for the first."""
    time: str
    """When its outcome was known, or when it began; RFC 3339 in UTC, to the second."""
    project: str
    environment: str
    lineage: str
    serial: int
    """Of the state that its run started from."""
    epoch: int
    """Of the lock that its run held."""
    run: str
    who: str
    commit: str
    plan: str
    """The digest of the plan."""
    step: int
    verb: Verb
    address: str
    moved_from: str
    kind: str
    id: str
    before: Values
    after: Values
    outcome: Literal["done", "failed", "unknown"]
    """`unknown` when no answer came or the run was stopped: a later run has looked what is there."""
    error: str
    sha256: str = ""
    """Over all of the line before it; known once it is written."""
    approved: str = ""
    """Who agreed to the plan, and where; lines of applies that nobody had to agree to do not have it."""

    @property
    def moved(self) -> bool:
        """Tell whether an alias is at its `after` since then."""
        return self.kind == ALIAS and self.outcome == "done" and not self.error


class Damage(NamedTuple):
    """Something that is wrong with a ledger."""

    seq: int
    """The first record that cannot be trusted, or is not there."""
    line: int
    """Where, counted from 1; 0 when it is the end that is missing."""
    what: str


@dataclass(slots=True)
class Ledger:
    """What a ledger holds, and what is wrong with it."""

    name: str
    """The file, or whatever people know it by."""
    shown: list[Record] = field(default_factory=list)
    """Every record that can be read; only `records` are to be relied on."""
    damage: list[Damage] = field(default_factory=list)
    lost: int = 0
    """Records before the first, which were put away or lost as a whole."""

    def records(self) -> list[Record]:
        """Return the records, oldest first; StateError when any of them was changed or is missing."""
        if self.damage:
            first = self.damage[0]
            raise damaged(self.name, f"{first.what}; `mlplan history verify` shows all that is wrong")
        return self.shown


class Held(NamedTuple):
    """A version that has held an alias."""

    version: int
    since: str
    """RFC 3339 in UTC; empty when it is not known since when."""
    until: str
    """Empty while it holds the alias; for what others moved, when that was seen."""
    by: str
    run_id: str = ""
    digest: str = ""

    def as_json(self) -> Values:
        """Return the form that documents carry."""
        return self._asdict() | {"since": self.since or None, "until": self.until or None}


def holders(records: Iterable[Record], alias: str) -> list[Held]:
    """Return the versions that have held an alias, oldest first; `alias` is its id, model@name."""
    held: list[Held] = []
    now = ""
    for one in records:
        if one.id != alias or not one.moved:
            continue
        now = max(now, one.time)  # a clock that was set back must not put the later before the earlier
        _take(held, one, now)
    return held


def at(records: Iterable[Record], time: str, alias: str) -> Held | None:
    """Return what held an alias at a time, as far as the ledger knows; None when nothing did."""
    held = holders(records, alias)
    for one in reversed(held):
        if one.since and one.since <= time:
            return one if not one.until or time < one.until else None
    first = held[0] if held else None
    return first if first is not None and not first.since and time < first.until else None


def previous(records: Iterable[Record], alias: str, declared: int | None = None) -> Held | None:
    """Return what held an alias before the present version came first; None when nothing did.

    A version that was left by going back is behind us no more: after 5, 6, 7 and back to 6 it is 5, so
    that a second rollback goes on to 5 and never returns to 7. With the version that the files declare, it is the
    present one when nothing ever brought the declared one about, and the declared one when that is back already.
    """
    held = holders(records, alias)
    way = _way(held)
    last = len(way) - (2 if held and not held[-1].until else 1)
    if declared is not None:
        place = next((number for number, one in enumerate(way) if one.version == declared), None)
        last = len(way) - 1 if place is None else min(place, last)
    return way[last] if last >= 0 else None


def returns(records: Iterable[Record], alias: str, version: int) -> bool:
    """Tell whether a move to a version goes back: it held the alias, and was not left by going back itself."""
    return any(one.version == version for one in _way(holders(records, alias)))


def rolled_back(records: Iterable[Record], alias: str) -> list[int]:
    """Return the versions that were left by going back, which a rollback passes over, oldest first."""
    held = holders(records, alias)
    kept = {one.version for one in _way(held)}
    return list(dict.fromkeys(one.version for one in held if one.version not in kept))


def damaged(name: str, why: str) -> StateError:
    """Return the error for a ledger that cannot be trusted."""
    hint = (
        "put back the file from a backup; or move it away and keep it: the next apply goes on with the next number, "
        "and says that the earlier records are not there"
    )
    return StateError(f"{name} is damaged: {why}", code="MLE620", hint=hint)


def _take(held: list[Held], one: Record, now: str) -> None:
    """Take in one move of an alias."""
    before, after = _version(one.before), _version(one.after)
    present = held[-1] if held and not held[-1].until else None
    if before is not None and (present is None or present.version != before):
        _close(held, now)
        held.append(Held(before, "", now, OUTSIDE))
        present = None
    if one.verb in ("delete", "withdraw"):
        _close(held, now)
    elif after is not None and (present is None or present.version != after):
        _close(held, now)
        told = one.after
        held.append(Held(after, now, "", one.who, str(told.get("run_id", "")), str(told.get("digest", ""))))


def _close(held: list[Held], now: str) -> None:
    """End the present hold, if there is one."""
    if held and not held[-1].until:
        held[-1] = held[-1]._replace(until=now)


def _way(held: Sequence[Held]) -> list[Held]:
    """Return how the present version was reached, without what was left by going back."""
    way: list[Held] = []
    for one in held:
        known = next((place for place, other in enumerate(way) if other.version == one.version), None)
        if known is None:
            way.append(one)
        else:
            way[known:] = [one]
    return way


def _version(told: Values) -> int | None:
    """Return the version that a record tells."""
    version = told.get("version")
    return version if isinstance(version, int) else None
