"""Effect: the one seam through which every side effect passes; clock and randomness are injected here.

A test can install a probe that sees the program before and after each effect, and half-way
through each append, and may kill it there. The crash enumerator does so at every such point.
"""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random, SystemRandom
from typing import Protocol, TypeVar

T = TypeVar("T")


_BOOT = getattr(time, "CLOCK_BOOTTIME", None)  # Linux: goes on while the machine sleeps, as leases of others do


class Clock(Protocol):
    """Time as the program sees it."""

    def now(self) -> float:
        """Return seconds since the epoch; for people to read, never compared across machines."""

    def monotonic(self) -> float:
        """Return seconds that only move forward; for waiting and leases."""

    def sleep(self, seconds: float) -> None:
        """Wait."""


class SystemClock:
    """The machine's own time."""

    def now(self) -> float:
        """Return seconds since the epoch."""
        return time.time()

    def monotonic(self) -> float:
        """Return seconds that only move forward."""
        return time.monotonic() if _BOOT is None else time.clock_gettime(_BOOT)

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)


Probe = Callable[[str, str], None]
"""Called with a moment (`before`, `torn`, `after`) and the label of the effect."""


@dataclass(slots=True)
class Effects:
    """Run side effects, one labelled call each."""

    clock: Clock = field(default_factory=SystemClock)
    random: Random = field(default_factory=SystemRandom)
    probe: Probe | None = None

    def run(self, label: str, call: Callable[[], T]) -> T:
        """Make one call that changes something outside the program."""
        if self.probe is None:
            return call()
        self.probe("before", label)
        result = call()
        self.probe("after", label)
        return result

    def write(self, label: str, descriptor: int, data: bytes) -> None:
        """Write all of `data` to an open file; under a probe it passes through a torn half."""
        if self.probe is None:
            _write_all(descriptor, data)
            return
        half = len(data) // 2
        self.probe("before", label)
        _write_all(descriptor, data[:half])
        self.probe("torn", label)
        _write_all(descriptor, data[half:])
        self.probe("after", label)

    def token(self) -> str:
        """Return a fresh identifier of 32 hexadecimal digits."""
        return f"{self.random.getrandbits(128):032x}"


def _write_all(descriptor: int, data: bytes) -> None:
    """Write until nothing is left, as a single `os.write` may fall short."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]
