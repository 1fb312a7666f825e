"""CI summary command: show a plan on the page of the workflow's run."""

from pathlib import Path

import click

from mlplan.cli.settings import Settings, common, pass_settings


@click.command("summary", short_help="Show a plan on the page of the workflow's run.")
@common
@click.argument("file", type=click.Path(path_type=Path))
@pass_settings
def command(settings: Settings, *, file: Path) -> int:
    """Add the plan that `plan --out FILE` saved to $GITHUB_STEP_SUMMARY; it needs no token."""
    from mlplan.app.ci.summary import append  # noqa: PLC0415
    from mlplan.app.saved import read_plan  # noqa: PLC0415

    size = append(settings.effects, read_plan(file))
    settings.terminal().say(f"Added {size:,} bytes to the run's summary.\n")
    return 0
