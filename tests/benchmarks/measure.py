"""Measure: run a command to its end, and say what it took."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

LAUNCH = [sys.executable, "-I", "-S", str(Path(__file__).with_name("launch.py"))]
PATIENCE = 600
"""Seconds that a command may take unless its caller says otherwise."""


class Sample(NamedTuple):
    """What one run took, or the medians of several."""

    wall: float
    """Seconds from start to end."""
    cpu: float
    """Seconds of user and system time, children included."""
    memory: float
    """Peak resident set, in MB."""


class TooSlowError(Exception):
    """The command was stopped because its time was over."""


def once(
    command: Sequence[object], where: Path, seconds: int = PATIENCE, environ: Mapping[str, str] | None = None
) -> Sample:
    """Run the command, which must succeed within the time that it is given."""
    log = where / "output.log"
    words = [str(word) for word in (seconds, log, *command)]
    compiled = {**(os.environ if environ is None else environ)}
    compiled.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed program runs from compiled modules
    done = subprocess.run([*LAUNCH, *words], cwd=where, env=compiled, check=True, stdout=subprocess.PIPE, text=True)
    code, wall, cpu, memory = json.loads(done.stdout)
    if code == -signal.SIGKILL:
        raise TooSlowError
    if code != 0:
        raise SystemExit(f"{' '.join(words[2:])} ended with {code}:\n{log.read_text()[-2000:]}")
    return Sample(wall, cpu, memory)


def several(
    runs: int, command: Sequence[object], where: Path, seconds: int = PATIENCE, environ: Mapping[str, str] | None = None
) -> Sample:
    """Return the medians of several runs."""
    found = [once(command, where, seconds, environ) for _ in range(runs)]
    return Sample(*(median(values) for values in zip(*found, strict=True)))
