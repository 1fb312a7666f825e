"""Headline: how a plan stands, in one line and a few: its light, its count, and what apply would refuse."""

from collections.abc import Iterator

from mlplan.render.markdown.approvals import missing
from mlplan.render.markdown.change import DESTROYS
from mlplan.render.markdown.text import bold, code, plain
from mlplan.render.sheet import Sheet
from mlplan.render.summary import objections, sentence
from mlplan.render.words import count


def light(sheet: Sheet) -> str:
    """Return the traffic light: red is refused, orange wants a look, green is safe, white is nothing."""
    if refusals(sheet):
        return "🔴"
    if _wants_a_look(sheet):
        return "🟠"
    return "⚪" if sheet.plan.empty else "🟢"


def headline(sheet: Sheet) -> str:
    """Return the line that tells the plan from others and counts it."""
    seen = sheet.heading
    guard = " (protected)" if seen.protected else ""
    told = sentence(sheet.plan, sheet.review.evidence).removeprefix("Plan: ").removesuffix(".")
    return f"### {light(sheet)} mlplan · {plain(seen.project, 80)} · {plain(seen.environment, 80)}{guard} · {told}\n"


def verdict(sheet: Sheet) -> str:
    """Return what stands in the plan's way, or what it waits for; empty when nothing does."""
    return "\n".join(f"{one}\n" for one in _verdict(sheet))


def refusals(sheet: Sheet) -> list[str]:
    """Return why apply would refuse the plan, in few words each."""
    errors = sum(one.severity == "error" for one in sheet.plan.diagnostics)
    found = [count(errors, "error")] if errors else []
    return found + objections(sheet.plan, sheet.review.denied)


def _verdict(sheet: Sheet) -> Iterator[str]:
    """Yield the lines of the verdict, the worst first."""
    found, plan = sheet.document, sheet.plan
    if found.get("snapshot"):
        when = f" of {plain(sheet.heading.snapshot, 40)}" if sheet.heading.snapshot else ""
        note = "the platform was not asked, and apply refuses this plan"
        yield f"📷 {bold(f'From a snapshot{when}')}: {note}. {code(str(found['snapshot']), 80)}"
    reasons = refusals(sheet)
    passed = sum(one["outcome"] == "passed" for one in sheet.review.policy)
    checks = f"{count(passed, 'check')} passed." if passed else ""
    if reasons:
        yield f"{bold(f'Apply refuses this plan: {_listed(reasons)}.')} {checks}".strip()
    elif checks:
        yield f"✅ {checks}"
    asked = missing(found.get("approvals") or ())
    if asked:
        yield bold(f"Waits for {count(asked, 'approval')}.")
    if plan.unselected:
        one = plan.unselected == 1
        yield f"{count(plan.unselected, 'other change')} {'is' if one else 'are'} waiting, and not in this plan."


def _listed(reasons: list[str]) -> str:
    """Return reasons as people list them."""
    return " and ".join([", ".join(reasons[:-1]), reasons[-1]]) if reasons[1:] else reasons[0]


def _wants_a_look(sheet: Sheet) -> bool:
    """Tell whether there is anything that somebody has to weigh."""
    active = list(sheet.plan.active())
    warned = any(one["outcome"] in ("failed", "unknown") for one in sheet.review.policy)
    told = any(one.severity == "warning" for one in sheet.plan.diagnostics)
    asked = missing(sheet.document.get("approvals") or ())
    risky = any(one.risk != "safe" or one.action in DESTROYS for one in active)
    return bool(risky or warned or told or asked or sheet.review.access.get("rows"))
