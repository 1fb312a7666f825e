"""Opening: a provider made from a project's options, with the SDK that takes a second to import."""

from mlplan import __version__
from mlplan.core.declaration import Target
from mlplan.core.provider import Provider
from mlplan.providers.context import Context
from mlplan.providers.databricks.auth import configured
from mlplan.providers.databricks.client import Client
from mlplan.providers.databricks.options import settings
from mlplan.providers.databricks.provider import DatabricksProvider
from mlplan.providers.databricks.wire import Wire


def open_databricks(target: Target, context: Context) -> Provider:
    """Return the provider, signed in; a run that only reads gets no connection that could write."""
    workers = context.parallelism or DatabricksProvider.parallelism
    config = configured(settings(target), workers, __version__)
    reader = Wire(config, workers, writable=False)
    writer = Wire(config, workers, writable=True) if context.writable else reader
    return DatabricksProvider(Client(reader, writer, context.effects), reader, context.effects, workers)
