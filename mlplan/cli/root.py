"""Root: the `mlplan` command itself, with nothing of its commands but their names."""

import click

from mlplan import __version__
from mlplan.cli.group import LazyGroup
from mlplan.cli.settings import common
from mlplan.cli.table import COMMANDS


@click.group(
    cls=LazyGroup,
    table=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 done, 1 error, 2 changes (with --detailed-exitcode), 3 refused plan, 4 locked, 5 partly applied, 6 denied.",
)
@common
@click.version_option(__version__, "-V", "--version", message="mlplan %(version)s")
def root() -> None:
    """Declare your ML platform in YAML, see what would change, and apply it."""
