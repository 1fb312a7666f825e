"""Files: reading what a project includes, and nothing else.

Every file is a regular one whose real path lies under the project's root; links that lead out,
pipes, devices and `.git` are refused, and sizes are checked on the open file, before it is read.
"""

import os
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from mlplan.core.diagnostic import Diagnostic
from mlplan.core.source import Source

MAX_FILE: Final = 8 * 1024 * 1024
MAX_TOTAL: Final = 32 * 1024 * 1024
_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


@dataclass(slots=True)
class Reader:
    """Reads files under a root, up to a total."""

    root: Path
    real_root: str = field(init=False)
    read_files: list[str] = field(default_factory=list)
    _total: int = 0

    def __post_init__(self) -> None:
        """Resolve the root once."""
        self.real_root = os.path.realpath(self.root)

    def read(self, file: str) -> bytes | Diagnostic:
        """Return the bytes of a file named relative to the root, or why it is not read."""
        real = os.path.realpath(os.path.join(self.real_root, file))  # noqa: PTH118 - paths of thousands of files
        inside = os.path.relpath(real, self.real_root)
        if inside.startswith("..") or ".git" in Path(inside).parts:
            return _refuse("MLE104", file, "the file leads out of the project", "keep a copy inside the project")
        try:
            descriptor = os.open(real, _FLAGS)
        except OSError as error:
            return _unreadable(file, error)
        try:
            return self._read_open(descriptor, file)
        except OSError as error:
            return _unreadable(file, error)
        finally:
            os.close(descriptor)

    def _read_open(self, descriptor: int, file: str) -> bytes | Diagnostic:
        """Return the content of an open file, once it is known to be plain and small enough."""
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            return _refuse("MLE103", file, "not a regular file", "include plain files only")
        if found.st_size > MAX_FILE:
            return _refuse("MLE106", file, f"the file is larger than {MAX_FILE // 2**20} MB", "split it")
        data = _read_all(descriptor, MAX_FILE + 1)
        self._total += len(data)
        if len(data) > MAX_FILE or self._total > MAX_TOTAL:
            return _refuse("MLE106", file, f"the project holds more than {MAX_TOTAL // 2**20} MB", "split the project")
        self.read_files.append(file)
        return data


def _read_all(descriptor: int, limit: int) -> bytes:
    """Return everything up to a limit."""
    parts = []
    while limit > 0 and (part := os.read(descriptor, min(limit, 1 << 20))):
        parts.append(part)
        limit -= len(part)
    return b"".join(parts)


def _unreadable(file: str, error: OSError) -> Diagnostic:
    """Return why the system did not give us a file."""
    return _refuse("MLE102", file, f"the file cannot be read: {error.strerror}", "check that it exists and is readable")


def _refuse(code: str, file: str, summary: str, hint: str) -> Diagnostic:
    """Return a finding about a whole file."""
    return Diagnostic(code, summary, source=Source(file), hint=hint)
