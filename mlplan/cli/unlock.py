"""Unlock command: break a lock that its holder left behind."""

import click

from mlplan.cli.settings import Settings, common, pass_settings


@click.command("unlock", short_help="Break a lock that its holder left behind.")
@common
@click.option("--id", "lease_id", required=True, help="The lock's exact id, as the refused run printed it.")
@pass_settings
def command(settings: Settings, *, lease_id: str) -> int:
    """Break a lock that its holder left behind. Make sure first that it is not running."""
    from mlplan.app.unlock import unlock  # noqa: PLC0415
    from mlplan.render.escape import visible  # noqa: PLC0415

    holder = unlock(settings.request(), lease_id)
    settings.terminal().data(f"Unlocked; it was held by {visible(holder.who)} for `{visible(holder.command)}`.\n")
    return 0
