"""Waiting: the lock asked for again while another run holds it."""

from collections.abc import Callable
from typing import Final

from mlplan.core.backend import Backend, Lease
from mlplan.core.effect import Clock
from mlplan.core.errors import Locked
from mlplan.render.words import count

PAUSE: Final = 2.0
"""Seconds between two looks."""


def locked(
    backend: Backend, command: str, patience: float, clock: Clock, told: Callable[[str], None] | None = None
) -> Lease:
    """Take the lock, waiting at most so many seconds; `told` hears of each holder that is waited for."""
    latest, said = clock.monotonic() + patience, ""
    while True:
        try:
            lease = backend.lock(command)
        except Locked as error:
            left = latest - clock.monotonic()
            if left <= 0:
                raise
            if told is not None and str(error) != said:
                said = str(error)
                told(f"Waiting, at most {count(round(left), 'second')}: {said}")
            clock.sleep(min(PAUSE, left))
        else:
            if told is not None and lease.took_over is not None:
                told(f"Took over the lock of {lease.took_over.who}, which gave no sign of life.")
            return lease
