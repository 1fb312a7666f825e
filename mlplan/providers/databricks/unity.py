"""Unity: what the objects of Unity Catalog have in common: create, then patch what create does not take."""

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any, ClassVar

from mlplan.core.change import Object
from mlplan.core.errors import Denied, NotFound
from mlplan.core.provider import Edit
from mlplan.core.values import Values
from mlplan.providers.databricks.handler import UC, DatabricksHandler, path, touched
from mlplan.providers.databricks.listing import Look, listed
from mlplan.providers.databricks.shaping import pick, proves
from mlplan.providers.databricks.wait import once_there

MANAGED = "unity.catalog.managed."
"""Properties that the metastore sets itself."""


class UnityHandler(DatabricksHandler):
    """The five verbs of one kind of securable."""

    collection: ClassVar[str]
    """Its place under the API, and the name of its lists."""
    creates: ClassVar[tuple[str, ...]]
    """Fields that the create call takes."""
    patches: ClassVar[tuple[str, ...]]
    """Fields that the update call takes; the owner goes last, as it may take our rights along."""
    apart: ClassVar[frozenset[str]] = frozenset()
    """Fields that only other calls show."""
    forcible: ClassVar[bool] = False
    """The delete call knows `force`."""
    page: ClassVar[int] = 0
    """Objects per page; 0 lets the server choose, which is what it recommends."""

    def read(self, id: str) -> Object | None:  # noqa: A002 - the word of the house
        """Return the object, or None when there is none."""
        raw = self.client.find(self.at(id))
        return None if raw is None else self.made(raw)

    def create(self, id: str, desired: Values) -> Object:  # noqa: A002
        """Make the object, and set what can only be set afterwards."""
        body = {name: desired[name] for name in self.creates if name in desired}
        raw = self.client.write("POST", f"{UC}/{self.collection}", body)
        later = [name for name in self.patches if name in desired and raw.get(name) != desired[name]]
        raw = self.patched(
            id,
            raw,
            {name: desired[name] for name in later},
            lambda: self.beside(id, desired, frozenset(desired)),
            fresh=True,
        )
        return self.finished(id, raw, desired, frozenset(desired))

    def update(self, id: str, edit: Edit) -> Object:  # noqa: A002
        """Bring the fields that the edit names to what it desires."""
        names = touched(edit)
        body = {name: self.sent(id, name, edit.desired.get(name)) for name in self.patches if name in names}
        raw = self.patched(id, None, body, lambda: self.beside(id, edit.desired, names))
        return self.finished(id, raw, edit.desired, names)

    def delete(self, id: str, recorded: Values) -> None:  # noqa: A002
        """Take the object down; Conflict when it holds others and `force_destroy` was not applied."""
        force = self.forcible and bool(recorded.get("force_destroy"))
        self.client.remove(self.at(id), {"force": "true"} if force else None)

    def gathered(self, look: Look, ids: Sequence[str]) -> Iterable[Object]:
        """Return those of the objects that exist: container by container, by list or one by one."""
        groups: dict[str, list[str]] = {}
        for id_ in ids:
            groups.setdefault(id_.rpartition(".")[0], []).append(id_)
        lists = look.each(lambda group: self._listed(look, *group), groups.items())
        missing = [id_ for _, left in lists for id_ in left]
        raws = [raw for found, _ in lists for raw in found]
        raws += [raw for raw in look.each(lambda id_: self.client.find(self.at(id_)), missing) if raw is not None]
        return look.each(self.made, raws)

    def carried(self, container: str, key: str, value: str) -> Iterable[Object]:
        """Return the objects in a container that carry this property; none where we may not look."""
        try:
            pages = list(self.client.pages(f"{UC}/{self.collection}", self.collection_key, self.query(container)))
        except (Denied, NotFound):
            return []
        return [self.made(raw) for page in pages for raw in page if (raw.get("properties") or {}).get(key) == value]

    def made(self, raw: Values) -> Object:
        """Return an object from what the API says of it, and from what only other calls say."""
        values = self.spec.canonical(self.picked(raw) | self.extras(raw))
        outputs = {name: raw[name] for name in self.spec.outputs if name in raw}
        return Object(self.spec.identify(values), values, outputs)

    def picked(self, raw: Values) -> Values:
        """Return the declared fields among raw ones, without what the metastore sets itself."""
        values = pick(raw, self.shape)
        if "properties" in values:
            values["properties"] = {k: v for k, v in values["properties"].items() if not k.startswith(MANAGED)}
        return values

    def extras(self, raw: Values) -> Values:  # noqa: ARG002 - most kinds have none
        """Return fields that cost a request of their own."""
        return {}

    def beside(self, id: str, desired: Values, names: Collection[str]) -> None:  # noqa: A002
        """Do what takes calls of its own; nothing for most kinds."""

    def finished(self, id: str, raw: Values, desired: Values, names: Collection[str]) -> Object:  # noqa: A002, ARG002
        """Return the object as it is after all calls."""
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
        """Return what the API says after an update: never an empty one, which it refuses; the owner goes last."""
        rest = {name: value for name, value in body.items() if name != "owner"}
        owner = {name: value for name, value in body.items() if name == "owner"}
        if rest:
            raw = self._patch(id, rest, fresh=fresh)
        if beside is not None:
            beside()
        if owner:
            raw = self._patch(id, owner, fresh=fresh)
        return raw or self.client.get(self.at(id))

    def _patch(self, id: str, body: Values, *, fresh: bool) -> Values:  # noqa: A002
        """Send one update; an object that was just made may take a moment to be known everywhere."""

        def send() -> Values:
            return self.client.write("PATCH", self.at(id), body)

        return once_there(self.reach.clock, send) if fresh else send()

    def sent(self, id: str, name: str, value: Any) -> Any:  # noqa: A002
        """Return a field as an update takes it; texts are cleared by empty ones, and maps are replaced."""
        if name != "properties":
            return "" if value is None else value
        live = self.client.get(self.at(id)).get("properties") or {}
        kept = {key: said for key, said in live.items() if key.startswith(MANAGED)}
        return {**kept, **(value if isinstance(value, dict) else {})}

    def at(self, id: str) -> str:  # noqa: A002
        """Return the path of an object."""
        return path(f"{UC}/{self.collection}", id)

    def _listed(self, look: Look, container: str, ids: Sequence[str]) -> tuple[list[Values], list[str]]:
        """Return what a list of one container proves, and the ids that it says nothing about."""
        shape = {name: rules for name, rules in self.shape.items() if name not in self.apart}

        def trusted(id_: str, raw: Values) -> bool:
            why = look.wanted.get(self.kind, {}).get(id_)
            return why is not None and proves(self.spec, self.picked(raw), why, shape)

        at = f"{UC}/{self.collection}"
        try:
            return listed(
                ids, lambda: self.client.pages(at, self.collection_key, self.query(container)), self.named, trusted
            )
        except NotFound:
            return [], list(ids)  # the container is not there yet; single reads say so of each

    @property
    def collection_key(self) -> str:
        """Return the name under which a list holds its objects."""
        return {"models": "registered_models"}.get(self.collection, self.collection)

    def named(self, raw: Values) -> str:
        """Return the id of an object in a list."""
        return self.spec.identify(self.spec.canonical(pick(raw, self.shape)))

    def query(self, container: str) -> Values:
        """Return what a list asks for."""
        catalog, _, schema = container.partition(".")
        asked = {"catalog_name": catalog, "schema_name": schema, "max_results": self.page}
        return {name: value for name, value in asked.items() if value != ""}
