"""Backend: where state lives, and the lock that keeps one writer at a time.

An author of a backend promises: reading never writes and never mistakes unreadable for empty;
one lease at a time, with an epoch that only grows; an intent is durable when `intend` returns
and an outcome at the latest when the next intent or `close` returns; `save` replaces state as a whole or not at all.
What a journal tells is in the ledger, each step once, before the journal is dropped.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import NamedTuple

from mlplan.core.ledger import Ledger
from mlplan.core.state import Intent, Outcome, State
from mlplan.core.values import Values


class Holder(NamedTuple):
    """Who holds or wants the lock, as another person should read it."""

    who: str
    run: str
    """Where to look at the run: a CI job's URL, or host and process."""
    command: str
    started: float
    """Seconds since the epoch, for people; no decision compares it."""
    id: str = ""
    epoch: int = 0


class About(NamedTuple):
    """What the ledger tells of a run beside its steps; it holds no secret."""

    commit: str = ""
    """Of the project's files; empty when they are in no repository."""
    plan: str = ""
    """The digest of the plan that is applied."""
    before: Mapping[str, Values] = {}
    """What the plan saw, by address, as far as it is worth keeping: the version of an alias."""
    after: Mapping[str, Values] = {}
    """What else there is to say of what a step brings about, by address: run and digest of a version."""
    approved: str = ""
    """Who agreed to the plan, and where; empty when nobody was asked."""

    def told(self) -> Values:
        """Return the form in which it is kept; what nobody was asked is left out, as before there was asking."""
        made = self._asdict()
        return made if self.approved else {name: value for name, value in made.items() if name != "approved"}


NOTHING_MORE = About()


class Journal(ABC):
    """The record of one apply, written as it goes."""

    @abstractmethod
    def intend(self, intent: Intent) -> None:
        """Make an intent durable; the call it announces may only follow."""

    @abstractmethod
    def record(self, intent: Intent, outcome: Outcome) -> None:
        """Write what became of an intent."""

    @abstractmethod
    def close(self) -> None:
        """Make everything durable and stop writing."""


class Lease(ABC):
    """The lock while it is held."""

    holder: Holder
    took_over: Holder | None = None
    """Who held it before and gave no sign of life, where that is how it was come by."""
    about: About = NOTHING_MORE
    """What the ledger tells of the steps of the next journal; it outlives a crash of the run."""

    @abstractmethod
    def check(self) -> None:
        """Raise Locked when the lease is no longer ours; called before every write."""

    @abstractmethod
    def journal(self, state: State) -> Journal:
        """Begin the record of an apply that starts from `state`."""

    @abstractmethod
    def save(self, state: State) -> State:
        """Write the next serial of `state`, drop the journal, and return what was written."""

    @abstractmethod
    def release(self) -> None:
        """Give the lock back; a lease that was lost meanwhile is left alone."""


class Backend(ABC):
    """One environment's state."""

    @abstractmethod
    def read(self) -> State:
        """Return the state with the journal of a stopped run taken in; StateError when it cannot be trusted."""

    @abstractmethod
    def lock(self, command: str) -> Lease:
        """Take the lock, or raise Locked with the holder's name and how to free it."""

    @abstractmethod
    def ledger(self) -> Ledger:
        """Return all steps ever tried, those in the journal of a stopped run included; damage is told, not raised."""

    @abstractmethod
    def holder(self) -> Holder | None:
        """Return who holds the lock now."""

    @abstractmethod
    def unlock(self, lease_id: str) -> Holder:
        """Break the lock with exactly this id, and return who held it."""
