"""Model alias: the name by which production loads a model; moving it is a promotion."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from mlplan.core.kind import Link, Model, Spec
from mlplan.core.rule import ENGINE, IDENTITY, Keyed, Normal, Risky
from mlplan.kinds.naming import FullName, Text, fold

HANDED_OVER = ("bot", "observe")
"""The owners of an alias whose moves mlplan reports and never reverts."""
ALIAS_PATTERN = r"^[A-Za-z_][A-Za-z0-9_-]*$"


class Consumer(Model):
    """A job that loads the model by this alias, and that others look after."""

    job: Text = Field(description="The job's name, as the people who look after it call it.")
    schedule: Text | None = Field(None, description="When it runs, for people: `02:00 every day`.")
    note: Text | None = Field(None, description="What a reviewer should know of it: whom to ask, what depends on it.")


class ModelAlias(Spec):
    """An alias of a registered model, an object of its own."""

    kind = "model_alias"
    plural = "model_aliases"
    id_format = "{full_name}@{alias}"
    parents = (Link("registered_model", "{full_name}"),)
    delete_risk = "outage"
    update_risk = "traffic"

    full_name: Annotated[FullName, IDENTITY] = Field(description="The model: catalog.schema.name.")
    alias: Annotated[
        Annotated[str, StringConstraints(pattern=ALIAS_PATTERN, max_length=255)], IDENTITY, Normal(fold)
    ] = Field(description="The alias, such as champion or challenger.")
    version: Annotated[int, Field(ge=1), Risky("traffic")] = Field(description="The version that it points at.")
    managed_by: Annotated[Literal["git", "bot", "observe"] | None, ENGINE] = Field(
        None,
        description="git: mlplan moves it. bot: a job may move it, and mlplan never reverts. observe: only reported.",
    )
    consumers: Annotated[list[Consumer] | None, ENGINE, Keyed("job")] = Field(
        None, description="Jobs that load the model by this alias: plans name them when it moves, and leave them alone."
    )
