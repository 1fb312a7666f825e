"""Local serve command: let a local workspace answer to the Databricks REST API."""

import signal
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mlplan.cli.settings import Settings, common, pass_settings

if TYPE_CHECKING:
    from mlplan.testing.server import Server

READY = """\
Serving the workspace {file}; Ctrl-C ends it.

  export DATABRICKS_HOST={url}
  export DATABRICKS_TOKEN={token}
"""


@click.command("serve", short_help="Answer to the Databricks REST API, on this machine.")
@common
@click.option(
    "--file", type=click.Path(path_type=Path), help="The workspace's file; that of the environment when unset."
)
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="The port; any that is free when unset.")
@click.option("--token", default="", help="The token that callers must have; a new one when unset.")
@click.option("--user", default="local-user", show_default=True, help="Who the token belongs to.")
@click.option("--seconds", type=click.FloatRange(0), default=5.0, show_default=True, help="How long endpoints update.")
@click.option("--workspace-id", type=click.IntRange(1), default=1001, show_default=True, help="Its number.")
@pass_settings
def command(
    settings: Settings, *, file: Path | None, port: int, token: str, user: str, seconds: float, workspace_id: int
) -> int:
    """Let a local workspace answer to the Databricks REST API, for its SDK and CLI and for `provider: databricks`.

    It listens on this machine only. With -e NAME it is the workspace of that local environment.
    """
    from mlplan.providers.local.store import Store  # noqa: PLC0415
    from mlplan.providers.local.workspace import Workspace  # noqa: PLC0415
    from mlplan.testing.server import Settings as Behaviour  # noqa: PLC0415
    from mlplan.testing.server import serve  # noqa: PLC0415

    signal.signal(signal.SIGTERM, signal.default_int_handler)  # scripts end it so, and that is no failure
    path = settings.directory / (file or f".mlplan/workspaces/{settings.environment or 'served'}.db")
    workspace = Workspace(Store(path), user)
    behaviour = Behaviour(seconds=seconds, workspace_id=workspace_id)
    serve(workspace, port=port, token=token, settings=behaviour, on_ready=partial(_tell, settings))
    return 0


def _tell(settings: Settings, server: "Server") -> None:
    """Write where the server is and how to get in."""
    from mlplan.render.escape import visible  # noqa: PLC0415
    from mlplan.render.json import document_text  # noqa: PLC0415

    known = {"file": visible(str(server.store.path)), "url": server.url, "token": server.token}
    settings.terminal().data(document_text(known) if settings.json else READY.format(**known))
