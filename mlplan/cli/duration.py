"""Duration: an option that holds a length of time, `30m` or `24h`."""

import click

from mlplan.core import duration


def seconds(ctx: click.Context, parameter: click.Parameter, value: str) -> float:
    """Return the seconds that an option's text stands for."""
    found = duration.seconds(value)
    if found is None:
        raise click.BadParameter(f"{value!r} is not a time such as 30m, 24h or 7d", ctx=ctx, param=parameter)
    return found
