"""Local fail command: let an endpoint's next configuration fail."""

import click

from mlplan.cli.settings import Settings, common, pass_settings


@click.command("fail", short_help="Let an endpoint's next configuration fail.")
@common
@click.argument("endpoint")
@click.argument("reason", default="")
@pass_settings
def command(settings: Settings, *, endpoint: str, reason: str) -> int:
    """Let the next configuration of ENDPOINT fail after a while, for REASON, as on the real platform."""
    from mlplan.app.local import fail_next  # noqa: PLC0415
    from mlplan.render.escape import visible  # noqa: PLC0415

    fail_next(settings.request(), endpoint, reason)
    settings.terminal().data(f"The next configuration of {visible(endpoint)} will fail.\n")
    return 0
