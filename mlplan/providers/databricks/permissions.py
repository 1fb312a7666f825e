"""Permissions: direct rows on a workspace object, which the API knows by number and replaces as a whole.

Inherited rows and those of the `admins` group are the workspace's, not ours: they are neither shown
nor sent. The row by which the creator or the acting principal manages the object is kept when the
project does not declare it, so that no apply shuts out whoever has to make the next one. Rows that
an edit does not name go back as they came, levels that are newer than we are included.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from mlplan.core.change import Object
from mlplan.core.errors import Conflict, NotFound
from mlplan.core.path import item_key
from mlplan.core.provider import Edit
from mlplan.core.values import Values
from mlplan.kinds.naming import principal
from mlplan.kinds.permissions import LEVELS, PRINCIPALS
from mlplan.providers.databricks.experiment import by_name, experiments, is_deleted
from mlplan.providers.databricks.handler import DatabricksHandler, path, touched
from mlplan.providers.databricks.listing import Look

PERMISSIONS = "/api/2.0/permissions"
SERVING = "/api/2.0/serving-endpoints"
TYPES = {"experiment": "experiments", "serving_endpoint": "serving-endpoints"}
ADMINS = "admins"
MANAGE = "CAN_MANAGE"
OWNER_TAG = "mlflow.ownerEmail"


class Target(NamedTuple):
    """The object that rows are on, as the API knows it."""

    kind: str
    number: str
    creator: str


class PermissionsHandler(DatabricksHandler):
    """Direct permissions on one workspace object."""

    kind = "permissions"

    def read(self, id: str) -> Object | None:  # noqa: A002 - the word of the house
        """Return the direct rows, none included, or None when there is no such object."""
        target = self._target(id)
        return None if target is None else self._object(id, target, self._rows(target))

    def gathered(self, look: Look, ids: Sequence[str]) -> Iterable[Object]:
        """Return the rows of those objects that exist; their numbers come with the objects' own reads."""
        numbers = look.once("experiments", lambda: experiments(self.client, look, ())) if _any_experiment(ids) else {}

        def one(id_: str) -> Object | None:
            kind, _, name = id_.partition("/")
            raw = numbers.get(name) if kind == "experiment" else endpoint(self, look, name)
            target = _target(kind, raw)
            return None if target is None else self._object(id_, target, self._rows(target))

        return [found for found in look.each(one, ids) if found is not None]

    def create(self, id: str, desired: Values) -> Object:  # noqa: A002
        """Set the first rows; Conflict when there are any that no plan has shown."""
        target = self._need(id)
        live = self._rows(target)
        if any(not self._is_implied(target, row) for row in live):
            raise Conflict(f"{id} has permissions already", hint="plan again to see them")
        self._put(target, live, desired, None)
        return self.shown(id, desired)

    def update(self, id: str, edit: Edit) -> Object:  # noqa: A002
        """Bring the rows that the edit names to what it desires."""
        target = self._need(id)
        live = self._rows(target)
        if "permissions" not in touched(edit):
            return self._object(id, target, live)
        named = {field.path[1][1:-1] for field in edit.fields if len(field.path) > 1}
        self._put(target, live, edit.desired, named or None)
        return self.settled(id, edit)

    def delete(self, id: str, recorded: Values) -> None:  # noqa: A002
        """Take back the rows that were recorded."""
        target = self._target(id)
        if target is not None:
            ours = {_key(row): row["level"] for row in recorded.get("permissions") or ()}
            live = self._rows(target)
            there = {_key(row) for row in live if ours.get(_key(row)) == row["level"]}
            if there:
                self._put(target, live, {}, there)

    def _put(self, target: Target, live: list[Values], desired: Values, named: set[str] | None) -> None:
        """Replace the direct rows: named ones as desired, or all that are not kept; the others as they are."""
        rows = [row for row in live if _key(row) not in named] if named is not None else self._kept(target, live)
        wanted = [row for row in desired.get("permissions") or () if named is None or _key(row) in named]
        taken = {_key(row) for row in wanted}
        rows = [row for row in rows if _key(row) not in taken] + wanted
        rows += self._ourselves(target, live, rows)
        body = {"access_control_list": [_entry(row) for row in rows]}
        self.client.write("PUT", path(PERMISSIONS, TYPES[target.kind], target.number), body)

    def _ourselves(self, target: Target, live: list[Values], rows: list[Values]) -> list[Values]:
        """Return our own row when the platform would refuse to leave us without one."""
        me, groups = principal(self.reach.user()), self.reach.groups()
        if target.kind != "serving_endpoint" or not me or ADMINS in groups:
            return []
        if any(row["level"] == MANAGE and (_name(row) == me or row.get("group_name") in groups) for row in rows):
            return []
        mine = next((row for row in live if _name(row) == me), None)
        kind = "user_name" if "@" in me else "service_principal_name"
        return [{**(mine or {kind: me}), "level": MANAGE}] if me not in map(_name, rows) else []

    def _kept(self, target: Target, live: list[Values]) -> list[Values]:
        """Return the rows that stay though nobody declared them."""
        return [row for row in live if self._is_implied(target, row)]

    def _is_implied(self, target: Target, row: Values) -> bool:
        """Tell whether a row is the one by which the creator, or whoever acts, manages the object."""
        return row["level"] == MANAGE and _name(row) in {target.creator, principal(self.reach.user())} - {""}

    def _object(self, id: str, target: Target, rows: list[Values]) -> Object:  # noqa: A002
        """Return the rows as an object: one per principal, with the highest of its levels."""
        kind, _, name = id.partition("/")
        why = self.reach.looks.wanted(self.kind, id)
        declared = {_key(row) for side in (why.sides if why else ()) for row in side.get("permissions") or ()}
        shown: dict[str, Values] = {}
        for row in sorted(rows, key=lambda row: _rank(kind, row["level"])):
            if _key(row) in declared or not self._is_implied(target, row):
                shown[_key(row)] = row
        fields = {"object_type": kind, "object_name": name, "permissions": list(shown.values())}
        return Object(id, self.spec.canonical(fields))

    def _rows(self, target: Target) -> list[Values]:
        """Return the direct rows, one per principal and level."""
        found = self.client.get(path(PERMISSIONS, TYPES[target.kind], target.number))
        return [
            {**who, "level": level["permission_level"]}
            for entry in found.get("access_control_list") or ()
            if (who := {name: entry[name] for name in PRINCIPALS if entry.get(name)}) != {"group_name": ADMINS}
            for level in entry.get("all_permissions") or ()
            if not level.get("inherited")
        ]

    def _need(self, id: str) -> Target:  # noqa: A002
        """Return the object that rows are on, which must be there."""
        target = self._target(id)
        if target is None:
            raise NotFound(f"{id} does not exist")
        return target

    def _target(self, id: str) -> Target | None:  # noqa: A002
        """Return the object that rows are on, looked up by its name each time, as it may have been made anew."""
        kind, _, name = id.partition("/")
        if kind == "experiment":
            return _target(kind, by_name(self.client, name))
        return _target(kind, self.client.find(path(SERVING, name)))


def endpoint(handler: DatabricksHandler, look: Look, name: str) -> Values | None:
    """Return what the API says of an endpoint, asked for once whoever needs it."""
    return look.once(("endpoint", name), lambda: handler.client.find(path(SERVING, name)))


def _target(kind: str, raw: Values | None) -> Target | None:
    """Return the object that rows are on, from what the API says of it."""
    if raw is None or (kind == "experiment" and is_deleted(raw)):
        return None
    if kind == "experiment":
        tags = {tag["key"]: tag.get("value", "") for tag in raw.get("tags") or ()}
        return Target(kind, str(raw["experiment_id"]), principal(tags.get(OWNER_TAG, "")))
    return Target(kind, str(raw["id"]), principal(raw.get("creator", "")))


def _any_experiment(ids: Sequence[str]) -> bool:
    """Tell whether any of the rows are on experiments."""
    return any(id_.startswith("experiment/") for id_ in ids)


def _key(row: Values) -> str:
    """Return the principal of a row, as field paths name it."""
    return item_key({name: principal(row[name]) if name != "group_name" else row[name] for name in PRINCIPALS if row.get(name)}, PRINCIPALS)  # fmt: skip


def _name(row: Values) -> str:
    """Return the user or service principal of a row; nothing for a group."""
    return principal(row.get("user_name") or row.get("service_principal_name") or "")


def _rank(kind: str, level: str) -> int:
    """Return how much a level allows; one that is newer than we are counts as the lowest."""
    levels = LEVELS.get(kind, ())
    return levels.index(level) if level in levels else -1


def _entry(row: Values) -> Values:
    """Return a row as the API takes it."""
    return {**{name: row[name] for name in PRINCIPALS if row.get(name)}, "permission_level": row["level"]}
