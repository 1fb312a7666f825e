"""Steps: the explicit list that apply runs, folded."""

from mlplan.core.plan import Step
from mlplan.render.html.tag import NOTHING, Markup, tag
from mlplan.render.sheet import Sheet


def steps(sheet: Sheet) -> Markup:
    """Return the steps of a plan."""
    found = sheet.plan.steps
    if not found:
        return NOTHING
    title = tag("summary", tag("h2", f"Steps ({len(found)})"), tag("span", "what apply runs, in order", class_="faint"))
    return tag("section", tag("details", title, tag("ol", *map(_step, found), class_="steps")), id="steps")


def _step(step: Step) -> Markup:
    """Return one step, with what has to be done before it."""
    needs = tag("span", f" after {', '.join(map(str, step.needs))}", class_="faint") if step.needs else None
    return tag("li", tag("span", step.verb, class_="verb"), " ", tag("code", step.address), needs, value=step.number)
