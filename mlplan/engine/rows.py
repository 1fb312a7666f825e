"""Rows: grants and permissions, which are rows on another object rather than objects.

Nothing is created or deleted there. Additive blocks add their rows to whatever is there, and
deleting a block withdraws the rows that it applied and leaves those of others.
"""

from collections.abc import Iterable
from typing import Any

from mlplan.core.kind import Spec
from mlplan.core.path import item_key
from mlplan.core.values import Values


def blend(spec: type[Spec], declared: Values, actual: Values, recorded: Values) -> Values:
    """Return what an additive block wants: the rows there, less ours of before, and the declared ones."""
    kept = withdraw(spec, actual, recorded)
    rows = {_key(spec, row): row for row in _rows(spec, kept)}
    for row in _rows(spec, declared):
        key = _key(spec, row)
        rows[key] = _join(rows[key], row) if key in rows else row
    return spec.canonical({**declared, spec.rows: list(rows.values())})


def withdraw(spec: type[Spec], actual: Values, recorded: Values) -> Values:
    """Return the live rows without those that we applied; a row that others changed since stays."""
    ours = {_key(spec, row): row for row in _rows(spec, recorded)}
    left: list[Values] = []
    for row in _rows(spec, actual):
        rest = _less(spec, row, ours.get(_key(spec, row)))
        if rest is not None:
            left.append(rest)
    return spec.canonical({**actual, spec.rows: left})


def _rows(spec: type[Spec], values: Values) -> Iterable[Values]:
    """Return the rows among the fields."""
    rows: Iterable[Values] = values.get(spec.rows) or ()
    return rows


def _key(spec: type[Spec], row: Values) -> str:
    """Return the principal of a row."""
    return item_key(row, spec.shape()[spec.rows].keyed)


def _join(there: Values, declared: Values) -> Values:
    """Return one principal's row with both: lists are united, single values are the declared ones."""
    return {name: _united(there.get(name), value) for name, value in declared.items()}


def _united(there: Any, declared: Any) -> Any:
    """Return both lists as one, or the declared value."""
    return sorted({*there, *declared}) if isinstance(there, list) and isinstance(declared, list) else declared


def _less(spec: type[Spec], row: Values, ours: Values | None) -> Values | None:
    """Return what is left of a row without ours; None when nothing is."""
    if ours is None:
        return row
    if row == ours:
        return None
    keyed = spec.shape()[spec.rows].keyed
    rest = dict(row)
    for name, value in row.items():
        if name not in keyed and isinstance(value, list):
            rest[name] = [item for item in value if item not in ours.get(name, ())]
    gone = all(not value for name, value in rest.items() if name not in keyed and isinstance(value, list))
    lists = any(isinstance(value, list) for value in row.values())
    return None if lists and gone else rest
