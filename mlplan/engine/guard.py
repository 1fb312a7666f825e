"""Guard: what a plan may not do without consent, checked over the whole plan before its first call."""

from collections.abc import Iterator
from dataclasses import replace

from mlplan.core.change import Change
from mlplan.core.declaration import Declaration
from mlplan.core.diagnostic import Diagnostic
from mlplan.core.plan import Plan
from mlplan.core.state import Entry
from mlplan.core.values import Values
from mlplan.engine.options import Options
from mlplan.engine.ownership import unclaimed
from mlplan.engine.scope import matches
from mlplan.kinds import spec

SHARE = 0.3
"""A plan that takes down more than this share of what state owns is refused."""
FLOOR = 10
"""Projects that own fewer objects are not held to the share."""
ENDING = ("delete", "replace")
"""Actions after which the object of now is gone."""


def guard(
    plan: Plan, everything: dict[str, Change], declaration: Declaration, entries: dict[str, Entry], options: Options
) -> None:
    """Mark the changes that lack consent as blocked, and add findings about the plan as a whole.

    `everything` also holds the changes that are out of scope.
    """
    stranded = _stranded(plan.changes, everything)
    for address, change in plan.changes.items():
        reason = change.blocked or stranded.get(address) or _blocked(change, declaration.environment.protected, options)
        if reason != change.blocked:
            plan.changes[address] = replace(change, blocked=reason)
    if options.mode == "apply":
        plan.diagnostics += _thresholds(plan, declaration, entries, options)


def destroys(change: Change) -> bool:
    """Tell whether the change takes down something that people may miss: data, or something live."""
    return change.action in ENDING and not spec(change.kind).rows


def _stranded(changes: dict[str, Change], everything: dict[str, Change]) -> dict[str, str]:
    """Return the containers that would take down contents which are to stay, each with what to do about it."""
    ending = {(one.kind, one.current_id): one for one in changes.values() if one.action in ENDING}
    found: dict[str, str] = {}
    for address, change in everything.items() if ending else ():
        in_scope = address in changes
        if change.actual is None or (in_scope and _goes_too(change)):
            continue
        remedy = "take that out of the project too, or keep this one" if in_scope else f"add --target {address}"
        for container in _ending(change, change.recorded or change.actual.values, ending, contains=True):
            found[container.address] = f"{address} is inside of it and would go with it; {remedy}"
        wanted = change.desired if in_scope else change.recorded
        for used in _ending(change, wanted or {}, ending, contains=False):
            if used.action == "delete" and change.action != "forget":
                found.setdefault(used.address, f"{address} uses it; {remedy}")
    return found


def _ending(
    change: Change, values: Values, ending: dict[tuple[str, str], Change], *, contains: bool
) -> Iterator[Change]:
    """Yield the changes that end what a resource with these fields lives in, or only uses."""
    for link in spec(change.kind).links(values):
        if link.contains is contains and (link.kind, link.id) in ending:
            yield ending[link.kind, link.id]


def _goes_too(change: Change) -> bool:
    """Tell whether a resource ends with the plan; letting go of rows, or of what was only observed, keeps nothing."""
    held = not spec(change.kind).rows and (change.recorded or {}).get("managed_by") != "observe"
    return change.action in ENDING or (change.action == "forget" and not held)


def _blocked(change: Change, protected: bool, options: Options) -> str:  # noqa: FBT001
    """Return why a change lacks consent; empty when it does not."""
    if change.protect and change.action in ENDING:
        return (
            "prevent_destroy protects it, and deleting the block does not lift that; "
            "apply `lifecycle: {prevent_destroy: false}` first"
        )
    if not destroys(change):
        return ""
    if unclaimed(change) and not matches(change.address, options.allow_destroy):
        return (
            "it carries no marker of this project: someone took that off, or made the object anew; "
            f"agree with --allow-destroy {change.address}"
        )
    if protected and not matches(change.address, options.allow_destroy):
        return f"the environment is protected; agree with --allow-destroy {change.address}"
    return ""


def _thresholds(
    plan: Plan, declaration: Declaration, entries: dict[str, Entry], options: Options
) -> Iterator[Diagnostic]:
    """Yield a finding when the plan as a whole takes down suspiciously much."""
    unsaid = entries.keys() - {one.address for one in declaration.removed}
    if unsaid and not declaration.resources:
        yield Diagnostic(
            code="MLE411",
            summary=f"nothing is declared, but state owns {len(entries)} objects",
            hint="look for a wrong directory or a failed include; `mlplan destroy` takes everything down on purpose",
        )
        return
    down = [
        change.address
        for change in plan.changes.values()
        if destroys(change) and not matches(change.address, options.allow_destroy)
    ]
    if len(entries) >= FLOOR and len(down) > SHARE * len(entries):
        yield Diagnostic(
            code="MLE410",
            summary=f"the plan takes down {len(down)} of {len(entries)} objects, more than {SHARE:.0%}",
            detail=", ".join(sorted(down)[:10]) + (", ..." if len(down) > 10 else ""),  # noqa: PLR2004
            hint="agree to each with --allow-destroy ADDRESS (patterns work), or spread it over several applies",
        )
