"""Human: a plan as a reviewer reads it: promotions first, then by what is at stake, then the count."""

from collections.abc import Iterator, Sequence

from mlplan.core.change import Change
from mlplan.core.diagnostic import has_errors
from mlplan.core.plan import Plan, Step
from mlplan.core.rule import RISKS, Risk
from mlplan.kinds import KINDS, spec
from mlplan.render import field
from mlplan.render.approvals import approvals_text
from mlplan.render.colour import PLAIN, Palette, Role
from mlplan.render.escape import visible
from mlplan.render.finding import finding, total
from mlplan.render.promotion import is_promotion, promotions_text
from mlplan.render.review import NOTHING, Review, access_text, policy_text
from mlplan.render.rollout import rollouts_text
from mlplan.render.row import Row
from mlplan.render.sheet import Heading, Sheet
from mlplan.render.summary import MEANINGS, objections, sentence, sign
from mlplan.render.words import count

HEADINGS: dict[Risk, str] = {
    "data_loss": "Data loss",
    "outage": "Outage",
    "access": "Access",
    "traffic": "Traffic",
    "safe": "Safe",
}
LABEL = 60
"""Labels are aligned up to this width; longer ones push their value to the right."""
COLOURS: dict[str, Role] = {"+": "good", "-": "bad", "~": "warn", "-/+": "bad", "+/-": "bad", "x": "warn"}


def plan_text(
    plan: Plan, heading: Heading, palette: Palette = PLAIN, review: Review = NOTHING, *, steps: bool = False
) -> str:
    """Return a plan for people to read."""
    parts = [heading_text(heading, palette)]
    active = list(plan.active())
    promoted = [change for change in active if is_promotion(change)]
    rest = [change for change in active if not is_promotion(change)]
    if rest:
        parts.append(_legend(rest, palette))
    if promoted:
        parts.append(promotions_text(promoted, palette, review))
    parts.append(rollouts_text(list(plan.rollouts.values()), palette))
    parts.extend(_by_risk(rest, palette))
    new = {(one.kind, one.id) for one in active if one.action == "create"}
    parts.append(access_text(review.access, new, palette))
    parts.extend(_remembered(plan, palette))
    parts.append(policy_text(review.policy, palette))
    parts.append(approvals_text(review.approvals, palette))
    if steps and plan.steps:
        parts.append(steps_text(plan.steps, palette))
    parts.extend(finding(one, palette) for one in plan.diagnostics)
    parts.append(_ending(plan, review, palette))
    return "\n".join(part for part in parts if part)


def render(sheet: Sheet, palette: Palette = PLAIN) -> str:
    """Return a plan for a terminal; of a saved one also how long it holds."""
    text = plan_text(sheet.plan, sheet.heading, palette, sheet.review, steps=sheet.steps)
    found = sheet.document
    held = f"\nSaved {found['created']}, holds until {found['expires']}, {found['digest']}\n" if found else ""
    return f"{text}{held}"


def steps_text(steps: Sequence[Step], palette: Palette = PLAIN) -> str:
    """Return the explicit list of steps that apply runs."""
    verb = max(len(step.verb) for step in steps)
    width = max(len(str(step.number)) for step in steps)
    address = max(len(step.address) for step in steps)
    made = [palette.paint("strong", f"Steps ({len(steps)})")]
    for step in steps:
        needs = f"  after {', '.join(map(str, step.needs))}" if step.needs else ""
        made.append(
            f"  {step.number:>{width}}  {step.verb:<{verb}}  {visible(step.address):<{address}}{needs}".rstrip()
        )
    return "\n".join([*made, ""])


def heading_text(heading: Heading, palette: Palette) -> str:
    """Return the first line: where this looks and where it would write."""
    name = palette.paint("strong", f"{visible(heading.project)} · {visible(heading.environment)}")
    guard = " (protected)" if heading.protected else ""
    old = palette.paint("warn", f" · from a snapshot of {visible(heading.snapshot)}") if heading.snapshot else ""
    return f"{name}{guard} · {visible(heading.provider)} · {visible(heading.state)}{old}\n"


def _legend(changes: Sequence[Change], palette: Palette) -> str:
    """Return the meaning of the signs that this plan uses."""
    used = {sign(change) for change in changes}
    shown = [f"{palette.paint(COLOURS.get(mark), mark)} {means}" for mark, means in MEANINGS.items() if mark in used]
    return f"  {'   '.join(shown)}\n"


def _by_risk(changes: Sequence[Change], palette: Palette) -> Iterator[str]:
    """Yield a headed block of changes per risk class, worst first."""
    for risk in RISKS:
        found = [change for change in changes if change.risk == risk]
        if found:
            title = f"{HEADINGS[risk]} ({len(found)})"
            yield palette.paint("strong" if risk == "safe" else "bad" if risk == "data_loss" else "warn", title)
            yield from (_change(change, palette) for change in found)


def _change(change: Change, palette: Palette) -> str:
    """Return one change: its line, its fields, and what stands in its way."""
    mark = sign(change)
    made = [_title(change, mark, palette)]
    found = list(field.rows(change))
    alike = change.action in ("create", "restore", "delete") and len({row.sign for row in found}) == 1
    width = min(LABEL, max((len(row.label) for row in found), default=0))
    for row in found:
        made.extend(_row(row, width, palette, alike=alike))
    if change.blocked:
        made.append(f"      {palette.paint('bad', 'blocked')}: {visible(change.blocked)}")
    return "\n".join([*made, ""])


def remembered(plan: Plan) -> list[str]:
    """Return the addresses whose entry in state changes though their object does not."""
    active = {change.address for change in plan.active()}
    return [step.address for step in plan.steps if step.verb == "record" and step.address not in active]


def _remembered(plan: Plan, palette: Palette) -> Iterator[str]:
    """Yield a block of those addresses."""
    found = remembered(plan)
    if found:
        title = palette.paint("strong", f"State only ({len(found)})")
        lines = [f"    {visible(address)}  # a mark or reference of it is remembered anew" for address in found]
        yield "\n".join([title, *lines, ""])


def _title(change: Change, mark: str, palette: Palette) -> str:
    """Return the line of a change: sign, address, the platform's id, and why."""
    parts = [f"{palette.paint(COLOURS.get(mark), mark.rjust(3))} {palette.paint('strong', visible(change.address))}"]
    parts.append(visible(named(change)))
    why = change.reason or (f"moved from {change.moved_from}" if change.moved_from else "")
    if why:
        parts.append(palette.paint("faint", f"# {visible(why)}"))
    return "  ".join(parts)


def named(change: Change) -> str:
    """Return the platform's name of the object; rows have none, and are told by what they are on."""
    if change.before_id:
        return f"{change.before_id} -> {change.id}"
    return f"on {change.id.replace('/', ' ', 1)}" if change.kind in KINDS and spec(change.kind).rows else change.id


def _row(row: Row, width: int, palette: Palette, *, alike: bool) -> Iterator[str]:
    """Yield the lines of a field; signs are left out where all of them are the same."""
    lead = "" if alike else f"{palette.paint(COLOURS.get(row.sign), row.sign)} "
    tail = f"  {palette.paint('note', row.tail)}" if row.tail else ""
    text = f"  {row.text}" if row.text else ""
    label = row.label.ljust(width) if text else row.label
    yield f"      {lead}{label}{text}{tail}"
    yield from (f"          | {line}" for line in row.more)


def _ending(plan: Plan, review: Review, palette: Palette) -> str:
    """Return the last lines: the count, and what apply would refuse."""
    line = palette.paint("strong", sentence(plan, review.evidence))
    if plan.unselected:
        left = count(plan.unselected, "other change")
        line += f"\n{left} {'is' if plan.unselected == 1 else 'are'} waiting, and not in this plan."
    if has_errors(plan.diagnostics):
        refused = palette.paint("bad", "apply refuses this plan.")
        head = [] if plan.empty else [line]
        return "\n".join([*head, f"{total(plan.diagnostics)}", refused, ""])
    reasons = objections(plan, review.denied)
    if not reasons:
        return f"{line}\n"
    why = f"{' and '.join(reasons)}; apply refuses this plan."
    return f"{line}\n{palette.paint('bad', why)}\n"
