"""Grants: who may do what with a Unity Catalog object; all of its rows, or only ours."""

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import Field

from mlplan.core.kind import Link, Model, Spec
from mlplan.core.rule import ENGINE, IDENTITY, UNORDERED, Keyed, Normal, Risky
from mlplan.core.values import Values
from mlplan.kinds.naming import FullName, Principal, privilege

SECURABLES = Literal["catalog", "schema", "volume", "registered_model"]


ALL = "ALL_PRIVILEGES"
APART = frozenset({"MANAGE", "READ_METADATA", "EXTERNAL_USE_SCHEMA", "EXTERNAL_USE_LOCATION"})
"""Privileges that ALL_PRIVILEGES does not cover: they are granted and revoked by name beside it."""


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

    @classmethod
    def canonical(cls, values: Values) -> Values:
        """Return the one form of these fields: beside ALL_PRIVILEGES stands only what it does not cover.

        The platform shows all that ALL_PRIVILEGES implies beside it, also what is newer than we are.
        """
        made = super().canonical(values)
        rows = made.get("grants")
        if isinstance(rows, list) and any(ALL in _held(row) for row in rows):
            made["grants"] = [
                {**row, "privileges": collapsed(row["privileges"])} if _held(row) else row for row in rows
            ]
        return made


def collapsed(privileges: Iterable[str]) -> list[str]:
    """Return privileges without those that ALL_PRIVILEGES among them covers."""
    held = sorted(privileges)
    return [one for one in held if one == ALL or one in APART] if ALL in held else held


def _held(row: object) -> list[str]:
    """Return the privileges of a row, as far as they are known."""
    found = row.get("privileges") if isinstance(row, dict) else None
    return found if isinstance(found, list) else []
