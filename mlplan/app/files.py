"""Files: documents that the user names on the command line, read whole and written as a whole."""

import os
import stat
from pathlib import Path

from mlplan.core.diagnostic import Diagnostic
from mlplan.core.effect import Effects
from mlplan.core.errors import Mistake

LARGEST = 1 << 26
"""Bytes; no plan that a person could review is larger."""


def read_document(path: Path, limit: int = LARGEST) -> bytes:
    """Return a regular file's bytes; Mistake when there is none or it is too large."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise _mistake(path, "read", error.strerror or str(error)) from error
    found = os.fstat(descriptor)
    why = "" if stat.S_ISREG(found.st_mode) else "it is not a regular file"
    if found.st_size > limit:
        why = why or f"it is larger than {limit:,} bytes"
    if why:
        os.close(descriptor)
        raise _mistake(path, "read", why)
    with os.fdopen(descriptor, "rb") as file:
        return file.read()


def write_document(effects: Effects, path: Path, text: str, mode: int = 0o600) -> None:
    """Write a file in one move, for its owner's eyes unless said otherwise; Mistake when the system refuses."""
    temporary = path.with_name(f".{path.name}.{effects.token()}.tmp")

    def write() -> None:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        temporary.replace(path)

    try:
        effects.run(f"write {path.name}", write)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise _mistake(path, "write", error.strerror or str(error)) from error


def _mistake(path: Path, verb: str, why: str) -> Mistake:
    """Return what to say of a file that cannot be used."""
    return Mistake(Diagnostic("MLE706", f"cannot {verb} {path}: {why}", hint="check the name and its permissions"))
