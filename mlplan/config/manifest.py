"""Manifest: what `mlplan.yaml`, resource files and environment files may hold, apart from the kinds' own fields."""

from typing import Annotated, Any, Final, Literal

from pydantic import ConfigDict, Field, StringConstraints

from mlplan.core import storage
from mlplan.core.address import KEY_PATTERN
from mlplan.core.kind import Model

MANIFEST: Final = "mlplan.yaml"
OVERLAYS: Final = "environments"
INCLUDE: Final = ("resources/**/*.yaml",)

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$", max_length=63)]
EnvironmentName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$", max_length=63)]
Key = Annotated[str, StringConstraints(pattern=f"^{KEY_PATTERN}$", max_length=255)]
Address = Annotated[str, StringConstraints(pattern=rf"^[a-z_]+(\.{KEY_PATTERN})+$", max_length=600)]
TypeName = Literal["string", "integer", "number", "boolean", "list", "map"]
Options = dict[str, dict[str, Any] | None]


class VariableBlock(Model):
    """A value that differs between environments or runs."""

    type: TypeName = Field("string", description="What the value must be.")
    default: Any = Field(None, description="Its value when nothing else sets it; may hold ${environment.name}.")
    description: str | None = Field(None, description="What it is for.")


class StatePlaces:
    """Describes `state:` in the JSON Schema by what each place asks for; the values are judged apart from this."""

    def __get_pydantic_json_schema__(self, *_: object) -> dict[str, Any]:
        """Return the schema."""
        return storage.schema()


class EnvironmentBlock(Model):
    """One place where the project is applied."""

    provider: str | Options = Field(
        description="local, databricks, databricks://PROFILE, http(s)://MLFLOW-SERVER, or {name: {options}}."
    )
    protected: bool = Field(False, description="Destructive changes need --allow-destroy ADDRESS.")  # noqa: FBT003
    variables: dict[Key, Any] = Field({}, description="Values of variables in this environment.")


class LifecycleBlock(Model):
    """How a resource may change, apart from what it is."""

    prevent_destroy: bool | None = Field(None, description="Refuse every plan that would delete or replace it.")
    ignore_changes: list[str] | None = Field(None, description="Fields that mlplan leaves as they are live.")
    create_before_destroy: bool | None = Field(
        None, description="On a replace, make the new object first, where names allow it."
    )


class MovedBlock(Model):
    """A rename of an address that leaves the object alone."""

    model_config = ConfigDict(validate_by_alias=True, validate_by_name=False)

    from_address: Address = Field(alias="from", description="The address that state knows.")
    to_address: Address = Field(alias="to", description="The address as it is declared now.")


class RemovedBlock(Model):
    """A resource that mlplan stops managing."""

    address: Address = Field(description="The address that state knows.")
    destroy: bool = Field(False, description="Whether the object is deleted too.")  # noqa: FBT003


class ImportBlock(Model):
    """An existing object that the project adopts."""

    address: Address = Field(description="The declared resource.")
    id: Annotated[str, StringConstraints(min_length=1, max_length=1024)] = Field(
        description="The platform's name of the object, such as main.ml.fraud_score."
    )


class ResourceFile(Model):
    """A file that `include` names."""

    model_config = ConfigDict(title="mlplan resources")

    resources: dict[str, dict[Key, Any]] = Field({}, description="What the project declares, by kind and key.")
    moved: list[MovedBlock] = Field([], description="Addresses that were renamed.")
    removed: list[RemovedBlock] = Field([], description="Resources that mlplan stops managing.")
    imports: list[ImportBlock] = Field([], alias="import", description="Existing objects to adopt.")


class Project(ResourceFile):
    """The file `mlplan.yaml` at the project's root; it may declare resources, too."""

    model_config = ConfigDict(title="mlplan project")

    project: Name = Field(description="The project's name, which is part of its state's name.")
    default_environment: EnvironmentName | None = Field(None, description="The environment when -e is not given.")
    include: list[str] = Field(list(INCLUDE), description="Glob patterns of resource files under the root.")
    environments: dict[EnvironmentName, EnvironmentBlock] = Field(
        min_length=1, description="The places where the project is applied."
    )
    state: Annotated[str | Options, StatePlaces()] = Field(
        "local", description="Where state is kept: local, or {name: {options}}."
    )
    variables: dict[Key, VariableBlock | str | int | float | bool] = Field(
        {}, description="Variables by name; a plain value is short for its default."
    )
    policy: str | None = Field(None, description="The file with the project's policy rules.")


LISTS: Final = ("moved", "removed", "import")
"""Sections that add up over files instead of replacing each other."""
SECTIONS: Final = ("resources", *LISTS)
