"""Schema: named by its catalog and itself."""

from mlplan.providers.databricks.unity import UnityHandler


class SchemaHandler(UnityHandler):
    """Schemas."""

    kind = "schema"
    collection = "schemas"
    creates = ("name", "catalog_name", "comment", "properties", "storage_root")
    patches = ("comment", "properties", "enable_predictive_optimization", "owner")
    forcible = True
