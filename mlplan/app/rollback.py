"""Rollback: an alias pointed back at the version that held it before, in the project's files."""

from dataclasses import replace

from mlplan.app.aliases import find_alias
from mlplan.app.editing import Edited, edit
from mlplan.app.session import Request, Session
from mlplan.core.diagnostic import Diagnostic
from mlplan.core.errors import Mistake
from mlplan.core.ledger import Held, Record, holders, previous
from mlplan.kinds import spec


def rollback(request: Request, model: str, alias: str, to: int | None = None, *, dry_run: bool = False) -> Edited:
    """Write that an alias has the version that it had before, or the one that is named."""
    with Session(request) as session:
        seen = session.declaration
        found = find_alias(seen, model, alias)
        if to is not None:
            return edit(request, seen, found, to, dry_run=dry_run)
        name = spec(found.kind).identify(found.values)
        held = _previous(session.backend.ledger().records(), name)
        return replace(edit(request, seen, found, held.version, dry_run=dry_run), why=_why(held, name))


def _previous(records: list[Record], name: str) -> Held:
    """Return what held an alias before; Mistake when the ledger knows of nothing."""
    found = previous(records, name)
    if found is not None:
        return found
    held = holders(records, name)
    present = f": v{held[-1].version} was its first version" if held else ""
    summary = f"the ledger knows no version that held {name} before{present}"
    hint = f"`mlplan history {name.replace('@', ' ')}` shows what it knows; `--to VERSION` needs no ledger"
    raise Mistake(Diagnostic("MLE349", summary, hint=hint))


def _why(held: Held, name: str) -> str:
    """Return when a version held an alias, and who gave it."""
    since = f" from {held.since}" if held.since else ""
    return f"v{held.version} held {name}{since} until {held.until}, by {held.by}"
