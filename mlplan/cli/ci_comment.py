"""CI comment command: put a plan on its pull request."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mlplan.cli.ci_options import attempt, author_option, best_effort_option, pull_option, teller
from mlplan.cli.settings import Settings, common, pass_settings

if TYPE_CHECKING:
    from mlplan.app.ci.comment import Commented


@click.command("comment", short_help="Put a plan on its pull request, in one comment that stays up to date.")
@common
@pull_option
@author_option
@best_effort_option
@click.option("--labels", is_flag=True, help="Also set the labels mlplan:PROJECT/ENV, :promotion, :destroys, :denied.")
@click.option("--always", is_flag=True, help="Make a comment even when there are no changes.")
@click.option("--approvals", type=click.Path(path_type=Path), metavar="FILE", help="Who approved it: `ci approvals`.")
@click.argument("file", type=click.Path(path_type=Path))
@pass_settings
def command(settings: Settings, /, *, file: Path, approvals: Path | None, best_effort: bool, **given: Any) -> int:
    """Put the plan that `plan --out FILE` saved on its pull request.

    There is one comment for each project and environment: it is edited when it is there. Needs the permission
    `pull-requests: write`.
    """
    from mlplan.app.approval_record import read_record  # noqa: PLC0415
    from mlplan.app.ci.comment import comment  # noqa: PLC0415
    from mlplan.app.saved import read_plan  # noqa: PLC0415

    tell = teller(settings)
    document = read_plan(file)
    record = read_record(approvals) if approvals else None
    marks = {"labels": given["labels"], "always": given["always"]}
    made = attempt(
        settings,
        lambda github: comment(github, document, given["pull"], given["author"], record, **marks),
        best_effort=best_effort,
    )
    if made is not None:
        tell(_told(made), **made.document())
    return 0


def _told(made: "Commented") -> str:
    """Return what became of the comment, for people."""
    if made.outdated:
        return (
            f"The plan is of {made.outdated[:12]}, and pull request {made.pull} went on: the comment is left alone.\n"
        )
    none = f"No changes, and no comment on pull request {made.pull} to update.\n"
    return none if made.posted.did == "nothing" else f"Comment {made.posted.did}: {made.posted.url}\n"
