"""Schema: a folder of tables, volumes and models inside a catalog."""

from typing import Annotated, Literal

from pydantic import Field

from mlplan.core.kind import Link, Spec
from mlplan.core.rule import ENGINE, IDENTITY, IMMUTABLE, OPT_IN, Computed, Risky
from mlplan.kinds.naming import Comment, Location, Principal, UcName


class Schema(Spec):
    """A Unity Catalog schema."""

    kind = "schema"
    plural = "schemas"
    id_format = "{catalog_name}.{name}"
    derived = {"full_name": "{catalog_name}.{name}"}
    outputs = {"schema_id": "The server's own id."}
    parents = (Link("catalog", "{catalog_name}"),)
    securable = "schema"
    carrier = "properties"
    nested = ("grants",)
    delete_risk = "data_loss"

    catalog_name: Annotated[UcName, IDENTITY] = Field(description="The catalog that holds it.")
    name: Annotated[UcName, IDENTITY] = Field(description="The schema's name, without the catalog.")
    comment: Comment | None = Field(None, description="Text for people.")
    owner: Annotated[Principal | None, Computed("${user}"), Risky("access")] = Field(
        None, description="The principal that owns the schema; the creator when unset."
    )
    properties: Annotated[dict[str, str] | None, OPT_IN] = Field(None, description="Free key-value pairs.")
    enable_predictive_optimization: Annotated[Literal["ENABLE", "DISABLE", "INHERIT"] | None, Computed("INHERIT")] = (
        Field(None, description="Predictive optimization of the tables inside.")
    )
    storage_root: Annotated[Location | None, IMMUTABLE, Computed()] = Field(
        None, description="Where managed data is stored; the catalog's own when unset."
    )
    force_destroy: Annotated[bool | None, ENGINE] = Field(
        None, description="Delete the schema even when it holds objects that mlplan does not know."
    )
