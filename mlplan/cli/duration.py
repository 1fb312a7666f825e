"""Duration: an option that holds a length of time, `30m` or `24h`."""

import click

from mlplan.core import duration


def lifetime(ctx: click.Context, parameter: click.Parameter, value: str) -> float:
    """Return the seconds for which a saved plan shall hold; UsageError when that is too long for any plan."""
    from mlplan.app.document import LONGEST  # noqa: PLC0415 - `--help` needs no plan

    found = seconds(ctx, parameter, value)
    if not 0 < found <= LONGEST:
        limit = f"a saved plan holds for 1s to {LONGEST / 86400:.0f}d, not for {value}"
        raise click.BadParameter(limit, ctx=ctx, param=parameter)
    return found


def seconds(ctx: click.Context, parameter: click.Parameter, value: str) -> float:
    """Return the seconds that an option's text stands for."""
    found = duration.seconds(value)
    if found is None:
        raise click.BadParameter(f"{value!r} is not a time such as 30m, 24h or 7d", ctx=ctx, param=parameter)
    return found
