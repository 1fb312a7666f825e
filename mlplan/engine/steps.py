"""Steps: a plan as one explicit list of things to do, each with what must have succeeded before.

Making goes from containers to contents, taking down the other way round. An alias moves after
the endpoints behind it; a resource that stops using another lets go of it before that goes.
"""

from collections.abc import Iterable

from mlplan.core.change import Change, FieldChange
from mlplan.core.plan import Plan, Step, Verb
from mlplan.core.provider import Provider, Waits
from mlplan.core.state import Entry, State
from mlplan.engine.graph import order
from mlplan.engine.marking import lacks, pairs
from mlplan.kinds import spec

LEADS: dict[str, Verb] = {"restore": "restore", "import": "adopt"}
DOWN: dict[str, Verb] = {"delete": "delete", "replace": "delete", "forget": "forget"}
ROWS_DOWN: dict[str, Verb] = {"delete": "withdraw", "replace": "forget", "forget": "forget"}
"""Rows go with what they are on, so that a replace only lets go of them."""


def lay_out(plan: Plan, state: State, dependents: Iterable[tuple[str, str]], provider: Provider) -> list[Step]:
    """Return the steps in an order that respects what each needs; CycleError when there is none."""
    kinds = {change.kind for change in plan.changes.values()}
    waiting = frozenset(kind for kind in kinds if isinstance(provider.handler(kind), Waits))
    chains = {address: _up(change, state, waiting) for address, change in plan.changes.items() if not change.held}
    downs = {address: _down(change, plan.changes) for address, change in plan.changes.items()}
    needs: dict[str, set[str]] = {}
    for address in plan.changes:
        previous = ""
        for verb in chains.get(address, ()):
            node = f"{address} {verb}"
            needs[node] = {previous} if previous else set()
            previous = node
        if downs[address]:
            needs[f"{address} {downs[address]}"] = set()
    layout = _Layout(plan.changes, chains, downs, needs)
    layout.connect(dependents)
    return _numbered(needs)


class _Layout:
    """The edges between steps."""

    def __init__(
        self,
        changes: dict[str, Change],
        chains: dict[str, tuple[Verb, ...]],
        downs: dict[str, Verb | None],
        needs: dict[str, set[str]],
    ) -> None:
        self.changes = changes
        self.chains = chains
        self.downs = downs
        self.needs = needs

    def connect(self, dependents: Iterable[tuple[str, str]]) -> None:
        """Add every edge."""
        for address, change in self.changes.items():
            self._making(address, change)
            if change.action == "replace" and self.downs[address]:
                self._replacing(address, change)
        for address, need in dependents:
            self._taking_down(address, need)

    def _making(self, address: str, change: Change) -> None:
        """Let the first making step wait for all that the resource needs."""
        first = self._first(address)
        if first is None:
            return
        for other in (*change.needs, *change.after):
            last = self._last(other)
            if last is not None:
                self.needs[first].add(last)

    def _replacing(self, address: str, change: Change) -> None:
        """Order the two halves of a replace; contents go down before their container."""
        down, first, last = f"{address} {self.downs[address]}", self._first(address), self._last(address)
        assert first is not None
        assert last is not None
        if change.create_first:
            self.needs[down].add(last)
        else:
            self.needs[first].add(down)
        for other in change.needs:
            if self.downs.get(other):
                self.needs[f"{other} {self.downs[other]}"].add(down)

    def _taking_down(self, address: str, need: str) -> None:
        """Let what was made from something be done with it before it goes."""
        down = self.downs.get(need)
        if not down or address not in self.changes:
            return
        node = f"{need} {down}"
        own = self.downs[address]
        if own == "forget" and self.changes[address].action == "delete":
            self.needs[f"{address} {own}"].add(node)  # rows that end with their object are let go of once it is gone
        elif own:
            self.needs[node].add(f"{address} {own}")
        replaced = self.changes[need].action == "replace"
        last = self._last(address)
        if last is not None and (not replaced or self.changes[need].create_first):
            self.needs[node].add(last)

    def _first(self, address: str) -> str | None:
        """Return the first making step of a resource."""
        chain = self.chains.get(address)
        return f"{address} {chain[0]}" if chain else None

    def _last(self, address: str) -> str | None:
        """Return the step after which a resource is ready for others."""
        chain = self.chains.get(address)
        return f"{address} {chain[-1]}" if chain else None


def _up(change: Change, state: State, waiting: frozenset[str]) -> tuple[Verb, ...]:
    """Return the steps that make or change a resource."""
    chain = _making_verbs(change, state)
    if change.kind in waiting and _needs_wait(change, chain):
        chain.append("wait")
    if change.rollout.get("percent") and "since" not in change.rollout:
        chain = [*(verb for verb in chain if verb != "record"), "record"]  # since when: once the traffic has moved
    return tuple(chain)


def _making_verbs(change: Change, state: State) -> list[Verb]:
    """Return the steps of an action, without the wait."""
    edits: list[Verb] = ["rename"] if _renamed(change) else []
    if sent_fields(change):
        edits.append("update")
    if change.action == "replace" or (change.action == "create" and (change.actual is None or edits)):
        return ["create"]
    if change.action in ("create", "update"):
        return edits or ["record"]
    if change.action in LEADS:
        return [LEADS[change.action], *edits]
    if change.action not in ("no-op", "move"):
        return []
    return edits or (["record"] if _differs(change, state) else [])


def _down(change: Change, changes: dict[str, Change]) -> Verb | None:
    """Return the step that takes a resource down."""
    if not spec(change.kind).rows:
        return DOWN.get(change.action)
    if change.action == "delete" and _ends_with_its_object(change, changes):
        return "forget"
    elsewhere = change.action == "replace" and change.before_id and not _goes_along(change, changes)
    return "delete" if elsewhere else ROWS_DOWN.get(change.action)


def _ends_with_its_object(change: Change, changes: dict[str, Change]) -> bool:
    """Tell whether rows are on an object that is deleted for good: withdrawing ours could take our right to do so."""
    links = list(spec(change.kind).links(change.recorded or {}))
    owners = [changes[need] for need in change.needs if need in changes]
    return any(
        owner.action == "delete" and not spec(owner.kind).soft_delete and (owner.kind, owner.current_id) == link[:2]
        for owner in owners
        for link in links
    )


def _goes_along(change: Change, changes: dict[str, Change]) -> bool:
    """Tell whether the object that the rows are on is itself replaced, and takes them down with it."""
    under = {(link.kind, link.id) for link in spec(change.kind).links(change.recorded or {})}
    owners = (changes[need] for need in change.needs if need in changes)
    return any(one.action == "replace" and (one.kind, one.current_id) in under for one in owners)


def _renamed(change: Change) -> bool:
    """Tell whether the object's own name changes, and not only that of what it hangs on."""
    shape = spec(change.kind).shape()
    return bool(change.before_id) and any(shape[one.path[0]].renames for one in change.fields)


def sent_fields(change: Change) -> tuple[FieldChange, ...]:
    """Return the fields that an update sends: the differing ones that neither steer mlplan nor name it, and the marker."""
    if not change.fields and not change.release and not lacks(change):
        return ()  # as of nearly all of a large project
    shape = spec(change.kind).shape()
    fields = [one for one in change.fields if not (shape[one.path[0]].engine or shape[one.path[0]].renames)]
    return (*fields, *pairs(change, along=bool(fields)))


def _needs_wait(change: Change, chain: list[Verb]) -> bool:
    """Tell whether someone has to wait until the object is ready."""
    if change.action in ("delete", "forget"):
        return False
    pending = change.actual is not None and change.actual.status == "updating"
    return pending or any(verb in ("create", "update", "restore") for verb in chain)


def _differs(change: Change, state: State) -> bool:
    """Tell whether state would hold something else afterwards."""
    return state.entries.get(change.address) != entry_of(change) or bool(change.moved_from)


def entry_of(change: Change) -> Entry:
    """Return what state shall hold for a resource, as far as the plan can tell."""
    return Entry(
        kind=change.kind,
        id=change.id,
        values=change.record or {},
        outputs=dict(change.actual.outputs) if change.actual else {},
        needs=change.needs,
        protect=change.protect,
        rollout=change.rollout,
    )


def _numbered(needs: dict[str, set[str]]) -> list[Step]:
    """Return the steps in order, numbered from 1."""
    numbers: dict[str, int] = {}
    steps: list[Step] = []
    for number, node in enumerate(order(needs), start=1):
        address, _, verb = node.rpartition(" ")
        numbers[node] = number
        steps.append(Step(number, verb, address, tuple(sorted(numbers[one] for one in needs[node]))))  # type: ignore[arg-type]
    return steps
