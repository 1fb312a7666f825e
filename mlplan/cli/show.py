"""Show command: a saved plan, a resource, or everything in state."""

from pathlib import Path

import click

from mlplan.cli.settings import Settings, common, pass_settings
from mlplan.core.address import is_address


@click.command("show", short_help="Show a saved plan, a resource, or everything in state.")
@common
@click.argument("what", required=False, metavar="[FILE|ADDRESS]")
@pass_settings
def command(settings: Settings, *, what: str | None) -> int:
    """Show a saved plan, a resource as it was last applied, or everything in state."""
    if what and (not is_address(what) or Path(what).is_file()):
        return _plan(settings, Path(what))
    return _state(settings, what or "")


def _plan(settings: Settings, file: Path) -> int:
    """Show a saved plan."""
    from mlplan.app.saved import read_plan  # noqa: PLC0415
    from mlplan.app.sheet import saved_sheet  # noqa: PLC0415
    from mlplan.render.sheet import rendered  # noqa: PLC0415

    terminal = settings.terminal()
    terminal.data(rendered(settings.output, saved_sheet(read_plan(file)), terminal.out))
    return 0


def _state(settings: Settings, address: str) -> int:
    """Show state, or one address of it."""
    from mlplan.app.state import remembered  # noqa: PLC0415
    from mlplan.render.json import document_text  # noqa: PLC0415
    from mlplan.render.memory import entries_text, entry_text  # noqa: PLC0415

    found, terminal = remembered(settings.request(), address), settings.terminal()
    if settings.json:
        text = document_text(found.document())
    elif address:
        text = entry_text(address, found.entries[address], terminal.out)
    else:
        text = entries_text(found.entries)
    terminal.data(text)
    return 0
