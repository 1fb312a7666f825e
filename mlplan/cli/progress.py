"""Progress: an apply as it happens: lines for a log, and one live line more on a terminal."""

import os
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from shutil import get_terminal_size

from mlplan.app.planning import Planned
from mlplan.cli.asking import asked
from mlplan.cli.terminal import Terminal
from mlplan.core.change import Change
from mlplan.core.effect import Clock
from mlplan.core.plan import Step
from mlplan.core.rollout import Rollout
from mlplan.core.state import Outcome
from mlplan.render.escape import visible
from mlplan.render.human import plan_text
from mlplan.render.report import skipped_text, step_text
from mlplan.render.rollout import waiting_text

CLEAR = "\r\x1b[K"
STDERR = 2


class Progress:
    """Shows the plan, asks, and tells of each step; the applier's threads take turns."""

    def __init__(self, terminal: Terminal, clock: Clock, *, quiet: bool, agreed: bool) -> None:
        """Be quiet when a document is wanted; `agreed` asks nothing."""
        self._terminal = terminal
        self._clock = clock
        self._quiet = quiet
        self._agreed = agreed
        self._live = sys.stderr.isatty() and not quiet
        self._lock = threading.Lock()
        self._running: dict[int, tuple[str, float]] = {}
        self._steps = 0
        self._done = 0

    def planned(self, planned: Planned) -> bool:
        """Show the plan and ask for it, unless it was agreed to or does nothing."""
        if not self._quiet:
            self._terminal.data(plan_text(planned.plan, planned.heading(), self._terminal.out, planned.review()))
        if self._agreed or planned.refused or planned.denied or not planned.plan.steps:
            return True
        return self._ask(planned)

    def begins(self, steps: int) -> None:
        """Hear that the steps begin."""
        self._steps = steps
        if steps:
            self._say("\n")

    def started(self, step: Step, change: Change) -> None:  # noqa: ARG002 - a watcher hears both
        """Hear that a step begins."""
        with self._lock:
            self._running[step.number] = (step.address, self._clock.monotonic())
            self._draw("")

    def finished(self, step: Step, change: Change, outcome: Outcome) -> None:  # noqa: ARG002
        """Write what became of a step."""
        with self._lock:
            _, began = self._running.pop(step.number)
            self._done += 1
            self._draw(step_text(step, outcome, self._clock.monotonic() - began, self._terminal.err) + "\n")

    def skipped(self, step: Step, change: Change, why: str) -> None:  # noqa: ARG002
        """Write that a step is not tried."""
        with self._lock:
            self._done += 1
            self._draw(skipped_text(step, why, self._terminal.err) + "\n")

    def said(self, text: str) -> None:
        """Write what a signal does, past every lock and buffer: the handler may have interrupted their holder."""
        with suppress(OSError):
            os.write(STDERR, f"\n{text}\n".encode())

    def waits(self, rollouts: Sequence[Rollout], until: float) -> None:
        """Write what is waited for."""
        self._say(waiting_text(rollouts, until))

    def ends(self) -> None:
        """Clear the live line."""
        if self._live:
            self._terminal.say(CLEAR)
        if self._steps:
            self._say("\n")

    def _ask(self, planned: Planned) -> bool:
        """Ask whether to go on; Mistake where there is nobody to ask."""
        where = f"{planned.declaration.project} · {planned.declaration.environment.name}"
        instead = "give --auto-approve, or apply a saved plan that was reviewed: mlplan apply FILE"
        return asked(self._terminal, f"Apply this to {where}?", instead)

    def _say(self, text: str) -> None:
        """Write to stderr, unless quiet."""
        if not self._quiet:
            self._terminal.say(text)

    def _draw(self, text: str) -> None:
        """Write finished lines and, on a terminal, the live line below them."""
        if not self._live:
            self._say(text)
            return
        names = ", ".join(visible(address) for address, _ in self._running.values())
        line = f"  {self._done}/{self._steps} done" + (f"; running: {names}" if names else "")
        self._terminal.say(f"{CLEAR}{text}{line[: get_terminal_size().columns - 1]}")
