"""Patience: the option of commands that write: how long to wait for the lock."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from mlplan.cli.duration import seconds
from mlplan.cli.settings import Settings

F = TypeVar("F", bound=Callable[..., Any])


def patience(command: F) -> F:
    """Add `--lock-timeout` to a command; it fills the Settings that the command is passed."""
    return _OPTION(command)


def _taken(ctx: click.Context, parameter: click.Parameter, value: str | None) -> None:
    """Take in `--lock-timeout`."""
    if value is not None:
        ctx.ensure_object(Settings).patience = seconds(ctx, parameter, value)


_OPTION = click.option(
    "--lock-timeout", metavar="DURATION", expose_value=False, callback=_taken,
    help="Wait as long for a lock that another run holds, such as 10m.",
)  # fmt: skip
