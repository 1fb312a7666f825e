"""Local set command: change an object behind mlplan's back."""

import click

from mlplan.cli.pairs import fields
from mlplan.cli.settings import Settings, common, pass_settings


@click.command("set", short_help="Change an object behind mlplan's back.")
@common
@click.argument("kind")
@click.argument("id_", metavar="ID")
@click.argument("values", nargs=-1, callback=fields, metavar="PATH=VALUE...")
@pass_settings
def command(settings: Settings, *, kind: str, id_: str, values: dict[str, str | None]) -> int:
    """Change an object behind mlplan's back.

    A PATH is a field such as tags.team or grants[alice].privileges; an empty VALUE unsets it, and
    takes away an item of a list that is named by its path alone.
    """
    from mlplan.app.local import set_fields  # noqa: PLC0415
    from mlplan.render.escape import visible  # noqa: PLC0415
    from mlplan.render.json import document_text  # noqa: PLC0415

    made = set_fields(settings.request(), kind, id_, values)
    settings.terminal().data(
        document_text(made) if settings.json else f"Changed {made['kind']} {visible(made['id'])}.\n"
    )
    return 0
