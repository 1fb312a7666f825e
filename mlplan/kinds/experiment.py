"""Experiment: where training runs are logged; deleting one is soft, and it can come back."""

from typing import Annotated

from pydantic import Field, StringConstraints

from mlplan.core.kind import Spec
from mlplan.core.rule import IMMUTABLE, OPT_IN, RENAMES, Computed, Normal
from mlplan.kinds.naming import PATH_PATTERN, Location, workspace_path


class Experiment(Spec):
    """An MLflow experiment."""

    kind = "experiment"
    plural = "experiments"
    id_format = "{name}"
    outputs = {"experiment_id": "The server's own id, which runs and permissions are kept under."}
    permission_type = "experiment"
    carrier = "tags"
    nested = ("permissions",)
    soft_delete = True
    delete_risk = "data_loss"

    name: Annotated[
        Annotated[str, StringConstraints(pattern=PATH_PATTERN, max_length=500)], RENAMES, Normal(workspace_path)
    ] = Field(description="Absolute workspace path; changing it renames the experiment in place.")
    artifact_location: Annotated[Location | None, IMMUTABLE, Computed()] = Field(
        None, description="Where runs keep their artifacts; the server's choice when unset."
    )
    tags: Annotated[dict[str, str] | None, OPT_IN] = Field(
        None, description="All tags of the experiment, apart from the platform's own `mlflow.*`."
    )
