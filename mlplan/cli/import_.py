"""Import command: take an existing object into state."""

import click

from mlplan.cli.patience import patience
from mlplan.cli.settings import Settings, common, pass_settings


@click.command("import", short_help="Take an existing object into state.")
@common
@patience
@click.argument("address")
@click.argument("id_", metavar="ID")
@pass_settings
def command(settings: Settings, *, address: str, id_: str) -> int:
    """Take an existing object into state under an address that is declared.

    ID is the platform's own name of the object, such as prod.ml.fraud_score. Nothing on the
    platform changes; the next plan shows how the object differs from the declaration.
    """
    from mlplan.app.import_ import import_object  # noqa: PLC0415
    from mlplan.render.escape import visible  # noqa: PLC0415

    made = import_object(settings.request(), address, id_)
    settings.terminal().data(f"Imported {visible(made.entry.id)} as {made.address}; state serial {made.serial}.\n")
    return 0
