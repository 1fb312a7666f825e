"""Databricks: a workspace and its Unity Catalog, spoken to in raw JSON over the SDK's transport."""

from collections.abc import Callable, Mapping

from mlplan.core.declaration import Target
from mlplan.core.provider import Handler, Provider
from mlplan.providers.context import Context


def open_provider(target: Target, context: Context) -> Provider:
    """Return the provider of the workspace that the options and the user's own settings name."""
    from mlplan.providers.databricks.opening import open_databricks  # noqa: PLC0415 - the SDK takes a second to import

    return open_databricks(target, context)


def offline_handlers(user: str, identity: Mapping[str, str]) -> Callable[[str], Handler | None]:
    """Return what finds handlers that only say what they refuse, for a workspace that is not reached."""
    from mlplan.providers.databricks import offline  # noqa: PLC0415 - only plans from snapshots ask

    return offline.offline_handlers(user, identity)
