"""Version command: print the version, also as a document."""

import click

from mlplan import __version__
from mlplan.cli.settings import Settings, common, pass_settings
from mlplan.render.json import document_text


@click.command("version", short_help="Print the version.")
@common
@pass_settings
def command(settings: Settings) -> int:
    """Print the version."""
    text = document_text({"tool": "mlplan", "version": __version__}) if settings.json else f"mlplan {__version__}\n"
    settings.terminal().data(text)
    return 0
