"""CI options: what the commands that talk to GitHub have in common: the pull request, the author, the token's limits."""

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

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


class Teller(Protocol):
    """Writes what a command did: a text for people, or a document."""

    def __call__(self, text: str, **told: object) -> None:
        """Write one of the two."""


def teller(settings: Settings) -> Teller:
    """Return how to write what a command did; a form that there is not is a usage error before anything is done."""
    as_document = settings.json

    def tell(text: str, **told: object) -> None:
        from mlplan.render.json import document_text  # noqa: PLC0415 - `--help` says nothing

        settings.terminal().data(document_text({"format_version": "1.0", **told}) if as_document else text)

    return tell


def attempt(settings: Settings, work: Callable[["GitHub"], R], *, best_effort: bool) -> R | None:
    """Return what came of some work; None when the token may not do it, that is to be lived with, and it was said."""
    from mlplan.core.errors import MlplanError  # noqa: PLC0415
    from mlplan.forge.errors import Forbidden  # noqa: PLC0415

    tell = teller(settings)
    with opened(settings) as github:
        try:
            return work(github)
        except Forbidden as error:
            if not best_effort:
                raise
            found = [one._replace(severity="warning") for one in MlplanError.diagnostics(error)]
            settings.terminal().findings(found)
            tell("", skipped=error.code)
            return None
