"""Permissions command: print the least privileges that the project's resources need."""

import click

from mlplan.cli.settings import Settings, common, pass_settings


@click.command("permissions", short_help="Print the least privileges that the project needs.")
@common
@click.option(
    "--for",
    "purpose",
    type=click.Choice(["plan", "apply"]),
    default="plan",
    help="Who it is for: the principal that plans, or that applies.",
)
@pass_settings
def command(settings: Settings, *, purpose: str) -> int:
    """Print the least privileges that the project's own resources need, object by object, without asking anyone."""
    from mlplan.app.permissions import permissions  # noqa: PLC0415
    from mlplan.render.json import document_text  # noqa: PLC0415
    from mlplan.render.rights import needs_text  # noqa: PLC0415

    found = permissions(settings.request(), "apply" if purpose == "apply" else "plan")
    rows = [(one.on, one.privileges, one.addresses) for one in found.needs]
    settings.terminal().data(document_text(found.document()) if settings.json else needs_text(rows, purpose))
    return 0
