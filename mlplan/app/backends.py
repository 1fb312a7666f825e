"""Backends: where the state of an environment is, opened with what only the provider's room can do."""

from mlplan.core.backend import Backend
from mlplan.core.declaration import Declaration, Target
from mlplan.core.effect import Effects
from mlplan.core.files import Files
from mlplan.core.storage import DatabricksPlace
from mlplan.state.registry import open_backend


def backend_of(project: Declaration, environment: str, state: Target, provider: Target, effects: Effects) -> Backend:
    """Return the backend of one environment of a project."""

    def volumes(place: DatabricksPlace) -> Files:
        from mlplan.providers.databricks.files import open_files  # noqa: PLC0415 - the SDK takes a second to import

        return open_files(signed_in(place, provider), effects)

    return open_backend(state, project.root, project.project, environment, effects, volumes)


def signed_in(place: DatabricksPlace, provider: Target) -> Target:
    """Return the workspace of a volume: the one that it names, or the environment's own, or the signed-in one."""
    named = {name: value for name in ("profile", "host") if (value := getattr(place, name))}
    if named or provider.name != "databricks":
        return Target("databricks", named)
    return provider
