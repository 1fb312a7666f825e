"""CI command: the group of commands that talk to GitHub, so that a workflow holds no script."""

import click

from mlplan.cli.group import LazyGroup
from mlplan.cli.settings import common
from mlplan.cli.table import CI


@click.group("ci", cls=LazyGroup, table=CI, short_help="Tell GitHub of a plan, and ask it who approved.")
@common
def command() -> None:
    """Tell GitHub of a plan, and ask it which plan was reviewed and who approved.

    They run in a step of GitHub Actions, with `env: {GITHUB_TOKEN: ${{ github.token }}}`; the rest of what they
    need is in the environment of every step.
    """
