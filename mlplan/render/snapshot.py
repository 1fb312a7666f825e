"""Snapshot: what was recorded, in a few lines."""

from collections.abc import Iterator, Mapping
from typing import Any

from mlplan.render.colour import PLAIN, Palette
from mlplan.render.escape import visible
from mlplan.render.words import count


def snapshot_text(told: Mapping[str, Any], file: str, palette: Palette = PLAIN) -> str:
    """Return what a snapshot holds, and how it is used."""
    name = palette.paint("strong", f"{visible(told['project'])} · {visible(told['environment'])}")
    rows = list(_rows(told))
    width = max(len(label) for label, _ in rows)
    lines = [f"  {label:<{width}}  {text}" for label, text in rows]
    then = f"Plan from it with: mlplan plan -e {visible(told['environment'])} --snapshot {visible(file)}"
    return "\n".join([f"{name} · recorded {told['created']}", "", *lines, "", told["digest"], then, ""])


def _rows(told: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what there is with its number."""
    absent = f", and {told['absent']} that are not there" if told["absent"] else ""
    yield "objects", f"{told['objects']}{absent}"
    yield "versions", f"{told['versions']} in full, of {count(told['models'], 'model')}"
    yield "groups", str(told["groups"])
    if told["unreadable"]:
        yield "unreadable", f"{told['unreadable']}; a plan from it says which of them it lacks, and why"
    if told["left_out"]:
        yield "left out", f"{told['left_out']} that no plan of today needs, and that were too many to read"
