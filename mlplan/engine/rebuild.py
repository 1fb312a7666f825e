"""Rebuild: state made anew from what is declared and from the markers that objects carry.

declared  carries our marker          taken in
declared  another's marker            left to its owner
declared  none, or its kind has none  taken in with consent
no        ours                        taken in, so that the next plan deletes it
no        none                        not found, and so never touched

Nothing on the platform changes. Entries say how the objects are now: who made a difference to what is
declared is lost with the state, so that the next plan shows each as a change of the configuration. Rows
(grants, permissions) are left out, because a first apply of them needs no consent and, where they are
additive, tells ours from those of others, which what is there does not.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from mlplan.core import address as addresses
from mlplan.core.change import Object
from mlplan.core.declaration import Declaration, Resource
from mlplan.core.marker import OWNER
from mlplan.core.provider import Finds, Provider, Wanted
from mlplan.core.rebuilt import How, Left, Rebuilt, Taken
from mlplan.core.state import REPLACED, Entry
from mlplan.core.values import Unknown
from mlplan.engine.diff import comparable
from mlplan.engine.importer import entry_as_is
from mlplan.engine.live import Live
from mlplan.engine.marking import foreign, told
from mlplan.engine.scope import matches
from mlplan.kinds import KINDS, spec


def rebuild(declaration: Declaration, known: Mapping[str, Entry], provider: Provider, adopt: Iterable[str]) -> Rebuilt:
    """Return what a state is to hold beside the entries that are known; `adopt` consents, by address or pattern."""
    work = _Work(declaration, provider, tuple(adopt), Rebuilt(), {one.address: one.id for one in declaration.imports})
    work.taken = {address: Taken(address, entry, "marked") for address, entry in known.items()}
    work.read()
    for address, resource in declaration.resources.items():
        if address not in known:
            work.declared(address, resource)
    for kind in KINDS:
        work.carriers(kind)
    work.result.taken = [work.needing(one) for address, one in sorted(work.taken.items()) if address not in known]
    return work.result


@dataclass(slots=True)
class _Work:
    """One rebuild in the making."""

    declaration: Declaration
    provider: Provider
    adopt: tuple[str, ...]
    result: Rebuilt
    imports: Mapping[str, str]
    taken: dict[str, Taken] = field(default_factory=dict)
    live: Live = field(init=False)
    ids: dict[str, str] = field(default_factory=dict)
    """The platform's names of what is declared, by address, as far as they are known."""

    def read(self) -> None:
        """Read all that is declared, side by side."""
        self.live = Live(self.provider, self.provider.parallelism)
        wanted: dict[str, dict[str, Wanted]] = {}
        for address, resource in self.declaration.resources.items():
            id_ = self.imports.get(address) or spec(resource.kind).identify(resource.values)
            if not isinstance(id_, Unknown) and not spec(resource.kind).rows:
                self.ids[address] = id_
                wanted.setdefault(resource.kind, {})[id_] = Wanted(resource.values, None, self.declaration.owner)
        self.live.announce(wanted)

    def declared(self, address: str, resource: Resource) -> None:
        """Decide on the object of a declared resource."""
        kind, id_ = spec(resource.kind), self.ids.get(address)
        if id_ is None:
            return
        found = self.live.get(resource.kind, id_)
        if found is None or found.status == "deleted":
            self.result.absent.append(address)
        elif other := foreign(found, self.declaration.owner):
            self._leave(address, found, resource.kind, f"it belongs to {other}")
        elif found.marker is not None:
            self._take(address, _entry(resource, found), "marked")
        elif matches(address, self.adopt) or address in self.imports:
            self._take(address, _entry(resource, found), "adopted")
        else:
            why = (
                "it carries no marker" if kind.carrier else f"a {resource.kind.replace('_', ' ')} cannot carry a marker"
            )
            self._leave(address, found, resource.kind, f"{why}; --adopt takes it in")

    def carriers(self, kind: str) -> None:
        """Look for objects of a kind that carry our marker, declared or not."""
        handler = self.provider.handler(kind)
        if handler is None or spec(kind).rows:
            return
        if not (spec(kind).carrier and isinstance(handler, Finds)):
            self.result.unseen.append(kind)
            return
        there = {(one.entry.kind, one.entry.id) for one in self.taken.values()}
        for raw in handler.carrying(OWNER, self.declaration.owner):
            found = told(kind, raw)
            if found.marker and found.status != "deleted" and (kind, found.id) not in there:
                self._found(kind, found, found.marker.address)

    def needing(self, one: Taken) -> Taken:
        """Return what is taken in with the addresses that it needs, as an apply would have recorded them."""
        by_id = {(other.entry.kind, other.entry.id): address for address, other in self.taken.items()}
        links = spec(one.entry.kind).links(one.entry.values)
        needs = {*one.entry.needs, *(by_id[link.kind, link.id] for link in links if (link.kind, link.id) in by_id)}
        return one._replace(entry=one.entry._replace(needs=tuple(sorted(needs - {one.address}))))

    def _found(self, kind: str, found: Object, address: str) -> None:
        """Decide on an object that carries our marker under no declared name."""
        if not addresses.is_address(address) or addresses.kind_of(address) != kind:
            self._leave("", found, kind, "its marker names no address of its kind")
            return
        resource = self.declaration.resources.get(address)
        if address not in self.taken:
            how: How = "undeclared" if resource is None else "renamed"
            self._take(address, _bare(kind, found) if resource is None else _entry(resource, found), how)
            if address in self.result.absent:
                self.result.absent.remove(address)
        elif resource is not None and address + REPLACED not in self.taken:
            self._take(address + REPLACED, _bare(kind, found), "replaced")
        else:
            self._leave(address, found, kind, "another object carries the same address")

    def _take(self, address: str, entry: Entry, how: How) -> None:
        """Take an object in."""
        self.taken[address] = Taken(address, entry, how)

    def _leave(self, address: str, found: Object, kind: str, why: str) -> None:
        """Report an object that stays out."""
        self.result.left.append(Left(address, kind, found.id, why))


def _entry(resource: Resource, found: Object) -> Entry:
    """Return the entry of a declared resource whose object is there, with the mark that it declares."""
    return entry_as_is(resource, found)._replace(protect=bool(resource.lifecycle.prevent_destroy))


def _bare(kind: str, found: Object) -> Entry:
    """Return the entry of an object that nothing is declared of: its fields without what only the server fills in."""
    return Entry(kind, found.id, comparable(found.values, {}, {}, spec(kind).shape()), dict(found.outputs))
