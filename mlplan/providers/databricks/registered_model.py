"""Registered model: owner and comment by the catalog's API, tags only by MLflow's; aliases are a kind of their own."""

from collections.abc import Collection, Iterable, Sequence

from mlplan.core.change import Object
from mlplan.core.values import Values
from mlplan.providers.databricks.handler import MLFLOW, UC, path
from mlplan.providers.databricks.listing import Look
from mlplan.providers.databricks.model_alias import with_aliases
from mlplan.providers.databricks.unity import UnityHandler
from mlplan.providers.databricks.wait import once_there, until

REGISTRY = f"{MLFLOW}/unity-catalog/registered-models"
OURS_NOT = "mlflow."
"""Tags that the platform sets itself."""


class RegisteredModelHandler(UnityHandler):
    """Registered models."""

    kind = "registered_model"
    collection = "models"
    creates = ("catalog_name", "schema_name", "name", "comment", "storage_location")
    patches = ("comment", "owner")
    apart = frozenset({"tags"})
    page = 10_000

    def delete(self, id: str, recorded: Values) -> None:  # noqa: A002 - the word of the house
        """Take the model down; with `force_destroy` its versions go first, or the API would refuse."""
        if recorded.get("force_destroy") and self.client.find(self.at(id)) is not None:
            pages = self.client.pages(path(f"{UC}/models", id, "versions"), "model_versions", {"max_results": 1000})
            for version in [version for page in pages for version in page]:
                self.client.remove(path(f"{UC}/models", id, "versions", str(version["version"])))
        self.client.remove(self.at(id))

    def gathered(self, look: Look, ids: Sequence[str]) -> Iterable[Object]:
        """Return those of the models that exist; the ones whose aliases are read come along with them."""
        followed = {alias.partition("@")[0] for alias in look.wanted.get("model_alias", {})}
        shared = [id_ for id_ in ids if id_ in followed]
        raws = look.each(lambda id_: with_aliases(self.client, look, id_), shared)
        found = look.each(self.made, [raw for raw in raws if raw is not None])
        return [*found, *super().gathered(look, [id_ for id_ in ids if id_ not in followed])]

    def beside(self, id: str, desired: Values, names: Collection[str]) -> None:  # noqa: A002
        """Bring the tags to what is desired, one call each."""
        if "tags" not in names:
            return
        wanted = desired.get("tags") or {}
        live = self._tags(id)
        for key, value in wanted.items():
            if live.get(key) != value:
                self._tag(id, key, str(value))
        for key in live.keys() - wanted.keys():
            self.client.remove(f"{REGISTRY}/delete-tag", body={"name": id, "key": key})

    def finished(self, id: str, raw: Values, desired: Values, names: Collection[str]) -> Object:  # noqa: A002
        """Return the model once it shows its tags."""
        if "tags" not in names:
            return self.made(raw)
        wanted = desired.get("tags") or {}
        tags = until(self.reach.clock, lambda: self._tags(id), lambda found: found == wanted)
        values = self.spec.canonical(self.picked(raw) | {"tags": tags})
        return Object(id, values)

    def extras(self, raw: Values) -> Values:
        """Return the tags, which only MLflow's API shows."""
        id_ = self.named(raw)
        return {"tags": self._tags(id_)} if self.matters(id_, "tags") else {}

    def _tag(self, id: str, key: str, value: str) -> None:  # noqa: A002
        """Set one tag of a model that may be brand-new."""
        body = {"name": id, "key": key, "value": value}
        once_there(self.reach.clock, lambda: self.client.write("POST", f"{REGISTRY}/set-tag", body))

    def _tags(self, id: str) -> dict[str, str]:  # noqa: A002
        """Return the tags of a model, without the platform's own."""
        found = self.client.find(f"{REGISTRY}/get", {"name": id}) or {}
        tags = (found.get("registered_model") or {}).get("tags") or []
        return {tag["key"]: tag.get("value", "") for tag in tags if not tag["key"].startswith(OURS_NOT)}
