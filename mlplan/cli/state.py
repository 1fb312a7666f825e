"""State command: the group of commands about what is remembered."""

import click

from mlplan.cli.group import LazyGroup
from mlplan.cli.settings import common
from mlplan.cli.table import STATE


@click.group(
    "state", cls=LazyGroup, table=STATE, short_help="List, show, move, forget, print or rebuild what is in state."
)
@common
def command() -> None:
    """Look at what mlplan remembers of an environment, and put it right by hand."""
