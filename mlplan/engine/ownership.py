"""Ownership: what markers say of a plan: objects that others claim, and ours that carry no marker."""

from collections.abc import Iterator, Mapping

from mlplan.core.change import Change, Object
from mlplan.core.diagnostic import Diagnostic
from mlplan.core.plan import Plan
from mlplan.core.state import Entry
from mlplan.engine.marking import foreign, lacks
from mlplan.engine.options import Options
from mlplan.engine.scope import matches
from mlplan.kinds import spec

SHOWN = 5
"""Addresses that a note names before it counts."""


def claimed(plan: Plan, owner: str, options: Options) -> Iterator[Diagnostic]:
    """Yield an error for each declared object that another owner claims, and notes on what else markers tell."""
    bare: list[str] = []
    for address, change in plan.changes.items():
        other = foreign(change.actual, owner) if change.marker is not None else None
        if other is None:
            if unclaimed(change) and change.action in ("no-op", "update", "move") and not change.held:
                bare.append(address)
        elif matches(address, options.take_over):
            yield Diagnostic("MLE525", f"{change.current_id} is taken over from {other}", "note", address=address)
        else:
            hint = (
                f"let that project forget it first (`removed: [{{address: {other.address or 'ADDRESS'}, destroy: false}}]`, "
                f"then apply there); if it is no more, take it over with --take-over {address}"
            )
            yield Diagnostic(
                "MLE524", f"{change.kind} {change.current_id} belongs to {other}", address=address, hint=hint
            )
    if bare:
        yield _unmarked(bare)


def orphans(plan: Plan) -> Iterator[Diagnostic]:
    """Yield a note when objects say that they are ours and there is no state that tells the same."""
    found = [one for one in plan.changes.values() if one.blocked and one.action == "import" and one.marker is not None]
    ours = [one for one in found if one.actual is not None and one.actual.marker is not None and not lacks(one)]
    if ours:
        number = f"{len(ours)} objects carry" if len(ours) > 1 else f"{ours[0].current_id} carries"
        hint = "if the state is lost, `mlplan state rebuild` takes in all that is ours; look for a wrong `state:` first"
        yield Diagnostic("MLE527", f"there is no state, but {number} this project's marker", "note", hint=hint)


def owners(found: Mapping[str, Object], entries: Mapping[str, Entry], owner: str) -> Iterator[Diagnostic]:
    """Yield what the objects in state say otherwise of their owner."""
    for address, one in found.items():
        other = foreign(one, owner)
        if other is not None:
            summary = f"{entries[address].kind} {one.id} belongs to {other}"
            hint = "the next plan is refused, or lets go of it where it is no longer declared"
            yield Diagnostic("MLE524", summary, "warning", address=address, hint=hint)
    bare = [address for address, one in found.items() if _bare(entries[address].kind, one)]
    if bare:
        yield _unmarked(bare)


def unclaimed(change: Change) -> bool:
    """Tell whether a live object could carry a marker, and carries none."""
    return change.actual is not None and _bare(change.kind, change.actual)


def _bare(kind: str, found: Object) -> bool:
    """Tell whether an object is live, could carry a marker, and carries none."""
    return found.status != "deleted" and found.marker is None and bool(spec(kind).carrier)


def _unmarked(bare: list[str]) -> Diagnostic:
    """Return the note on objects that the next apply marks."""
    count = f"{len(bare)} objects carry" if len(bare) > 1 else f"{bare[0]} carries"
    more = f", and {len(bare) - SHOWN} more" if len(bare) > SHOWN else ""
    return Diagnostic(
        "MLE526",
        f"{count} no marker of this project",
        "note",
        detail=", ".join(sorted(bare)[:SHOWN]) + more if len(bare) > 1 else "",
        hint="imported, made by an older mlplan, or taken off by someone; the next apply writes it",
    )
