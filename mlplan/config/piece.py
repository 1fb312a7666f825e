"""Piece: one resource on its way from a file to the declaration; nested blocks become pieces of their own."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from mlplan.config.reference import Template
from mlplan.core.source import YamlPath
from mlplan.core.values import Values


class Slot(NamedTuple):
    """A place inside a piece's values that waits for another resource."""

    container: Any
    key: Any
    template: Template


@dataclass(slots=True)
class Piece:
    """A resource as written, apart from what belongs to resources of their own."""

    address: str
    kind: str
    values: Values
    path: YamlPath
    """Where it stands in its file."""
    parent: str = ""
    """The address of the resource that it is nested in."""
    lifecycle: Any = None
    slots: list[Slot] = field(default_factory=list)
    broken: bool = False
    """Something is wrong with it, so that nothing can be said about what refers to it."""

    @property
    def needs(self) -> tuple[str, ...]:
        """Return the addresses that it refers to, each once."""
        if not self.slots:
            return (self.parent,) if self.parent else ()
        found = [ref.address for slot in self.slots for ref in slot.template.refs]
        return tuple(dict.fromkeys([self.parent, *found] if self.parent else found))
