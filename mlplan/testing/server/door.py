"""Door: the workspace as the routes use it: rows of the store, read and changed under the platform's rules."""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass

from mlplan.core.change import FieldChange, Object
from mlplan.core.kind import Spec
from mlplan.core.provider import Edit
from mlplan.core.values import Values
from mlplan.providers.local.facts import facts
from mlplan.providers.local.store import Row
from mlplan.providers.local.workspace import Workspace
from mlplan.testing.server.index import Index
from mlplan.testing.server.pace import Pace
from mlplan.testing.server.settings import Settings
from mlplan.testing.server.stale import EventualStore
from mlplan.testing.server.tokens import Tokens

EPOCH = 1_700_000_000_000
"""Times of objects are made from their numbers: the same in every run, and later for later ones."""


class Platform(Workspace):
    """The workspace behind the REST API, whose routes say themselves what does not go together."""

    def check(self, spec: type[Spec], values: Values) -> None:
        """Leave that to the routes: the kinds' own checks know more than the platform does."""

    def set_aside(self, row: Row, id: str) -> None:  # noqa: A002 - the word of the house
        """Keep an object under an id that is nobody's name, and leave its own to others."""
        with self.store.change():
            self._leave_name(row)
            self.store.put(row._replace(id=id))


@dataclass(slots=True)
class Door:
    """What every route may use, as one principal."""

    store: EventualStore
    settings: Settings
    index: Index
    pace: Pace
    tokens: Tokens
    user: str
    owner: str
    """The principal that stands for everyone who is not known: the workspace's own user."""
    lock: AbstractContextManager[object]

    @property
    def platform(self) -> Platform:
        """Return the workspace, acting as this principal."""
        return Platform(self.store, self.user)

    @property
    def exclusive(self) -> AbstractContextManager[object]:
        """Keep others out from reading something until it is written."""
        return self.lock

    def change(self) -> AbstractContextManager[None]:
        """Make everything inside happen as a whole or not at all."""
        return self.store.change()

    def find(self, kind: str, id: str) -> Row | None:  # noqa: A002 - the word of the house
        """Return what is kept of an object, however its name is spelled."""
        return self.platform.find(kind, id)

    def rows(self, kind: str, **fields: str) -> list[Row]:
        """Return the rows of a kind that have these fields, by id."""
        wanted = facts(kind).spec.canonical(dict(fields)) if fields else {}
        return [row for row in self.store.of_kind(kind) if wanted.items() <= row.values.items()]

    def children(self, row: Row, kind: str) -> list[Row]:
        """Return what of a kind lives in an object."""
        return [child for child in self.store.children(row.uid) if child.kind == kind]

    def create(self, kind: str, values: Values, **system: object) -> Row:
        """Make an object of these fields, and keep what the platform notes about it."""
        spec = facts(kind).spec
        made = self.platform.create(kind, spec.identify(spec.canonical(values)), values)
        if system:
            self.note(kind, made.id, **system)
        return self._row(kind, made.id)

    def amend(self, kind: str, id: str, changes: Values, known: Iterable[str] = ()) -> Row:  # noqa: A002
        """Set these fields of an object; `known` names those whose meaning depends on others of it."""
        row = self._row(kind, id)
        names = (*changes, *known, *(name for name, rules in facts(kind).shape.items() if rules.identity))
        desired = {name: value for name, value in {**row.values, **changes}.items() if name in names}
        fields = tuple(FieldChange((name,), None, value, None, "drift") for name, value in changes.items())
        self.platform.update(kind, row.id, Edit(Object(row.id, row.values), desired, fields))
        return self._row(kind, row.id)

    def set_rows(self, kind: str, id: str, rows: list[Values]) -> None:  # noqa: A002
        """Set all rows of grants or permissions; the set is there as soon as what it is on is there."""
        known = facts(kind)
        values = {**(known.parse(id) or {}), known.spec.rows: rows}
        named = FieldChange((known.spec.rows,), None, rows, None, "drift")
        self.platform.update(kind, id, Edit(Object(id, {}), values, (named,)))

    def note(self, kind: str, id: str, **system: object) -> Row:  # noqa: A002
        """Keep what the platform notes about an object beside its fields; None forgets."""
        with self.change():
            row = self._row(kind, id)
            kept = {name: value for name, value in {**row.system, **system}.items() if value is not None}
            row = row._replace(system=kept)
            self.store.put(row)
        return row

    def _row(self, kind: str, id: str) -> Row:  # noqa: A002
        """Return what is kept of an object that is there."""
        row = self.platform.find(kind, id)
        assert row is not None, (kind, id)
        return row


def moment(row: Row) -> int:
    """Return when an object was made, in milliseconds since the epoch."""
    return EPOCH + row.uid * 1000
