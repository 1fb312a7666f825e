"""CI options: what the commands that talk to GitHub have in common: the pull request, the author, the token's limits."""

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from mlplan.cli.settings import Settings

if TYPE_CHECKING:
    from mlplan.forge.client import GitHub

F = TypeVar("F", bound=Callable[..., Any])
R = TypeVar("R")

pull_option = click.option("--pr", "pull", type=click.IntRange(1), metavar="N", help="The pull request's number.")
author_option = click.option(
    "--author", default="", metavar="LOGIN", help="Who the token writes as, when it is an app's: my-app[bot]."
)
best_effort_option = click.option(
    "--best-effort", is_flag=True, help="Where the token may not write, as in a fork's run, warn and exit with 0."
)


def opened(settings: Settings) -> "GitHub":
    """Return the repository that the workflow runs for."""
    from mlplan.forge.client import GitHub  # noqa: PLC0415 - it imports the HTTP library
    from mlplan.forge.run import run_of  # noqa: PLC0415 - `--help` needs no environment

    return GitHub(run_of(os.environ), settings.effects)


def attempt(settings: Settings, work: Callable[["GitHub"], R], *, best_effort: bool) -> R | None:
    """Return what came of some work; None when the token may not do it and that is to be lived with."""
    from mlplan.core.errors import MlplanError  # noqa: PLC0415
    from mlplan.forge.errors import Forbidden  # noqa: PLC0415

    with opened(settings) as github:
        try:
            return work(github)
        except Forbidden as error:
            if not best_effort:
                raise
            found = [one._replace(severity="warning") for one in MlplanError.diagnostics(error)]
            settings.terminal().findings(found)
            return None
