"""Node: a value of a file as it is written: from which character up to which, and in which form.

Only files that `load` finds in order are looked at, so that what follows is bounded.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from yaml.events import (
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    StreamEndEvent,
)

from mlplan.config.load import events
from mlplan.core.source import YamlPath

Next = Callable[[], Any]


@dataclass(slots=True)
class Node:
    """One value; blanks and comments behind it are not part of it."""

    start: int
    end: int
    column: int
    """Of its first character; for a mapping over many lines, of each of its keys."""
    mapping: bool = False
    flow: bool = False
    """In brackets, as JSON has it."""
    quoted: bool = False
    """The last key of a mapping is in double quotes, as JSON has it."""
    entries: dict[str, "Node"] = field(default_factory=dict)
    """The values of a mapping, by their keys."""

    def way(self, path: YamlPath) -> Iterator["Node"]:
        """Yield this node and those on a path below it, as far as they are written down."""
        at: Node | None = self
        yield self
        for segment in path:
            at = at.entries.get(str(segment)) if at else None
            if at is None:
                return
            yield at

    def find(self, path: YamlPath) -> "Node | None":
        """Return the node at a path, or None."""
        found = list(self.way(path))
        return found[-1] if len(found) > len(path) else None


def read(text: str) -> Node | None:
    """Return the value that a file holds, or None for a file of nothing but comments."""
    following = events(text)
    while not isinstance(event := following(), DocumentStartEvent):
        if isinstance(event, StreamEndEvent):
            return None
    return _node(following, following(), text)


def _node(following: Next, event: Any, text: str) -> Node:
    """Return the value whose first event was read."""
    made = Node(event.start_mark.index, event.end_mark.index, event.start_mark.column)
    if isinstance(event, ScalarEvent):
        made.end = _end_of_block(text, made) if event.style in ("|", ">") else made.end
        return made
    made.mapping, made.flow = isinstance(event, MappingStartEvent), bool(event.flow_style)
    last = _entries(following, made, text) if made.mapping else _items(following, made, text)
    if made.flow:
        made.end = last.end_mark.index
    return made


def _entries(following: Next, made: Node, text: str) -> Any:
    """Add the values of a mapping, and return the event that ends it."""
    while not isinstance(event := following(), MappingEndEvent):
        key = _node(following, event, text)
        value = _node(following, following(), text)
        made.entries[event.value] = value
        made.quoted = event.style == '"'
        made.end = max(key.end, value.end)
    return event


def _items(following: Next, made: Node, text: str) -> Any:
    """Pass over the items of a list, and return the event that ends it."""
    while not isinstance(event := following(), SequenceEndEvent):
        made.end = _node(following, event, text).end
    return event


def _end_of_block(text: str, made: Node) -> int:
    """Return the end of a text over many lines, without the blank lines after it."""
    return made.start + len(text[made.start : made.end].rstrip())
