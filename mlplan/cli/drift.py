"""Drift command: show what others changed since the last apply."""

import click

from mlplan.cli.settings import Settings, common, pass_settings


@click.command("drift", short_help="Show what others changed since the last apply.")
@common
@click.option("--parallelism", type=click.IntRange(1, 256), metavar="N", help="Calls at the same time.")
@click.option("--detailed-exitcode", is_flag=True, help="Exit with 2 when there is drift.")
@pass_settings
def command(settings: Settings, *, parallelism: int | None, detailed_exitcode: bool) -> int:
    """Show what others changed since the last apply, whatever the configuration says by now."""
    from mlplan.app.drift import drift  # noqa: PLC0415
    from mlplan.render.json import document_text  # noqa: PLC0415
    from mlplan.render.memory import drift_change, drift_text  # noqa: PLC0415

    found, terminal = drift(settings.request(parallelism)), settings.terminal()
    if settings.json:
        terminal.data(document_text(found.document()))
    else:
        terminal.findings(found.diagnostics)
        shown = [(drift_change(one.address, one.kind, one.id, one.fields), one.status) for one in found.found]
        terminal.data(drift_text(found.heading, shown, found.known, terminal.out))
    return 2 if detailed_exitcode and found.found else 0
