"""Summary: a plan in one line, and the counts that other lines are made of."""

from mlplan.core.change import Action, Change
from mlplan.core.plan import Plan
from mlplan.render.promotion import is_promotion, is_put_back
from mlplan.render.words import count

WORDS: dict[Action, tuple[str, str, str]] = {
    "create": ("+", "to create", "created"),
    "update": ("~", "to update", "updated"),
    "replace": ("-/+", "to replace", "replaced"),
    "delete": ("-", "to delete", "deleted"),
    "restore": ("^", "to restore", "restored"),
    "import": ("<", "to import", "imported"),
    "forget": ("x", "to forget", "forgotten"),
    "move": (">", "to move", "moved"),
}
"""Each action's sign, and its word before and after it is done."""

MEANINGS = {
    "+": "create",
    "~": "update in place",
    "-/+": "replace: delete, then create",
    "+/-": "replace: create, then delete",
    "-": "delete",
    "^": "restore: bring a deleted object back",
    "<": "import: take an existing object into state",
    "x": "forget: leave the object, drop it from state",
    ">": "move: a new address, the same object",
}


def sign(change: Change) -> str:
    """Return the sign of a change."""
    if change.action == "replace" and change.create_first:
        return "+/-"
    return WORDS[change.action][0]


def sentence(plan: Plan) -> str:
    """Return the line that ends a plan."""
    counts = plan.counts()
    unchanged = counts["no-op"]
    if plan.empty:
        return f"No changes. {_resources(unchanged)} as declared." if unchanged else "No changes. Nothing is declared."
    held = plan.held
    promoted = [one for one in plan.changes.values() if is_promotion(one) and not is_put_back(one)]
    later = sum(bool(one.held) for one in promoted)
    parts = []
    for action, (_, word, _) in WORDS.items():
        number = counts[action] - sum(one.action == action for one in held)
        if number:
            aside = _promotions(len(promoted) - later) if action == "update" else ""
            parts.append(f"{number} {word}{aside}")
    parts += [f"{len(held)} later{_promotions(later)}"] if held else []
    rolling = sum(not one.finishes for one in plan.rollouts.values())
    parts += [f"{count(rolling, 'rollout')} under way"] if rolling and not parts else []
    rest = f"; {unchanged} unchanged" if unchanged else ""
    return f"Plan: {', '.join(parts)}{rest}."


def _resources(number: int) -> str:
    """Return so many resources, with the verb that fits."""
    return f"{count(number, 'resource')} {'is' if number == 1 else 'are'}"


def _promotions(number: int) -> str:
    """Return so many promotions, as an aside."""
    return f" ({count(number, 'promotion')})" if number else ""
