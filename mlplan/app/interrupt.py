"""Interrupt: Ctrl-C and a runner's SIGTERM during an apply: once is a request, twice is an order."""

import os
import signal
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from types import FrameType, TracebackType
from typing import Any, Self

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interrupt(AbstractContextManager["Interrupt"]):
    """Listen for signals while inside; the applier asks `stopping` before each step.

    The first signal lets what is in flight finish and be recorded. The second ends the process
    where it stands, as a power cut would; the journal makes the next run converge all the same.
    """

    def __init__(self, notify: Callable[[str], None]) -> None:
        """Tell `notify` what a signal does; it is called inside a signal handler and must only write.

        Outside of the main thread, where Python takes no signals, nothing is heard.
        """
        self._notify = notify
        self._before: dict[signal.Signals, Any] = {}
        self.stopping = False

    def __enter__(self) -> Self:
        """Begin to listen."""
        for one in SIGNALS if threading.current_thread() is threading.main_thread() else ():
            self._before[one] = signal.signal(one, self._heard)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Leave signals to whoever had them before."""
        for one, handler in self._before.items():
            signal.signal(one, handler)

    def _heard(self, number: int, _frame: FrameType | None) -> None:
        """Take a signal."""
        name = signal.Signals(number).name
        if self.stopping:
            self._notify(f"{name} again: stopped at once; the next run goes on from the journal")
            os._exit(1)
        self.stopping = True
        self._notify(f"{name}: finishing what is in flight and saving; once more stops at once")
