"""Lease: the lock of a local backend while it is held, and all writing of state."""

import os
import shutil
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

from mlplan.core.backend import Journal, Lease
from mlplan.core.effect import Effects
from mlplan.core.errors import StateError
from mlplan.core.state import State
from mlplan.state import codec, files, formats, ledger
from mlplan.state.journal import Header, LineJournal, Recorded, header_line, parse
from mlplan.state.lock import Lock
from mlplan.state.record import Record, lost
from mlplan.state.sequence import applies, refuse_changed
from mlplan.state.sink import FileSink

KEPT = 20
"""Previous states in `history/`."""
_FIRST_LINE = 1 << 12


class LocalLease(Lease):
    """The lock of a local backend while it is held."""

    def __init__(self, lock: Lock, descriptor: int, record: Record, effects: Effects) -> None:
        """Hold on to the descriptor that keeps the lock."""
        assert record.holder is not None
        self.holder = record.holder
        self._lock = lock
        self._directory = lock.directory
        self._descriptor = descriptor
        self._record = record
        self._effects = effects
        self._begun: LineJournal | None = None

    def check(self) -> None:
        """Raise Locked when the lease is no longer ours; one look at a file."""
        if not self._lock.mine(self._descriptor):
            raise lost(self._lock.name, self.holder)

    def journal(self, state: State) -> Journal:
        """Begin the record of an apply that starts from `state`, which was read under this lease.

        What the journal of a stopped run has added is written to state first. A ledger that cannot be
        gone on with is refused here, before anything is done.
        """
        self.check()
        found = self._expect(state)
        added = ledger.addition(self._directory, _owner(state), found, state.ledger)
        if found is not None and found.events:
            state.ledger = added.end
            self._write(state, added)
        lineage = state.lineage or self._effects.token()
        header = Header(lineage, state.serial, self.holder.epoch, self.holder.run, self.holder.who, self.about)
        path = self._directory / "journal.jsonl"
        staged = files.stage(self._effects, path, header_line(header), "journal", self._token)
        with self._lock.gate():
            self._check_or_discard(staged)
            files.place(self._effects, staged, "journal")
        sink = FileSink(self._effects, staged.descriptor)
        self._begun = LineJournal(self._effects, sink, str(path), self.check, header)
        return self._begun

    def save(self, state: State) -> State:
        """Write the next serial of `state`, drop the journal, and return what was written.

        What the journal tells is appended to the ledger first.
        """
        self.check()
        recorded = self._expect(state)
        lineage = state.lineage
        if self._begun is not None:
            recorded = self._begun.recorded
            lineage = recorded.header.lineage
            self._begun.close()
        added = ledger.addition(self._directory, _owner(state), recorded, state.ledger)
        written = replace(
            state,
            lineage=lineage or self._effects.token(),
            serial=state.serial + 1,
            epoch=self.holder.epoch,
            ledger=added.end,
            recovered=False,
        )
        self._write(written, added)
        self._begun = None
        return written

    def release(self) -> None:
        """Give the lock back; a lease that was lost meanwhile is left alone."""
        if self._descriptor < 0:
            return
        descriptor, self._descriptor = self._descriptor, -1
        try:
            if self._begun is not None:
                self._begun.close()
        finally:
            with suppress(StateError):  # the lock is free once its file is closed; the record is only tidier
                self._lock.give_back(descriptor, self._record)

    @property
    def _token(self) -> str:
        """Return what sets the temporary files of this lease apart."""
        return self.holder.id[:12]

    def _expect(self, state: State) -> Recorded | None:
        """Raise StateError unless `state` is what is on disk; return the journal of a stopped run there."""
        head = read_head(self._directory)
        found = None
        if self._begun is None:
            found = read_journal(self._directory)
            if found is not None and not applies(found, head, f"{self._directory}/journal.jsonl"):
                found = None
        if found is not None and found.events:
            head = codec.Head(found.header.lineage, head.serial + 1)
        refuse_changed(self._lock.name, head, state)
        return found

    def _write(self, state: State, added: ledger.Addition) -> None:
        """Append to the ledger, put `state` in place, the one before into history, and remove the journal.

        In this order: a journal is dropped only when both hold what it tells.
        """
        path = self._directory / "state.json"
        staged = files.stage(self._effects, path, codec.encode(state), "state", self._token)
        with self._lock.gate():
            self._check_or_discard(staged)
            try:
                ledger.append(self._effects, self._directory, added)
                _keep(self._effects, path)
                files.place(self._effects, staged, "state")
            except BaseException:
                files.discard(self._effects, staged, "state")
                raise
            os.close(staged.descriptor)
            self._record = replace(self._record, lineage=state.lineage, serial=state.serial)
            files.remove(self._effects, self._directory / "journal.jsonl", "journal")

    def _check_or_discard(self, staged: files.Staged) -> None:
        """Look once more behind the gate, where nobody can take the lock between the look and the write."""
        try:
            self.check()
        except BaseException:
            files.discard(self._effects, staged, "state")
            raise


def _owner(state: State) -> ledger.Owner:
    """Return whose ledger it is."""
    return ledger.Owner(state.project, state.environment)


def read_journal(directory: Path) -> Recorded | None:
    """Return the journal in a directory, None when there is none."""
    path = directory / "journal.jsonl"
    data = files.read(path)
    return None if data is None else parse(data, str(path))


def read_head(directory: Path) -> codec.Head:
    """Return the first line of the state in a directory, that of no state when there is none."""
    path = directory / "state.json"
    data = files.read(path, first=_FIRST_LINE)
    return codec.Head() if data is None else codec.peek(data, str(path))


def _keep(effects: Effects, path: Path) -> None:
    """Keep the state that is about to be replaced, and let go of the oldest beyond twenty."""
    if not path.exists():
        return
    serial = read_head(path.parent).serial
    _keep_older(effects, path)
    history = path.parent / "history"
    files.make_directory(effects, history, "history")
    kept = history / f"{serial:06d}.json"
    with files.writing(kept):
        files.remove(effects, kept, "history")
        effects.run("history:keep", partial(_link_or_copy, path, kept))
        for old in sorted(history.glob("*.json"))[:-KEPT]:
            effects.run("history:drop", old.unlink)


def _keep_older(effects: Effects, path: Path) -> None:
    """Keep a state of an older format for good, so that the mlplan which wrote it can be gone back to."""
    written = codec.format_of(files.read(path, first=_FIRST_LINE) or b"")
    kept = path.with_name(f"state.format-{written}.json")
    if 0 < written < formats.latest() and not kept.exists():
        with files.writing(kept):
            effects.run("state:keep", partial(_link_or_copy, path, kept))


def _link_or_copy(source: Path, target: Path) -> None:
    """Give a file a second name, or a copy where the file system knows no second names."""
    try:
        os.link(source, target)
    except PermissionError:
        shutil.copyfile(source, target)
        target.chmod(0o600)
