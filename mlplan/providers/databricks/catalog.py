"""Catalog: isolation and bindings are set by calls of their own, in an order that never locks us out."""

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any

from mlplan.core.change import Object
from mlplan.core.errors import Conflict
from mlplan.core.kind import Problem
from mlplan.core.values import Values
from mlplan.providers.databricks.handler import UC, path
from mlplan.providers.databricks.unity import UnityHandler
from mlplan.providers.databricks.wait import once_there

READ_WRITE = "BINDING_TYPE_READ_WRITE"
GIVEN = ("default", "information_schema")
"""Schemas that every catalog comes with."""

Bindings = dict[int, Any]
"""Binding types by workspace."""


class CatalogHandler(UnityHandler):
    """Catalogs."""

    kind = "catalog"
    collection = "catalogs"
    creates = ("name", "comment", "properties", "options", "storage_root", "connection_name", "provider_name", "share_name")  # fmt: skip
    patches = ("comment", "properties", "isolation_mode", "enable_predictive_optimization", "owner")
    apart = frozenset({"workspace_bindings"})
    forcible = True

    def create(self, id: str, desired: Values) -> Object:  # noqa: A002 - the word of the house
        """Make the catalog; it is bound before it is isolated, so that it never disappears from our sight."""
        body = {name: desired[name] for name in self.creates if name in desired}
        raw = self.client.write("POST", f"{UC}/catalogs", body)
        self._bind(id, desired, frozenset(desired), fresh=True)
        later = [name for name in self.patches if name in desired and raw.get(name) != desired[name]]
        raw = self.patched(id, raw, {name: desired[name] for name in later}, fresh=True)
        return self.made(raw)

    def patched(
        self,
        id: str,  # noqa: A002
        raw: Values | None,
        body: Values,
        beside: Callable[[], None] | None = None,
        *,
        fresh: bool = False,
    ) -> Values:
        """Return what the API says after an update; isolating a catalog binds this workspace first."""
        if body.get("isolation_mode") == "ISOLATED" and not fresh:
            self._bind_here(id)
        return super().patched(id, raw, body, beside, fresh=fresh)

    def beside(self, id: str, desired: Values, names: Collection[str]) -> None:  # noqa: A002
        """Bring the bindings to what is desired."""
        if "workspace_bindings" in names:
            self._bind(id, desired, names)

    def delete(self, id: str, recorded: Values) -> None:  # noqa: A002
        """Take the catalog down; the empty schemas that it came with do not keep it."""
        try:
            super().delete(id, recorded)
        except Conflict:
            pages = self.client.pages(f"{UC}/schemas", "schemas", {"catalog_name": id, "max_results": 0})
            held = {schema["name"] for page in pages for schema in page}
            if "default" not in held or not held <= set(GIVEN):
                raise
            self.client.remove(path(f"{UC}/schemas", f"{id}.default"))
            super().delete(id, recorded)

    def carrying(self, key: str, value: str) -> Iterable[Object]:
        """Return the catalogs that carry this property, those too that are not bound to this workspace."""
        return self.carried("", key, value)

    def refuses(self, values: Values) -> Iterator[Problem]:
        """Refuse bindings that would shut this very workspace out."""
        bound = {binding.get("workspace_id") for binding in values.get("workspace_bindings") or ()}
        here = self.reach.workspace_id() if bound else None
        if bound and here is not None and here not in bound:
            yield Problem(
                ("workspace_bindings",),
                f"this workspace ({here}) is not among them, so that mlplan could not see the catalog any more",
                f"add `workspace_id: {here}`",
            )

    def extras(self, raw: Values) -> Values:
        """Return the workspaces that an isolated catalog is bound to, if that is more than isolating it does."""
        name = str(raw["name"])
        if raw.get("isolation_mode") != "ISOLATED" or not self.matters(name, "workspace_bindings"):
            return {}
        found = self._bindings(name)
        why = self.reach.looks.wanted(self.kind, name)
        declared = why is not None and any("workspace_bindings" in side for side in why.sides)
        alone = [row["workspace_id"] for row in found] == [self.reach.workspace_id()]
        return {} if alone and not declared else {"workspace_bindings": found}

    def query(self, container: str) -> Values:
        """Return what a list asks for: catalogs that are not bound here are there all the same."""
        return {**super().query(container), "include_unbound": "true"}

    def _bindings(self, name: str) -> list[Values]:
        """Return the workspaces that a catalog is bound to."""
        pages = self.client.pages(path(f"{UC}/bindings/catalog", name), "bindings", {"max_results": 0})
        kept = ("workspace_id", "binding_type")
        return [{key: row[key] for key in kept if key in row} for page in pages for row in page]

    def _bind(self, name: str, desired: Values, names: Iterable[str], *, fresh: bool = False) -> None:
        """Bring the bindings to what is desired, if it says so; one to this workspace is never the last to go."""
        if "workspace_bindings" not in names:
            if desired.get("isolation_mode") == "ISOLATED":
                self._bind_here(name)
            return
        rows = desired.get("workspace_bindings") or ()
        here = self.reach.workspace_id()
        alone: Bindings = {} if here is None else {here: READ_WRITE}
        wanted = {row["workspace_id"]: row.get("binding_type", READ_WRITE) for row in rows} or alone
        live: Bindings = {} if fresh else {row["workspace_id"]: row.get("binding_type") for row in self._bindings(name)}
        self._rebind(name, live, wanted)

    def _bind_here(self, name: str) -> None:
        """Bind this workspace, when it is known which one it is."""
        here = self.reach.workspace_id()
        if here is not None:
            live: Bindings = {row["workspace_id"]: row.get("binding_type") for row in self._bindings(name)}
            self._rebind(name, live, {here: READ_WRITE, **live})

    def _rebind(self, name: str, live: Bindings, wanted: Bindings) -> None:
        """Send the difference between two sets of bindings, if there is any."""
        add = [{"workspace_id": key, "binding_type": kind} for key, kind in wanted.items() if live.get(key) != kind]
        remove = [{"workspace_id": key, "binding_type": kind} for key, kind in live.items() if wanted.get(key) != kind]
        if add or remove:
            body = {"add": add, "remove": remove}
            at = path(f"{UC}/bindings/catalog", name)
            once_there(self.reach.clock, lambda: self.client.write("PATCH", at, body))
