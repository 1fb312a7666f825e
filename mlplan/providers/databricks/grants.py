"""Grants: rows on a securable, changed by a delta against what is there at that very moment.

Privileges travel as plain text, so that ones that are newer than we are survive. Three rules of
the platform (databricks/cli #4801, #6064, #6743): it shows ALL_PRIVILEGES together with all that
these imply; taking them away leaves the four that they do not imply; and a privilege may not be
added and removed in one request.
"""

from collections.abc import Iterable

from mlplan.core.change import Object
from mlplan.core.errors import Conflict, Denied, NotFound
from mlplan.core.provider import Edit
from mlplan.core.values import Values
from mlplan.kinds.grants import ALL, APART, collapsed
from mlplan.kinds.naming import principal, privilege
from mlplan.providers.databricks.handler import UC, DatabricksHandler, path, touched

TYPES = {"registered_model": "function"}
"""Securables that the permissions API calls by another name."""
MANAGE = "MANAGE"

Rows = dict[str, set[str]]
"""Privileges by principal, as the platform spells it."""


class GrantsHandler(DatabricksHandler):
    """Direct grants on one securable."""

    kind = "grants"

    def read(self, id: str) -> Object | None:  # noqa: A002 - the word of the house
        """Return the direct grants, none included, or None when there is no such securable."""
        rows = self._rows(id)
        return None if rows is None else self._object(id, rows)

    def create(self, id: str, desired: Values) -> Object:  # noqa: A002
        """Grant the first rows; Conflict when there are any that no plan has shown."""
        live = self._need(id)
        if live:
            raise Conflict(f"{id} has grants already: {', '.join(sorted(live))}", hint="plan again to see them")
        self._send(id, live, _wanted(desired), _wanted(desired))
        return self.shown(id, desired)

    def update(self, id: str, edit: Edit) -> Object:  # noqa: A002
        """Bring the rows that the edit names to what it desires; others are not mentioned."""
        live = self._need(id)
        if "grants" not in touched(edit):
            return self._object(id, live)
        named = {field.path[1][1:-1] for field in edit.fields if len(field.path) > 1}
        wanted = _wanted(edit.desired)
        self._send(id, live, wanted, named or {*wanted, *map(principal, live)})
        return self.settled(id, edit)

    def delete(self, id: str, recorded: Values) -> None:  # noqa: A002
        """Take back the rows that were recorded; what others added to them stays."""
        live = self._rows(id)
        ours = _wanted(recorded)
        if live:
            left = {
                principal(name): set(collapsed(held)) - ours.get(principal(name), set()) for name, held in live.items()
            }
            self._send(id, live, left, ours)

    def blocks(self, actual: Object, desired: Values) -> str:
        """Return why a change is refused that would take MANAGE away from the principal that mlplan acts as."""
        live, wanted = _wanted(actual.values), _wanted(desired)
        losing = {name for name, held in live.items() if MANAGE in held and MANAGE not in wanted.get(name, set())}
        if not losing or principal(self.reach.user()) not in losing:
            return ""
        return (
            f"it would take MANAGE away from {self.reach.user()}, as whom mlplan acts; declare that, or act as another"
        )

    def _send(self, id: str, live: Rows, wanted: Rows, named: Iterable[str]) -> None:  # noqa: A002
        """Send the difference for the named principals, if there is any."""
        spelled = {principal(name): name for name in live}
        changes: list[Values] = []
        for name in sorted(set(named)):
            raw = spelled.get(name, name)
            add, remove = delta(live.get(raw, set()), wanted.get(name, set()))
            if MANAGE in remove and name == principal(self.reach.user()):
                raise Denied(
                    f"this would take MANAGE on {id} away from {raw}, as whom mlplan acts",
                    code="MLE546",
                    hint=f"declare MANAGE for {raw}, or apply as another principal",
                )
            if add or remove:
                changes.append({"principal": raw, "add": sorted(add), "remove": sorted(remove)})
        if changes:
            self.client.write("PATCH", self._at(id), {"changes": changes})

    def _need(self, id: str) -> Rows:  # noqa: A002
        """Return the rows of a securable that must be there."""
        rows = self._rows(id)
        if rows is None:
            raise NotFound(f"{id} does not exist")
        return rows

    def _rows(self, id: str) -> Rows | None:  # noqa: A002
        """Return the direct grants as the platform spells them, or None when there is no such securable."""
        rows: Rows = {}
        try:
            for page in self.client.pages(self._at(id), "privilege_assignments", {"max_results": 0}):
                for row in page:
                    rows.setdefault(row["principal"], set()).update(map(privilege, row.get("privileges") or ()))
        except NotFound:
            return None
        return {name: held for name, held in rows.items() if held}

    def _object(self, id: str, rows: Rows) -> Object:  # noqa: A002
        """Return the rows as an object."""
        kind, _, name = id.partition("/")
        grants = [{"principal": who, "privileges": sorted(held)} for who, held in rows.items()]
        return Object(id, self.spec.canonical({"securable_type": kind, "full_name": name, "grants": grants}))

    def _at(self, id: str) -> str:  # noqa: A002
        """Return the path of a securable's grants."""
        kind, _, name = id.partition("/")
        return path(f"{UC}/permissions", TYPES.get(kind, kind), name)


def delta(live: set[str], wanted: set[str]) -> tuple[set[str], set[str]]:
    """Return what to add and what to remove, so that a principal holds just what is wanted."""
    if ALL in wanted:
        return wanted - live, (live & APART) - wanted
    if ALL in live:
        return wanted - (live & APART), {ALL, *((live & APART) - wanted)}
    return wanted - live, live - wanted


def _wanted(values: Values) -> Rows:
    """Return declared rows by principal."""
    return {row["principal"]: set(row["privileges"]) for row in values.get("grants") or ()}
