"""Waiting: the lock asked for again while another run holds it."""

from collections.abc import Callable
from typing import Final

from mlplan.core.backend import Backend, Lease
from mlplan.core.effect import Clock
from mlplan.core.errors import Locked

PAUSE: Final = 2.0
"""Seconds between two looks."""


def locked(
    backend: Backend, command: str, patience: float, clock: Clock, told: Callable[[str], None] | None = None
) -> Lease:
    """Take the lock, waiting at most so many seconds; `told` hears of each holder that is waited for."""
    latest, said = clock.monotonic() + patience, ""
    while True:
        try:
            return backend.lock(command)
        except Locked as error:
            left = latest - clock.monotonic()
            if left <= 0:
                raise
            if told is not None and str(error) != said:
                told(said := str(error))
            clock.sleep(min(PAUSE, left))
