"""Route: a method and a path with variable parts, and what answers there."""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple
from urllib.parse import unquote

from mlplan.testing.server.call import Call

Answer = Callable[[Call], Any]
"""Returns what becomes the JSON of the answer, or bytes that are the answer; a `Refusal` becomes an error."""


class Route(NamedTuple):
    """One operation of the API."""

    method: str
    path: str
    answer: Answer
    writes: bool
    """It can change something; a few POSTs only ask."""
    open: bool = False
    """It needs no token."""


def read(path: str, answer: Answer, method: str = "GET", *, open: bool = False) -> Route:  # noqa: A002 - as the field
    """Return a route that changes nothing."""
    return Route(method, path, answer, writes=False, open=open)


def write(method: str, path: str, answer: Answer) -> Route:
    """Return a route that changes something."""
    return Route(method, path, answer, writes=True)


class Table:
    """All routes, found by method and number of parts first."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self.routes = tuple(routes)
        self._by_size: dict[tuple[str, int], list[tuple[tuple[str, ...], Route]]] = {}
        self._deep: list[tuple[tuple[str, ...], Route]] = []
        for route in self.routes:
            parts = tuple(route.path.split("/"))
            if parts[-1].endswith("*}"):
                self._deep.append((parts, route))
                continue
            self._by_size.setdefault((route.method, len(parts)), []).append((parts, route))

    def find(self, method: str, path: str) -> tuple[Route, dict[str, str]] | None:
        """Return the route of a request, and the variable parts of its path."""
        parts = path.split("/")
        for wanted, route in self._by_size.get((method, len(parts)), ()):
            variables = _match(wanted, parts)
            if variables is not None:
                return route, variables
        return self._find_deep(method, parts)

    def _find_deep(self, method: str, parts: list[str]) -> tuple[Route, dict[str, str]] | None:
        """Return the route whose last part, `{name*}`, takes all that is left of a path."""
        for wanted, route in self._deep:
            last = len(wanted) - 1
            if route.method == method and len(parts) > last:
                variables = _match(wanted, [*parts[:last], "/".join(parts[last:])])
                if variables is not None:
                    return route, variables
        return None


def _match(wanted: tuple[str, ...], parts: list[str]) -> dict[str, str] | None:
    """Return the variable parts of a path, or None when its fixed parts are others."""
    variables: dict[str, str] = {}
    for want, part in zip(wanted, parts, strict=True):
        if want.startswith("{"):
            if not part:
                return None
            variables[want[1:-1].rstrip("*")] = unquote(part)
        elif want != part:
            return None
    return variables
