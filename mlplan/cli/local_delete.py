"""Local delete command: take an object down behind mlplan's back."""

import click

from mlplan.cli.settings import Settings, common, pass_settings


@click.command("delete", short_help="Take an object down behind mlplan's back.")
@common
@click.argument("kind")
@click.argument("id_", metavar="ID")
@click.option("--force", is_flag=True, help="Take what lives in it, too.")
@click.option("--permanently", is_flag=True, help="Leave nothing that could be restored.")
@pass_settings
def command(settings: Settings, *, kind: str, id_: str, force: bool, permanently: bool) -> int:
    """Take an object down behind mlplan's back."""
    from mlplan.app.local import delete  # noqa: PLC0415
    from mlplan.render.escape import visible  # noqa: PLC0415
    from mlplan.render.json import document_text  # noqa: PLC0415

    gone = delete(settings.request(), kind, id_, force=force, permanently=permanently)
    text = document_text(gone) if settings.json else f"Deleted {gone['kind']} {visible(gone['id'])}.\n"
    settings.terminal().data(text)
    return 0
