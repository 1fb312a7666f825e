"""Permissions: who may do what with a workspace object; direct rows only, inherited ones are not ours."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from mlplan.core.kind import Link, Model, Problem, Spec
from mlplan.core.rule import ENGINE, IDENTITY, Keyed, Normal, Risky
from mlplan.core.values import Values
from mlplan.kinds.naming import Principal, Text, workspace_path

OBJECTS = Literal["experiment", "serving_endpoint"]
LEVELS = {
    "experiment": ("CAN_READ", "CAN_EDIT", "CAN_MANAGE"),
    "serving_endpoint": ("CAN_VIEW", "CAN_QUERY", "CAN_MANAGE"),
}
PRINCIPALS = ("user_name", "group_name", "service_principal_name")


class Permission(Model):
    """The level of one principal; exactly one of the three names is set."""

    user_name: Principal | None = Field(None, description="A user.")
    group_name: Text | None = Field(None, description="A group.")
    service_principal_name: Principal | None = Field(None, description="A service principal's application id.")
    level: Literal["CAN_READ", "CAN_EDIT", "CAN_MANAGE", "CAN_VIEW", "CAN_QUERY"] = Field(
        description="The permission level; which ones exist depends on the object."
    )


class Permissions(Spec):
    """The direct permissions on one workspace object."""

    kind = "permissions"
    plural = "permissions"
    id_format = "{object_type}/{object_name}"
    parents = (Link("{object_type}", "{object_name}"),)
    rows = "permissions"
    delete_risk = "access"
    update_risk = "access"

    object_type: Annotated[OBJECTS, IDENTITY] = Field(description="What sort of object they are on.")
    object_name: Annotated[Text, IDENTITY, Normal(workspace_path)] = Field(
        description="The object's name; mlplan finds the id that the API wants."
    )
    mode: Annotated[Literal["authoritative", "additive"] | None, ENGINE] = Field(
        None, description="authoritative: these rows and no others. additive: at least these rows."
    )
    permissions: Annotated[list[Permission] | None, Keyed(*PRINCIPALS), Risky("access")] = Field(
        None, description="One row per principal."
    )

    @classmethod
    def check(cls, values: Values) -> Iterator[Problem]:
        """Refuse rows without exactly one principal, and levels that the object does not have."""
        levels = LEVELS.get(values.get("object_type", ""), ())
        for place, row in enumerate(values.get("permissions") or ()):
            named = [name for name in PRINCIPALS if row.get(name)]
            if len(named) != 1:
                yield Problem(
                    ("permissions", place),
                    f"a permission names exactly one principal, this one names {len(named) or 'none'}",
                    "set one of user_name, group_name, service_principal_name",
                )
            if levels and row.get("level") not in levels:
                yield Problem(
                    ("permissions", place, "level"),
                    f"{row.get('level')} is not a level of {values['object_type']} objects",
                    f"use one of {', '.join(levels)}",
                )
