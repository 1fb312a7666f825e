"""Pairs: NAME=VALUE words of the command line."""

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from mlplan.core.evidence import Dataset


def pairs(ctx: click.Context, parameter: click.Parameter, value: tuple[str, ...]) -> dict[str, str]:
    """Return the words as a mapping; a usage error names the first that is none."""
    made = {}
    for one in value:
        name, found, text = one.partition("=")
        if not found or not name:
            raise click.BadParameter(f"{one!r} is not NAME=VALUE", ctx=ctx, param=parameter)
        made[name] = text
    return made


def numbers(ctx: click.Context, parameter: click.Parameter, value: tuple[str, ...]) -> dict[str, float]:
    """Return the words as a mapping to numbers."""
    made = {}
    for name, text in pairs(ctx, parameter, value).items():
        try:
            made[name] = float(text)
        except ValueError as error:
            raise click.BadParameter(f"{text!r} is not a number", ctx=ctx, param=parameter) from error
    return made


def datasets(ctx: click.Context, parameter: click.Parameter, value: tuple[str, ...]) -> "tuple[Dataset, ...]":
    """Return NAME=DIGEST[:CONTEXT] words as data sets; what follows the last colon is the context."""
    from mlplan.core.evidence import Dataset  # noqa: PLC0415 - only who registers a version has data sets

    made = []
    for one in value:
        ((name, text),) = pairs(ctx, parameter, (one,)).items()
        digest, _, context = text.rpartition(":") if ":" in text else (text, "", "")
        if not digest:
            raise click.BadParameter(f"{one!r} is not NAME=DIGEST or NAME=DIGEST:CONTEXT", ctx=ctx, param=parameter)
        made.append(Dataset(name, digest, context))
    return tuple(made)


def fields(ctx: click.Context, parameter: click.Parameter, value: tuple[str, ...]) -> dict[str, str | None]:
    """Return the words as fields, an empty value as one to unset; paths may hold `=` inside of brackets."""
    made: dict[str, str | None] = {}
    for one in value:
        place = _split(one)
        if place < 1:
            raise click.BadParameter(f"{one!r} is not PATH=VALUE", ctx=ctx, param=parameter)
        made[one[:place]] = one[place + 1 :] or None
    return made


def _split(word: str) -> int:
    """Return the place of the first `=` that stands outside of brackets, or -1."""
    depth = 0
    for place, letter in enumerate(word):
        depth += (letter == "[") - (letter == "]")
        if letter == "=" and depth == 0:
            return place
    return -1
