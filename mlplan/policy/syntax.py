"""Syntax: an expression's tree as its library writes it, read far enough to see what it builds.

The bytes are a `cel.expr.CheckedExpr` in protobuf's wire form, inside of an `Any`. The numbers below are
those of the published definitions, `cel/expr/checked.proto` and `cel/expr/syntax.proto`.
"""

from collections.abc import Iterator
from typing import Final

_ANY_VALUE: Final = 2
_CHECKED_EXPR: Final = 4
_CONSTANT, _NAME, _FIELD, _CALL, _LIST, _STRUCT, _LOOP = 3, 4, 5, 6, 7, 8, 9
_INNER: Final = {
    _FIELD: (1,),
    _CALL: (1, 3),
    _LIST: (1,),
    _LOOP: (2, 4, 5, 6, 7),
}
"""The parts of each form that are expressions themselves."""
_ENTRIES: Final = 2
_ENTRY_PARTS: Final = (3, 4)
_CALLED: Final = 2
_INDEX: Final = b"_[_]"

Node = tuple[int, bytes]
"""A form and what it is made of."""


def builds(serialized: bytes) -> bool:
    """Tell whether an expression builds a list or mapping of more than plain values or one single path.

    Only such a value can grow step by step; `filter` builds lists of one path, and passes.
    """
    waiting = [
        node for whole in _parts(serialized, _ANY_VALUE) for top in _parts(whole, _CHECKED_EXPR) for node in _form(top)
    ]
    while waiting:
        node = waiting.pop()
        inner = list(_inner(node))
        waiting += inner
        if node[0] in (_LIST, _STRUCT) and not _harmless(node[0], inner):
            return True
    return False


def _harmless(form: int, items: list[Node]) -> bool:
    """Tell whether the items of a list or mapping are plain values, or one path."""
    if all(_plain(one) for one in items):
        return True
    return form == _LIST and len(items) == 1 and _path(items[0])


def _plain(node: Node) -> bool:
    """Tell whether an expression is a value as it is written."""
    return node[0] == _CONSTANT or (node[0] in (_LIST, _STRUCT) and all(_plain(one) for one in _inner(node)))


def _path(node: Node) -> bool:
    """Tell whether an expression only leads to a value that is there."""
    if node[0] in (_CONSTANT, _NAME):
        return True
    indexed = node[0] == _CALL and list(_parts(node[1], _CALLED)) == [_INDEX]
    return (node[0] == _FIELD or indexed) and all(_path(one) for one in _inner(node))


def _inner(node: Node) -> Iterator[Node]:
    """Yield the expressions inside of one."""
    form, body = node
    if form == _STRUCT:
        for entry in _parts(body, _ENTRIES):
            for number in _ENTRY_PARTS:
                for part in _parts(entry, number):
                    yield from _form(part)
        return
    for number in _INNER.get(form, ()):
        for part in _parts(body, number):
            yield from _form(part)


def _form(expression: bytes) -> Iterator[Node]:
    """Yield the form of an expression; one that is empty has none."""
    for number, body in _fields(expression):
        if _CONSTANT <= number <= _LOOP:
            yield number, body


def _parts(message: bytes, wanted: int) -> Iterator[bytes]:
    """Yield the contents of a field, as often as it is there."""
    return (body for number, body in _fields(message) if number == wanted)


def _fields(message: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the fields of a message that hold bytes; numbers are passed over."""
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        number, wire = key >> 3, key & 7
        if wire == 0:
            _, at = _varint(message, at)
        elif wire == 2:  # noqa: PLR2004 - bytes, with their length before them
            length, at = _varint(message, at)
            yield number, message[at : at + length]
            at += length
        else:
            at += 8 if wire == 1 else 4


def _varint(message: bytes, at: int) -> tuple[int, int]:
    """Return a number and the place after it."""
    value = shift = 0
    while True:
        byte = message[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:  # noqa: PLR2004 - the last byte of a number
            return value, at
