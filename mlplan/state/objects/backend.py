"""Object backend: state in a store of objects, for many machines.

    <prefix>/<project>/<environment>/
        state.json              the state, one resource per line
        journal/<serial>-<epoch>/<number>.jsonl   what a run has begun and done since
        ledger/<number>.jsonl   every step of every run so far, each line chained to the one before
        history/000012.json     the states before, twenty of them
        lock.json, probe        who writes (see `lock`), and what shows that conditions are heeded

Nothing is made before the first run that writes, and nothing that is right depends on anything being gone.
"""

from collections.abc import Callable
from typing import Final

from mlplan.core.backend import Backend, Holder, Lease
from mlplan.core.effect import Effects
from mlplan.core.ledger import Ledger
from mlplan.core.state import State
from mlplan.state import codec
from mlplan.state.journal import Recorded, damaged, take_in
from mlplan.state.ledger import Owner
from mlplan.state.objects import journal, ledger
from mlplan.state.objects.heart import Heart, ThreadHeart
from mlplan.state.objects.lease import STATE, ObjectLease
from mlplan.state.objects.lock import Lock, Terms
from mlplan.state.objects.place import Place
from mlplan.state.objects.port import ObjectStore
from mlplan.state.sequence import refuse_older

_TRIES: Final = 5


class ObjectBackend(Backend):
    """The state of one environment in a store of objects."""

    def __init__(
        self,
        store: ObjectStore,
        prefix: str,
        owner: Owner,
        effects: Effects,
        terms: Terms = Terms(),  # noqa: B008 - a value, not a default that is made anew
        heart: Callable[[], Heart] = ThreadHeart,
    ) -> None:
        """Look at a place where nothing need be yet; a `heart` keeps each lease alive."""
        path = "/".join(part for part in (prefix.strip("/"), *owner) if part)
        self._owner = owner
        self._place = Place(store, path, effects)
        self._lock = Lock(self._place, "/".join(owner), terms)
        self._heart = heart

    def read(self) -> State:
        """Return the state with the journal of a stopped run taken in; StateError when it cannot be trusted."""
        state, begun = self._read()
        if begun is not None:
            take_in(state, begun)
        return state

    def lock(self, command: str) -> Lease:
        """Take the lock, or raise Locked with the holder's name and how to free it."""
        self._place.doubt = False
        held = self._lock.take(command, self._floor)
        lease = ObjectLease(self._lock, held, self._heart())
        try:
            if held.unclean:
                journal.seal(self._place)
        except BaseException:
            lease.release()
            raise
        return lease

    def ledger(self) -> Ledger:
        """Return all steps ever tried, those in the journal of a stopped run included; damage is told, not raised."""
        state, begun = self._read()
        return ledger.read(self._place, self._owner, begun, state.ledger)

    def holder(self) -> Holder | None:
        """Return who holds the lock now."""
        return self._lock.read()[0].record.holder

    def unlock(self, lease_id: str) -> Holder:
        """Break the lock with exactly this id, and return who held it."""
        return self._lock.break_(lease_id)

    def _read(self) -> tuple[State, Recorded | None]:
        """Return state as it was written, and the journal that goes on from it."""
        name = ""
        for _ in range(_TRIES):
            # In this order a run that writes meanwhile can only make the former look older than the latter.
            claim, parts, found = self._lock.read()[0], journal.parts(self._place), self._place.get(STATE)
            state = State(*self._owner)
            if found is not None:
                state = codec.decode(found.data, self._place.called(STATE), *self._owner)
            refuse_older(state, claim.record, self._place.called(STATE))
            head = codec.Head(state.lineage, state.serial, state.epoch, state.ledger)
            try:
                return state, journal.recorded(self._place, head, parts)
            except journal.Moving as moving:
                name = str(moving)
        raise damaged(name, "an object of it is missing")

    def _floor(self) -> int:
        """Return the highest epoch that was ever used here, for a lock whose object was removed."""
        found = self._place.get(STATE)
        written = codec.peek(found.data, self._place.called(STATE)).epoch if found is not None else 0
        return max(written, ledger.epoch(self._place), *(part.epoch for part in journal.parts(self._place)), 0)
