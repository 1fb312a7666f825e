"""Client: requests with patience, read or write, each with its own idea of what may be repeated.

Reads are repeated after anything that may pass. A write is repeated only when the platform
certainly did not carry it out; whatever is ambiguous (a reset, a timeout, a 5xx after sending)
raises UnknownOutcome, and the engine reads back what became of it.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol, TypeVar

from mlplan.core.effect import Effects
from mlplan.core.errors import Conflict, NotFound, PlatformError, UnknownOutcome
from mlplan.core.values import Values
from mlplan.providers.databricks.errors import Failure, told
from mlplan.providers.databricks.limiter import Limiter, Pacer

PATIENCE = 300.0
"""Seconds from the first attempt after which a request is given up."""
LONGEST_WAIT = 60.0
"""Seconds of one wait, whatever Retry-After says."""
ATTEMPTS = 12
FIRST_ATTEMPTS = 4
"""As long as the workspace never answered at all, its address is likelier wrong than the network slow."""
GLANCES = 2
"""Attempts at what a plan can do without, unless the workspace only asks for a slower pace."""
SERVING = "/api/2.0/serving-endpoints"
UNAUTHENTICATED, THROTTLED, TURNED_AWAY = 401, 429, 503

Query = Mapping[str, Any]
T = TypeVar("T")


class Transport(Protocol):
    """Whatever sends one request."""

    def send(self, method: str, path: str, query: Query | None, body: Values | None) -> Values:
        """Return the answer to one request; Failure tells what went wrong."""

    def fetch(self, path: str) -> str:
        """Return a small text file; Failure tells what went wrong."""


class Client:
    """The requests of all handlers; `reader` and `writer` may be one and the same wire in tests."""

    def __init__(self, reader: Transport, writer: Transport, effects: Effects) -> None:
        self._reader = reader
        self._writer = writer
        self._effects = effects
        self._limiter = Limiter(effects.clock)
        self._pacer = Pacer(effects.clock)
        self._answered = False

    def get(self, path: str, query: Query | None = None) -> Values:
        """Return what is at a path; NotFound when nothing is."""
        return self._patiently(f"GET {path}", lambda: self._reader.send("GET", path, query, None))

    def glance(self, path: str, query: Query | None = None) -> Values:
        """Return what is at a path, of which it is worth knowing and no reason to wait long."""
        return self._patiently(f"GET {path}", lambda: self._reader.send("GET", path, query, None), most=GLANCES)

    def text(self, path: str) -> str:
        """Return the small text file at a path, with no more patience than for a glance."""
        return self._patiently(f"GET {path}", lambda: self._reader.fetch(path), most=GLANCES)

    def find(self, path: str, query: Query | None = None) -> Values | None:
        """Return what is at a path, or None when the platform says that nothing is."""
        try:
            return self.get(path, query)
        except NotFound:
            return None

    def search(self, path: str, body: Values) -> Values:
        """Return the answer to a question that is asked by POST."""
        return self._patiently(f"POST {path}", lambda: self._reader.send("POST", path, None, body))

    def pages(self, path: str, name: str, query: Query) -> Iterator[list[Values]]:
        """Yield each page of a list; a page may be empty though others follow."""
        token = ""
        while True:
            found = self.get(path, {**query, "page_token": token} if token else query)
            yield found.get(name) or []
            token = found.get("next_page_token") or ""
            if not token:
                return

    def write(self, method: str, path: str, body: Values | None = None, query: Query | None = None) -> Values:
        """Make one change, at most once; UnknownOutcome when nobody can tell whether it took effect."""
        if path.startswith(SERVING) and method != "DELETE":
            self._pacer.enter()
        what = f"{method} {path}"

        def once() -> Values:
            return self._writer.send(method, path, query, body)

        return self._effects.run(what, lambda: self._patiently(what, once, writing=True))

    def remove(self, path: str, query: Query | None = None, body: Values | None = None) -> None:
        """Take down what is at a path; what is gone already is no error."""
        try:
            self.write("DELETE", path, body, query)
        except NotFound:
            return

    def _patiently(self, what: str, once: Callable[[], T], *, writing: bool = False, most: int = ATTEMPTS) -> T:
        """Send a request until it is answered, within reason; a slower pace costs no attempt of the `most`."""
        clock = self._effects.clock
        deadline = clock.monotonic() + PATIENCE
        seen: list[int] = []
        while True:
            self._limiter.enter()
            try:
                answer = once()
            except Failure as error:
                found = error
            else:
                self._answered = True
                return answer
            self._answered = self._answered or bool(found.status)
            wait = self._wait(found, len(seen))
            late = len(seen) + 1 >= self._attempts(found, most) or clock.monotonic() + wait > deadline
            if late or not _again(found, seen, writing=writing):
                raise _outcome(found, seen, what, writing=writing) from found
            seen.append(found.status)
            if found.status == THROTTLED:
                self._limiter.hold(wait)
            else:
                clock.sleep(wait)

    def _attempts(self, error: Failure, most: int) -> int:
        """Return how many attempts an error leaves."""
        if error.status in (THROTTLED, TURNED_AWAY):
            return ATTEMPTS
        return most if self._answered else min(most, FIRST_ATTEMPTS)

    def _wait(self, error: Failure, attempts: int) -> float:
        """Return how long to wait before the next attempt."""
        asked = error.retry_after
        steps: float = min(2.0**attempts, 10.0)
        return min(steps if asked is None else asked, LONGEST_WAIT) + self._effects.random.random()


def _again(error: Failure, seen: list[int], *, writing: bool) -> bool:
    """Tell whether the same request may be sent once more."""
    if error.status == UNAUTHENTICATED:
        return UNAUTHENTICATED not in seen  # a token may have expired meanwhile; a fresh one is taken once
    return error.unhandled if writing else error.passing


def _outcome(error: Failure, seen: list[int], what: str, *, writing: bool) -> PlatformError:
    """Return the error to raise when nothing more is tried.

    When an earlier attempt was turned away with 503 and now the object is in the way or gone, that
    attempt may have been carried out after all: what is there has to be looked at.
    """
    found = told(error, what, writing=writing)
    if writing and TURNED_AWAY in seen and isinstance(found, Conflict | NotFound):
        return UnknownOutcome(str(found), hint="an earlier attempt may have been carried out; mlplan reads it back")
    return found
