"""Apply command: make the platform match the project, or run a plan that was saved and reviewed."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mlplan.cli.bound import bound, check_words, digest, free
from mlplan.cli.patience import patience
from mlplan.cli.scope import consent, rollout, scope
from mlplan.cli.settings import Settings, common, pass_settings

if TYPE_CHECKING:
    from mlplan.app.apply import ApplyResult, Watcher


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
@click.option("--digest", callback=digest, metavar="DIGEST", help="Only a plan with this digest: the reviewed one.")
@click.option("--approvals", type=click.Path(path_type=Path), metavar="FILE", help="Who approved it: `ci approvals`.")
@click.option("--wait", is_flag=True, help="Stay until rollouts are through; each step is an apply of its own.")
@click.option("--auto-approve", is_flag=True, help="Do not ask; needed where there is no terminal.")
@click.option("--detailed-exitcode", is_flag=True, help="Exit with 2 when changes were applied.")
@click.argument("file", type=click.Path(path_type=Path), required=False)
@pass_settings
def command(settings: Settings, /, *, wait: bool, auto_approve: bool, detailed_exitcode: bool, **given: Any) -> int:
    """Make the platform match the project.

    With FILE, a plan saved by `plan --out`, exactly that plan is applied and nothing is asked:
    it is made anew first, and refused (exit 3) when it is no longer the same.

    With --reviewed FILE, for the commit that a merge made: what is planned now is applied when all
    of it stands in the saved plan too, and is refused (exit 3) otherwise.
    """
    from mlplan.app.rolling import through  # noqa: PLC0415
    from mlplan.cli.applying import run  # noqa: PLC0415

    check_words(given)
    request = settings.request(given["parallelism"])
    saved = bool(given["file"] or given["reviewed"])
    once, request, options = bound(request, given) if saved else free(request, given)

    def work(watcher: "Watcher") -> "ApplyResult":
        return through(request, options, watcher, lambda: once(watcher)) if wait else once(watcher)

    return run(settings, work, agreed=auto_approve or saved, detailed=detailed_exitcode)
