"""Plan command: show what apply would do, and why."""

from pathlib import Path
from typing import Any

import click

from mlplan.cli.duration import lifetime
from mlplan.cli.outcome import outcome
from mlplan.cli.scope import consent, options_of, request_of, rollout, scope, source
from mlplan.cli.settings import HUMAN, Settings, common, pass_settings


@click.command("plan", short_help="Show what apply would do, and why.")
@common
@scope
@consent
@rollout
@source
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE", help="Save the plan, for `apply FILE`.")
@click.option(
    "--expires", callback=lifetime, default="24h", metavar="TIME", help="How long a saved plan holds: 24h, 7d at most."
)
@click.option("--destroy", is_flag=True, help="Plan to take down everything, as `mlplan destroy` does.")
@click.option("--steps", is_flag=True, help="Print the explicit steps, too.")
@click.option("--detailed-exitcode", is_flag=True, help="Exit with 2 when there are changes.")
@pass_settings
def command(
    settings: Settings,
    /,
    *,
    out: Path | None,
    expires: float,
    destroy: bool,
    steps: bool,
    detailed_exitcode: bool,
    **given: Any,
) -> int:
    """Show what apply would do, and why; nothing is changed."""
    from mlplan.app.document import plan_document  # noqa: PLC0415
    from mlplan.app.files import write_document  # noqa: PLC0415
    from mlplan.app.plan import plan  # noqa: PLC0415
    from mlplan.app.sheet import planned_sheet  # noqa: PLC0415
    from mlplan.render.json import document_text  # noqa: PLC0415
    from mlplan.render.sheet import rendered  # noqa: PLC0415

    request = request_of(settings, given)
    found = plan(request, options_of(given | {"parallelism": request.parallelism}, "destroy" if destroy else "apply"))
    document, terminal = None, settings.terminal()
    if settings.output != HUMAN or out:
        document = plan_document(found, settings.variables, settings.effects.clock.now(), expires)
    if out:
        write_document(settings.effects, out, document_text(document or {}))
    sheet = planned_sheet(found, document if settings.output != HUMAN else None, steps=steps)
    terminal.data(rendered(settings.output, sheet, terminal.out))
    if out:
        refused = found.refused or found.denied or found.snapshot
        then = "apply refuses it" if refused else f"apply exactly this with: mlplan apply {out}"
        terminal.say(f"\nSaved to {out}; {then}\nIts digest is {(document or {})['digest']}\n")
    return outcome(found, detailed=detailed_exitcode)
