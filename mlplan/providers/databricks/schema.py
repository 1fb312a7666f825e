"""Schema: named by its catalog and itself."""

from collections.abc import Iterable

from mlplan.core.change import Object
from mlplan.providers.databricks.handler import UC
from mlplan.providers.databricks.unity import UnityHandler


class SchemaHandler(UnityHandler):
    """Schemas."""

    kind = "schema"
    collection = "schemas"
    creates = ("name", "catalog_name", "comment", "properties", "storage_root")
    patches = ("comment", "properties", "enable_predictive_optimization", "owner")
    forcible = True

    def carrying(self, key: str, value: str) -> Iterable[Object]:
        """Return the schemas that carry this property: one list per catalog that we see."""
        pages = self.client.pages(f"{UC}/catalogs", "catalogs", {"max_results": 0})
        catalogs = [str(raw["name"]) for page in pages for raw in page]
        found = self.reach.looks.each(lambda catalog: self.carried(catalog, key, value), catalogs)
        return [one for group in found for one in group]
