"""Heart: what renews a lease while its run is at work, also when that waits for long."""

import threading
from collections.abc import Callable
from typing import Protocol


class Heart(Protocol):
    """Calls something again and again until it is stopped."""

    def start(self, beat: Callable[[], None], every: float) -> None:
        """Begin; the first call comes after `every` seconds."""

    def stop(self) -> None:
        """End, and return when no call is under way."""


class ThreadHeart:
    """A thread of its own, so that neither a question to a person nor a long wait lets the lease run out."""

    def __init__(self) -> None:
        """Be still at first."""
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self, beat: Callable[[], None], every: float) -> None:
        """Begin; the first call comes after `every` seconds."""

        def live() -> None:
            while not self._stopped.wait(every):
                beat()

        self._thread = threading.Thread(target=live, name="mlplan-lease", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End, and return when no call is under way."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join()
