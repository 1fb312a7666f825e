"""Sink: where the lines of a journal go, and what makes them last."""

import os
from typing import Protocol

from mlplan.core.effect import Effects

_sync = getattr(os, "fdatasync", os.fsync)  # macOS has no fdatasync


class Sink(Protocol):
    """Takes lines in order; one caller appends at a time, and one syncs, each perhaps while the other is at work."""

    def append(self, text: bytes) -> None:
        """Take a line."""

    def sync(self) -> None:
        """Make every line durable that was appended before the call."""

    def close(self) -> None:
        """Let go of what is open."""


class FileSink:
    """Lines at the end of an open file."""

    def __init__(self, effects: Effects, descriptor: int) -> None:
        """Take over the descriptor."""
        self._effects = effects
        self._descriptor = descriptor

    def append(self, text: bytes) -> None:
        """Write a line."""
        self._effects.write("journal:append", self._descriptor, text)

    def sync(self) -> None:
        """Have the system put it on the disk."""
        self._effects.run("journal:sync", lambda: _sync(self._descriptor))

    def close(self) -> None:
        """Close the file."""
        os.close(self._descriptor)
