"""Local show command: show what is in the workspace."""

import click

from mlplan.cli.settings import Settings, common, pass_settings


@click.command("show", short_help="Show what is in the workspace.")
@common
@click.argument("kind", required=False)
@click.argument("id_", metavar="[ID]", required=False)
@pass_settings
def command(settings: Settings, *, kind: str | None, id_: str | None) -> int:
    """Show what is in the workspace: everything, the objects of one KIND, or one object."""
    from mlplan.app.local import show  # noqa: PLC0415
    from mlplan.render.json import document_text  # noqa: PLC0415
    from mlplan.render.workspace import object_text, objects_text  # noqa: PLC0415

    found = show(settings.request(), kind, id_)
    if settings.json:
        text = document_text({"objects": found})
    elif id_ is not None and found:
        text = object_text(found[0])
    else:
        text = objects_text(found)
    settings.terminal().data(text)
    return 0
