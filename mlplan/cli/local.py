"""Local command: the group of commands that play the outside world of a local workspace."""

import click

from mlplan.cli.group import LazyGroup
from mlplan.cli.settings import common
from mlplan.cli.table import LOCAL


@click.group("local", cls=LazyGroup, table=LOCAL, short_help="Play the outside world of a local workspace.")
@common
def command() -> None:
    """Play training jobs, people in the UI and other tools in a local workspace.

    What they do is what plans then find: new model versions, drift, objects of others.
    """
