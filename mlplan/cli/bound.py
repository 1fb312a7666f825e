"""Bound: the apply of a saved plan or of whatever is planned now, by the words on the command line."""

import re
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from mlplan.cli.scope import SAYS, options_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlplan.app.apply import ApplyResult, Watcher
    from mlplan.app.session import Request
    from mlplan.engine.options import Options

    Once = Callable[[Watcher], ApplyResult]


def digest(ctx: click.Context, parameter: click.Parameter, value: str | None) -> str:
    """Return a digest as plans have it; UsageError for another text."""
    found = re.fullmatch(r"(?:sha256:)?([0-9a-f]{64})", value) if value else None
    if value and not found:
        raise click.BadParameter("a digest is sha256: and 64 hexadecimal digits", ctx=ctx, param=parameter)
    return f"sha256:{found[1]}" if found else ""


def check_words(given: dict[str, Any]) -> None:
    """Refuse words that do not go together."""
    saved = given["file"] or given["reviewed"]
    if given["file"] and given["reviewed"]:
        raise click.UsageError("a saved plan is given once: as FILE, or after --reviewed")
    if given["digest"] and not saved:
        raise click.UsageError("--digest says which saved plan may be applied, and none is given")
    if given["approvals"] and not saved:
        raise click.UsageError("--approvals tells who agreed to a saved plan, and none is given")
    said = [f"--{name.replace('_', '-')}" for name in SAYS if given[name]]
    if said and given["file"]:
        raise click.UsageError(f"{', '.join(said)} cannot go with a saved plan, which says all of that itself")


def free(request: "Request", given: dict[str, Any]) -> "tuple[Once, Request, Options]":
    """Return the apply of whatever is planned now."""
    from mlplan.app.apply import apply  # noqa: PLC0415 - usage errors need none of it

    options = options_of(given | {"parallelism": request.parallelism})
    return partial(apply, request, options), request, options


def bound(request: "Request", given: dict[str, Any]) -> "tuple[Once, Request, Options]":
    """Return the apply of a saved plan, with the request and the options that it is made with."""
    from mlplan.app.apply import apply_reviewed, apply_saved, options_in, request_in  # noqa: PLC0415 - see above
    from mlplan.app.approval_record import read_record  # noqa: PLC0415 - see above
    from mlplan.app.saved import read_plan  # noqa: PLC0415 - see above

    document = read_plan(given["file"] or given["reviewed"])
    record = read_record(given["approvals"]) if given["approvals"] else None
    checks = {"digest": given["digest"], "record": record}
    if given["file"]:
        once = partial(apply_saved, request, document, **checks)
        return once, request_in(document, request), options_in(document, request.parallelism)
    options = options_of(given | {"parallelism": request.parallelism})
    once = partial(apply_reviewed, request, document, options=options, **checks)
    return once, replace(request, environment=document["environment"]), options
