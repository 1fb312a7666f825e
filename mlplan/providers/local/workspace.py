"""Workspace: the platform's behaviour over the store, for whichever door is in front of it.

Nearly all of it follows from the kinds' own declarations. Every value is kept in canonical form,
and returned objects never share anything with what is kept.
"""

from collections.abc import Iterable, Sequence
from typing import cast

from mlplan.core.change import Object, Status
from mlplan.core.errors import Conflict, Invalid
from mlplan.core.kind import Spec
from mlplan.core.path import Path
from mlplan.core.provider import Edit
from mlplan.core.values import Values
from mlplan.kinds import KINDS
from mlplan.providers.local import defaults, edits, refusals, rows, slow
from mlplan.providers.local.facts import Facts, facts, readable
from mlplan.providers.local.store import Row, Store


class Workspace:
    """One workspace; `user` is the principal that acts in it."""

    def __init__(self, store: Store, user: str) -> None:
        self.store = store
        self.user = user

    def check(self, spec: type[Spec], values: Values) -> None:
        """Refuse fields that do not go together; a door with words of its own for that has its own check."""
        refusals.invalid(spec, values)

    def read(self, kind: str, id: str) -> Object | None:  # noqa: A002 - the word of the house
        """Return the object, soft-deleted ones included, or None when there is none."""
        row = self.find(kind, id)
        if row is not None:
            return self._object(facts(kind), row)
        return rows.empty(self.store, facts(kind), facts(kind).tidy(id)) if facts(kind).spec.rows else None

    def read_many(self, kind: str, ids: Sequence[str]) -> Iterable[Object]:
        """Return those of the objects that exist."""
        known = facts(kind)
        found = [self._object(known, row) for row in self.store.many(kind, ids)]
        return rows.with_empty(self.store, known, found, ids) if known.spec.rows else found

    def every(self, kind: str) -> Iterable[Object]:
        """Return all objects of a kind."""
        return [self._object(facts(kind), row) for row in self.store.of_kind(kind)]

    def find(self, kind: str, id: str) -> Row | None:  # noqa: A002
        """Return what is kept of an object, however its id is spelled."""
        row = self.store.get(kind, id)
        if row is None:
            tidy = facts(kind).tidy(id)
            row = self.store.get(kind, tidy) if tidy != id else None
        return None if row is None else slow.settled(self.store, row)

    def create(self, kind: str, id: str, desired: Values) -> Object:  # noqa: A002
        """Make the object with the server's defaults; Conflict when its name is taken."""
        known = facts(kind)
        values = self._stored(known, desired)
        name = known.spec.identify(values)
        if name != id and name != known.tidy(id):
            raise Invalid(f"{id} is not the name of a {kind} with these fields")
        self.check(known.spec, values)
        with self.store.change():
            row = self._make(known, name, values)
        return self._object(known, row)

    def update(self, kind: str, id: str, edit: Edit) -> Object:  # noqa: A002
        """Bring the fields that the edit names to what it desires."""
        known = facts(kind)
        desired = self._stored(known, edit.desired)
        paths = [field.path for field in edit.fields if field.path[0] not in known.engine]
        refusals.unchangeable(known, id, paths)
        self.check(known.spec, desired)
        with self.store.change():
            row = self._changed(known, self._live(known, id), desired, paths)
            self.store.put(row)
        return self._object(known, row)

    def delete(self, kind: str, id: str, recorded: Values) -> None:  # noqa: A002
        """Take the object down; what is gone already is no error."""
        known = facts(kind)
        with self.store.change():
            row = self.find(kind, id)
            if row is None:
                return
            if known.spec.rows:
                self.store.put(row._replace(values=rows.withdrawn(known, row.values, recorded)))
            elif known.spec.soft_delete:
                self.store.put(row._replace(status="deleted"))
            else:
                if not recorded.get("force_destroy"):
                    refusals.not_empty(self.store, row)
                self.purge(row)

    def purge(self, row: Row) -> None:
        """Remove an object for good, with all that lives in it or is attached to it."""
        for child in self.store.children(row.uid):
            self.purge(child)
        self.store.remove(row.uid)
        self._leave_name(row)

    def rename(self, kind: str, id: str, new_id: str, desired: Values) -> Object:  # noqa: A002
        """Give the object its new name; its number, and what is attached to it, stay."""
        known = facts(kind)
        wanted = self._stored(known, desired)
        with self.store.change():
            row = self._live(known, id)
            renamed = {name: wanted[name] for name, rules in known.shape.items() if rules.renames}
            values = {**row.values, **renamed}
            if known.spec.identify(values) != known.tidy(new_id):
                raise Invalid(f"{kind} {id} cannot become {new_id} by a rename")
            other = self.store.get(kind, known.spec.identify(values))
            if other is not None and other.uid != row.uid:
                raise refusals.taken(other)
            row = self._moved(row, values)
        return self._object(known, row)

    def restore(self, kind: str, id: str) -> Object:  # noqa: A002
        """Bring a soft-deleted object back as it was."""
        with self.store.change():
            row = self.find(kind, id)
            if row is None:
                raise refusals.missing(kind, id)
            row = row._replace(status="live" if row.status == "deleted" else row.status)
            self.store.put(row)
        return self._object(facts(kind), row)

    def wait(self, kind: str, id: str) -> Object:  # noqa: A002
        """Return the object once it is ready; NotReady when what was under way failed, told once.

        The workspace's own time moves on, ours does not.
        """
        with self.store.change():
            begun = self.store.get(kind, facts(kind).tidy(id))
            if begun is None:
                raise refusals.missing(kind, id)
            row = slow.finish(self.store, begun)
            self.store.put(row)
        if row.status == "failed" and begun.status == "updating":
            raise slow.failure(row)
        return self._object(facts(kind), row)

    def _make(self, known: Facts, id: str, values: Values) -> Row:  # noqa: A002
        """Keep a new object, within a change."""
        kind = known.spec.kind
        other = self.store.get(kind, id)
        if other is not None and not rows.is_empty(known, other):
            raise refusals.taken(other)
        parent = refusals.container(self.store, known.spec, values)
        refusals.unknown_version(self.store, kind, values)
        uid = self.store.next_uid() if other is None else other.uid
        token = defaults.token(kind, id, self.store.note(f"used/{kind}/{id}", 0)) if _numbered(known.spec) else ""
        outputs = defaults.outputs(known.spec, values, token)
        defaults.complete(known.spec, values, self.user)
        defaults.place(kind, values, outputs, token)
        tags = defaults.system_tags(kind, values, self.user)
        row = Row(uid, kind, id, parent, values, outputs, "live", {"tags": tags} if tags else {})
        if kind in slow.SLOW:
            row = slow.begin(self.store, row, None)
        (self.store.add if other is None else self.store.put)(row)
        return row

    def _changed(self, known: Facts, row: Row, desired: Values, paths: Sequence[Path]) -> Row:
        """Return the row with the fields at `paths` as desired, within a change."""
        kind = known.spec.kind
        slow_field = slow.SLOW.get(kind)
        slowly = any(path[0] == slow_field for path in paths)
        if slowly and row.status == "updating":
            raise Conflict(f"{kind} {row.id} is being updated", hint="wait until that update is through")
        serving = row.values.get(slow_field or "")
        refusals.container(self.store, known.spec, desired)
        if slowly or not slow_field:
            refusals.unknown_version(self.store, kind, desired)
        values: Values = _copy(row.values)
        edits.take_over(values, desired, paths, known.shape)
        values = known.spec.canonical(values)
        defaults.complete(known.spec, values, self.user)
        row = row._replace(values=values)
        return slow.begin(self.store, row, serving) if slowly else row

    def _live(self, known: Facts, id: str) -> Row:  # noqa: A002
        """Return the row of an object that is there and not in the bin, within a change."""
        row = self.find(known.spec.kind, id)
        if row is None and known.spec.rows:
            values = known.parse(id)
            if values is not None:
                return self._make(known, known.spec.identify(values), values)
        if row is None:
            raise refusals.missing(known.spec.kind, id)
        if row.status == "deleted":
            raise refusals.deleted(row)
        return row

    def _moved(self, row: Row, values: Values) -> Row:
        """Keep an object under its new name, and what is attached to it with it, within a change."""
        known = facts(row.kind)
        system = dict(row.system)
        if "tags" in system:
            system["tags"] = defaults.system_tags(row.kind, values, self.user)
        self._leave_name(row)
        moved = row._replace(id=known.spec.identify(values), values=values, system=system)
        self.store.put(moved)
        for child in self.store.children(row.uid):
            self._moved(child, {**child.values, **facts(child.kind).naming(moved.kind, moved.id)})
        return moved

    def _leave_name(self, row: Row) -> None:
        """Remember that a name was used, so that the next object of that name has ids of its own."""
        if row.kind in KINDS and _numbered(facts(row.kind).spec):
            name = f"used/{row.kind}/{row.id}"
            self.store.write_note(name, self.store.note(name, 0) + 1)

    def _stored(self, known: Facts, values: Values) -> Values:
        """Return fields in the form that is kept: canonical, and without those that only steer mlplan."""
        return known.spec.canonical({name: value for name, value in values.items() if name not in known.engine})

    def _object(self, known: Facts, row: Row) -> Object:
        """Return a row as everyone may see it."""
        row = slow.settled(self.store, row)
        values = readable(row.values, known.shape) if known.hides else row.values
        return Object(row.id, values, row.outputs, cast("Status", row.status))


def _numbered(spec: type[Spec]) -> bool:
    """Tell whether objects of a kind have something that no other object ever has."""
    return bool(spec.outputs) or spec.kind in defaults.PLACED


def _copy(values: Values) -> Values:
    """Return fields that can be changed on their own."""
    return {name: _copied(value) for name, value in values.items()}


def _copied(value: object) -> object:
    """Return a value that can be changed on its own."""
    if isinstance(value, dict):
        return _copy(value)
    return [_copied(item) for item in value] if isinstance(value, list) else value
