"""Faults: what goes wrong on purpose: errors, lost answers, cut connections, delays, a killed caller.

A pattern is a method and a path with wildcards, as in `POST /api/2.1/unity-catalog/models*`; a
path alone means every method, and `*` every request. A fault lets `skip` matching requests pass,
then strikes `times` of them (None: for good). `after_handler` lets the request take effect first
and loses its answer.
"""

import math
import os
import signal
import threading
from collections import deque
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Literal, NamedTuple

from mlplan.core.effect import Clock
from mlplan.testing.server.refusal import Refusal

Act = Literal["status", "reset", "hang", "latency", "throttle", "kill", "expire"]
CODES = {
    400: "INVALID_PARAMETER_VALUE",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "RESOURCE_DOES_NOT_EXIST",
    409: "RESOURCE_CONFLICT",
    429: "REQUEST_LIMIT_EXCEEDED",
    500: "INTERNAL_ERROR",
    503: "TEMPORARILY_UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
}
FOREVER = 3600.0


@dataclass(slots=True)
class Fault:
    """One thing that goes wrong."""

    act: Act
    pattern: str = "*"
    times: int | None = 1
    skip: int = 0
    after_handler: bool = False
    status: int = 500
    code: str = ""
    message: str = ""
    body: str = ""
    """HTML to answer with instead of an error of the API, as proxies do."""
    retry_after: str | None = None
    """Whatever a server may send: seconds, a date, nonsense."""
    seconds: float = 0.0
    limit: int = 0
    pid: int = 0
    seen: int = 0
    struck: int = 0
    recent: deque[float] = field(default_factory=deque)

    def matches(self, call: str) -> bool:
        """Tell whether a request, as method and path, is meant."""
        return fnmatchcase(call if " " in self.pattern else call.partition(" ")[2], self.pattern)

    def refusal(self) -> Refusal:
        """Return the error that it answers with."""
        headers = {} if self.retry_after is None else {"retry-after": self.retry_after}
        code = self.code or CODES.get(self.status, "UNKNOWN")
        return Refusal(self.status, code, self.message or f"injected fault {self.status}", headers)


class Strike(NamedTuple):
    """What happens to one request."""

    delay: float = 0.0
    before: Fault | None = None
    after: Fault | None = None
    expire: bool = False

    def name(self) -> str:
        """Return what happens in a word, for the log."""
        fault = self.before or self.after
        return "" if fault is None else f"{'after ' if self.after is fault else ''}{fault.act}"


class Faults:
    """The faults of a server; all methods may be called while it is at work."""

    def __init__(self, clock: Clock) -> None:
        self.rules: list[Fault] = []
        self._clock = clock
        self._lock = threading.Lock()

    def add(self, fault: Fault) -> Fault:
        """Let something go wrong."""
        if fault.act == "kill" and fault.pid in (0, os.getpid()):
            raise ValueError("name the process to kill, which is not the server's own")
        with self._lock:
            self.rules.append(fault)
        return fault

    def status(self, pattern: str, status: int, times: int | None = 1, **more: object) -> Fault:
        """Answer with an error; `more` are fields of `Fault`, such as `retry_after` or `after_handler`."""
        return self.add(Fault("status", pattern, times, status=status, **more))  # type: ignore[arg-type]

    def reset(self, pattern: str, times: int | None = 1, *, skip: int = 0, after_handler: bool = False) -> Fault:
        """Cut the connection."""
        return self.add(Fault("reset", pattern, times, skip, after_handler))

    def hang(
        self, pattern: str, seconds: float = FOREVER, times: int | None = 1, *, after_handler: bool = False
    ) -> Fault:
        """Give no answer for so long, or until the server stops, and cut the connection then."""
        return self.add(Fault("hang", pattern, times, after_handler=after_handler, seconds=seconds))

    def latency(self, seconds: float, pattern: str = "*") -> Fault:
        """Answer later."""
        return self.add(Fault("latency", pattern, None, seconds=seconds))

    def throttle(self, pattern: str, limit: int, per: float) -> Fault:
        """Answer 429 to more than `limit` requests in `per` seconds, and say how long to wait."""
        return self.add(Fault("throttle", pattern, None, status=429, limit=limit, seconds=per))

    def kill(self, pid: int, at: int, pattern: str = "*", *, after_handler: bool = False) -> Fault:
        """End a process, as `kill -9` does, at its `at`th matching request."""
        return self.add(Fault("kill", pattern, 1, at - 1, after_handler, pid=pid))

    def expire(self, at: int, pattern: str = "*") -> Fault:
        """Let every OAuth token that is out end at the `at`th matching request."""
        return self.add(Fault("expire", pattern, 1, at - 1))

    def clear(self) -> None:
        """Let nothing go wrong any more."""
        with self._lock:
            self.rules.clear()

    def strike(self, call: str) -> Strike:
        """Return what happens to a request; the first fault that ends it counts, delays add up."""
        if not self.rules:
            return Strike()
        with self._lock:
            found = [fault for fault in self.rules if fault.matches(call) and self._active(fault)]
            delay = sum(fault.seconds for fault in found if fault.act == "latency")
            ends = [fault for fault in found if fault.act not in ("latency", "expire")]
            first = ends[0] if ends else None
            for fault in found:
                fault.struck += fault is first or fault.act in ("latency", "expire")
        expire = any(fault.act == "expire" for fault in found)
        if first is not None and first.after_handler:
            return Strike(delay, None, first, expire)
        return Strike(delay, first, None, expire)

    def _active(self, fault: Fault) -> bool:
        """Count a matching request, and tell whether the fault strikes it."""
        if fault.act == "throttle":
            return self._full(fault)
        fault.seen += 1
        return fault.skip < fault.seen and (fault.times is None or fault.seen <= fault.skip + fault.times)

    def _full(self, fault: Fault) -> bool:
        """Tell whether a throttle's window is full, and note in it a request that passes."""
        now = self._clock.monotonic()
        while fault.recent and now - fault.recent[0] >= fault.seconds:
            fault.recent.popleft()
        if len(fault.recent) < fault.limit:
            fault.recent.append(now)
            return False
        fault.retry_after = str(max(1, math.ceil(fault.recent[0] + fault.seconds - now)))
        return True


def end_process(pid: int) -> None:
    """End a process at once."""
    os.kill(pid, signal.SIGKILL)
