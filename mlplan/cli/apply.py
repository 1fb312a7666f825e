"""Apply command: make the platform match the project, or run a saved plan."""

from pathlib import Path
from typing import Any

import click

from mlplan.cli.scope import consent, options_of, scope
from mlplan.cli.settings import Settings, common, pass_settings


@click.command("apply", short_help="Make the platform match the project, or run a saved plan.")
@common
@scope
@consent
@click.option("--auto-approve", is_flag=True, help="Do not ask; needed where there is no terminal.")
@click.option("--detailed-exitcode", is_flag=True, help="Exit with 2 when changes were applied.")
@click.argument("file", type=click.Path(path_type=Path), required=False)
@pass_settings
def command(
    settings: Settings, /, *, auto_approve: bool, detailed_exitcode: bool, file: Path | None, **given: Any
) -> int:
    """Make the platform match the project.

    With FILE, a plan saved by `plan --out`, exactly that plan is applied and nothing is asked:
    it is made anew first, and refused (exit 3) when it is no longer the same.
    """
    from mlplan.app.apply import apply, apply_saved  # noqa: PLC0415
    from mlplan.app.saved import read_plan  # noqa: PLC0415
    from mlplan.cli.applying import run  # noqa: PLC0415

    request = settings.request(given["parallelism"])
    if file is None:
        options = options_of(given | {"parallelism": request.parallelism})
        return run(
            settings, lambda watcher: apply(request, options, watcher), agreed=auto_approve, detailed=detailed_exitcode
        )
    said = [f"--{name.replace('_', '-')}" for name in ("target", "exclude", "adopt", "allow_destroy") if given[name]]
    if said:
        raise click.UsageError(f"{', '.join(said)} cannot go with a saved plan, which says all of that itself")
    document = read_plan(file)
    return run(
        settings, lambda watcher: apply_saved(request, document, watcher), agreed=True, detailed=detailed_exitcode
    )
