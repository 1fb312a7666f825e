"""Drifted: what others changed since the last apply, as the text of an issue."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mlplan.render.markdown.marker import drift_marker
from mlplan.render.markdown.text import bold, code, plain
from mlplan.render.memory import DRIFT_WORDS
from mlplan.render.value import show
from mlplan.render.words import count

BUDGET = 60_000
"""Bytes; GitHub takes 65,536 characters."""
FIELDS = 20
"""Fields of one object that are shown."""


def drift_issue(document: Mapping[str, Any], run: str = "") -> str:
    """Return the text of an issue; objects beyond the budget are counted."""
    found: Sequence[Mapping[str, Any]] = document["drifted"]
    head = f"{drift_marker(document['project'], document['environment'])}\n{_headline(document)}\n\n"
    foot = _ending(document, run)
    made, room = [], BUDGET - len((head + foot).encode())
    for place, one in enumerate(found):
        text = "".join(_object(one))
        room -= len(text.encode())
        if room < 0:
            made.append(f"- and {count(len(found) - place, 'more object')}\n")
            break
        made.append(text)
    return f"{head}{''.join(made)}{foot}"


def _headline(document: Mapping[str, Any]) -> str:
    """Return what has happened, in one line."""
    told = count(len(document["drifted"]), "object")
    verb = "is" if len(document["drifted"]) == 1 else "are"
    name = f"{plain(document['project'])} · {plain(document['environment'])}"
    return f"{bold(f'{told} of {name}')} {verb} not as last applied: someone changed what mlplan manages."


def _object(one: Mapping[str, Any]) -> Iterator[str]:
    """Yield the lines of one object: what became of it, and each field that differs."""
    yield f"- {code(one['address'])} {code(one['id'])} {DRIFT_WORDS[one['status']]}\n"
    fields = one["fields"]
    if not fields:
        return
    yield "\n  | field | applied | there now |\n  |---|---|---|\n"
    for each in fields[:FIELDS]:
        yield f"  | {code(each['path'])} | {_value(each['before'])} | {_value(each['after'])} |\n"
    if len(fields) > FIELDS:
        yield f"  | and {len(fields) - FIELDS} more | | |\n"
    yield "\n"


def _value(value: object) -> str:
    """Return a value in a cell; nothing for none."""
    return "" if value is None else code(show(value))


def _ending(document: Mapping[str, Any], run: str) -> str:
    """Return what to do about it, and how old this is."""
    environment = code(f"mlplan apply -e {document['environment']}")
    seen = f" [Last look]({run})." if run else ""
    return (
        f"\nTo undo it: {environment}, or the apply workflow. To keep it: change the project's files. "
        f"This issue is updated with every look, and closed when nothing is left.{seen}\n"
        f"State serial {document['state']['serial']}.\n"
    )
