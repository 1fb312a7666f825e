"""Still: time that only waiting moves on, and a heart that never beats, so that every run is like the other."""

from collections.abc import Callable


class WaitingClock:
    """A clock that stands still until somebody waits."""

    def __init__(self, at: float = 0.0) -> None:
        """Begin anywhere; two machines' clocks have nothing to do with each other."""
        self.at = at

    def now(self) -> float:
        """Return seconds since the epoch."""
        return 1_780_000_000.0 + self.at

    def monotonic(self) -> float:
        """Return seconds that only move forward."""
        return self.at

    def sleep(self, seconds: float) -> None:
        """Wait."""
        self.at += seconds


class StillHeart:
    """A heart for runs that take no time."""

    def start(self, beat: Callable[[], None], every: float) -> None:
        """Do nothing."""

    def stop(self) -> None:
        """Do nothing."""
