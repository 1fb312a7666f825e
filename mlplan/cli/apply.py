"""Apply command: make the platform match the project, or run a saved plan."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mlplan.cli.scope import SAYS, consent, options_of, rollout, scope
from mlplan.cli.settings import Settings, common, pass_settings

if TYPE_CHECKING:
    from mlplan.app.apply import ApplyResult, Watcher


@click.command("apply", short_help="Make the platform match the project, or run a saved plan.")
@common
@scope
@consent
@rollout
@click.option("--wait", is_flag=True, help="Stay until rollouts are through; each step is an apply of its own.")
@click.option("--auto-approve", is_flag=True, help="Do not ask; needed where there is no terminal.")
@click.option("--detailed-exitcode", is_flag=True, help="Exit with 2 when changes were applied.")
@click.argument("file", type=click.Path(path_type=Path), required=False)
@pass_settings
def command(
    settings: Settings, /, *, wait: bool, auto_approve: bool, detailed_exitcode: bool, file: Path | None, **given: Any
) -> int:
    """Make the platform match the project.

    With FILE, a plan saved by `plan --out`, exactly that plan is applied and nothing is asked:
    it is made anew first, and refused (exit 3) when it is no longer the same.
    """
    from mlplan.app.apply import apply, apply_saved, options_in, request_in  # noqa: PLC0415
    from mlplan.app.rolling import through  # noqa: PLC0415
    from mlplan.app.saved import read_plan  # noqa: PLC0415
    from mlplan.cli.applying import run  # noqa: PLC0415

    request = settings.request(given["parallelism"])
    if file is None:
        options = options_of(given | {"parallelism": request.parallelism})
        once = partial(apply, request, options)
    else:
        said = [f"--{name.replace('_', '-')}" for name in SAYS if given[name]]
        if said:
            raise click.UsageError(f"{', '.join(said)} cannot go with a saved plan, which says all of that itself")
        document = read_plan(file)
        once = partial(apply_saved, request, document)
        request, options = request_in(document, request), options_in(document, request.parallelism)

    def work(watcher: "Watcher") -> "ApplyResult":
        return through(request, options, watcher, lambda: once(watcher)) if wait else once(watcher)

    return run(settings, work, agreed=auto_approve or file is not None, detailed=detailed_exitcode)
