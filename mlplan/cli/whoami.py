"""Whoami command: show which workspace an environment means, and who acts there."""

import click

from mlplan.cli.settings import Settings, common, pass_settings


@click.command("whoami", short_help="Show which workspace an environment means, and who acts there.")
@common
@pass_settings
def command(settings: Settings) -> int:
    """Show host, workspace and user of an environment, and what that user is known to lack for plan and apply."""
    from mlplan.app.whoami import whoami  # noqa: PLC0415
    from mlplan.render.json import document_text  # noqa: PLC0415
    from mlplan.render.rights import identity_text  # noqa: PLC0415

    found = whoami(settings.request())
    rows = {"environment": found.environment, "host": found.where, "user": found.user, **found.facts}
    text = document_text(found.document()) if settings.json else identity_text(rows, found.lacks)
    settings.terminal().data(text)
    return 0
