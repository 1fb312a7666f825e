"""CI issue command: keep one issue about drift."""

from pathlib import Path

import click

from mlplan.cli.ci_options import attempt, author_option, best_effort_option, teller
from mlplan.cli.settings import Settings, common, pass_settings


@click.command("issue", short_help="Keep one issue about drift: opened, updated, closed.")
@common
@author_option
@best_effort_option
@click.argument("file", type=click.Path(path_type=Path))
@pass_settings
def command(settings: Settings, *, file: Path, author: str, best_effort: bool) -> int:
    """Open or update the issue about the drift that `drift -o json` found, and close it when there is none.

    There is one for each project and environment. Needs the permission `issues: write`.
    """
    from mlplan.app.ci.issue import issue, read_drift  # noqa: PLC0415

    tell = teller(settings)
    document = read_drift(file)
    kept = attempt(settings, lambda github: issue(github, document, author), best_effort=best_effort)
    if kept is not None:
        told = "No drift, and no issue about it.\n" if kept.did == "nothing" else f"Issue {kept.did}: {kept.url}\n"
        tell(told, issue=kept.did, number=kept.number, url=kept.url)
    return 0
