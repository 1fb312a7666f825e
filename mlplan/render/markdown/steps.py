"""Steps: the explicit list of what apply runs, and what changes in state alone."""

from collections.abc import Sequence
from functools import partial

from mlplan.core.plan import Step
from mlplan.render.markdown.section import Item, Section
from mlplan.render.markdown.text import code

RANK = 19


def steps_of(steps: Sequence[Step], remembered: Sequence[str]) -> list[Section]:
    """Return the steps, and the addresses whose entry in state changes alone; both folded."""
    told = [Item(partial(_step, one)) for one in steps]
    noted = [Item(partial(_noted, one)) for one in remembered]
    made = [_folded(f"Steps ({len(told)})", told, "step")] if told else []
    return made + (
        [_folded(f"State only ({len(noted)})", noted, "entry in state", "entries in state")] if noted else []
    )


def _step(step: Step) -> str:
    """Return one step, and those that come before it."""
    needs = f" after {', '.join(map(str, step.needs))}" if step.needs else ""
    return f"- {step.number} {step.verb} {code(step.address)}{needs}\n"


def _noted(address: str) -> str:
    """Return an address whose mark or reference is remembered anew."""
    return f"- {code(address)}\n"


def _folded(title: str, items: Sequence[Item], one: str, many: str = "") -> Section:
    """Return items behind a title that opens."""
    return Section(RANK, items, f"<details><summary><b>{title}</b></summary>\n\n", "\n</details>\n", one=one, many=many)
