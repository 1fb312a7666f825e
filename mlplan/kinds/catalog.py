"""Catalog: the top of Unity Catalog, one per environment; isolation makes its border hard."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from mlplan.core.kind import Model, Problem, Spec
from mlplan.core.rule import ENGINE, IDENTITY, IMMUTABLE, OPT_IN, Computed, Keyed, Risky
from mlplan.core.values import Values
from mlplan.kinds.naming import Comment, Location, Principal, Text, UcName


class Binding(Model):
    """A workspace that may use an isolated catalog."""

    workspace_id: int = Field(description="The workspace's numeric id.", ge=1)
    binding_type: Annotated[
        Literal["BINDING_TYPE_READ_WRITE", "BINDING_TYPE_READ_ONLY"] | None, Computed("BINDING_TYPE_READ_WRITE")
    ] = Field(None, description="What the workspace may do.")


class Catalog(Spec):
    """A Unity Catalog catalog."""

    kind = "catalog"
    plural = "catalogs"
    id_format = "{name}"
    derived = {"full_name": "{name}"}
    outputs = {
        "catalog_type": "The kind of catalog, as the server says.",
        "metastore_id": "The metastore that it lives in.",
    }
    securable = "catalog"
    carrier = "properties"
    nested = ("grants",)
    delete_risk = "data_loss"

    name: Annotated[UcName, IDENTITY] = Field(description="The catalog's name; folded to lower case.")
    comment: Comment | None = Field(None, description="Text for people.")
    owner: Annotated[Principal | None, Computed("${user}"), Risky("access")] = Field(
        None, description="The principal that owns the catalog; the creator when unset."
    )
    properties: Annotated[dict[str, str] | None, OPT_IN] = Field(None, description="Free key-value pairs.")
    options: Annotated[dict[str, str] | None, OPT_IN, IMMUTABLE] = Field(
        None, description="Connector options of a foreign catalog."
    )
    isolation_mode: Annotated[Literal["OPEN", "ISOLATED"] | None, Computed("OPEN"), Risky("access")] = Field(
        None, description="ISOLATED: only the bound workspaces may use it, whatever grants say."
    )
    workspace_bindings: Annotated[list[Binding] | None, OPT_IN, Keyed("workspace_id"), Risky("access")] = Field(
        None, description="The workspaces that may use an ISOLATED catalog; all of them, authoritative."
    )
    enable_predictive_optimization: Annotated[Literal["ENABLE", "DISABLE", "INHERIT"] | None, Computed("INHERIT")] = (
        Field(None, description="Predictive optimization of the tables inside.")
    )
    storage_root: Annotated[Location | None, IMMUTABLE, Computed()] = Field(
        None, description="Where managed data is stored; the metastore's own when unset."
    )
    connection_name: Annotated[Text | None, IMMUTABLE] = Field(None, description="Connection of a foreign catalog.")
    provider_name: Annotated[Text | None, IMMUTABLE] = Field(None, description="Delta Sharing provider.")
    share_name: Annotated[Text | None, IMMUTABLE] = Field(None, description="Delta Sharing share.")
    force_destroy: Annotated[bool | None, ENGINE] = Field(
        None, description="Delete the catalog even when it holds schemas that mlplan does not know."
    )

    @classmethod
    def check(cls, values: Values) -> Iterator[Problem]:
        """Refuse bindings that would not take effect, and halves of a share."""
        if values.get("workspace_bindings") and values.get("isolation_mode") != "ISOLATED":
            yield Problem(
                ("workspace_bindings",),
                "workspace_bindings has no effect unless isolation_mode is ISOLATED",
                "add `isolation_mode: ISOLATED`",
            )
        if bool(values.get("provider_name")) != bool(values.get("share_name")):
            yield Problem(("share_name",), "provider_name and share_name go together", "set both or neither")
