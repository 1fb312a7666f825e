"""Edit: the text of a file with one value changed or added, and every other character as it was.

Positions come from the same parser that reads the project. What was made is read again: it must be
the old data with that one value, or there is no edit.
"""

import re
from collections.abc import Sequence

from mlplan.config.load import load
from mlplan.config.node import Node, read
from mlplan.config.overlay import copied
from mlplan.config.scalar import plain
from mlplan.core.source import YamlPath
from mlplan.core.values import Values

STEP = 2
"""Blanks per level where a file does not show its own number."""
_BREAK = re.compile(r"\r\n|\r|\n")
_REST = re.compile(r"[ \t]*(?:#[^\r\n]*)?(?=[\r\n]|\Z)")
"""What may follow a value on its line."""


class Unfit(Exception):
    """A file that is written in a way that cannot be edited in one place."""


def with_value(text: str, path: YamlPath, value: int) -> str:
    """Return a file's text with the number at a path changed, or added where the file does not have it.

    Unfit when another sort of value stands there, or when anything else would change.
    """
    wanted = _set(_data(text), path, value)
    top = read(text)
    if top is None:
        ending = _ending(text, len(text))
        gap = ending if text and not text.endswith(("\n", "\r")) else ""
        made = text + gap + "".join(f"{line}{ending}" for line in _nested(path, value, 0, STEP))
    elif node := top.find(path):
        if not isinstance(plain(text[node.start : node.end]), int):
            raise Unfit
        made = f"{text[: node.start]}{value}{text[node.end :]}"
    else:
        made = _added(text, top, path, value)
    if _data(made) != wanted:
        raise Unfit
    return made


def _added(text: str, top: Node, path: YamlPath, value: int) -> str:
    """Return the text with a value that it does not have, behind the last entry of the innermost mapping around it."""
    way = list(top.way(path))
    inner, rest = way[-1], path[len(way) - 1 :]
    if not inner.mapping:
        raise Unfit
    if inner.flow:
        return _in_brackets(text, way, rest, value)
    found = _REST.match(text, inner.end)
    if found is None:
        raise Unfit
    lines = _nested(rest, value, inner.column, _step(top) or STEP)
    ending = _ending(text, found.end())
    return "".join([text[: found.end()], *(f"{ending}{line}" for line in lines), text[found.end() :]])


def _in_brackets(text: str, way: Sequence[Node], rest: YamlPath, value: int) -> str:
    """Return the text with a value added to a mapping in brackets."""
    inner = way[-1]
    quoted = next((node.quoted for node in reversed(way) if node.entries), False)
    keys = [f'"{key}"' if quoted else _key(str(key)) for key in rest]
    entry = ": {".join(keys) + f": {value}" + "}" * (len(keys) - 1)
    last = max((node.end for node in inner.entries.values()), default=0)
    at = max(last, inner.start + 1)
    return f"{text[:at]}{', ' if inner.entries else ''}{entry}{text[at:]}"


def _nested(path: YamlPath, value: int, column: int, step: int) -> list[str]:
    """Return a value in its mappings, each on a line of its own."""
    indents = [" " * (column + depth * step) for depth in range(len(path))]
    lines = [f"{indent}{_key(str(key))}:" for indent, key in zip(indents, path, strict=True)]
    return [*lines[:-1], f"{lines[-1]} {value}"]


def _key(name: str) -> str:
    """Return a key as it is written: `on` and its like are text only in quotes."""
    return name if isinstance(plain(name), str) else f'"{name}"'


def _step(node: Node) -> int:
    """Return how far a file indents, by its first mapping in a mapping; 0 when it has none."""
    inside = [one for one in node.entries.values() if one.mapping and not one.flow]
    if node.flow or not inside:
        return 0
    return inside[0].column - node.column


def _ending(text: str, at: int) -> str:
    """Return how lines end around a place."""
    found = _BREAK.match(text, at) or _BREAK.search(text)
    return found[0] if found else "\n"


def _data(text: str) -> Values:
    """Return what a text holds; Unfit when it is not in order."""
    data, found = load(text.encode(), "")
    if found or not isinstance(data, dict | None):
        raise Unfit
    return data or {}


def _set(data: Values, path: YamlPath, value: int) -> Values:
    """Return data with a value at a path."""
    made: Values = copied(data)
    at = made
    for segment in path[:-1]:
        at = at.setdefault(str(segment), {})
        if not isinstance(at, dict):
            raise Unfit
    at[str(path[-1])] = value
    return made
