"""Schema outputs: what those who read a model's answers have to change; nothing checks answers."""

from collections.abc import Iterator

from mlplan.evidence.column_fate import SAFE
from mlplan.evidence.column_nested import type_change
from mlplan.evidence.schema import Entry, Schema


def output_entries(before: Schema, after: Schema) -> Iterator[Entry]:
    """Yield the outputs that differ."""
    for name in before.columns.keys() | after.columns.keys():
        old, new = before.columns.get(name), after.columns.get(name)
        if old is None and new is not None:
            yield _entry(name, None, new.text, "added", "")
        elif old is not None and new is None:
            yield _entry(name, old.text, None, "removed", "whoever reads it does not find it any more")
        elif old is not None and new is not None and old != new:
            if old.type != new.type:
                why = "whoever reads it gets another type"
                yield _entry(name, old.text, new.text, type_change(old.type, new.type), why)
            else:
                why = "" if new.required else "whoever reads it may find nothing"
                yield _entry(name, old.text, new.text, "made required" if new.required else "made optional", why)


def _entry(name: str, before: str | None, after: str | None, change: str, why: str) -> Entry:
    """Return what is told of an output; it breaks its readers where there is a reason why."""
    return Entry("output", name, before, after, change, SAFE._replace(why=(why,) if why else ()), breaks=bool(why))
