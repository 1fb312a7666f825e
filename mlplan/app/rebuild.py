"""Rebuild: lost state made anew, shown before it is written; nothing on the platform changes."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from mlplan.app.git import tree_of
from mlplan.app.session import Request, Session
from mlplan.core.backend import About, Lease
from mlplan.core.diagnostic import Diagnostic
from mlplan.core.errors import Mistake
from mlplan.core.rebuilt import Rebuilt, Taken
from mlplan.core.state import Intent, Outcome, State
from mlplan.engine.rebuild import rebuild
from mlplan.render.sheet import Heading


@dataclass(slots=True)
class Rebuilding:
    """What a state is made of, and the state once it is written."""

    heading: Heading
    found: Rebuilt
    state: State
    written: bool = False

    def document(self) -> dict[str, Any]:
        """Return the report as JSON values."""
        found, state = self.found, self.state
        return {
            "format_version": "1.0",
            "project": state.project,
            "environment": state.environment,
            "written": self.written,
            "state": {"lineage": state.lineage, "serial": state.serial},
            "taken": [
                {"address": one.address, "kind": one.entry.kind, "id": one.entry.id, "how": one.how}
                for one in found.taken
            ],
            "left": [one._asdict() for one in found.left],
            "absent": found.absent,
            "unseen": found.unseen,
        }


Agrees = Callable[[Rebuilding], bool]
"""Sees what would be taken in, and says whether it shall be; nothing never shall."""


def preview(request: Request, adopt: Iterable[str], sees: Agrees) -> Rebuilding:
    """Show what a rebuild would take in; nothing is written and no lock is taken."""
    with Session(request) as session:
        made = _looked(session, session.backend.read(), adopt)
    sees(made)
    return made


def rebuild_state(request: Request, adopt: Iterable[str], agrees: Agrees) -> Rebuilding:
    """Take in what is found once it is agreed to; Mistake where there is state."""
    with Session(request) as session:
        _none_there(session.backend.read())
        lease = session.lock("state rebuild")
        try:
            state = session.backend.read()
            made = _looked(session, state, adopt)
            if agrees(made):
                lease.about = About(_commit(session))
                made.state, made.written = _write(lease, state, made.found.taken), True
            return made
        finally:
            lease.release()


def _looked(session: Session, state: State, adopt: Iterable[str]) -> Rebuilding:
    """Look for what state can be made of."""
    _none_there(state)
    seen, provider = session.declaration, session.provider
    found = rebuild(seen, state.entries, provider, adopt)
    where, protected = provider.describe(), seen.environment.protected
    heading = Heading(seen.project, seen.environment.name, where, "no state", protected)
    return Rebuilding(heading, found, state)


def _commit(session: Session) -> str:
    """Return the commit of the project's files; empty outside of git."""
    tree = tree_of(session.declaration.root, session.declaration.files)
    return "" if tree is None else tree.commit if tree.clean else f"{tree.commit}-dirty"


def _none_there(state: State) -> None:
    """Refuse to rebuild a state that is there; what a first run left in its journal is no state yet."""
    if state.serial <= int(state.recovered):
        return
    summary = f"there is state: serial {state.serial}, {len(state.entries)} resources"
    hint = "`mlplan plan` goes on from it; a state that is to be given up is moved away first"
    raise Mistake(Diagnostic("MLE640", summary, hint=hint))


def _write(lease: Lease, state: State, taken: Iterable[Taken]) -> State:
    """Adopt one after the other through a journal, so that the ledger tells of each."""
    journal = lease.journal(state)
    try:
        for number, one in enumerate(taken, start=1):
            intent = Intent(number, "adopt", one.address, one.entry)
            outcome = Outcome(number, "done", one.entry.id, one.entry.outputs)
            journal.intend(intent)
            journal.record(intent, outcome)
            state.fold(intent, outcome)
            state.pending = [other for other in state.pending if other.address != one.address]
    finally:
        journal.close()
    return lease.save(state)
