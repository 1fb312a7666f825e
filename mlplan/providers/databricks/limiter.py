"""Limiter: how fast all workers together may go, on the injected clock.

One worker that is told to slow down holds all of them back, because the platform counts what
they do together. Changes of serving endpoints are paced ahead of time: 50 in 5 minutes.
"""

import threading
from collections import deque

from mlplan.core.effect import Clock

SERVING_WRITES = 50
SERVING_PERIOD = 300.0


class Limiter:
    """The gate that every request passes."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._until = 0.0
        self.waited = 0.0
        """Seconds that requests were held back, all workers together."""

    def enter(self) -> None:
        """Wait until requests may go on."""
        while True:
            with self._lock:
                wait = self._until - self._clock.monotonic()
                self.waited += max(wait, 0.0)
            if wait <= 0:
                return
            self._clock.sleep(wait)

    def hold(self, seconds: float) -> None:
        """Let nobody through for so long."""
        with self._lock:
            self._until = max(self._until, self._clock.monotonic() + seconds)


class Pacer:
    """At most so many calls in any period of so many seconds."""

    def __init__(self, clock: Clock, calls: int = SERVING_WRITES, period: float = SERVING_PERIOD) -> None:
        self._clock = clock
        self._calls = calls
        self._period = period
        self._lock = threading.Lock()
        self._times: deque[float] = deque(maxlen=calls)

    def enter(self) -> None:
        """Take the next place, and wait until it comes."""
        with self._lock:
            now = self._clock.monotonic()
            full = len(self._times) == self._calls
            place = max(now, self._times[0] + self._period) if full else now
            self._times.append(place)
        if place > now:
            self._clock.sleep(place - now)
