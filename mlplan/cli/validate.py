"""Validate command: check the project's files, all of them, offline."""

import click

from mlplan.cli.settings import Settings, common, pass_settings


@click.command("validate", short_help="Check the project's files, all of them, offline.")
@common
@pass_settings
def command(settings: Settings) -> int:
    """Check the project's files, all of them, for one environment; no platform is asked."""
    from mlplan.app.validate import validate  # noqa: PLC0415
    from mlplan.render.json import document_text  # noqa: PLC0415
    from mlplan.render.words import count  # noqa: PLC0415

    found = validate(settings.request())
    terminal = settings.terminal()
    if settings.json:
        terminal.data(document_text(found.document()))
    else:
        terminal.findings(found.diagnostics)
    if not settings.json and found.valid and found.declaration is not None:
        seen = found.declaration
        resources = count(len(seen.resources), "resource")
        terminal.data(f"Valid: {seen.project} · {seen.environment.name} · {resources}.\n")
    return 0 if found.valid else 1
