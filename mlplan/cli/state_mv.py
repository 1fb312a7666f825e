"""State mv command: rename an address; the object stays as it is."""

import click

from mlplan.cli.patience import patience
from mlplan.cli.settings import Settings, common, pass_settings


@click.command("mv", short_help="Rename an address; the object stays as it is.")
@common
@patience
@click.argument("old")
@click.argument("new")
@pass_settings
def command(settings: Settings, *, old: str, new: str) -> int:
    """Rename an address in state, and what is nested in it: its aliases, grants and permissions.

    A `moved:` entry does the same in a plan, where it can be reviewed.
    """
    from mlplan.app.state import move  # noqa: PLC0415

    for before, after in move(settings.request(), old, new).items():
        settings.terminal().data(f"{before} -> {after}\n")
    return 0
