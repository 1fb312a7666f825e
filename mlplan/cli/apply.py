"""Apply command: make the platform match the project, or run a plan that was saved and reviewed."""

import re
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mlplan.cli.patience import patience
from mlplan.cli.scope import SAYS, consent, options_of, rollout, scope
from mlplan.cli.settings import Settings, common, pass_settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlplan.app.apply import ApplyResult, Watcher
    from mlplan.app.session import Request
    from mlplan.engine.options import Options

    Once = Callable[[Watcher], ApplyResult]


def _digest(ctx: click.Context, parameter: click.Parameter, value: str | None) -> str:
    """Return a digest as plans have it; UsageError for another text."""
    found = re.fullmatch(r"(?:sha256:)?([0-9a-f]{64})", value) if value else None
    if value and not found:
        raise click.BadParameter("a digest is sha256: and 64 hexadecimal digits", ctx=ctx, param=parameter)
    return f"sha256:{found[1]}" if found else ""


@click.command("apply", short_help="Make the platform match the project, or run a saved plan.")
@common
@patience
@scope
@consent
@rollout
@click.option(
    "--reviewed",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Apply what this saved plan agrees to, or less, from the commit that is here now.",
)
@click.option("--digest", callback=_digest, metavar="DIGEST", help="Only a plan with this digest: the reviewed one.")
@click.option("--wait", is_flag=True, help="Stay until rollouts are through; each step is an apply of its own.")
@click.option("--auto-approve", is_flag=True, help="Do not ask; needed where there is no terminal.")
@click.option("--detailed-exitcode", is_flag=True, help="Exit with 2 when changes were applied.")
@click.argument("file", type=click.Path(path_type=Path), required=False)
@pass_settings
def command(
    settings: Settings,
    /,
    *,
    wait: bool,
    auto_approve: bool,
    detailed_exitcode: bool,
    file: Path | None,
    reviewed: Path | None,
    digest: str,
    **given: Any,
) -> int:
    """Make the platform match the project.

    With FILE, a plan saved by `plan --out`, exactly that plan is applied and nothing is asked:
    it is made anew first, and refused (exit 3) when it is no longer the same.

    With --reviewed FILE, for the commit that a merge made: what is planned now is applied when all
    of it stands in the saved plan too, and is refused (exit 3) otherwise.
    """
    from mlplan.app.rolling import through  # noqa: PLC0415
    from mlplan.cli.applying import run  # noqa: PLC0415

    _check_words(given, file, reviewed, digest)
    request = settings.request(given["parallelism"])
    bound = _bound(request, file, reviewed, digest) if file or reviewed else None
    once, request, options = bound or _free(request, given)

    def work(watcher: "Watcher") -> "ApplyResult":
        return through(request, options, watcher, lambda: once(watcher)) if wait else once(watcher)

    return run(settings, work, agreed=auto_approve or bound is not None, detailed=detailed_exitcode)


def _check_words(given: dict[str, Any], file: Path | None, reviewed: Path | None, digest: str) -> None:
    """Refuse words that do not go together."""
    if file and reviewed:
        raise click.UsageError("a saved plan is given once: as FILE, or after --reviewed")
    if digest and not (file or reviewed):
        raise click.UsageError("--digest says which saved plan may be applied, and none is given")
    said = [f"--{name.replace('_', '-')}" for name in SAYS if given[name]]
    if said and (file or reviewed):
        raise click.UsageError(f"{', '.join(said)} cannot go with a saved plan, which says all of that itself")


def _free(request: "Request", given: dict[str, Any]) -> "tuple[Once, Request, Options]":
    """Return the apply of whatever is planned now."""
    from mlplan.app.apply import apply  # noqa: PLC0415 - usage errors need none of it

    options = options_of(given | {"parallelism": request.parallelism})
    return partial(apply, request, options), request, options


def _bound(
    request: "Request", file: Path | None, reviewed: Path | None, digest: str
) -> "tuple[Once, Request, Options]":
    """Return the apply of a saved plan, with the request and the options that it was made with."""
    from mlplan.app.apply import apply_reviewed, apply_saved, options_in, request_in  # noqa: PLC0415 - see above
    from mlplan.app.saved import read_plan  # noqa: PLC0415

    document = read_plan(file or reviewed or Path())
    once = partial(apply_saved if file else apply_reviewed, request, document, digest=digest)
    return once, request_in(document, request), options_in(document, request.parallelism)
