"""Volume: files under Unity Catalog's rule, such as training data and evaluation sets."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from mlplan.core.kind import Link, Problem, Spec
from mlplan.core.rule import IDENTITY, IMMUTABLE, RENAMES, Computed, Risky
from mlplan.core.values import Values
from mlplan.kinds.naming import Comment, Location, Principal, UcName


class Volume(Spec):
    """A Unity Catalog volume."""

    kind = "volume"
    plural = "volumes"
    id_format = "{catalog_name}.{schema_name}.{name}"
    derived = {"full_name": "{catalog_name}.{schema_name}.{name}"}
    outputs = {"volume_id": "The server's own id."}
    parents = (Link("catalog", "{catalog_name}"), Link("schema", "{catalog_name}.{schema_name}"))
    securable = "volume"
    nested = ("grants",)
    delete_risk = "data_loss"

    catalog_name: Annotated[UcName, IDENTITY] = Field(description="The catalog that holds it.")
    schema_name: Annotated[UcName, IDENTITY] = Field(description="The schema that holds it, without the catalog.")
    name: Annotated[UcName, RENAMES] = Field(description="The volume's name; changing it renames the volume in place.")
    volume_type: Annotated[Literal["MANAGED", "EXTERNAL"], IMMUTABLE] = Field(
        description="MANAGED: the files go with the volume. EXTERNAL: it points at storage_location."
    )
    storage_location: Annotated[Location | None, IMMUTABLE, Computed()] = Field(
        None, description="Where an EXTERNAL volume's files are."
    )
    comment: Comment | None = Field(None, description="Text for people.")
    owner: Annotated[Principal | None, Computed("${user}"), Risky("access")] = Field(
        None, description="The principal that owns the volume; the creator when unset."
    )

    @classmethod
    def check(cls, values: Values) -> Iterator[Problem]:
        """Refuse what Unity Catalog refuses: a location on MANAGED, none on EXTERNAL."""
        kind, location = values.get("volume_type"), values.get("storage_location")
        if kind == "MANAGED" and location:
            yield Problem(
                ("storage_location",), "a MANAGED volume has no storage_location", "remove it, or use EXTERNAL"
            )
        if kind == "EXTERNAL" and not location:
            yield Problem(("volume_type",), "an EXTERNAL volume needs a storage_location", "add storage_location")
