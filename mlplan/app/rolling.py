"""Rolling: an apply that stays until its rollouts are through, one apply a step.

The lock is free between the steps, so that a rollback never has to wait for a rollout. What is
found then decides: only the same rollout, as far as this run brought it, is gone on with.
"""

from collections.abc import Callable
from dataclasses import replace

from mlplan.app.apply import ApplyResult, Watcher
from mlplan.app.apply import apply as apply_once
from mlplan.app.interrupt import Interrupt
from mlplan.app.plan import plan
from mlplan.app.planning import Planned
from mlplan.app.session import Request
from mlplan.core.diagnostic import Diagnostic
from mlplan.core.plan import Plan
from mlplan.core.rollout import Rollout
from mlplan.engine.options import Options

LOOK = 5.0
"""Seconds between two looks at whether a signal came."""
ENDED = ("aborts", "aborted")


def through(request: Request, options: Options, watcher: Watcher, first: Callable[[], ApplyResult]) -> ApplyResult:
    """Make the first apply, then one for each step of its rollouts as it falls due; return the last."""
    result = first()
    members = _members(result.planned.plan)
    scope = replace(options, targets=tuple(members), excludes=(), restart=frozenset())
    while members and result.status in ("applied", "nothing to do"):
        planned = plan(request, scope)
        now = _under_way(planned.plan)
        other = _not_ours(planned, now, members)
        if other is not None:
            result.diagnostics.append(other)
        if not now or other is not None:
            return result
        ahead = [one.due for one in now if one.due is not None and one.due > request.effects.clock.now()]
        if planned.plan.steps:
            result = apply_once(request, scope, _Agreed(watcher))
        elif not ahead or not _wait(request, watcher, now, min(ahead)):
            return result
    return result


def _under_way(found: Plan) -> list[Rollout]:
    """Return the rollouts that were not turned back."""
    return [one for one in found.rollouts.values() if one.standing not in ENDED]


def _members(found: Plan) -> list[str]:
    """Return the addresses of the rollouts that are under way, and of all that moves with them."""
    under_way = {one.address for one in _under_way(found)}
    units = [unit for unit in found.units if under_way & set(unit.endpoints)]
    aliases = {alias for unit in units for alias in unit.aliases}
    moving = [one.address for one in found.changes.values() if one.kind == "model_alias" and one.id in aliases]
    return sorted({*under_way, *(one for unit in units for one in unit.endpoints), *moving})


def _not_ours(planned: Planned, now: list[Rollout], members: list[str]) -> Diagnostic | None:
    """Return why this run does not go on: someone began anew, or there is more to do than the rollouts."""
    again = [one.address for one in now if one.standing == "starts"]
    more = [one.address for one in planned.plan.active() if one.address not in members]
    if again:
        summary = f"the rollout of {again[0]} was turned back by someone else; it is not begun anew"
    elif more:
        summary = f"{more[0]} changed meanwhile, which nobody has agreed to; the rollout stays where it is"
    else:
        return None
    return Diagnostic("MLE436", summary, address=(again or more)[0], hint="mlplan plan shows what is there now")


def _wait(request: Request, watcher: Watcher, now: list[Rollout], until: float) -> bool:
    """Let time pass; False when a signal asked to stop."""
    clock = request.effects.clock
    watcher.waits(now, until)
    with Interrupt(watcher.said) as interrupt:
        while clock.now() < until and not interrupt.stopping:
            clock.sleep(min(LOOK, until - clock.now()))
    return not interrupt.stopping


class _Agreed:
    """A watcher that was asked already: what goes on is what it agreed to."""

    def __init__(self, watcher: Watcher) -> None:
        self.begins = watcher.begins
        self.started = watcher.started
        self.finished = watcher.finished
        self.skipped = watcher.skipped
        self.said = watcher.said
        self.waits = watcher.waits
        self.ends = watcher.ends

    def planned(self, planned: Planned) -> bool:  # noqa: ARG002 - as a watcher hears it
        """Agree."""
        return True
