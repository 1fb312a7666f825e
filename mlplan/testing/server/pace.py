"""Pace: when an endpoint's update is through, in reads of the endpoint or in real time.

The local workspace's own clock moves only when someone waits on it, which a client over HTTP
cannot say. Here each update has its own measure, so that waiting for one does not finish others.
"""

import threading

from mlplan.core.effect import Clock
from mlplan.providers.local import slow
from mlplan.providers.local.store import Row, Store
from mlplan.testing.server.settings import Settings


class Pace:
    """Counts reads, or time, per endpoint under way."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._lock = threading.Lock()
        self._begun: dict[int, tuple[int, float]] = {}
        """By number of the object: reads so far, and when it was first seen."""

    def begin(self, uid: int) -> None:
        """Start counting anew: an update was accepted."""
        with self._lock:
            self._begun[uid] = (0, self._clock.monotonic())

    def read(self, store: Store, row: Row) -> Row:
        """Return the endpoint as a read of it shows it."""
        return self._look(store, row, reads=1)

    def look(self, store: Store, row: Row) -> Row:
        """Return the endpoint as it is, for a request that does not count as waiting."""
        return self._look(store, row, reads=0)

    def _look(self, store: Store, row: Row, reads: int) -> Row:
        """Return the endpoint, settled when its time has come."""
        if "update" not in row.system:
            return row
        with self._lock:
            seen, since = self._begun.setdefault(row.uid, (0, self._clock.monotonic()))
            self._begun[row.uid] = (seen + reads, since)
        if self._settings.seconds is None:
            through = seen >= self._settings.polls
        else:
            through = self._clock.monotonic() - since >= self._settings.seconds
        return self._finish(store, row) if through else row

    def _finish(self, store: Store, row: Row) -> Row:
        """Keep the endpoint as its update leaves it; what failed stays as its `pending` configuration."""
        with store.change():
            there = store.get(row.kind, row.id)
            if there is None or there.uid != row.uid or "update" not in there.system:
                return there or row
            due = {**there.system, "update": {**there.system["update"], "ready_at": 0.0}}
            done = slow.settled(store, there._replace(system=due))
            if done.status == "failed":
                pending = there.values.get(slow.SLOW[row.kind])
                done = done._replace(system={**done.system, "pending": pending})
            store.put(done)
        with self._lock:
            self._begun.pop(row.uid, None)
        return done
