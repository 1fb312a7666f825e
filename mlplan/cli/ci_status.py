"""CI status command: set the check mark beside the commit."""

from pathlib import Path

import click

from mlplan.cli.ci_options import attempt, best_effort_option, pull_option, teller
from mlplan.cli.settings import Settings, common, pass_settings


@click.command("status", short_help="Set the check mark of a plan beside the commit.")
@common
@pull_option
@best_effort_option
@click.option("--approvals", type=click.Path(path_type=Path), metavar="FILE", help="Who approved it: `ci approvals`.")
@click.argument("file", type=click.Path(path_type=Path))
@pass_settings
def command(settings: Settings, *, file: Path, pull: int | None, best_effort: bool, approvals: Path | None) -> int:
    """Set the status mlplan/PROJECT/ENV of the pull request's last commit.

    It is success, failure when a rule denies the plan, pending while approvals are missing, or error when no plan could
    be made. Needs the permission `statuses: write`.
    """
    from mlplan.app.approval_record import read_record  # noqa: PLC0415
    from mlplan.app.ci.status import status  # noqa: PLC0415
    from mlplan.app.saved import read_plan  # noqa: PLC0415

    tell = teller(settings)
    document = read_plan(file)
    record = read_record(approvals) if approvals else None
    found = attempt(settings, lambda github: status(github, document, pull, record), best_effort=best_effort)
    if found is not None:
        tell(f"{found.mark}: {found.why}\n", status=found.mark, description=found.why)
    return 0
