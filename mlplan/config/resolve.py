"""Resolve: pieces in the order of their references, each put together, checked and made canonical.

A piece is settled after everything that it refers to, so that a chain of ten thousand costs what
ten thousand loose resources cost, and no value is looked at twice.
"""

from collections import deque
from typing import Any

from mlplan.config import lifecycle
from mlplan.config.finding import Finding, Findings
from mlplan.config.overlay import Sources
from mlplan.config.piece import Piece, Slot
from mlplan.config.reference import Names, Problem, Ref, Template, joined
from mlplan.config.validate import Fault, spec_faults, value_at
from mlplan.config.words import listed, suggest
from mlplan.core.declaration import DEFAULT_LIFECYCLE, Lifecycle, Resource
from mlplan.core.source import YamlPath
from mlplan.core.values import Unknown, Values
from mlplan.kinds import spec

_IMPLIED = {"model_alias": "full_name", "grants": "full_name", "permissions": "object_name"}
"""The field of a nested resource that holds its parent's id."""


class Resolver:
    """Settles all pieces of a project."""

    def __init__(self, pieces: dict[str, Piece], names: Names, sources: Sources, found: Findings) -> None:
        """Take the pieces by address."""
        self._pieces = pieces
        self._names = names
        self._sources = sources
        self._found = found
        self._settled: dict[str, Resource] = {}
        self._ids: dict[tuple[str, str], Piece] = {}

    def resources(self) -> dict[str, Resource]:
        """Return every resource that is in order, as declared."""
        for piece in self._pieces.values():
            self._scan(piece, piece.values)
        for piece in self._ordered():
            self._settle(piece)
        return {address: self._settled[address] for address in self._pieces if not self._pieces[address].broken}

    def _scan(self, piece: Piece, container: Any) -> None:
        """Put variables in, and note where references to resources stand."""
        for key, value in container.items() if container.__class__ is dict else enumerate(container):
            form = value.__class__
            if form is str:
                if "${" in value:
                    self._put(piece, container, key, value)
            elif form is dict or form is list:
                self._scan(piece, value)
            elif form is Unknown:
                piece.broken = True

    def _put(self, piece: Piece, container: Any, key: Any, text: str) -> None:
        """Replace a text by its value, or note it for later."""
        value, problem = self._names.read(text)
        if problem is not None:
            self._refuse(piece, _path_to(piece.values, container, key), problem)
        if isinstance(value, Template):
            piece.slots.append(Slot(container, key, value))
            value = Unknown("?")
        elif value.__class__ is Unknown and not value:
            piece.broken = True
        container[key] = value

    def _ordered(self) -> list[Piece]:
        """Return the pieces, each after all that it needs; circles are reported and come last."""
        waiting: dict[str, int] = {}
        users: dict[str, list[str]] = {}
        ready: deque[str] = deque()
        for address, piece in self._pieces.items():
            needs = piece.needs
            for need in needs:
                users.setdefault(need, []).append(address)
            if needs:
                waiting[address] = len(needs)
            else:
                ready.append(address)
        made = []
        while ready:
            address = ready.popleft()
            made.append(self._pieces[address])
            for user in users.get(address, ()):
                waiting[user] -= 1
                if not waiting[user]:
                    del waiting[user]
                    ready.append(user)
        if waiting:
            self._report_circles(waiting)
            made += [self._pieces[address] for address in self._pieces if address in waiting]
        return made

    def _report_circles(self, waiting: dict[str, int]) -> None:
        """Report each circle among the pieces that wait for each other, with its path."""
        done: set[str] = set()
        for start in waiting:
            trail: dict[str, None] = {}
            at = start
            while at not in trail and at not in done:
                trail[at] = None
                at = next(need for need in self._pieces[at].needs if need in waiting)
            if at not in done:
                way = list(trail)
                self._report_circle(way[way.index(at) :])
            done.update(trail)

    def _report_circle(self, way: list[str]) -> None:
        """Report one circle."""
        piece = self._pieces[way[0]]
        onward = way[1] if len(way) > 1 else way[0]
        slots = (slot for slot in piece.slots if any(ref.address == onward for ref in slot.template.refs))
        slot = next(slots, None)
        path = _path_to(piece.values, slot.container, slot.key) if slot else ()
        shown = " -> ".join((*way, way[0]))
        self._refuse(piece, path, Problem("MLE308", f"references go in a circle: {shown}", "break it at one place"))
        for address in way:
            self._pieces[address].broken = True

    def _settle(self, piece: Piece) -> None:
        """Finish one piece."""
        for slot in piece.slots:
            value = slot.container[slot.key] = self._filled(piece, slot)
            if value.__class__ is Unknown and not value:
                piece.broken = True
        own = spec(piece.kind)
        values = own.desugar(piece.values)
        if piece.parent:
            values[_IMPLIED[piece.kind]] = parent = self._parent_id(piece.parent)
            piece.broken = piece.broken or not parent
        block = DEFAULT_LIFECYCLE if piece.lifecycle is None else self._lifecycle(piece)
        for fault in spec_faults(own, values, together=not piece.broken):
            self._report(piece, fault)
        if not piece.broken:
            values = own.canonical(values)
            self._identify(piece, values)
        origin = self._origin(piece)
        self._settled[piece.address] = Resource(piece.address, piece.kind, values, origin, piece.needs, block)

    def _lifecycle(self, piece: Piece) -> Lifecycle:
        """Return what a piece says about its own changes."""
        block, wrong = lifecycle.read(piece.kind, piece.lifecycle)
        for fault in wrong:
            self._report(piece, fault._replace(path=("lifecycle", *fault.path)))
        return block

    def _filled(self, piece: Piece, slot: Slot) -> Any:
        """Return the value of a template."""
        parts: list[Any] = []
        for part in slot.template.parts:
            if not isinstance(part, Ref):
                parts.append(part)
                continue
            value = self._lookup(part)
            if isinstance(value, Problem):
                self._refuse(piece, _path_to(piece.values, slot.container, slot.key), value)
                return Unknown("")
            parts.append(value)
        value, problem = joined(parts)
        if problem is not None:
            self._refuse(piece, _path_to(piece.values, slot.container, slot.key), problem)
        return value

    def _lookup(self, ref: Ref) -> Any:
        """Return the value of a settled resource's field."""
        resource = self._settled.get(ref.address)
        if resource is None:
            return Unknown("")
        own = spec(resource.kind)
        first = ref.field.partition(".")[0]
        if ref.field in own.outputs:
            return Unknown(f"${{resources.{ref.target.plural}.{ref.target.key}.{ref.target.field}}}")
        if first not in own.model_fields and ref.field not in own.derived:
            known = (*own.model_fields, *own.derived, *own.outputs)
            hint = suggest(first, known) or f"it has {listed(known)}"
            return Problem("MLE307", f"`{ref.address}` has no field `{ref.field[:60]}`", hint)
        if self._pieces[ref.address].broken:
            return Unknown("")
        fields = own.derive(resource.values) if ref.field in own.derived else resource.values
        value = value_at(fields, tuple(ref.field.split(".")))
        if value is not None:
            return value
        return Problem(
            "MLE309", f"`{ref.field[:60]}` of `{ref.address}` is not set", "set it there, or write the value here"
        )

    def _parent_id(self, address: str) -> str:
        """Return the id of the resource that another is nested in."""
        parent = self._settled.get(address)
        if parent is None or self._pieces[address].broken:
            return Unknown("")
        return spec(parent.kind).id_format.format_map(parent.values)

    def _identify(self, piece: Piece, values: Values) -> None:
        """Refuse a name that is not known yet, and two resources of one name."""
        own = spec(piece.kind)
        if piece.slots:
            rules = own.shape()
            unknown = [name for name, value in values.items() if value.__class__ is Unknown and rules[name].identity]
            for name in unknown:
                fault = Fault((name,), "MLE311", f"`{name}` must be known before apply", "write the name itself")
                self._report(piece, fault)
            if unknown:
                return
        first = self._ids.setdefault((piece.kind, own.id_format.format_map(values)), piece)
        if first is not piece:
            self._report_same(piece, first)

    def _report_same(self, piece: Piece, first: Piece) -> None:
        """Report two resources that name one object."""
        self._found.add(
            Finding(
                "MLE209",
                f"`{piece.address}` and `{first.address}` name the same object",
                self._origin(piece),
                hint="keep one of them",
                detail="the other one is at ",
                address=piece.address,
                at_key=True,
                elsewhere=self._origin(first),
            )
        )

    def _origin(self, piece: Piece) -> Any:
        """Return where a piece is declared: for an alias, where its version is."""
        if not piece.parent:
            return self._sources.home(piece.path)
        if piece.kind != "model_alias":
            return self._sources.origin(piece.path)
        return self._sources.origin((*piece.path, "version"))._replace(path=piece.path)

    def _refuse(self, piece: Piece, path: YamlPath, problem: Problem) -> None:
        """Report a reference that means nothing."""
        self._report(piece, Fault(path, *problem))

    def _report(self, piece: Piece, fault: Fault) -> None:
        """Report what is wrong with a piece, and remember that it is."""
        piece.broken = True
        wrappers = [key for key, value in piece.values.items() if isinstance(value, dict)]
        others = (fault.path[1:], *((key, *fault.path) for key in wrappers)) if fault.path else ()
        origin = self._origin(piece)
        for path in (fault.path, *others):
            if path and self._sources.overlaid((*piece.path, *path)):
                origin = self._sources.origin((*piece.path, *path))
                break
        self._found.add(
            Finding(
                fault.code, fault.summary, origin._replace(path=piece.path), fault.path, fault.hint,
                address=piece.address, at_key=fault.at_key, secret=fault.secret, also=others,
            )
        )  # fmt: skip


def _path_to(tree: Any, container: Any, key: Any) -> YamlPath:
    """Return the path of an entry of a container inside a tree; only a mistake asks for it."""
    if tree is container:
        return (key,)
    entries = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for name, inner in entries:
        if isinstance(inner, dict | list):
            found = _path_to(inner, container, key)
            if found:
                return (name, *found)
    return ()
