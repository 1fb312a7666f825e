"""Schema columns: what becomes of callers when the columns of a model's input change.

Columns go by their names, so their order does not count. Columns that callers send and the model does not have
are ignored, which makes dropping one safe, but for two quirks: under `inputs` and `instances` MLflow makes a
numpy array of them first, which fails for lists of unequal length in a column of any values, and one row of bare
values fails altogether.
"""

from collections.abc import Iterator
from difflib import get_close_matches

from mlplan.evidence.column_fate import SAFE, Fate, alike, worst
from mlplan.evidence.column_nested import type_change, type_fate
from mlplan.evidence.column_types import ANY, Array, Map, Object, Scalar
from mlplan.evidence.column_values import NUMBERS
from mlplan.evidence.schema import Column, Entry, Schema

CHAT = frozenset(("messages", "prompt", "input"))
"""Columns by which the scoring server knows a chat request, whose body is one row."""
MANY = 20
"""Removed columns among which no old name is looked for."""
_ALIKE = 0.6
"""How similar a column's name is that may be the old one."""


def column_entries(before: Schema, after: Schema) -> Iterator[Entry]:
    """Yield the columns that differ."""
    if before.named != after.named:
        yield from _renumbered(before, after)
        return
    for name in before.columns.keys() | after.columns.keys():
        old, new = before.columns.get(name), after.columns.get(name)
        if old is None and new is not None:
            yield Entry("input", name, None, new.text, "added", _added(new, before, after))
        elif old is not None and new is None:
            yield Entry("input", name, old.text, None, "removed", _removed(old, before, after))
        elif old is not None and new is not None and old != new:
            yield Entry("input", name, old.text, new.text, change(old, new), _changed(old, new, before, after))


def change(before: Column, after: Column) -> str:
    """Return the word for what became of a column."""
    if before.type != after.type:
        return type_change(before.type, after.type)
    return "made required" if after.required else "made optional"


def _changed(before: Column, after: Column, old: Schema, new: Schema) -> Fate:
    """Return what becomes of a column that stays."""
    fates = [type_fate(before.type, after.type)]
    if after.required and not before.required:
        fates.append(alike("rejected", "required, and callers may leave it out"))
    if not new.one_row and isinstance(before.type, Array | Object):
        fates.append(_spread(before, old, new))
    if not new.named and not _first_fits(before, after, old, new):
        why = "a list in `inputs` is converted to the type of the first column, which others do not take"
        fates.append(Fate(json="rejected", bare="rejected", why=(why,)))
    return worst(_as_chat(fate, old) for fate in fates)


def _first_fits(before: Column, after: Column, old: Schema, new: Schema) -> bool:
    """Tell whether a first column's type is taken by all others that took the old one; they are converted to it."""
    if before is not next(iter(old.columns.values())):
        return True
    others = [(one.type, new.columns[name].type) for name, one in old.columns.items() if name in new.columns]
    took = [now for then, now in others if type_fate(before.type, then).dataframe == "safe"]
    return all(type_fate(after.type, now).dataframe == "safe" for now in took)


def _added(column: Column, before: Schema, after: Schema) -> Fate:
    """Return what becomes of callers that do not send a new column."""
    if column.required:
        return alike("rejected", "required, and callers do not send it" + _renamed(column, before, after))
    fates = [SAFE]
    if after.one_row and not before.one_row and isinstance(column.type, Array | Object):
        fates.append(_gathered(before))
    only = [one.type for one in before.columns.values()] if len(before.columns) == 1 else []
    if any(isinstance(one, Scalar | Array) for one in only):
        fates.append(Fate(bare="rejected", why=("a list without names needs a model of one column",)))
    return worst(fates)


def _gathered(before: Schema) -> Fate:
    """Return what becomes of columns that callers send as lists, when a mapping of lists is one row from now on."""
    kinds = [one.type for one in before.columns.values()]
    checked = any(isinstance(one, Map) or str(one) in (*NUMBERS, "datetime") for one in kinds)
    why = "with a column of arrays or objects, a mapping of lists in `inputs` or `instances` is read as one row"
    return Fate(json="rejected" if checked else "coerced", why=(why,))


def _removed(column: Column, before: Schema, after: Schema) -> Fate:
    """Return what becomes of callers that still send a column."""
    if not before.named:
        return SAFE
    if str(column.type) == ANY:
        why = "ignored, but lists of unequal length fail in `inputs` and `instances`"
        return Fate(json="rejected", bare="rejected", why=(why,))
    if after.one_row:
        return SAFE
    if before.one_row and isinstance(column.type, Array | Object):
        return _spread(column, before, after)
    return Fate(bare="rejected", why=("ignored, but one row of bare values in `inputs` fails",))


def _spread(column: Column, before: Schema, after: Schema) -> Fate:
    """Return what becomes of one row in `inputs`, when a mapping is no longer read as one."""
    rest = [one for one in before.columns.values() if isinstance(one.type, Array | Object)]
    kept = after.columns.get(column.name)
    lost = isinstance(column.type, Object) if kept is None else str(kept.type) != ANY
    why = "without a column of arrays or objects, one row in `inputs` is read as several"
    return Fate(bare="rejected" if lost or len(rest) > 1 else "coerced", why=(why,))


def _renamed(column: Column, before: Schema, after: Schema) -> str:
    """Return which removed column may be an added one, by type and name."""
    names = before.columns.keys() - after.columns.keys()
    if len(names) > MANY:
        return ""
    gone = sorted(name for name in names if before.columns[name].type == column.type)
    near = get_close_matches(column.name, gone, n=1, cutoff=_ALIKE) or (gone if len(gone) == 1 else [])
    return f"; renamed from {near[0]}?" if near else ""


def _renumbered(before: Schema, after: Schema) -> Iterator[Entry]:
    """Yield every column where names are new, or gone."""
    why = "columns have names now, which callers need not use" if after.named else "columns go by their order now"
    same = {one.type for one in before.columns.values()} == {one.type for one in after.columns.values()}
    by_frame = alike("coerced" if same and not after.named else "rejected")
    fate = by_frame._replace(json="rejected", bare="rejected", why=(why,))
    for column in before.columns.values():
        yield Entry("input", column.name, column.text, None, "unnamed" if not after.named else "named", fate)


def _as_chat(fate: Fate, before: Schema) -> Fate:
    """Return a fate in which a chat request counts, whose values are checked as those of a DataFrame are."""
    if not any(name in before.columns for name in CHAT):
        return fate
    return worst([fate, Fate(bare=fate.dataframe)])
