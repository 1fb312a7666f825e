"""Import: an existing object taken into state, so that the next plan compares it instead of making it."""

from dataclasses import dataclass

from mlplan.app.session import Request, Session
from mlplan.app.suggest import unknown_address
from mlplan.core.diagnostic import Diagnostic
from mlplan.core.errors import Mistake
from mlplan.core.state import Entry
from mlplan.engine.importer import adopt


@dataclass(frozen=True, slots=True)
class Imported:
    """An object that the project owns from now on."""

    address: str
    entry: Entry
    serial: int


def import_object(request: Request, address: str, id_: str) -> Imported:
    """Take one object into state; nothing on the platform changes."""
    with Session(request) as session:
        resource = session.declaration.resources.get(address)
        if resource is None:
            raise unknown_address(address, session.declaration.resources, "is not declared; an import needs its block")
        lease = session.lock("import")
        try:
            state = session.backend.read()
            if address in state.entries:
                _taken(address, state.entries[address].id)
            entry = adopt(resource, id_, session.provider, session.declaration.owner)
            owner = next((other for other, known in state.entries.items() if _same(known, entry)), None)
            if owner is not None:
                _taken(owner, entry.id)
            state.entries[address] = entry
            return Imported(address, entry, lease.save(state).serial)
        finally:
            lease.release()


def _same(known: Entry, entry: Entry) -> bool:
    """Tell whether two entries are of the same object."""
    return (known.kind, known.id) == (entry.kind, entry.id)


def _taken(address: str, id_: str) -> None:
    """Refuse to own an object, or to use an address, twice."""
    hint = f"`mlplan state rm {address}` lets go of it, `mlplan state mv` gives it another address"
    raise Mistake(Diagnostic("MLE707", f"state holds {address} already, as {id_}", hint=hint))
