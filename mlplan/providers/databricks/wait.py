"""Wait: looking again until the platform shows what was done, on the injected clock and never forever."""

from collections.abc import Callable
from typing import TypeVar

from mlplan.core.effect import Clock
from mlplan.core.errors import Conflict, NotFound

T = TypeVar("T")

LAG = 15.0
"""Seconds that a read may lag behind a write."""
_FIRST, _LONGEST = 0.25, 5.0


def until(clock: Clock, look: Callable[[], T], accept: Callable[[T], bool], patience: float = LAG) -> T:
    """Return the first acceptable look, or the last one when patience ends."""
    deadline = clock.monotonic() + patience
    pause = _FIRST
    while True:
        found = look()
        if accept(found) or clock.monotonic() + pause > deadline:
            return found
        clock.sleep(pause)
        pause = min(pause * 2, _LONGEST)


def once_there(clock: Clock, call: Callable[[], T], patience: float = LAG) -> T:
    """Make a call on an object that was just made, which not every server knows about yet."""
    return _despite(clock, call, NotFound, patience, _LONGEST)


def once_free(clock: Clock, call: Callable[[], T], patience: float, pause: float) -> T:
    """Make a call that is refused while an update of the object is under way."""
    return _despite(clock, call, Conflict, patience, pause)


def _despite(clock: Clock, call: Callable[[], T], error: type[Exception], patience: float, longest: float) -> T:
    """Make a call again and again while it is refused in this one way."""
    deadline = clock.monotonic() + patience
    pause = _FIRST
    while True:
        try:
            return call()
        except error:
            if clock.monotonic() + pause > deadline:
                raise
        clock.sleep(pause)
        pause = min(pause * 2, longest)
