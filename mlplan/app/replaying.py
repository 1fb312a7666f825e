"""Replaying: a snapshot as the platform of a plan, and what such a plan has to say of itself."""

from collections.abc import Iterator

from mlplan.app.snapshot_file import Snapshot
from mlplan.core.diagnostic import Diagnostic
from mlplan.core.plan import Plan
from mlplan.core.provider import Provider
from mlplan.core.recording import On
from mlplan.kinds import spec
from mlplan.providers.registry import judges
from mlplan.providers.replay import Replay, replay


def replaying(snapshot: Snapshot) -> Replay:
    """Return a provider that answers from a snapshot."""
    known = snapshot.recording
    return replay(known, judges(known.name, known.user, known.identity))


def caveats(plan: Plan, provider: Provider) -> Iterator[Diagnostic]:
    """Yield what a plan takes for granted that its snapshot does not tell; nothing for a plan of the platform itself."""
    if not isinstance(provider, Replay):
        return
    assumed = provider.settle()
    addresses = {(one.kind, one.id): one.address for one in plan.changes.values()}
    inside = {on for on in assumed if _within(plan, addresses.get(on, ""), assumed)}
    for kind, id_ in sorted(assumed - inside):
        summary = f"{kind} {id_} is not in the snapshot: it is taken to be absent"
        hint = "right when this change makes it; else record a snapshot after it is declared"
        yield Diagnostic("MLE793", summary, "warning", address=addresses.get((kind, id_), ""), hint=hint)
    for kind in sorted({one.kind for one in plan.active() if provider.unjudged(one.kind)}):
        summary = f"whether {provider.name} refuses these changes of {kind} is not known from a snapshot"
        yield Diagnostic("MLE794", summary, "warning", hint="the plan that is applied asks the platform")


def _within(plan: Plan, address: str, assumed: frozenset[On]) -> bool:
    """Tell whether a resource lives in, or is rows on, an object that is taken to be absent as well."""
    change = plan.changes.get(address)
    links = spec(change.kind).links(change.desired) if change and change.desired else ()
    return any((link.kind, link.id) in assumed for link in links)
