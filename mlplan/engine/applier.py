"""Applier: runs a plan's steps, each announced before and recorded after its one call.

Independent branches go on after a failure; what needed the failed step is skipped and said so.
Nothing is repeated: a step whose outcome is unknown is read back, then taken in or reported.
"""

import threading
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import Protocol

from mlplan.core.backend import Journal, Lease
from mlplan.core.change import Change
from mlplan.core.effect import Effects
from mlplan.core.errors import PlatformError
from mlplan.core.plan import Plan, Step
from mlplan.core.provider import Provider
from mlplan.core.state import Intent, Outcome, State
from mlplan.engine.perform import Performer, told
from mlplan.engine.put_back import put_back


class Observer(Protocol):
    """Whoever watches an apply."""

    def started(self, step: Step, change: Change) -> None:
        """Hear that a step begins."""

    def finished(self, step: Step, change: Change, outcome: Outcome) -> None:
        """Hear what became of a step."""

    def skipped(self, step: Step, change: Change, why: str) -> None:
        """Hear that a step will not be tried."""

    def stopping(self) -> bool:
        """Tell whether nothing new shall begin."""


@dataclass(slots=True)
class Applied:
    """What an apply did."""

    state: State
    outcomes: dict[int, Outcome] = field(default_factory=dict)
    """By step number."""
    skipped: dict[int, str] = field(default_factory=dict)
    """Why each step was not tried, by its number."""

    @property
    def failed(self) -> bool:
        """Tell whether anything is left to do."""
        return bool(self.skipped) or any(one.status != "done" or one.error for one in self.outcomes.values())


def run(
    plan: Plan,
    state: State,
    provider: Provider,
    lease: Lease,
    effects: Effects,
    observer: Observer,
    parallelism: int = 10,
) -> Applied:
    """Run the steps and save what came of them; nothing is written when there is nothing to do."""
    applied = Applied(state)
    if not plan.steps:
        if state.recovered or state.pending:
            settle(state, plan)
            applied.state = lease.save(state)
        return applied
    journal = lease.journal(state)
    settle(state, plan)
    before = dict(state.entries)
    try:
        performer = Performer(plan, state, provider, effects)
        _Run(plan, state, lease, journal, observer, performer, applied).all(parallelism)
        if applied.failed and plan.units and not observer.stopping():
            undo = put_back(plan, applied, performer.made, before, state.entries)
            again = Performer(undo, state, provider, effects)
            _Run(undo, state, lease, journal, observer, again, applied).all(parallelism)
            plan.steps += undo.steps
    finally:
        journal.close()
    applied.state = lease.save(state)
    return applied


def settle(state: State, plan: Plan) -> None:
    """Drop the unfinished intents of earlier runs that this plan has looked into."""
    looked_into = plan.changes.keys() | plan.void
    state.pending = [intent for intent in state.pending if intent.address not in looked_into]


@dataclass(slots=True)
class _Run:
    """One pass over the steps, as far as each one's needs allow."""

    plan: Plan
    state: State
    lease: Lease
    journal: Journal
    observer: Observer
    performer: Performer
    applied: Applied
    lock: threading.Lock = field(default_factory=threading.Lock)
    steps: dict[int, Step] = field(default_factory=dict)
    ended: SimpleQueue[tuple[Step, BaseException | None]] = field(default_factory=SimpleQueue)

    def all(self, parallelism: int) -> None:
        """Run every step that can be run, at most `parallelism` at a time."""
        self.steps = {step.number: step for step in self.plan.steps}
        waiting = {step.number: len(step.needs) for step in self.plan.steps}
        frees: dict[int, list[Step]] = {}
        for step in self.plan.steps:
            for need in step.needs:
                frees.setdefault(need, []).append(step)
        ready = deque(step for step in self.plan.steps if not step.needs)
        running = 0
        with ThreadPoolExecutor(parallelism) as pool:
            while ready or running:
                while ready and running < parallelism:
                    running += 1
                    self._begin(ready.popleft(), pool if parallelism > 1 else None)
                step, error = self.ended.get()
                running -= 1
                if error is not None:
                    raise error
                for freed in frees.get(step.number, ()):
                    waiting[freed.number] -= 1
                    if not waiting[freed.number]:
                        ready.append(freed)

    def _begin(self, step: Step, pool: ThreadPoolExecutor | None) -> None:
        """Start a step, or skip it; without a pool it runs here and now."""
        why = self._obstacle(step)
        if why:
            self.applied.skipped[step.number] = why
            self.observer.skipped(step, self.plan.changes[step.address], why)
            self.ended.put((step, None))
        elif pool is None:
            self._one(step)
        else:
            pool.submit(self._one, step)

    def _obstacle(self, step: Step) -> str:
        """Return why a step cannot be tried; empty when it can."""
        for need in step.needs:
            address = self.steps[need].address
            outcome = self.applied.outcomes.get(need)
            if need in self.applied.skipped:
                return f"{address} was skipped" if address != step.address else self.applied.skipped[need]
            if outcome is None or outcome.status != "done" or outcome.error:
                return f"{address} failed"
        return "the run was stopped" if self.observer.stopping() else ""

    def _one(self, step: Step) -> None:
        """Do a step and say that it has ended; what is not its own failure ends the run."""
        try:
            self._announced(step)
        except BaseException as error:  # noqa: BLE001 - handed to the thread that waits, which raises it
            self.ended.put((step, error))
        else:
            self.ended.put((step, None))

    def _announced(self, step: Step) -> None:
        """Announce a step, do it, and record what came of it."""
        change = self.plan.changes[step.address]
        self.observer.started(step, change)
        self.lease.check()
        try:
            intent = self.performer.intent(step)
        except PlatformError as error:
            outcome = Outcome(step.number, "failed", error=told(error))
            with self.lock:
                self.applied.outcomes[outcome.step] = outcome
        else:
            self.journal.intend(intent)
            outcome = self.performer.perform(step, intent)
            self._record(intent, outcome)
        self.observer.finished(step, change, outcome)

    def _record(self, intent: Intent, outcome: Outcome) -> None:
        """Take an outcome into the journal and the state."""
        with self.lock:
            self.journal.record(intent, outcome)
            self.state.fold(intent, outcome)
            if outcome.status == "unknown":
                self.state.pending.append(intent)
            self.applied.outcomes[outcome.step] = outcome
