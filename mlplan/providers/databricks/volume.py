"""Volume: can be renamed in place; the API refuses a location for a managed one."""

from mlplan.core.change import Object
from mlplan.core.values import Values
from mlplan.providers.databricks.unity import UnityHandler


class VolumeHandler(UnityHandler):
    """Volumes."""

    kind = "volume"
    collection = "volumes"
    creates = ("catalog_name", "schema_name", "name", "volume_type", "storage_location", "comment")
    patches = ("comment", "owner")
    page = 10_000

    def rename(self, id: str, new_id: str, desired: Values) -> Object:  # noqa: A002 - the word of the house
        """Give the volume its new name; its files stay."""
        assert new_id.rpartition(".")[0] == id.rpartition(".")[0], "only the last part of a volume's name can change"
        return self.made(self.client.write("PATCH", self.at(id), {"new_name": desired["name"]}))
