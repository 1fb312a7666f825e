"""Files: private files that change as a whole or not at all.

A file is staged beside its place, synced, and renamed over it; whoever reads sees the old one or
the new one. Every change goes through the effects, so that tests can fail or stop it anywhere.
"""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import BinaryIO, NamedTuple

from mlplan.core.effect import Effects
from mlplan.core.errors import StateError

LARGEST = 1 << 28
"""Bytes; a larger file is not ours, and reading it would only exhaust memory."""
TEMPORARY = ".tmp"


class Staged(NamedTuple):
    """A complete new file that waits to take its place."""

    descriptor: int
    temporary: Path
    path: Path


def read(path: Path, limit: int = LARGEST, first: int = -1) -> bytes | None:
    """Return the file's bytes, or the `first` of them; None when there is no such file, else StateError."""
    with _opened(path, limit) as file:
        return None if file is None else file.read(first)


def read_end(path: Path, last: int) -> tuple[int, bytes]:
    """Return the file's size and its `last` bytes; none when there is no such file, else StateError."""
    with _opened(path, LARGEST) as file:
        if file is None:
            return 0, b""
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - last))
        return size, file.read(last)


@contextmanager
def _opened(path: Path, limit: int) -> Iterator[BinaryIO | None]:
    """Open a file that can be ours, None when there is no such file; StateError when it cannot be."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except FileNotFoundError:
        yield None
        return
    except OSError as error:
        raise unreadable(path, error.strerror) from error
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise unreadable(path, "it is not a regular file")
        if found.st_size > limit:
            raise unreadable(path, f"it is larger than {limit:,} bytes")
        with open(descriptor, "rb", closefd=False) as file:
            yield file
    except OSError as error:
        raise unreadable(path, error.strerror) from error
    finally:
        os.close(descriptor)


def unreadable(path: Path, why: str | None) -> StateError:
    """Return the error for a file that is there and cannot be read."""
    hint = "nothing was changed; make the file readable for the one who runs mlplan, and run again"
    return StateError(f"cannot read {path}: {why}", code="MLE600", hint=hint)


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn the system's refusals to write into StateError."""
    try:
        yield
    except OSError as error:
        hint = "the file is as it was, and what was begun is in journal.jsonl beside it; make room and run again"
        raise StateError(f"cannot write {path}: {error.strerror or error}", code="MLE606", hint=hint) from error


def make_directory(effects: Effects, path: Path, label: str) -> None:
    """Make a directory and its missing parents, for the owner's eyes only."""
    missing = []
    while not path.is_dir():
        missing.append(path)
        path = path.parent
    for one in reversed(missing):
        with writing(one), suppress(FileExistsError):
            effects.run(f"{label}:mkdir", partial(one.mkdir, 0o700))


def stage(effects: Effects, path: Path, data: bytes, label: str, token: str) -> Staged:
    """Write `data` to a new file beside `path` and sync it; `token` tells writers apart."""
    temporary = path.with_name(f"{path.name}.{token}{TEMPORARY}")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    with writing(path):
        descriptor = effects.run(f"{label}:open", partial(os.open, temporary, flags, 0o600))
        staged = Staged(descriptor, temporary, path)
        try:
            effects.write(f"{label}:write", descriptor, data)
            effects.run(f"{label}:sync", partial(os.fsync, descriptor))
        except BaseException:
            discard(effects, staged, label)
            raise
    return staged


def discard(effects: Effects, staged: Staged, label: str) -> None:
    """Give a staged file up."""
    os.close(staged.descriptor)
    with suppress(OSError):
        effects.run(f"{label}:discard", staged.temporary.unlink)


def place(effects: Effects, staged: Staged, label: str) -> None:
    """Put a staged file in its place for good; its descriptor stays open."""
    with writing(staged.path):
        effects.run(f"{label}:rename", partial(staged.temporary.rename, staged.path))
        sync_directory(effects, staged.path.parent, label)


def remove(effects: Effects, path: Path, label: str) -> None:
    """Remove a file, if it is there."""
    if path.exists():
        with writing(path), suppress(FileNotFoundError):
            effects.run(f"{label}:remove", path.unlink)


def sync_directory(effects: Effects, path: Path, label: str) -> None:
    """Make renames in a directory survive a power cut."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        effects.run(f"{label}:sync-directory", partial(os.fsync, descriptor))
    finally:
        os.close(descriptor)
