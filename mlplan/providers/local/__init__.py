"""Local: an embedded workspace in one SQLite file, which behaves like the platform where users feel it."""

from mlplan.core.declaration import Target
from mlplan.core.provider import Provider
from mlplan.providers.context import Context
from mlplan.providers.local.handler import LocalProvider
from mlplan.providers.local.options import Options
from mlplan.providers.local.store import Store
from mlplan.providers.local.workspace import Workspace


def open_provider(target: Target, context: Context) -> Provider:
    """Return the provider over the environment's workspace; nothing is written until the first change."""
    return LocalProvider(open_workspace(target, context), context.root)


def open_workspace(target: Target, context: Context) -> Workspace:
    """Return the environment's workspace; nothing is written until the first change."""
    options = Options.of(target, context)
    return Workspace(Store(options.path), options.user)
