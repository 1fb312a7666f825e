"""Measure: run a command to its end, and say what it took."""

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from threading import Timer
from typing import NamedTuple


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
    command: Sequence[object], where: Path, seconds: float = 600, environ: Mapping[str, str] | None = None
) -> Sample:
    """Run the command, which must succeed within the time that it is given."""
    words = [str(word) for word in command]
    log = where / "output.log"
    with log.open("w") as output:
        began = time.perf_counter()
        child = subprocess.Popen(words, cwd=where, stdout=output, stderr=subprocess.STDOUT, env=environ)
        limit = Timer(seconds, child.kill)
        limit.start()
        _, status, used = os.wait4(child.pid, 0)
        wall = time.perf_counter() - began
        limit.cancel()
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode == -signal.SIGKILL:
        raise TooSlowError
    if child.returncode != 0:
        raise SystemExit(f"{' '.join(words)} ended with {child.returncode}:\n{log.read_text()[-2000:]}")
    return Sample(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def several(
    runs: int, command: Sequence[object], where: Path, seconds: float = 600, environ: Mapping[str, str] | None = None
) -> Sample:
    """Return the medians of several runs."""
    found = [once(command, where, seconds, environ) for _ in range(runs)]
    return Sample(*(median(values) for values in zip(*found, strict=True)))
