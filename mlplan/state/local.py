"""Local backend: state in a directory of this machine.

    <path>/<project>/<environment>/
        state.json              the state, one resource per line
        journal.jsonl           what a run has begun and done since; gone once state holds it
        ledger.jsonl            every step of every run so far, each line chained to the one before
        history/000012.json     the states before, twenty of them
        lock.json, lock         who writes (see `lock`)

Files are for the owner only (0600, directories 0700), and nothing is made before the first write.
"""

from pathlib import Path

from mlplan.core.backend import Backend, Holder, Lease
from mlplan.core.effect import Effects
from mlplan.core.ledger import Ledger
from mlplan.core.state import State
from mlplan.state import codec, files, ledger
from mlplan.state.journal import take_in
from mlplan.state.lease import LocalLease, read_head, read_journal
from mlplan.state.lock import Lock
from mlplan.state.sequence import applies, refuse_older


class LocalBackend(Backend):
    """The state of one environment in a directory."""

    def __init__(self, path: Path, project: str, environment: str, effects: Effects) -> None:
        """Look at a directory that need not be there yet."""
        self._directory = path / project / environment
        self._project = project
        self._environment = environment
        self._effects = effects
        self._lock = Lock(self._directory, effects, f"{project}/{environment}")

    def read(self) -> State:
        """Return the state with the journal of a stopped run taken in; StateError when it cannot be trusted."""
        # In this order a run that writes meanwhile can only make the former look older than the latter.
        record, found, data = self._lock.read(), read_journal(self._directory), files.read(self._state)
        state = State(self._project, self._environment)
        if data is not None:
            state = codec.decode(data, str(self._state), self._project, self._environment)
        refuse_older(state, record, str(self._state))
        if found is not None and applies(found, codec.Head(state.lineage, state.serial), self._journal):
            take_in(state, found)
        return state

    def lock(self, command: str) -> Lease:
        """Take the lock, or raise Locked with the holder's name and how to free it."""
        floor = read_head(self._directory).epoch
        if not self._lock.path.exists():  # removed by hand: what was written here tells the epoch too
            found = read_journal(self._directory)
            floor = max(floor, found.header.epoch if found is not None else 0, ledger.epoch(self._directory))
        descriptor, record = self._lock.take(command, floor)
        return LocalLease(self._lock, descriptor, record, self._effects)

    def ledger(self) -> Ledger:
        """Return all steps ever tried, those in the journal of a stopped run included; damage is told, not raised."""
        # The journal first: what it tells is in the ledger before it goes.
        found, head = read_journal(self._directory), read_head(self._directory)
        if found is not None and not applies(found, head, self._journal):
            found = None
        return ledger.read(self._directory, ledger.Owner(self._project, self._environment), found, head.ledger)

    def holder(self) -> Holder | None:
        """Return who holds the lock now."""
        return self._lock.holder()

    def unlock(self, lease_id: str) -> Holder:
        """Break the lock with exactly this id, and return who held it."""
        return self._lock.break_(lease_id)

    @property
    def _state(self) -> Path:
        """Return the state's file."""
        return self._directory / "state.json"

    @property
    def _journal(self) -> str:
        """Return the journal's name."""
        return str(self._directory / "journal.jsonl")
