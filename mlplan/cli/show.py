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
    from mlplan.app.document import plan_of  # noqa: PLC0415
    from mlplan.app.saved import heading, read_plan  # noqa: PLC0415
    from mlplan.render.human import plan_text  # noqa: PLC0415
    from mlplan.render.json import document_text  # noqa: PLC0415
    from mlplan.render.review import Review  # noqa: PLC0415

    document, terminal = read_plan(file), settings.terminal()
    if settings.json:
        terminal.data(document_text(document))
        return 0
    review = Review(document["evidence"], document["access"], document["policy"])
    terminal.data(plan_text(plan_of(document), heading(document), terminal.out, review))
    terminal.data(f"\nSaved {document['created']}, holds until {document['expires']}, {document['digest']}\n")
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
