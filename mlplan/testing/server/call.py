"""Call: one request as the routes see it, with what it may use to answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from mlplan.testing.server.door import Door
from mlplan.testing.server.refusal import Json, Refusal, invalid

T = TypeVar("T")
_NAMES = {str: "a string", bool: "a boolean", int: "a number", dict: "an object", list: "an array"}


@dataclass(slots=True)
class Call:
    """A request that was authenticated and routed."""

    method: str
    path: str
    query: dict[str, str]
    body: Any
    door: Door
    variables: dict[str, str] = field(default_factory=dict)
    """The variable parts of the path."""
    url: str = ""
    """Where this server is."""
    headers: dict[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> str:
        """Return a variable part of the path."""
        return self.variables[name]

    @property
    def json(self) -> Json:
        """Return the body, which must be a JSON object; none at all counts as an empty one."""
        if self.body is None:
            return {}
        if not isinstance(self.body, dict):
            raise Refusal(400, "MALFORMED_REQUEST", "the body must be a JSON object")
        return self.body

    def asks(self, name: str) -> bool:
        """Tell whether a query parameter says yes."""
        return self.query.get(name, "").lower() == "true"

    def number(self, name: str, source: Json | None = None) -> int | None:
        """Return a whole number from the query, or from a body."""
        value = (self.query if source is None else source).get(name)
        if value is None or value == "":
            return None
        try:
            return int(value)
        except (TypeError, ValueError):
            raise invalid(f"{name} must be a number, not {value!r}") from None

    def need(self, name: str, source: Json | None = None) -> str:
        """Return a text that must be there, from the body unless told otherwise."""
        found = (self.json if source is None else source).get(name)
        if found is None or found == "":
            raise invalid(f"Missing required field: {name}")
        if not isinstance(found, str | int) or isinstance(found, bool):
            raise invalid(f"{name} must be a string")
        return str(found)

    def pick(self, types: Mapping[str, type]) -> Json:
        """Return those fields of the body that a route knows; others, and nulls, are ignored as protobuf does."""
        given = self.json
        return {name: typed(name, given[name], kind) for name, kind in types.items() if given.get(name) is not None}


def typed(name: str, value: Any, kind: type[T]) -> T:
    """Return a value of the right JSON type."""
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise Refusal(400, "MALFORMED_REQUEST", f"{name} must be {_NAMES[kind]}")
    return value
