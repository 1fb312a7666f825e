"""Registered model: a named line of model versions in Unity Catalog; aliases point into it."""

from typing import Annotated

from pydantic import Field

from mlplan.core.kind import Link, Spec
from mlplan.core.rule import ENGINE, IDENTITY, IMMUTABLE, OPT_IN, Computed, Risky
from mlplan.kinds.naming import Comment, Location, Principal, UcName


class RegisteredModel(Spec):
    """A Unity Catalog registered model."""

    kind = "registered_model"
    plural = "registered_models"
    id_format = "{catalog_name}.{schema_name}.{name}"
    derived = {"full_name": "{catalog_name}.{schema_name}.{name}"}
    parents = (Link("catalog", "{catalog_name}"), Link("schema", "{catalog_name}.{schema_name}"))
    securable = "registered_model"
    nested = ("aliases", "grants")
    delete_risk = "data_loss"

    catalog_name: Annotated[UcName, IDENTITY] = Field(description="The catalog that holds it.")
    schema_name: Annotated[UcName, IDENTITY] = Field(description="The schema that holds it, without the catalog.")
    name: Annotated[UcName, IDENTITY] = Field(description="The model's name, without catalog and schema.")
    comment: Comment | None = Field(None, description="Text for people.")
    owner: Annotated[Principal | None, Computed("${user}"), Risky("access")] = Field(
        None, description="The principal that owns the model, and may move its aliases; the creator when unset."
    )
    tags: Annotated[dict[str, str] | None, OPT_IN] = Field(None, description="All tags of the model.")
    storage_location: Annotated[Location | None, IMMUTABLE, Computed()] = Field(
        None, description="Where versions keep their files; the schema's own when unset."
    )
    force_destroy: Annotated[bool | None, ENGINE] = Field(
        None, description="Delete the model even when it has versions; they go with it."
    )
