"""State list command: list the addresses in state."""

import click

from mlplan.cli.settings import Settings, common, pass_settings


@click.command("list", short_help="List the addresses in state.")
@common
@pass_settings
def command(settings: Settings) -> int:
    """List the addresses in state, one per line."""
    from mlplan.app.state import remembered  # noqa: PLC0415
    from mlplan.render.escape import visible  # noqa: PLC0415
    from mlplan.render.json import document_text  # noqa: PLC0415

    found = remembered(settings.request())
    lines = "".join(f"{visible(address)}\n" for address in sorted(found.entries))
    settings.terminal().data(document_text(found.document()) if settings.json else lines)
    return 0
