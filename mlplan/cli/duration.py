"""Duration: a length of time as people write it, `30m` or `24h`."""

import re

import click

_FORM = re.compile(r"(\d{1,6})(s|m|h|d)")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}


def seconds(ctx: click.Context, parameter: click.Parameter, value: str) -> float:
    """Return the seconds that an option's text stands for."""
    found = _FORM.fullmatch(value)
    if found is None:
        raise click.BadParameter(f"{value!r} is not a time such as 30m, 24h or 7d", ctx=ctx, param=parameter)
    return float(int(found[1]) * _SECONDS[found[2]])
