"""Rows: grants and permissions, which are there as soon as the object that they are on is there."""

from collections.abc import Iterable, Iterator, Sequence

from mlplan.core.change import Object
from mlplan.core.path import item_key
from mlplan.core.values import Values
from mlplan.providers.local.facts import Facts
from mlplan.providers.local.store import Row, Store


def is_empty(known: Facts, row: Row) -> bool:
    """Tell whether a kept object is a set of rows without any row, which is as good as none."""
    return bool(known.spec.rows) and known.spec.rows not in row.values


def empty(store: Store, known: Facts, id: str) -> Object | None:  # noqa: A002 - the word of the house
    """Return a set without rows when the object that it is on exists."""
    return next(iter(with_empty(store, known, (), [id])), None)


def with_empty(store: Store, known: Facts, found: Sequence[Object], ids: Iterable[str]) -> list[Object]:
    """Return the sets that were found, and an empty one for each other object that exists."""
    there = {one.id for one in found}
    wanted: dict[str, dict[str, tuple[str, Values]]] = {}
    for id_ in ids:
        values = None if id_ in there else known.parse(id_)
        for link in known.spec.links(values) if values else ():
            wanted.setdefault(link.kind, {})[link.id] = (id_, values or {})
    return [*found, *_on_existing(store, wanted)]


def _on_existing(store: Store, wanted: dict[str, dict[str, tuple[str, Values]]]) -> Iterator[Object]:
    """Yield an empty set for each object that exists, by kind and id of the object."""
    for kind, on in wanted.items():
        for id_ in store.existing(kind, list(on)):
            yield Object(*on[id_])


def withdrawn(known: Facts, values: Values, recorded: Values) -> Values:
    """Return a set without the rows that were recorded; what others added to a row stays."""
    name = known.spec.rows
    keyed = known.shape[name].keyed
    ours = {item_key(row, keyed): row for row in recorded.get(name) or ()}
    left = [_less(row, ours.get(item_key(row, keyed)), keyed) for row in values.get(name) or ()]
    return known.spec.canonical({**values, name: [row for row in left if row is not None]})


def _less(row: Values, ours: Values | None, keyed: tuple[str, ...]) -> Values | None:
    """Return what is left of a row without ours; None when nothing is."""
    if ours is None:
        return row
    lists = {name: value for name, value in row.items() if isinstance(value, list) and name not in keyed}
    rest = {name: [one for one in value if one not in ours.get(name, ())] for name, value in lists.items()}
    if lists:
        return {**row, **rest} if any(rest.values()) else None
    return None if row == ours else row
