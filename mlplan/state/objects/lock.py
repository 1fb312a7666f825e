"""Lock: one object that says who writes, and changes hands only by a conditional write.

No clock of one machine is compared with that of another. The holder counts its lease from before the write that
renewed it; whoever waits counts from when it first saw that very version of the object. So the lease has run out
for its holder before it has for anyone else, and the holder begins nothing when little of it is left.
"""

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Final, NamedTuple

from mlplan.core.backend import Holder
from mlplan.core.errors import Locked, StateError
from mlplan.core.state import State
from mlplan.state.objects.claim import Claim, decode, encode
from mlplan.state.objects.place import Place
from mlplan.state.objects.port import Clash, Found
from mlplan.state.objects.probe import prove
from mlplan.state.record import Record, locked, lost, not_locked, where, who

KEY: Final = "lock.json"


class Terms(NamedTuple):
    """How long a lease lasts, in seconds."""

    ttl: float = 180.0
    beat: float = 30.0
    """Between two renewals."""
    margin: float = 90.0
    """What must be left before something is begun: longer than any single call to a platform or store may take."""


class Seen(NamedTuple):
    """A version of the lock's object, and since when it is known here."""

    tag: str
    since: float


class Lock:
    """The lock of one environment."""

    def __init__(self, place: Place, name: str, terms: Terms) -> None:
        """Look at a place where nothing need be yet; `name` is what people call the environment."""
        self.place = place
        self.name = name
        self.terms = terms
        self._seen = Seen("", 0.0)

    def read(self) -> tuple[Claim, Found | None]:
        """Return the claim, an empty one when nobody ever made one, and the object that it was read from."""
        found = self.place.get(KEY)
        return (Claim() if found is None else decode(found.data, self.place.called(KEY))), found

    def take(self, command: str, floor: Callable[[], int]) -> "Held":
        """Take the lock; Locked when another holds it and may be at work. Without an object `floor` tells the last epoch."""
        effects = self.place.effects
        before, found = self.read()
        if before.record.holder is not None and found is not None and not self._ran_out(before, found.tag):
            raise self._locked(before.record.holder, before.ttl)
        prove(self.place)
        epoch, began = before.record.epoch if found is not None else floor(), effects.clock.monotonic()
        holder = Holder(who(), where(), command, effects.clock.now(), effects.token(), epoch + 1)
        record = replace(before.record, epoch=epoch + 1, holder=holder)
        stopped = before.stopped or before.record.holder is not None or (found is None and epoch > 0)
        claim = Claim(record, self.terms.ttl, stopped, effects.token())
        try:
            tag = self.place.write("lock:acquire", KEY, encode(claim), found.tag if found else None)
        except Clash:
            raise self._won_by_another() from None
        return Held(self, claim, tag, began, before.record.holder)

    def break_(self, lease_id: str) -> Holder:
        """Free the lock whose id is exactly this; StateError when there is none such."""
        before, found = self.read()
        holder = before.record.holder
        if found is None or holder is None or holder.id != lease_id:
            raise not_locked(self.name, lease_id, holder)
        nonce = self.place.effects.token()
        claim = before._replace(record=replace(before.record, holder=None), stopped=True, nonce=nonce)
        try:
            self.place.write("lock:break", KEY, encode(claim), found.tag)
        except Clash:
            return self.break_(lease_id)  # it was renewed meanwhile, or is another's
        return holder

    def _ran_out(self, claim: Claim, tag: str) -> bool:
        """Tell whether this version has stood here for a whole lease since it was first seen."""
        now = self.place.effects.clock.monotonic()
        if self._seen.tag != tag:
            self._seen = Seen(tag, now)
        return now - self._seen.since > claim.ttl

    def _won_by_another(self) -> Locked:
        """Return the error for a lock that someone else took at the same moment, and may have given back since."""
        claim, _ = self.read()
        if claim.record.holder is None:
            message = f"another run took the lock of {self.name} at the same moment"
            return Locked(message, code="MLE626", hint="run again, or wait with --lock-timeout 10m")
        return self._locked(claim.record.holder, claim.ttl)

    def _locked(self, holder: Holder, ttl: float) -> Locked:
        """Return the error for a lock that another run holds."""
        return locked(
            self.name, holder, f", and takes over once the holder gives no sign of life for {ttl:.0f} seconds"
        )


class Held:
    """The lock while it is ours."""

    def __init__(self, lock: Lock, claim: Claim, tag: str, began: float, dead: Holder | None) -> None:
        """Count the lease from before the write that made it; it may have been taken from one who is `dead`."""
        assert claim.record.holder is not None
        self.holder = claim.record.holder
        self.took_over = dead
        self.unclean = claim.stopped
        self._lock = lock
        self._claim = claim
        self._tag = tag
        self._until = began + claim.ttl
        self._lost = False
        self._turn = threading.Lock()

    def alive(self) -> None:
        """Raise Locked unless enough of the lease is left to begin something; looks at the local clock only."""
        if self._lost:
            raise lost(self._lock.name, self.holder)
        if self._until - self._lock.place.effects.clock.monotonic() < self._lock.terms.margin:
            raise self._ran_out()

    def check(self) -> None:
        """Raise Locked when the lock is another's by now, or as good as."""
        self.alive()
        claim, _ = self._lock.read()
        self._recognise(claim)
        self.alive()

    def renew(self) -> None:
        """Begin the lease anew; a failure leaves it to run out, and the next beat tries again."""
        with self._turn:
            began = self._lock.place.effects.clock.monotonic()
            try:
                self._put(self._claim.record, "lock:renew")
            except (StateError, Locked):
                return
            self._until = began + self._claim.ttl

    def wrote(self, state: State) -> None:
        """Remember what was written last, so that an older state is told from it; renewed and given back with it."""
        with self._turn:
            self._claim = self._claim._replace(
                record=replace(self._claim.record, lineage=state.lineage, serial=state.serial)
            )

    def fenced(self) -> None:
        """Remember that nothing of an earlier run can reach state any more."""
        self.unclean = False

    def give_back(self) -> None:
        """Write the claim without its holder, unless the lock is another's by now."""
        with self._turn:
            unclean = self.unclean or self._lock.place.doubt
            self._claim = self._claim._replace(stopped=unclean)
            if not self._lost:
                self._put(replace(self._claim.record, holder=None), "lock:release")

    def _put(self, record: Record, label: str) -> None:
        """Write the claim anew; Locked when it is another's by now."""
        place = self._lock.place
        claim = self._claim._replace(record=record, nonce=place.effects.token())
        try:
            self._tag = place.write(label, KEY, encode(claim), self._tag)
        except Clash:
            there, found = self._lock.read()
            self._recognise(there)
            assert found is not None
            self._tag = found.tag  # an earlier renewal that was given up has arrived after all
            self._put(record, label)

    def _recognise(self, claim: Claim) -> None:
        """Raise Locked unless the claim is ours."""
        there = claim.record.holder
        if there is None or there.id != self.holder.id:
            self._lost = True
            raise lost(self._lock.name, self.holder)

    def _ran_out(self) -> Locked:
        """Return the error for a lease that could not be renewed in time."""
        hint = "this run writes nothing more; when the store can be reached, plan again: steps that were begun are read back"
        message = f"the lease of {self._lock.name} could not be renewed in time: another run may take it over"
        return Locked(message, code="MLE619", hint=hint)
