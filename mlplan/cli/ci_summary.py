"""CI summary command: show a plan on the page of the workflow's run."""

from pathlib import Path

import click

from mlplan.cli.ci_options import teller
from mlplan.cli.settings import Settings, common, pass_settings


@click.command("summary", short_help="Show a plan on the page of the workflow's run.")
@common
@click.argument("file", type=click.Path(path_type=Path))
@pass_settings
def command(settings: Settings, *, file: Path) -> int:
    """Add the plan that `plan --out FILE` saved to $GITHUB_STEP_SUMMARY; it needs no token."""
    from mlplan.app.ci.summary import append  # noqa: PLC0415

    tell = teller(settings)
    from mlplan.app.saved import read_plan  # noqa: PLC0415

    size = append(settings.effects, read_plan(file))
    tell(f"Added {size:,} bytes to the page of the run.\n", bytes=size)
    return 0
