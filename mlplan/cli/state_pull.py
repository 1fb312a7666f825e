"""State pull command: print the whole state as JSON."""

import click

from mlplan.cli.settings import Settings, common, pass_settings


@click.command("pull", short_help="Print the whole state as JSON.")
@common
@pass_settings
def command(settings: Settings) -> int:
    """Print the state file, with what a stopped run had done taken in."""
    from mlplan.app.state import pull  # noqa: PLC0415

    settings.terminal().data(pull(settings.request()))
    return 0
