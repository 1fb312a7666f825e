"""Rolling: an apply that stays until its rollouts are through, one apply a step.

The lock is free between the steps, so that a rollback never has to wait for a rollout. What is
found then decides: only the same rollout, as far as this run brought it, is gone on with.
"""

from collections.abc import Callable

from mlplan.app.apply import ApplyResult, Watcher
from mlplan.app.apply import apply as apply_once
from mlplan.app.interrupt import Interrupt
from mlplan.app.plan import plan
from mlplan.app.planning import Planned
from mlplan.app.session import Request
from mlplan.core.change import Change
from mlplan.core.diagnostic import Diagnostic
from mlplan.core.plan import Plan
from mlplan.core.rollout import Rollout
from mlplan.engine.options import Options
from mlplan.engine.rollout import ENTITIES

LOOK = 5.0
"""Seconds between two looks at whether a signal came."""
ENDED = ("aborts", "aborted")
LOOK_AGAIN = "mlplan plan shows what is there now"


def through(request: Request, options: Options, watcher: Watcher, first: Callable[[], ApplyResult]) -> ApplyResult:
    """Make the first apply, then one for each step of its rollouts as it falls due; return the last."""
    result = first()
    bound = result.planned.declaration.digest
    members = tuple(_members(result.planned.plan))
    scope = Options(targets=members, excludes=options.excludes, parallelism=options.parallelism)
    while scope.targets and result.status in ("applied", "nothing to do"):
        planned = plan(request, scope)
        now = _under_way(planned.plan)
        other = _not_ours(planned, bound)
        ahead = [one.due for one in now if one.due is not None and one.due > request.effects.clock.now()]
        if other is not None:
            result.diagnostics.append(other)
            break
        if planned.plan.steps:
            agreed = _Agreed(watcher, bound)
            result = apply_once(request, scope, agreed, agreed=True)
            result.diagnostics += [agreed.other] if agreed.other else []
        elif not now or not ahead:
            break
        elif not _wait(request, watcher, now, min(ahead)):
            result.diagnostics.append(_stopped(now))
            break
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


def _not_ours(planned: Planned, bound: str) -> Diagnostic | None:
    """Return why this run does not go on: another configuration, a new start, or more to do than the rollout."""
    again = [one.address for one in _under_way(planned.plan) if one.standing == "starts"]
    more = [one.address for one in planned.plan.active() if not _is_step(one)]
    if planned.declaration.digest != bound:
        summary = "the configuration changed meanwhile, which nobody has agreed to; the rollout stays where it is"
    elif again:
        summary = f"the rollout of {again[0]} was turned back by someone else; it is not begun anew"
    elif more:
        summary = f"{more[0]} changed meanwhile, which nobody has agreed to; the rollout stays where it is"
    else:
        return None
    return Diagnostic("MLE436", summary, address=(again or more or [""])[0], hint=LOOK_AGAIN)


def _is_step(change: Change) -> bool:
    """Tell whether a change is nothing but a step of a rollout: what is served, or the alias at its end."""
    moved = {"model_alias": "version", "serving_endpoint": ENTITIES}.get(change.kind)
    ours = all(one.path[0] == moved and one.cause == "config" for one in change.fields)
    return change.action == "update" and ours


def _stopped(now: list[Rollout]) -> Diagnostic:
    """Return what to say when a signal ended the waiting."""
    summary = f"stopped while {now[0].address} is at {now[0].before} %; it stays there"
    return Diagnostic("MLE436", summary, address=now[0].address, hint="the next apply goes on with it")


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

    def __init__(self, watcher: Watcher, bound: str) -> None:
        self.bound = bound
        self.other: Diagnostic | None = None
        self.begins = watcher.begins
        self.started = watcher.started
        self.finished = watcher.finished
        self.skipped = watcher.skipped
        self.said = watcher.said
        self.waits = watcher.waits
        self.ends = watcher.ends

    def planned(self, planned: Planned) -> bool:
        """Agree to what is a step of the rollout that was agreed to, and to nothing else."""
        self.other = _not_ours(planned, self.bound)
        return self.other is None
