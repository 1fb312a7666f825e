"""Applying: what the commands that change things share: watch, report, exit code."""

from collections.abc import Callable

from mlplan.app.apply import ApplyResult, Watcher
from mlplan.cli.progress import Progress
from mlplan.cli.settings import Settings
from mlplan.render.json import document_text
from mlplan.render.report import apply_text


def run(settings: Settings, work: Callable[[Watcher], ApplyResult], *, agreed: bool, detailed: bool = False) -> int:
    """Do the work, report what it did, and return its exit code; a `detailed` one tells changes from none."""
    terminal = settings.terminal()
    result = work(Progress(terminal, settings.effects.clock, quiet=settings.json, agreed=agreed))
    changed = detailed and result.status == "applied" and not result.planned.plan.empty
    code = 2 if changed else result.exit_code
    if settings.json:
        terminal.data(document_text(result.document()))
        return code
    terminal.findings(result.diagnostics)
    if result.status == "declined":
        terminal.say("Declined; nothing was changed.\n")
    elif result.planned.plan.steps and result.status not in ("refused", "denied"):
        terminal.data(apply_text(result.planned.plan, result.status, result.outcomes, result.skipped, terminal.out))
    return code
