"""Field: the rows below a change, one for each field that differs."""

from collections.abc import Iterator
from functools import lru_cache

from mlplan.core import path
from mlplan.core.change import Change, FieldChange
from mlplan.core.rule import Rules
from mlplan.core.values import Unknown
from mlplan.kinds import spec
from mlplan.render import access
from mlplan.render.escape import visible
from mlplan.render.nested import describe, is_nested
from mlplan.render.row import Row, leaves
from mlplan.render.value import pair, show

WIDE = 72
"""Two values that take more columns stand on a line each."""
DIFF_LINES = 400
"""Texts with more lines than this are told by their size, since a line diff is quadratic."""


def rows(change: Change) -> Iterator[Row]:
    """Yield the rows of a change in the order of its fields, without those that its id tells already."""
    declared = spec(change.kind)
    held, shape = declared.rows, declared.shape()
    for one in change.fields:
        if len(one.path) == 1 and _is_told(one, shape[one.path[0]]):
            continue
        quiet = one.cause == "config" and not (one.note or one.replaces)
        tail = "" if quiet else _tail(change, one)
        if held and one.path[0] == held:
            yield from access.rows(change, one, tail)
        elif one.before is None or one.after is None:
            yield from _one_sided(change.kind, one, tail)
        else:
            yield _changed(one, tail)


def _is_told(one: FieldChange, rules: Rules) -> bool:
    """Tell whether a field of a new or vanishing object is its name, or was never ours but the server's."""
    if one.before is None:
        return rules.identity
    return one.after is None and (rules.identity or (rules.computed and one.recorded is None))


def _one_sided(kind: str, one: FieldChange, tail: str) -> Iterator[Row]:
    """Yield the rows of a field that is new or gone, one per plain value in it."""
    sign, value = ("+", one.after) if one.before is None else ("-", one.before)
    if len(one.path) > 1 and one.path[-2] == f"[{value}]":  # an item that has nothing but its key
        yield Row(sign, _label(one.path[:-1]), _new(None), tail)
        return
    for place, leaf in leaves(kind, one.path, value):
        yield Row(sign, _label(place), _new(leaf), tail)


def _changed(one: FieldChange, tail: str) -> Row:
    """Return the row of a field that has a value before and after."""
    label = _label(one.path)
    if not _needs_diff(one.before, one.after):
        old, new = pair(one.before, one.after)
        if len(old) + len(new) > WIDE:
            return Row("~", label, "", tail, (f"- {old}", f"+ {new}"), sides=(old, new))
        return Row("~", label, f"{old} -> {new}", tail, sides=(old, new))
    if isinstance(one.before, str):
        return Row("~", label, "", tail, _text_diff(one.before, str(one.after)))
    if _is_set(one.before) and _is_set(one.after):
        return Row("~", label, _set_diff(one.before, one.after), tail)
    return Row("~", label, "", tail, describe(one.before, one.after))


def _needs_diff(before: object, after: object) -> bool:
    """Tell whether a change shows better as parts than as `before -> after`."""
    if isinstance(before, str):
        return isinstance(after, str) and "\n" in f"{before}{after}" and not isinstance(after, Unknown)
    return (_is_set(before) and _is_set(after)) or is_nested(before, after)


@lru_cache(maxsize=4096)
def _label(place: path.Path) -> str:
    """Return a field's path as people write it."""
    return visible(path.text(place))


def _new(value: object) -> str:
    """Return a value that stands alone; of a text with several lines the first, and their number."""
    if isinstance(value, str) and not isinstance(value, Unknown) and "\n" in value.strip("\n"):
        first, *rest = value.strip("\n").split("\n")
        return f"{show(first)} (+{len(rest)} lines)"
    return "(set)" if value is None else show(value)


def _tail(change: Change, one: FieldChange) -> str:
    """Return what follows a row: who made the difference, what it forces, and the engine's note."""
    parts = []
    if one.cause == "drift":
        parts.append(f"(drift: {drifted(one)} outside of mlplan)")
    elif one.cause == "both":
        parts.append(f"(config and drift: last applied {_recorded(one)})")
    if one.note:
        parts.append(f"({visible(one.note)})")
    if one.replaces and change.action == "replace":
        parts.append("# forces replacement")
    return " ".join(parts)


def drifted(one: FieldChange) -> str:
    """Return what someone else did to the field."""
    if one.before is None:
        return "removed"
    return "added" if one.after is None else "changed"


def _recorded(one: FieldChange) -> str:
    """Return the last applied value, without its principal's other fields."""
    return "nothing" if one.recorded is None else show(one.recorded)


def _is_set(value: object) -> bool:
    """Tell whether a value is a list of plain values."""
    return isinstance(value, list) and not any(isinstance(item, dict | list) for item in value)


def _set_diff(before: object, after: object) -> str:
    """Return what a list of plain values gains and loses; the whole when only the order differs."""
    assert isinstance(before, list)
    assert isinstance(after, list)
    gone = [f"-{show(item)}" for item in before if item not in after]
    new = [f"+{show(item)}" for item in after if item not in before]
    return ", ".join([*gone, *new]) or f"{show(before)} -> {show(after)}"


def _text_diff(before: str, after: str) -> tuple[str, ...]:
    """Return the lines that differ, each with a sign."""
    from difflib import unified_diff  # noqa: PLC0415 - only texts of several lines need it

    old, new = before.split("\n"), after.split("\n")
    if len(old) + len(new) > DIFF_LINES:
        return (f"{len(old)} lines -> {len(new)} lines",)
    found = list(unified_diff(old, new, lineterm="", n=1))[2:]
    return tuple(f"{line[0]} {visible(line[1:])}" for line in found if not line.startswith("@@"))
