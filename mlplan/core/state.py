"""State: what mlplan applied last, and what it had begun when it was last stopped.

Names are identity, so state is small: it answers what is ours, what to take down when it is no
longer declared, and who changed a field since. It never holds a secret.
"""

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from mlplan.core.plan import Verb
from mlplan.core.values import Values

REPLACED = "~replaced"
"""Ends the address under which state keeps an old object while its successor is already there."""


class Entry(NamedTuple):
    """One object that the project owns."""

    kind: str
    id: str
    values: Values
    """The fields as last applied."""
    outputs: Values = {}
    needs: tuple[str, ...] = ()
    """Addresses that it was made from: the order of a later delete."""
    protect: bool = False
    """`prevent_destroy`, kept here so that deleting the block does not lift it."""
    rollout: Values = {}
    """How far a rollout of an endpoint is: `to` (version by entity), `at` (per cent by entity), `percent` (the least
    of those) and `since` (seconds since the epoch), or `aborted` (version by entity); empty when none is under way."""


class Intent(NamedTuple):
    """A step that is about to be tried; on disk before the call is made."""

    step: int
    verb: Verb
    address: str
    entry: Entry
    """What state shall hold for the address once the step is done."""
    moved_from: str = ""


class Outcome(NamedTuple):
    """What became of a step."""

    step: int
    status: Literal["done", "failed", "unknown"]
    id: str = ""
    outputs: Values = {}
    error: str = ""


class Mark(NamedTuple):
    """The last record of the ledger that a state knows of; a ledger that ends before it has been cut."""

    seq: int = 0
    sha256: str = ""


NO_RECORD = Mark()


@dataclass(slots=True)
class State:
    """Everything that mlplan remembers of one environment."""

    project: str
    environment: str
    lineage: str = ""
    """Made once with the first write; empty before it, and empty is a value."""
    serial: int = 0
    epoch: int = 0
    """The fencing number of the lock under which it was written."""
    entries: dict[str, Entry] = field(default_factory=dict)
    pending: list[Intent] = field(default_factory=list)
    """Steps that a stopped run began and never finished; they are read back, not repeated."""
    ledger: Mark = NO_RECORD
    recovered: bool = False
    """The backend took in the journal of a stopped run; not written, it tells that a save is due."""

    def fold(self, intent: Intent, outcome: Outcome) -> None:
        """Take in one finished step; the only way in which entries change during an apply."""
        if outcome.status != "done":
            return
        if intent.verb in ("delete", "withdraw", "forget"):
            self._let_go(intent)
            return
        if intent.moved_from:
            self.entries.pop(intent.moved_from, None)
        before = self.entries.get(intent.address)
        if intent.verb == "create" and before is not None and before.id != intent.entry.id:
            self.entries[intent.address + REPLACED] = before
        outputs = outcome.outputs or intent.entry.outputs
        self.entries[intent.address] = intent.entry._replace(id=outcome.id or intent.entry.id, outputs=outputs)

    def _let_go(self, intent: Intent) -> None:
        """Drop the entry of an object that is gone, be it the present one or the one it replaced."""
        for address in (intent.address, intent.address + REPLACED):
            if address in self.entries and self.entries[address].id == intent.entry.id:
                del self.entries[address]
                return
        self.entries.pop(intent.address, None)
