"""Server: a workspace over HTTP."""

from mlplan.testing.server.server import Server, serve
from mlplan.testing.server.settings import Settings

__all__ = ["Server", "Settings", "serve"]
