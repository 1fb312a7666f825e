"""Lease: the lock of a store while it is held, and all writing of state there."""

from contextlib import suppress
from dataclasses import replace
from typing import Final, NamedTuple

from mlplan.core.backend import Journal, Lease
from mlplan.core.errors import Locked, MlplanError, StateError
from mlplan.core.state import State
from mlplan.state import codec, formats
from mlplan.state.journal import Header, LineJournal, Recorded, header_line
from mlplan.state.ledger import Owner
from mlplan.state.objects import journal as journals
from mlplan.state.objects import ledger
from mlplan.state.objects.heart import Heart
from mlplan.state.objects.journal import Part, PartSink
from mlplan.state.objects.lock import Held, Lock
from mlplan.state.objects.port import Clash, Found
from mlplan.state.record import lost
from mlplan.state.sequence import refuse_changed

STATE: Final = "state.json"
KEPT: Final = 20
"""Previous states below `history/`."""


class There(NamedTuple):
    """The state's object as it is before a write, and the journal of a stopped run that goes on from it."""

    found: Found | None
    head: codec.Head
    """As state is with that journal taken in."""
    written: codec.Head
    """As the object says."""
    begun: Recorded | None

    @property
    def tag(self) -> str | None:
        """Return the object's tag, None when there is no object."""
        return self.found.tag if self.found is not None else None


class ObjectLease(Lease):
    """The lock of a store while it is held."""

    def __init__(self, lock: Lock, held: Held, heart: Heart) -> None:
        """Keep the lease alive from now on."""
        self.holder = held.holder
        self.took_over = held.took_over
        self._name = lock.name
        self._place = lock.place
        self._held = held
        self._heart = heart
        self._begun: LineJournal | None = None
        self._released = False
        heart.start(held.renew, lock.terms.beat)

    def check(self) -> None:
        """Raise Locked when the lease is no longer ours; one look at an object."""
        self._held.check()

    def journal(self, state: State) -> Journal:
        """Begin the record of an apply that starts from `state`, which was read under this lease.

        What the journal of a stopped run has added is written to state first; where a run did not give the lock
        back itself, state is at least written anew, so that whatever it still writes clashes.
        """
        self.check()
        there = self._expect(state)
        if there.begun is not None:
            state.epoch = self.holder.epoch
            self._write(state, there, there.begun)
        else:
            ledger.addition(self._place, _owner(state), None, there.written)  # refused here rather than after the calls
            self._fence(state, there)
        self._begun = self._begin(state)
        self.check()  # whoever took the lock before this look has seen the journal, and sealed it
        return self._begun

    def save(self, state: State) -> State:
        """Write the next serial of `state`, drop the journal, and return what was written.

        What the journal tells is appended to the ledger first.
        """
        self.check()
        there = self._expect(state)
        recorded, lineage = there.begun, state.lineage
        if self._begun is not None:
            recorded = self._begun.recorded
            lineage = recorded.header.lineage
            self._begun.close()
        written = replace(
            state,
            lineage=lineage or self._place.effects.token(),
            serial=state.serial + 1,
            epoch=self.holder.epoch,
            recovered=False,
        )
        self._write(written, there, recorded)
        self._begun = None
        return written

    def release(self) -> None:
        """Give the lock back; a lease that was lost meanwhile is left alone."""
        if self._released:
            return
        self._released = True
        self._heart.stop()
        try:
            if self._begun is not None:
                with suppress(Locked):
                    self._begun.close()
        finally:
            with suppress(StateError, Locked):  # an answer that is missing leaves the lease to run out
                self._held.give_back()

    def _begin(self, state: State) -> LineJournal:
        """Write the first object of a journal that goes on from `state`."""
        effects, holder = self._place.effects, self.holder
        lineage = state.lineage or effects.token()
        header = Header(lineage, state.serial, holder.epoch, holder.run, holder.who, self.about)
        first = Part(state.serial, holder.epoch, 0)
        try:
            journals.begin(self._place, first, header_line(header))
        except Clash:
            raise self._lost() from None
        sink = PartSink(self._place, first, self._held.alive, self._lost)
        return LineJournal(effects, sink, self._place.called(first.key), self._held.alive, header)

    def _expect(self, state: State) -> There:
        """Raise StateError unless `state` is what is there; return what it will be written over."""
        found = self._place.get(STATE)
        written = codec.peek(found.data, self._place.called(STATE)) if found is not None else codec.Head()
        if written.epoch > self.holder.epoch:
            raise _older_lock(self._place.called(STATE), written.epoch, self.holder.epoch)
        begun, head = None, written
        if self._begun is None:
            begun = self._stopped(written)
        if begun is not None:
            head = written._replace(lineage=begun.header.lineage, serial=written.serial + 1)
        refuse_changed(self._name, head, state)
        if self._begun is None and state.recovered != (begun is not None):
            raise _changed(self._name, "the run that seemed to have stopped has written state itself")
        return There(found, head, written, begun)

    def _stopped(self, written: codec.Head) -> Recorded | None:
        """Return the journal of a stopped run that goes on from what is written."""
        try:
            return journals.recorded(self._place, written, journals.parts(self._place))
        except journals.Moving:
            raise _changed(self._name, "the run that seemed to have stopped is at work") from None

    def _write(self, state: State, there: There, recorded: Recorded | None) -> None:
        """Append to the ledger, keep the state of before, and put `state` in place; in this order."""
        lines, end, state.ledger = ledger.addition(self._place, _owner(state), recorded, there.written)
        try:
            ledger.append(self._place, lines, end)
            if there.found is not None:
                self._keep(there.found.data, there.written.serial)
            self._place.write("state:put", STATE, codec.encode(state), there.tag)
        except Clash:
            raise self._overtaken() from None
        self._held.wrote(state)
        self._held.fenced()
        journals.drop(self._place, state.serial, self.holder.epoch)

    def _fence(self, state: State, there: There) -> None:
        """Write state anew with our epoch, if a run that lost the lock could still write over the old."""
        state.ledger = there.written.ledger
        if not self._held.unclean:
            return
        try:
            self._place.write("state:fence", STATE, codec.encode(replace(state, epoch=self.holder.epoch)), there.tag)
        except Clash:
            raise self._overtaken() from None
        self._held.fenced()

    def _keep(self, data: bytes, serial: int) -> None:
        """Keep the state that is about to be replaced, and let go of the one twenty before it."""
        written = codec.format_of(data)
        with suppress(Clash):  # it was kept by a run that stopped after that
            if written < formats.latest():
                self._place.write("state:keep", f"state.format-{written}.json", data, None)
        with suppress(Clash):
            self._place.write("history:keep", _history(serial), data, None)
        if serial > KEPT:
            self._place.drop("history:drop", [_history(serial - KEPT)])

    def _overtaken(self) -> MlplanError:
        """Return the error for a write that clashed: the lock was lost, or something else writes here."""
        try:
            self.check()
        except Locked as error:
            return error
        message = f"the state of {self._name} changed since it was read, although its lock is held"
        return StateError(
            message, code="MLE607", hint="something other than mlplan writes there; find it, then run again"
        )

    def _lost(self) -> Locked:
        """Return the error for a journal that another run has sealed."""
        return lost(self._name, self.holder)


def _history(serial: int) -> str:
    """Return where a previous state is kept."""
    return f"history/{serial:06d}.json"


def _owner(state: State) -> Owner:
    """Return whose ledger it is."""
    return Owner(state.project, state.environment)


def _changed(name: str, why: str) -> StateError:
    """Return the error for a state that is not the one that was read."""
    message = f"the state of {name} changed since it was read: {why}"
    return StateError(message, code="MLE607", hint="run again: it starts from the state as it is now")


def _older_lock(name: str, there: int, ours: int) -> StateError:
    """Return the error for a lock that was put back from an earlier time."""
    message = f"{name} was written under epoch {there}, and the lock counts {ours}: an older lock.json was put back"
    return StateError(message, code="MLE605", hint="make sure that no run is active, remove lock.json, and run again")
