"""Model alias: one call moves it for everyone at once; reads only show it when they ask for aliases."""

from collections.abc import Iterable, Sequence

from mlplan.core.change import Object
from mlplan.core.errors import Conflict, NotFound
from mlplan.core.provider import Edit
from mlplan.core.values import Values
from mlplan.kinds.naming import fold
from mlplan.providers.databricks.client import Client
from mlplan.providers.databricks.handler import UC, DatabricksHandler, path, touched
from mlplan.providers.databricks.listing import Look


class ModelAliasHandler(DatabricksHandler):
    """Aliases of registered models."""

    kind = "model_alias"

    def read(self, id: str) -> Object | None:  # noqa: A002 - the word of the house
        """Return the alias, or None when its model has none of that name."""
        return _of_model(id, self.client.find(self._model(id), {"include_aliases": "true"}))

    def gathered(self, look: Look, ids: Sequence[str]) -> Iterable[Object]:
        """Return those of the aliases that exist, with one request per model."""
        models = list(dict.fromkeys(id_.partition("@")[0] for id_ in ids))
        raws = dict(zip(models, look.each(lambda model: with_aliases(self.client, look, model), models), strict=True))
        found = [_of_model(id_, raws[id_.partition("@")[0]]) for id_ in ids]
        return [one for one in found if one is not None]

    def create(self, id: str, desired: Values) -> Object:  # noqa: A002
        """Set a new alias; Conflict when it is there, as the call would silently move it."""
        if self.read(id) is not None:
            raise Conflict(f"alias {id} exists already")
        return self._set(id, desired)

    def update(self, id: str, edit: Edit) -> Object:  # noqa: A002
        """Move the alias."""
        if "version" not in touched(edit):
            return self.need(id)
        if self.read(id) is None:
            raise NotFound(f"alias {id} does not exist")
        return self._set(id, edit.desired)

    def delete(self, id: str, recorded: Values) -> None:  # noqa: A002, ARG002
        """Take the alias away."""
        self.client.remove(self._alias(id))

    def _set(self, id: str, desired: Values) -> Object:  # noqa: A002
        """Point the alias at a version, and return it as it reads back."""
        self.client.write("PUT", self._alias(id), {"version_num": int(desired["version"])})
        return self.shown(id, desired)

    def _model(self, id: str) -> str:  # noqa: A002
        """Return the path of an alias's model."""
        return path(f"{UC}/models", id.partition("@")[0])

    def _alias(self, id: str) -> str:  # noqa: A002
        """Return the path of an alias."""
        model, _, alias = id.partition("@")
        return path(f"{UC}/models", model, "aliases", alias)


def _of_model(id: str, raw: Values | None) -> Object | None:  # noqa: A002
    """Return an alias as its model shows it."""
    names = _names(id)
    for one in (raw or {}).get("aliases") or ():
        if fold(one["alias_name"]) == names["alias"]:
            return Object(id, {**names, "version": int(one["version_num"])})
    return None


def _names(id: str) -> Values:  # noqa: A002
    """Return the fields that an alias's id is made of."""
    model, _, alias = id.partition("@")
    return {"full_name": model, "alias": alias}


def with_aliases(client: Client, look: Look, model: str) -> Values | None:
    """Return a model with its aliases, asked for once whoever needs it."""
    at = path(f"{UC}/models", model)
    return look.once(("model", model), lambda: client.find(at, {"include_aliases": "true"}))
