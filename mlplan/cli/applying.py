"""Applying: what the commands that change things share: watch, report, exit code."""

from collections.abc import Callable

from mlplan.app.apply import ApplyResult, Watcher
from mlplan.cli.progress import Progress
from mlplan.cli.settings import Settings
from mlplan.render.json import document_text
from mlplan.render.report import apply_text


def run(settings: Settings, work: Callable[[Watcher], ApplyResult], *, agreed: bool) -> int:
    """Do the work, report what it did, and return its exit code."""
    terminal = settings.terminal()
    result = work(Progress(terminal, settings.effects.clock, quiet=settings.json, agreed=agreed))
    if settings.json:
        terminal.data(document_text(result.document()))
        return result.exit_code
    terminal.findings(result.diagnostics)
    if result.status == "declined":
        terminal.say("Declined; nothing was changed.\n")
    elif result.planned.plan.steps and result.status != "refused":
        terminal.data(apply_text(result.planned.plan, result.status, result.outcomes, result.skipped, terminal.out))
    return result.exit_code
