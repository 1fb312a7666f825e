"""Grants: who may do what with a Unity Catalog object; all of its rows, or only ours."""

from typing import Annotated, Literal

from pydantic import Field

from mlplan.core.kind import Link, Model, Spec
from mlplan.core.rule import ENGINE, IDENTITY, UNORDERED, Keyed, Normal, Risky
from mlplan.kinds.naming import FullName, Principal, privilege

SECURABLES = Literal["catalog", "schema", "volume", "registered_model"]


class Grant(Model):
    """What one principal may do."""

    principal: Principal = Field(description="A user name, a group name, or a service principal's application id.")
    privileges: Annotated[list[str], UNORDERED, Normal(privilege)] = Field(
        min_length=1, description="Privileges such as USE_CATALOG, EXECUTE or ALL_PRIVILEGES."
    )


class Grants(Spec):
    """The direct grants on one object."""

    kind = "grants"
    plural = "grants"
    id_format = "{securable_type}/{full_name}"
    parents = (Link("{securable_type}", "{full_name}"),)
    rows = "grants"
    delete_risk = "access"
    update_risk = "access"

    securable_type: Annotated[SECURABLES, IDENTITY] = Field(description="What sort of object they are on.")
    full_name: Annotated[FullName, IDENTITY] = Field(description="The object's full name.")
    mode: Annotated[Literal["authoritative", "additive"] | None, ENGINE] = Field(
        None, description="authoritative: these rows and no others. additive: at least these rows."
    )
    grants: Annotated[list[Grant] | None, Keyed("principal"), Risky("access")] = Field(
        None, description="One row per principal; none means that nobody holds a direct grant."
    )
