"""Destroy command: take down everything that the project owns."""

from typing import Any

import click

from mlplan.cli.patience import patience
from mlplan.cli.scope import options_of, scope
from mlplan.cli.settings import Settings, common, pass_settings


@click.command("destroy", short_help="Take down everything that the project owns.")
@common
@patience
@scope
@click.option("--allow-destroy", multiple=True, metavar="ADDRESS", help="Agree that its object is destroyed.")
@click.option("--auto-approve", is_flag=True, help="Do not ask; needed where there is no terminal.")
@pass_settings
def command(settings: Settings, /, *, auto_approve: bool, **given: Any) -> int:
    """Take down everything that the project owns in one environment, in the reverse order of making.

    Objects that are not in state are left alone. In a protected environment each one needs
    --allow-destroy, and what `prevent_destroy` protects stays.
    """
    from mlplan.app.apply import apply  # noqa: PLC0415
    from mlplan.cli.applying import run  # noqa: PLC0415

    request = settings.request(given["parallelism"])
    options = options_of(given | {"parallelism": request.parallelism}, mode="destroy")
    return run(settings, lambda watcher: apply(request, options, watcher, "destroy"), agreed=auto_approve)
