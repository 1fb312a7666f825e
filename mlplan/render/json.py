"""JSON: documents as text, in one fixed form; everything beyond ASCII is escaped."""

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # most documents are of no plan
    from mlplan.render.colour import Palette
    from mlplan.render.sheet import Sheet


_encode = json.JSONEncoder(ensure_ascii=True, allow_nan=False).encode
"""The standard encoder indents in Python, twenty times slower than this writes a line."""


def render(sheet: "Sheet", palette: "Palette") -> str:  # noqa: ARG001 - programs see no colours
    """Return a plan as it is saved."""
    return document_text(sheet.document)


def document_text(document: Mapping[str, object]) -> str:
    """Return a document with one member per line, and of its lists one item per line; the order is kept."""
    members = ",\n".join(f"  {_compact(name)}: {_member(value)}" for name, value in document.items())
    return f"{{\n{members}\n}}\n" if members else "{}\n"


def inert(text: str) -> str:
    """Return JSON that a terminal and a CI runner take for text: the one raw control character, and `##[`, escaped."""
    return text.replace("\x7f", "\\u007f").replace("##", "#\\u0023")


def schema_text(document: Mapping[str, object]) -> str:
    """Return a JSON Schema fully indented, as people read it and compare it in commits."""
    return json.dumps(document, indent=2, ensure_ascii=True, allow_nan=False) + "\n"


def _member(value: object) -> str:
    """Return one member: lists item by item, everything else on the line of its name."""
    if isinstance(value, list) and value:
        return "[\n" + ",\n".join(_items(value)) + "\n  ]"
    return _compact(value)


def _items(values: list[object]) -> Iterator[str]:
    """Yield each item on a line of its own."""
    for value in values:
        yield f"    {_compact(value)}"


def _compact(value: object) -> str:
    """Return a value on one line."""
    return inert(_encode(value))
