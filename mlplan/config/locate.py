"""Locate: where in a file a value stands; files are read again for it, because findings are rare.

Keeping the place of every value would double the memory of a project and slow down every run.
"""

from pathlib import Path
from typing import Any, NamedTuple

import yaml
from yaml.events import AliasEvent, MappingEndEvent, MappingStartEvent, ScalarEvent, SequenceEndEvent, StreamEndEvent

from mlplan.config.decode import decode
from mlplan.config.decode import place as source_at
from mlplan.config.files import Reader
from mlplan.config.load import MAX_DEPTH, MAX_NODES, events
from mlplan.core.source import Origin, Source, YamlPath


class Place(NamedTuple):
    """Where a value stands, and its key if it has one, as positions in the text."""

    key: int
    value: int
    inner: "dict[str | int, Place]"


class _TooMuch(Exception):
    """The file is beyond the bounds of `load`."""


class Locator:
    """Finds places in the files under a root, each file read once."""

    def __init__(self, root: Path) -> None:
        """Begin with no file read."""
        self._reader = Reader(root)
        self._known: dict[str, tuple[Place | None, str]] = {}

    def depth(self, origin: Origin, path: YamlPath = ()) -> int:
        """Return how many segments of the path stand in the file."""
        return len(self._find(origin.file, (*origin.path, *path))[1])

    def source(self, origin: Origin, path: YamlPath = (), *, at_key: bool = False, secret: bool = False) -> Source:
        """Return the place of a value, or of the nearest one around it that is written down.

        A mapping or list is shown by its key. With `secret`, what is written there is masked.
        """
        full = (*origin.path, *path)
        place, found = self._find(origin.file, full)
        if place is None:
            return Source(origin.file)
        named = bool(found) and isinstance(found[-1], str)
        by_key = named and (at_key or bool(place.inner) or len(found) < len(full))
        text = self._known[origin.file][1]
        return source_at(text, place.key if by_key else place.value, origin.file, secret=secret)

    def _find(self, file: str, path: YamlPath) -> tuple[Place | None, YamlPath]:
        """Return the deepest place on a path that the file has, and the path to it."""
        place = self._places(file)
        if place is None:
            return None, ()
        for depth, segment in enumerate(path):
            inner = place.inner.get(segment)
            if inner is None:
                return place, path[:depth]
            place = inner
        return place, path

    def _places(self, file: str) -> Place | None:
        """Return all places of a file; None when it cannot be read."""
        if file not in self._known:
            data = self._reader.read(file)
            text = decode(data, file) if isinstance(data, bytes) else data
            self._known[file] = (places(text), text) if isinstance(text, str) else (None, "")
        return self._known[file][0]


def locate(root: Path, origin: Origin, path: YamlPath = ()) -> Source:
    """Return where a declared value stands: file, line, column, and the line itself."""
    return Locator(root).source(origin, path)


def places(text: str) -> Place | None:
    """Return the places of all values of a document, as far as it can be read."""
    return _Builder(text).document()


class _Builder:
    """Walks the events of one file and keeps only their places."""

    def __init__(self, text: str) -> None:
        """Begin to read."""
        self._next: Any = events(text)
        self._left = MAX_NODES

    def document(self) -> Place | None:
        """Return the first document's places."""
        top = Place(0, 0, {})
        try:
            self._next()
            if isinstance(self._next(), StreamEndEvent):
                return top
            event = self._next()
            top = Place(_at(event), _at(event), {})
            self._fill(top, event, 0)
        except (yaml.YAMLError, _TooMuch):
            return top
        return top

    def _fill(self, place: Place, event: Any, depth: int) -> None:
        """Add what is inside a value whose first event was read."""
        self._left -= 1
        if self._left < 0 or depth > MAX_DEPTH:
            raise _TooMuch
        if isinstance(event, MappingStartEvent):
            self._mapping(place, depth)
        elif not isinstance(event, ScalarEvent | AliasEvent):
            self._sequence(place, depth)

    def _mapping(self, place: Place, depth: int) -> None:
        """Add the entries of a mapping; of a repeated key, the first."""
        while not isinstance(key := self._next(), MappingEndEvent):
            if not isinstance(key, ScalarEvent):
                self._fill(Place(_at(key), _at(key), {}), key, depth + 1)
            event = self._next()
            inner = Place(_at(key), _at(event), {})
            if isinstance(key, ScalarEvent):
                place.inner.setdefault(key.value, inner)
            self._fill(inner, event, depth + 1)

    def _sequence(self, place: Place, depth: int) -> None:
        """Add the items of a list."""
        while not isinstance(event := self._next(), SequenceEndEvent):
            inner = Place(_at(event), _at(event), {})
            place.inner[len(place.inner)] = inner
            self._fill(inner, event, depth + 1)


def _at(event: Any) -> int:
    """Return where an event begins."""
    index: int = event.start_mark.index
    return index
