"""Summary: a plan in one line, and the counts that other lines are made of."""

from collections import Counter
from collections.abc import Mapping, Sequence

from mlplan.core.change import Action, Change
from mlplan.core.plan import Plan
from mlplan.render.dossier import Dossier
from mlplan.render.promotion import is_promotion, is_put_back, move_of
from mlplan.render.words import count

NO_EVIDENCE: Mapping[str, Dossier] = {}
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


def sentence(plan: Plan, evidence: Mapping[str, Dossier] = NO_EVIDENCE) -> str:
    """Return the line that ends a plan; whether an alias goes back only the evidence knows."""
    counts = plan.counts()
    unchanged = counts["no-op"]
    if plan.empty:
        return f"No changes. {_resources(unchanged)} as declared." if unchanged else "No changes. Nothing is declared."
    held = plan.held
    promoted = [one for one in plan.changes.values() if is_promotion(one) and not is_put_back(one)]
    now, later = ([one for one in promoted if bool(one.held) is held_too] for held_too in (False, True))
    parts = []
    for action, (_, word, _) in WORDS.items():
        number = counts[action] - sum(one.action == action for one in held)
        if number:
            aside = _moves(now, evidence) if action == "update" else ""
            parts.append(f"{number} {word}{aside}")
    parts += [f"{len(held)} later{_moves(later, evidence)}"] if held else []
    rolling = sum(not one.finishes for one in plan.rollouts.values())
    parts += [f"{count(rolling, 'rollout')} under way"] if rolling and not parts else []
    rest = f"; {unchanged} unchanged" if unchanged else ""
    return f"Plan: {', '.join(parts)}{rest}."


def objections(plan: Plan, denied: int) -> list[str]:
    """Return why apply refuses a plan that could be made: changes that are blocked, and rules that deny it."""
    blocked = len(plan.blocked)
    reasons = [f"{count(blocked, 'change')} {'is' if blocked == 1 else 'are'} blocked"] if blocked else []
    return reasons + ([f"{count(denied, 'rule')} {'denies' if denied == 1 else 'deny'} it"] if denied else [])


def _resources(number: int) -> str:
    """Return so many resources, with the verb that fits."""
    return f"{count(number, 'resource')} {'is' if number == 1 else 'are'}"


def _moves(aliases: Sequence[Change], evidence: Mapping[str, Dossier]) -> str:
    """Return so many promotions and rollbacks, as an aside."""
    found = Counter("rollback" if move_of(one, evidence) == "rollback" else "promotion" for one in aliases)
    parts = [count(found[name], name) for name in ("promotion", "rollback") if found[name]]
    return f" ({', '.join(parts)})" if parts else ""
