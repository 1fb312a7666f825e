"""State rm command: forget an address; the object stays as it is."""

import click

from mlplan.cli.patience import patience
from mlplan.cli.settings import Settings, common, pass_settings


@click.command("rm", short_help="Forget an address; the object stays as it is.")
@common
@patience
@click.argument("address")
@pass_settings
def command(settings: Settings, *, address: str) -> int:
    """Forget an address. The object stays as it is, and goes on carrying this project's name if it does.

    A `removed:` entry does the same in a plan, where it can be reviewed, and takes the name off too, so
    that another project may adopt the object.
    """
    from mlplan.app.state import remove  # noqa: PLC0415
    from mlplan.render.escape import visible  # noqa: PLC0415

    entry = remove(settings.request(), address)
    settings.terminal().data(f"Forgot {address}; {visible(entry.id)} stays as it is.\n")
    return 0
