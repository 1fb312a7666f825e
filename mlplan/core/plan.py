"""Plan: the ordered changes of one environment, and the explicit steps that carry them out.

A plan becomes one list of steps. The applier runs that list and the explainer prints it, so
that what a reviewer reads is what happens.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from mlplan.core.change import ACTIONS, Change, Object
from mlplan.core.diagnostic import Diagnostic
from mlplan.core.evidence import VersionEvidence
from mlplan.core.rollout import Rollout
from mlplan.core.rule import RISKS

Verb = Literal[
    "create", "update", "rename", "restore", "wait", "delete", "withdraw", "adopt", "forget", "record", "revert"
]
"""`withdraw` takes back the rows that we applied; `revert` undoes an update of this very run, and stands in no
plan; `adopt`, `forget` and `record` touch state only."""
STATE_VERBS = frozenset({"adopt", "forget", "record"})

Mode = Literal["apply", "destroy"]


class Step(NamedTuple):
    """One thing to do, and the steps that must have succeeded before it."""

    number: int
    verb: Verb
    address: str
    needs: tuple[int, ...] = ()

    def as_json(self) -> dict[str, object]:
        """Return the form that plan documents carry."""
        return {"number": self.number, "verb": self.verb, "address": self.address, "needs": list(self.needs)}


class Unit(NamedTuple):
    """What moves together: ids of aliases, and addresses of the endpoints that follow them."""

    aliases: tuple[str, ...]
    endpoints: tuple[str, ...]


Version = tuple[str, int]
"""A model by its full name, and the number of one of its versions."""


@dataclass(slots=True)
class Plan:
    """What an apply of this moment would do."""

    changes: dict[str, Change]
    """By address, no-ops included."""
    steps: list[Step] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    objects: dict[tuple[str, str], Object | None] = field(default_factory=dict)
    """Everything that was read, by kind and id; absence is a value too."""
    unselected: int = 0
    """Changes that `--target` and `--exclude` leave for another time."""
    void: frozenset[str] = frozenset()
    """Addresses of steps that a stopped run began, which came to nothing and are declared no more."""
    mode: Mode = "apply"
    units: list[Unit] = field(default_factory=list)
    rollouts: dict[str, Rollout] = field(default_factory=dict)
    """What is on its way to a new version step by step, by address."""
    versions: dict[Version, VersionEvidence | None] = field(default_factory=dict)
    """What the platform knows of each version that the plan is about; None for one that does not exist."""
    unread: dict[Version, str] = field(default_factory=dict)
    """Why nothing is known of a version."""

    def active(self) -> Iterator[Change]:
        """Yield the changes that are not no-ops: worst risk first, then by address."""
        rank = {risk: place for place, risk in enumerate(RISKS)}
        found = (change for change in self.changes.values() if change.action != "no-op")
        yield from sorted(found, key=lambda change: (rank[change.risk], change.address))

    def counts(self) -> dict[str, int]:
        """Return the number of changes per action, every action named."""
        found = Counter(change.action for change in self.changes.values())
        return {action: found[action] for action in ACTIONS}

    @property
    def empty(self) -> bool:
        """Tell whether nothing is to change, now or in the next steps of a rollout."""
        under_way = any(not one.finishes for one in self.rollouts.values())
        return not under_way and all(change.action == "no-op" for change in self.changes.values())

    def reads(self) -> dict[str, str]:
        """Return a digest of each object as it was read, by `kind:id`."""
        return {f"{kind}:{id_}": _digest(found) for (kind, id_), found in sorted(self.objects.items())}

    @property
    def held(self) -> list[Change]:
        """Return the changes that are left for a later apply."""
        return [change for change in self.active() if change.held]

    @property
    def blocked(self) -> list[Change]:
        """Return the changes that apply would refuse."""
        return [change for change in self.active() if change.blocked]


def _digest(found: Object | None) -> str:
    """Return a digest of an object's values, outputs, status and marker, or `absent`."""
    if found is None:
        return "absent"
    text = json.dumps([found.values, found.outputs, found.status, found.marker], sort_keys=True, separators=(",", ":"))
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"
