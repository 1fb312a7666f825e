"""Local create command: make an object that no project knows."""

import click

from mlplan.cli.pairs import fields
from mlplan.cli.settings import Settings, common, pass_settings


@click.command("create", short_help="Make an object that no project knows.")
@common
@click.argument("kind")
@click.argument("id_", metavar="ID")
@click.argument("values", nargs=-1, callback=fields, metavar="PATH=VALUE...")
@pass_settings
def command(settings: Settings, *, kind: str, id_: str, values: dict[str, str | None]) -> int:
    """Make an object that no project knows.

    ID is the platform's own name of it, such as prod.ml.fraud_score.
    """
    from mlplan.app.local import create  # noqa: PLC0415
    from mlplan.render.escape import visible  # noqa: PLC0415
    from mlplan.render.json import document_text  # noqa: PLC0415

    made = create(settings.request(), kind, id_, values)
    settings.terminal().data(
        document_text(made) if settings.json else f"Created {made['kind']} {visible(made['id'])}.\n"
    )
    return 0
