"""State: what is remembered of one environment, looked at and, with the lock held, put right by hand."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mlplan.app.session import Request, Session
from mlplan.app.suggest import unknown_address
from mlplan.core import address as addresses
from mlplan.core.declaration import Moved
from mlplan.core.diagnostic import Diagnostic
from mlplan.core.errors import Mistake
from mlplan.core.source import Origin
from mlplan.core.state import Entry, State
from mlplan.engine.moves import follow_moves
from mlplan.state.codec import encode


@dataclass(slots=True)
class Remembered:
    """The state, or the part of it that was asked for."""

    state: State
    entries: Mapping[str, Entry] = field(default_factory=dict)

    def document(self) -> dict[str, Any]:
        """Return the report as JSON values."""
        state = self.state
        return {
            "format_version": "1.0",
            "project": state.project,
            "environment": state.environment,
            "state": {"lineage": state.lineage, "serial": state.serial},
            "resources": [_part(address, self.entries[address]) for address in sorted(self.entries)],
        }


def remembered(request: Request, address: str = "") -> Remembered:
    """Return everything in state, or one address of it; Mistake for one that is not there."""
    with Session(request) as session:
        state = session.backend.read()
    if not address:
        return Remembered(state, state.entries)
    if address not in state.entries:
        raise unknown_address(address, state.entries, "is not in state")
    return Remembered(state, {address: state.entries[address]})


def pull(request: Request) -> str:
    """Return the state file as it would be written now, checksum included."""
    with Session(request) as session:
        return encode(session.backend.read()).decode()


def move(request: Request, old: str, new: str) -> dict[str, str]:
    """Rename an address and what is nested in it; return each old address with its new one."""
    with Session(request) as session:
        lease = session.lock("state mv")
        try:
            state = session.backend.read()
            _check_move(state, old, new)
            made, origins = follow_moves(state.entries, [Moved(old, new, Origin("", ()))])
            taken = sorted(set(origins) & (state.entries.keys() - set(origins.values())))
            if taken:
                raise Mistake(Diagnostic("MLE704", f"{taken[0]} is in state already", hint="forget one of them first"))
            state.entries = made
            lease.save(state)
            return {before: after for after, before in sorted(origins.items())}
        finally:
            lease.release()


def remove(request: Request, address: str) -> Entry:
    """Forget an address; its object stays as it is."""
    with Session(request) as session:
        lease = session.lock("state rm")
        try:
            state = session.backend.read()
            if address not in state.entries:
                raise unknown_address(address, state.entries, "is not in state")
            entry = state.entries.pop(address)
            state.pending = [intent for intent in state.pending if intent.address != address]
            lease.save(state)
            return entry
        finally:
            lease.release()


def _check_move(state: State, old: str, new: str) -> None:
    """Refuse a move that names nothing, changes the kind, or lands on another entry."""
    if old not in state.entries:
        raise unknown_address(old, state.entries, "is not in state")
    if not addresses.is_address(new) or addresses.kind_of(new) != addresses.kind_of(old):
        hint = f"an address is kind.key, and the kind of a moved one stays: {addresses.kind_of(old)}.NAME"
        raise Mistake(Diagnostic("MLE704", f"{old} cannot become {new}", hint=hint))
    if new in state.entries:
        raise Mistake(Diagnostic("MLE704", f"{new} is in state already", hint="forget one of the two first"))


def _part(address: str, entry: Entry) -> dict[str, Any]:
    """Return an entry as JSON values."""
    return {
        "address": address,
        "kind": entry.kind,
        "id": entry.id,
        "values": entry.values,
        "outputs": entry.outputs,
        "needs": list(entry.needs),
        "protect": entry.protect,
    }
