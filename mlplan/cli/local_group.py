"""Local group command: say who is in a group."""

import click

from mlplan.cli.settings import Settings, common, pass_settings


@click.command("group", short_help="Say who is in a group.")
@common
@click.argument("name")
@click.argument("members", nargs=-1, metavar="MEMBER...")
@click.option("--delete", "gone", is_flag=True, help="Take the group away.")
@pass_settings
def command(settings: Settings, *, name: str, members: tuple[str, ...], gone: bool) -> int:
    """Say who is in a group: these members and no others.

    A MEMBER is a user, a service principal's application id, or another group. Plans use it to tell who
    gains and loses access with the group.
    """
    if gone and members:
        raise click.UsageError("--delete takes no members")
    from mlplan.app.local_group import delete, set_members  # noqa: PLC0415
    from mlplan.render.escape import visible  # noqa: PLC0415
    from mlplan.render.json import document_text  # noqa: PLC0415

    found = delete(settings.request(), name) if gone else set_members(settings.request(), name, members)
    listed = ", ".join(map(visible, found["members"])) or "nobody"
    text = f"Deleted group {visible(name)}.\n" if gone else f"Group {visible(name)}: {listed}.\n"
    settings.terminal().data(document_text(found) if settings.json else text)
    return 0
