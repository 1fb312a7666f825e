"""Report: what an apply did, step by step while it runs and as a whole at its end."""

from collections.abc import Mapping

from mlplan.core.plan import Plan, Step
from mlplan.core.state import Outcome
from mlplan.render.colour import PLAIN, Palette
from mlplan.render.escape import block, visible
from mlplan.render.summary import WORDS
from mlplan.render.words import count

VERB = 8
"""Verbs are aligned to this width."""


def step_text(step: Step, outcome: Outcome, seconds: float, palette: Palette = PLAIN) -> str:
    """Return the line of a step that has ended."""
    line = f"  {step.verb:<{VERB}} {visible(step.address)}"
    if outcome.status == "done" and not outcome.error:
        return f"{line} ... {palette.paint('good', 'done')} ({seconds:.1f}s)"
    word = "failed" if outcome.status != "unknown" else "unknown"
    return f"{line} ... {palette.paint('bad', word)} ({seconds:.1f}s)"


def skipped_text(step: Step, why: str, palette: Palette = PLAIN) -> str:
    """Return the line of a step that is not tried."""
    return f"  {step.verb:<{VERB}} {visible(step.address)} ... {palette.paint('warn', 'skipped')}: {visible(why)}"


def apply_text(
    plan: Plan, status: str, outcomes: Mapping[int, Outcome], skipped: Mapping[int, str], palette: Palette = PLAIN
) -> str:
    """Return what an apply did as a whole: the count, then what failed, then what waits for it."""
    failed = {number: one for number, one in outcomes.items() if one.status != "done" or one.error}
    made = [palette.paint("bad" if failed or skipped else "good", _sentence(plan, status, failed, skipped))]
    steps = {step.number: step for step in plan.steps}
    for number in sorted(failed):
        step = steps[number]
        word = "failed" if failed[number].status != "unknown" else "unknown"
        code, _, rest = failed[number].error.partition(": ")
        made.append(f"\n{palette.paint('bad', f'{word}[{code}]')}: {step.verb} {visible(step.address)}")
        made.append(f"  {block(rest)}")
    if skipped:
        made.append(f"\n{palette.paint('warn', 'not done')}:")
        made.extend(
            f"  {steps[number].verb:<{VERB}} {visible(steps[number].address)}  ({visible(why)})"
            for number, why in sorted(skipped.items())
        )
    if failed or skipped:
        again = "mlplan plan --destroy" if plan.mode == "destroy" else "mlplan plan"
        made.append(f"\nWhat was done is recorded; run `{again}` to see what is left.")
    return "\n".join([*made, ""])


def _sentence(plan: Plan, status: str, failed: Mapping[int, Outcome], skipped: Mapping[int, str]) -> str:
    """Return the line of counts, by what became of each change."""
    unfinished = {step.address for step in plan.steps if step.number in failed or step.number in skipped}
    back = {step.address for step in plan.steps if step.verb == "revert"} - unfinished
    unfinished |= back
    parts = []
    for action, (_, _, word) in WORDS.items():
        made = (one for one in plan.changes.values() if one.action == action and not one.held)
        changes = [one for one in made if one.address not in unfinished]
        if changes:
            parts.append(f"{len(changes)} {word}")
    parts += [f"{len(back)} put back"] if back else []
    marked = {step.address for step in plan.steps if step.verb == "update"} - unfinished
    marked = {address for address in marked if plan.changes[address].action in ("no-op", "move")}
    parts += [f"{len(marked)} marked as ours"] if marked else []
    held = len(plan.held)
    done = ", ".join(parts) or ("state updated" if status == "applied" else "nothing done")
    rest = [f"{held} later"] if held else []
    if failed:
        rest.append(f"{count(len(failed), 'step')} failed")
    if skipped:
        rest.append(f"{count(len(skipped), 'step')} not done")
    return f"{status[:1].upper()}{status[1:]}: {'; '.join([done, *rest])}."
