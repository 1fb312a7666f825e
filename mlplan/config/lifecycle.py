"""Lifecycle: `lifecycle:` blocks, and the `moved`, `removed` and `import` entries beside resources."""

from collections.abc import Iterable, Iterator
from typing import Any

from mlplan.config.finding import Finding, Findings
from mlplan.config.manifest import ImportBlock, LifecycleBlock, MovedBlock, RemovedBlock
from mlplan.config.validate import Fault, faults
from mlplan.config.words import suggest
from mlplan.core import path as paths
from mlplan.core.address import kind_of
from mlplan.core.declaration import DEFAULT_LIFECYCLE, Import, Lifecycle, Moved, Removed
from mlplan.core.kind import Model
from mlplan.core.rule import Shape
from mlplan.core.source import Origin
from mlplan.core.values import Values
from mlplan.kinds import KINDS, spec


def read(kind: str, written: Any) -> tuple[Lifecycle, list[Fault]]:
    """Return a resource's lifecycle, and what is wrong with it below its `lifecycle` key."""
    if written is None:
        return DEFAULT_LIFECYCLE, []
    found = faults(LifecycleBlock, written)
    if found:
        return DEFAULT_LIFECYCLE, found
    ignored: list[paths.Path] = []
    for place, text in enumerate(written.get("ignore_changes") or ()):
        try:
            ignored.append(paths.parse(text))
        except ValueError:
            found.append(
                _bad_path(place, "this is not a field path", "write name, tags.team or served_entities[current]")
            )
            continue
        found += _misplaced(kind, place, ignored[-1])
    made = Lifecycle(written.get("prevent_destroy"), tuple(ignored), bool(written.get("create_before_destroy")))
    return made, found


def _misplaced(kind: str, place: int, path: paths.Path) -> list[Fault]:
    """Return what is wrong with ignoring a field: it is not there, or nobody else could own it."""
    shape: Shape | None = spec(kind).shape()
    for at, name in enumerate(path):
        if shape is None:
            break
        if name.startswith("["):
            continue
        rules = shape.get(name)
        if rules is None:
            whose = f"a {kind}" if not at else f"`{paths.text(path[:at])}`"
            return [_bad_path(place, f"{whose} has no such field", suggest(name, shape))]
        if rules.identity:
            hint = "an object under another name is another object"
            return [_bad_path(place, f"a {kind} is known by its {name}", hint)]
        if rules.engine:
            return [_bad_path(place, f"{name} is mlplan's own and not on the platform", "nobody else changes it")]
        if rules.keyed and path[at + 1 : at + 2] and not path[at + 1].startswith("["):
            return [_bad_path(place, f"`{name}` is a list", f"write {name}[KEY] for an item, {name}[*] for each")]
        shape = rules.shape
    return []


def _bad_path(place: int, summary: str, hint: str) -> Fault:
    """Return what is wrong with one entry of `ignore_changes`."""
    return Fault(("ignore_changes", place), "MLE212", summary, hint)


class Entries:
    """Reads `moved`, `removed` and `import`, and checks them against what is declared."""

    def __init__(self, addresses: Iterable[str], found: Findings, *, whole: bool) -> None:
        """Know what is declared; with `whole` false, some of it could not be read."""
        self._addresses = set(addresses)
        self._found = found
        self._whole = whole

    def moved(self, written: list[tuple[Any, Origin]]) -> list[Moved]:
        """Return the renames."""
        made = [Moved(one["from"], one["to"], origin) for one, origin in self._valid(MovedBlock, written)]
        onward = {one.from_address: one.to_address for one in made}
        for one in made:
            if one.from_address in self._addresses:
                self._report(one.origin, "from", f"`{one.from_address}` is still declared", "rename it, or remove this")
            elif kind_of(one.from_address) != kind_of(one.to_address):
                self._report(one.origin, "to", "a move keeps the kind", "declare a new resource instead")
            elif _end(one.to_address, onward) not in self._addresses:
                self._undeclared(one.origin, "to", one.to_address)
        self._once(((one.from_address, one.origin) for one in made), "from")
        return made

    def removed(self, written: list[tuple[Any, Origin]]) -> list[Removed]:
        """Return what is no longer managed."""
        valid = self._valid(RemovedBlock, written)
        made = [Removed(one["address"], one.get("destroy", False), origin) for one, origin in valid]
        for one in made:
            if one.address in self._addresses:
                self._report(one.origin, "address", f"`{one.address}` is still declared", "remove one of the two")
        self._once(((one.address, one.origin) for one in made), "address")
        return made

    def imports(self, written: list[tuple[Any, Origin]]) -> list[Import]:
        """Return what is adopted."""
        made = [Import(one["address"], one["id"], origin) for one, origin in self._valid(ImportBlock, written)]
        for one in made:
            if one.address not in self._addresses:
                self._undeclared(one.origin, "address", one.address)
        self._once(((one.address, one.origin) for one in made), "address")
        return made

    def _valid(self, model: type[Model], written: list[tuple[Any, Origin]]) -> Iterator[tuple[Values, Origin]]:
        """Yield the entries that have the right form and name a kind."""
        for one, origin in written:
            found = faults(model, one)
            for fault in found:
                self._found.add(Finding(fault.code, fault.summary, origin, fault.path, fault.hint, at_key=fault.at_key))
            if found:
                continue
            odd = next(
                (key for key in ("from", "to", "address") if key in one and kind_of(one[key]) not in KINDS), None
            )
            if odd is None:
                yield one, origin
            else:
                kind = kind_of(one[odd])
                hint = suggest(kind, KINDS) or "an address begins with the kind's singular name"
                self._report(origin, odd, f"there is no kind `{kind[:60]}`", hint)

    def _once(self, addresses: Iterable[tuple[str, Origin]], key: str) -> None:
        """Report an address that two entries name."""
        seen: set[str] = set()
        for address, origin in addresses:
            if address in seen:
                self._report(origin, key, f"`{address}` stands here twice", "keep one of the two")
            seen.add(address)

    def _undeclared(self, origin: Origin, key: str, address: str) -> None:
        """Report an address that is not declared, unless the file that declares it could not be read."""
        if self._whole:
            hint = suggest(address, self._addresses) or "declare it, or remove this"
            self._report(origin, key, f"`{address}` is not declared", hint)

    def _report(self, origin: Origin, key: str, summary: str, hint: str) -> None:
        """Report a mistake in one entry."""
        self._found.add(Finding("MLE213", summary, origin, (key,), hint))


def _end(address: str, onward: dict[str, str]) -> str:
    """Return where a chain of renames ends; a circle ends at nothing."""
    seen = set()
    while address in onward:
        if address in seen:
            return ""
        seen.add(address)
        address = onward[address]
    return address
