"""Policy command: the group of commands about the project's rules."""

import click

from mlplan.cli.group import LazyGroup
from mlplan.cli.settings import common
from mlplan.cli.table import POLICY


@click.group("policy", cls=LazyGroup, table=POLICY, short_help="List the project's rules, and run their tests.")
@common
def command() -> None:
    """Look at the rules that plans are judged by, and test them; `mlplan plan` asks them all."""
