"""Lock: one writer at a time on one machine, known by name, and free when its process is gone.

`lock.json` names the holder. Its process keeps an `flock` on that very file, so that the system
frees it when the process dies in whatever way. To take, break or give back the lock is to put a new
file in its place; so a holder that lost it sees another file there, however long it was asleep.
The epoch in the record only grows. `lock` is the gate: held for the moment in which the record or
state is replaced.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

from mlplan.core.backend import Holder
from mlplan.core.effect import Effects
from mlplan.core.errors import StateError
from mlplan.state import files
from mlplan.state.record import Record, decode, encode, locked, not_locked, where, who

PATIENCE = 5.0
"""Seconds to wait at the gate, which others hold for milliseconds."""
_PAUSE = 0.02
_SMALL = 1 << 16


class Lock:
    """The lock of one environment's directory."""

    def __init__(self, directory: Path, effects: Effects, name: str) -> None:
        """Look at a directory that need not be there yet; `name` is what people call it."""
        self.directory = directory
        self.path = directory / "lock.json"
        self.name = name
        self._effects = effects

    def read(self) -> Record:
        """Return the record, an empty one when nobody ever took the lock."""
        data = files.read(self.path, _SMALL)
        return Record() if data is None else decode(data, self.path)

    def holder(self) -> Holder | None:
        """Return who holds the lock and is alive."""
        holder = self.read().holder
        return holder if holder is not None and self._alive() else None

    def take(self, command: str, floor: int) -> tuple[int, Record]:
        """Take the lock with an epoch above `floor`; return the descriptor that keeps it, and the record."""
        files.make_directory(self._effects, self.directory, "lock")
        with self.gate():
            record = self.read()
            if record.holder is not None and self._alive():
                raise locked(self.name, record.holder)
            token, epoch = self._effects.token(), max(record.epoch, floor) + 1
            holder = Holder(who(), where(), command, self._effects.clock.now(), token, epoch)
            taken = replace(record, epoch=epoch, holder=holder)
            descriptor = self._put(taken, "lock:acquire")
            self._sweep()
        return descriptor, taken

    def mine(self, descriptor: int) -> bool:
        """Tell whether the record in place is the one that `descriptor` keeps."""
        try:
            found, held = self.path.stat(), os.fstat(descriptor)
        except OSError:
            return False
        return (found.st_dev, found.st_ino) == (held.st_dev, held.st_ino)

    def give_back(self, descriptor: int, record: Record) -> None:
        """Write `record` without its holder, unless the lock is another's by now."""
        try:
            with self.gate():
                if self.mine(descriptor):
                    os.close(self._put(replace(record, holder=None), "lock:release"))
        finally:
            os.close(descriptor)

    def break_(self, lease_id: str) -> Holder:
        """Free the lock whose id is exactly this; StateError when there is none such."""
        if not self.path.exists():
            raise not_locked(self.name, lease_id, None)
        with self.gate():
            record = self.read()
            if record.holder is None or record.holder.id != lease_id:
                raise not_locked(self.name, lease_id, record.holder)
            os.close(self._put(replace(record, holder=None), "lock:break"))
        return record.holder

    @contextmanager
    def gate(self) -> Iterator[None]:
        """Keep every other process from replacing the record or the state meanwhile."""
        path = self.directory / "lock"
        with files.writing(path):
            opening = partial(os.open, path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            descriptor = self._effects.run("lock:gate", opening)
        try:
            self._pass(descriptor, path)
            yield
        finally:
            os.close(descriptor)

    def _pass(self, descriptor: int, path: Path) -> None:
        """Wait at the gate, but not for ever."""
        clock = self._effects.clock
        latest = clock.monotonic() + PATIENCE
        while not _flock(descriptor, fcntl.LOCK_EX, path):
            if clock.monotonic() >= latest:
                hint = "a stopped or hanging process holds it open: `fuser` tells which; end it and run again"
                raise StateError(f"{path} stayed busy for {PATIENCE:.0f} seconds", code="MLE613", hint=hint)
            clock.sleep(_PAUSE)

    def _put(self, record: Record, label: str) -> int:
        """Replace the record and keep the new file locked; return the descriptor that does."""
        token = record.holder.id if record.holder else self._effects.token()
        staged = files.stage(self._effects, self.path, encode(record), "lock", token[:12])
        try:
            _flock(staged.descriptor, fcntl.LOCK_EX, self.path)
            files.place(self._effects, staged, label)
        except BaseException:
            files.discard(self._effects, staged, "lock")
            raise
        return staged.descriptor

    def _alive(self) -> bool:
        """Tell whether the process that holds the record in place still runs."""
        descriptor = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            return not _flock(descriptor, fcntl.LOCK_SH, self.path)
        finally:
            os.close(descriptor)

    def _sweep(self) -> None:
        """Remove what runs that were stopped have left half-written."""
        for path in sorted(self.directory.glob(f"*{files.TEMPORARY}")):
            with suppress(OSError):
                self._effects.run("lock:sweep", path.unlink)


def _flock(descriptor: int, how: int, path: Path) -> bool:
    """Lock an open file without waiting; False when another has it."""
    try:
        fcntl.flock(descriptor, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        hint = "the file system has no file locks: keep the state on a local disk"
        raise StateError(f"cannot lock {path}: {error.strerror}", code="MLE613", hint=hint) from error
    return True
