"""Log: every request that came, for tests to look at."""

import hashlib
import threading
from dataclasses import asdict, dataclass, field
from fnmatch import fnmatchcase
from typing import Any

CUT = 0
"""The status of a request whose connection was cut instead of answered."""


@dataclass(slots=True)
class Entry:
    """One request."""

    number: int
    method: str
    path: str
    query: dict[str, str]
    digest: str
    """sha256 of the body; empty without one."""
    writes: bool
    """It may change something; a POST that only searches does not."""
    principal: str = ""
    status: int = CUT
    fault: str = ""
    """What was done to it on purpose."""
    body: Any = None
    """Only when the settings say so: bodies may hold secrets."""
    route: str = ""
    """The operation, such as `GET /api/2.1/unity-catalog/models/{full_name}`."""

    @property
    def call(self) -> str:
        """Return method and path."""
        return f"{self.method} {self.path}"


@dataclass(slots=True)
class Log:
    """Requests in the order in which they came."""

    entries: list[Entry] = field(default_factory=list)
    bugs: list[BaseException] = field(default_factory=list)
    """What the server itself did wrong; closing it raises the first."""
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _count: int = 0

    def add(self, method: str, path: str, query: dict[str, str], body: bytes, *, writes: bool) -> Entry:
        """Note a request that has just come."""
        digest = hashlib.sha256(body).hexdigest() if body else ""
        with self._lock:
            self._count += 1
            entry = Entry(self._count, method, path, query, digest, writes)
            self.entries.append(entry)
        return entry

    def matching(self, pattern: str = "*") -> list[Entry]:
        """Return the requests whose method and path match, such as `PATCH */permissions/*`."""
        return [entry for entry in list(self.entries) if fnmatchcase(entry.call, pattern)]

    def writing(self) -> list[Entry]:
        """Return the requests that may have changed something."""
        return [entry for entry in list(self.entries) if entry.writes]

    def count(self, pattern: str = "*") -> int:
        """Return how many requests match."""
        return len(self.matching(pattern))

    def by_route(self) -> dict[str, int]:
        """Return how many requests each operation got."""
        counts: dict[str, int] = {}
        for entry in list(self.entries):
            counts[entry.route or entry.call] = counts.get(entry.route or entry.call, 0) + 1
        return counts

    def clear(self) -> None:
        """Forget all requests; numbers go on."""
        with self._lock:
            self.entries.clear()

    def as_json(self) -> list[dict[str, Any]]:
        """Return all requests as JSON."""
        return [asdict(entry) for entry in list(self.entries)]
