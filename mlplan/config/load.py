"""Load: one YAML file to plain data, strictly, from libyaml's event stream.

YAML here is plain data: string keys, no tags, anchors, aliases, merge keys or directives, no key
twice, one document; see `scalar` for what a plain value means. Nothing but the events is taken
from PyYAML, whose own loader crashes on deep nesting and silently keeps the last of two keys.
Files are bounded before they are read (`files`) and while they are: depth and number of values.
"""

import importlib
from collections.abc import Callable
from typing import Any, Final

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    StreamEndEvent,
)

from mlplan.config.decode import decode, hidden, place
from mlplan.config.scalar import Ambiguous, plain
from mlplan.config.syntax import syntax_error
from mlplan.core.diagnostic import Diagnostic
from mlplan.core.values import Unknown

try:
    _Parser: Any = importlib.import_module("yaml._yaml").CParser
except ImportError:  # pragma: no cover - PyYAML without libyaml: the same events, many times slower
    _Parser = yaml.SafeLoader

FAST: Final = _Parser is not yaml.SafeLoader
"""Whether libyaml does the parsing."""
MAX_DEPTH: Final = 40
MAX_NODES: Final = 100_000
"""Values in one file; a few thousand resources have as many."""
MAX_FINDINGS: Final = 20
"""Mistakes reported per file, so that a file of nothing but mistakes stays readable."""


class Fatal(Exception):
    """Ends the reading of one file."""


def events(text: str) -> Callable[[], Any]:
    """Return what gives the next event of a text; yaml.YAMLError when there is none."""
    made: Callable[[], Any] = _Parser(text).get_event
    return made


class Composer:
    """Builds the data of one file, and collects what is wrong with it."""

    def __init__(self, text: str, file: str, interned: dict[str, str] | None = None) -> None:
        """Begin to read; `interned` is shared between files so that equal keys are one object."""
        self.text = text
        self.file = file
        self.found: list[Diagnostic] = []
        self._interned = interned if interned is not None else {}
        self._plain: dict[str, Any] = {}
        self._next = events(text)
        self._left = MAX_NODES
        self._torn = False
        self._aliases: set[str] = set()

    def compose(self) -> Any:
        """Return the document, or None when there is none or parts of it are lost."""
        try:
            data = self._document()
        except yaml.MarkedYAMLError as error:
            self.found.append(syntax_error(error, self.text, self.file))
        except Fatal:
            pass
        else:
            return None if self._torn else data
        return None

    def _document(self) -> Any:
        """Read the only document of the stream."""
        self._next()
        event = self._next()
        if isinstance(event, StreamEndEvent):
            return None
        assert isinstance(event, DocumentStartEvent)
        if event.version or event.tags:
            self._report("MLE120", event, "a YAML directive stands here", "remove the line that begins with %")
        data = self._value(self._next(), 0)
        self._next()
        event = self._next()
        if not isinstance(event, StreamEndEvent):
            self._report("MLE115", event, "a second document begins in one file", "put it into a file of its own")
        return data

    def _value(self, event: Event, depth: int) -> Any:
        """Return the value that begins with `event`."""
        if event.__class__ is ScalarEvent:
            return self._scalar(event)
        self._left -= 1
        if self._left < 0:
            self._too_many(event)
        if isinstance(event, AliasEvent):
            self._alias(event)
            return Unknown("")
        self._refuse_extras(event)
        if depth == MAX_DEPTH:
            self._stop("MLE118", event, f"this is nested more than {MAX_DEPTH} levels deep", "make it flatter")
        if event.__class__ is MappingStartEvent:
            return self._mapping(depth + 1)
        return self._sequence(depth + 1)

    def _too_many(self, event: Event) -> None:
        """Stop at a file beyond the bounds."""
        self._stop("MLE119", event, f"there are more than {MAX_NODES:,} values in one file", "split the file")

    def _alias(self, event: Any) -> None:
        """Report an alias, once for each name."""
        if event.anchor not in self._aliases:
            self._aliases.add(event.anchor)
            summary = "an alias (*name) stands here; files are plain data"
            self._report("MLE112", event, summary, "write the value out, or use a variable")

    def _mapping(self, depth: int) -> dict[str, Any]:
        """Return a mapping whose start was just read."""
        made: dict[str, Any] = {}
        keys: list[Event] = []
        following, known = self._next, self._interned.get
        while (event := following()).__class__ is not MappingEndEvent:
            key = known(event.value) if event.__class__ is ScalarEvent else None
            if key is None or event.anchor is not None or event.tag is not None:
                key = self._key(event, depth)
            inner = following()
            value = self._scalar(inner) if inner.__class__ is ScalarEvent else self._value(inner, depth)
            if key is None:
                self._torn = True
            elif key in made:
                self._repeated(key, event, keys[list(made).index(key)])
            else:
                made[key] = value
                keys.append(event)
        return made

    def _sequence(self, depth: int) -> list[Any]:
        """Return a sequence whose start was just read."""
        made: list[Any] = []
        following = self._next
        while (event := following()).__class__ is not SequenceEndEvent:
            made.append(self._scalar(event) if event.__class__ is ScalarEvent else self._value(event, depth))
        return made

    def _scalar(self, event: Any) -> Any:
        """Return the value of a scalar."""
        self._left -= 1
        if self._left < 0:
            self._too_many(event)
        if event.anchor is not None or event.tag is not None:
            self._refuse_extras(event)
            return Unknown("")
        text: str = event.value
        if event.style:
            return text if text.isprintable() else self._quoted(text, event)
        value = self._plain.get(text, self)
        if value is self:
            value = plain(text)
            if value.__class__ is Ambiguous:
                return self._ambiguous(value, event)
            self._plain[text] = value
        return value

    def _key(self, event: Any, depth: int) -> str | None:
        """Return a key that is not known to be harmless; None when it is refused."""
        if event.__class__ is ScalarEvent:
            return self._new_key(event)
        self._value(event, depth)
        self._report("MLE116", event, "this key is not text", "write each key as plain text")
        return None

    def _new_key(self, event: Any) -> str | None:
        """Return a key that was not seen before; only harmless ones are remembered."""
        text: str = event.value
        if event.anchor is not None or event.tag is not None:
            self._refuse_extras(event)
        elif "${" in text:
            self._report(
                "MLE310", event, "a reference stands in a key", "keys are plain text; use references in values"
            )
        elif event.style:
            return text if text.isprintable() else self._quoted(text, event) or None
        elif text == "<<":
            summary = "a merge key (<<) stands here; files are plain data"
            self._report("MLE113", event, summary, "write the fields out, or use an environment's file")
        else:
            return self._plain_key(text, event)
        return None

    def _plain_key(self, text: str, event: Event) -> str | None:
        """Return an unquoted key, if it is text to everyone."""
        value = plain(text)
        if isinstance(value, str):
            return self._interned.setdefault(text, text)
        if isinstance(value, Ambiguous):
            self._ambiguous(value, event)
        else:
            self._report("MLE116", event, "this key is not text", "quote it")
        return None

    def _quoted(self, text: str, event: Event) -> str:
        """Return a quoted text; its escapes may have brought in what nobody can see."""
        name = hidden(text)
        if name:
            self._report("MLE108", event, f"the text holds a character that nobody can see: {name}", "remove it")
            return Unknown("")
        return text

    def _ambiguous(self, value: Ambiguous, event: Event) -> Unknown:
        """Report a plain value with two readings."""
        self._report(
            "MLE117", event, f"this unquoted value can be read in two ways: {value.why}",
            "quote it if it is text; write true, false or a plain decimal number otherwise",
        )  # fmt: skip
        return Unknown("")

    def _refuse_extras(self, event: Any) -> None:
        """Report a tag or an anchor."""
        if event.tag is not None:
            self._torn = self._torn or event.__class__ is not ScalarEvent
            self._report(
                "MLE111", event, "a tag (!name) stands here; files are plain data", "remove it; values are plain data"
            )
        if event.anchor is not None:
            self._report(
                "MLE112",
                event,
                "an anchor (&name) stands here; files are plain data",
                "remove it; write the value out, or use a variable",
            )

    def _repeated(self, key: str, event: Any, first: Any) -> None:
        """Report a key that stands twice in one mapping."""
        line, column = first.start_mark.line + 1, first.start_mark.column + 1
        self._report(
            "MLE114", event, f"the key `{key[:60]}` stands twice in one mapping", "keep one of them",
            f"it stands first at {self.file}:{line}:{column}",
        )  # fmt: skip

    def _report(self, code: str, event: Any, summary: str, hint: str, detail: str = "") -> None:
        """Collect a mistake; too many of them end the reading."""
        source = place(self.text, event.start_mark.index, self.file)
        self.found.append(Diagnostic(code, summary, source=source, hint=hint, detail=detail))
        if len(self.found) >= MAX_FINDINGS:
            self.found[-1] = self.found[-1]._replace(detail="there may be more in this file")
            raise Fatal

    def _stop(self, code: str, event: Event, summary: str, hint: str) -> None:
        """Report a mistake after which the file cannot be read on."""
        self._report(code, event, summary, hint)
        raise Fatal


def load(data: bytes, file: str, interned: dict[str, str] | None = None) -> tuple[Any, list[Diagnostic]]:
    """Return a file's data and what is wrong with it; refused values are `Unknown` in the data."""
    text = decode(data, file)
    if isinstance(text, Diagnostic):
        return None, [text]
    composer = Composer(text, file, interned)
    return composer.compose(), composer.found
