"""State show command: show one entry as it was last applied."""

import click

from mlplan.cli.settings import Settings, common, pass_settings


@click.command("show", short_help="Show one entry as it was last applied.")
@common
@click.argument("address")
@pass_settings
def command(settings: Settings, *, address: str) -> int:
    """Show one entry as it was last applied."""
    from mlplan.app.state import remembered  # noqa: PLC0415
    from mlplan.render.json import document_text  # noqa: PLC0415
    from mlplan.render.memory import entry_text  # noqa: PLC0415

    found, terminal = remembered(settings.request(), address), settings.terminal()
    text = entry_text(address, found.entries[address], terminal.out)
    terminal.data(document_text(found.document()) if settings.json else text)
    return 0
