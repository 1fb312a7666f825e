"""Terminal: the one place that writes; data goes to stdout and everything else to stderr."""

import os
import sys
from collections.abc import Sequence
from typing import TextIO

from mlplan.core.diagnostic import Diagnostic
from mlplan.render.colour import ANSI, PLAIN, Palette


class Terminal:
    """Write, and go on when the reader has gone: a closed pipe never stops an apply half-way."""

    def __init__(self, *, colour: bool = True) -> None:
        self._colour = colour and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"

    def palette(self, stream: TextIO) -> Palette:
        """Return colours for a terminal and none for anything else."""
        return ANSI if self._colour and stream.isatty() else PLAIN

    @property
    def out(self) -> Palette:
        """Return the palette of stdout."""
        return self.palette(sys.stdout)

    @property
    def err(self) -> Palette:
        """Return the palette of stderr."""
        return self.palette(sys.stderr)

    def data(self, text: str) -> None:
        """Write what the command was asked for."""
        self._write(sys.stdout, text)

    def say(self, text: str) -> None:
        """Write something beside the data."""
        self._write(sys.stderr, text)

    def findings(self, found: Sequence[Diagnostic]) -> None:
        """Write diagnostics."""
        if found:
            from mlplan.render.finding import findings_text  # noqa: PLC0415 - most commands find nothing

            self.say(f"{findings_text(found, self.err)}\n")

    def _write(self, stream: TextIO, text: str) -> None:
        """Write and flush."""
        try:
            stream.write(_encodable(text, stream))
            stream.flush()
        except BrokenPipeError:
            # What is written from here on, at exit too, goes nowhere instead of failing again.
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, stream.fileno())
            os.close(nowhere)


def _encodable(text: str, stream: TextIO) -> str:
    """Return `text` with what the stream's encoding lacks written out."""
    encoding = stream.encoding or "utf-8"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return text.encode(encoding, "backslashreplace").decode(encoding)
    return text
