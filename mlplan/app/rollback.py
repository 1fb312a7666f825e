"""Rollback: an alias pointed back at the version that held it before, in the project's files."""

from dataclasses import replace

from mlplan.app.aliases import find_alias
from mlplan.app.editing import Edited, edit
from mlplan.app.session import Request, Session
from mlplan.core.diagnostic import Diagnostic
from mlplan.core.errors import Mistake
from mlplan.core.ledger import Held, Record, holders, previous, rolled_back
from mlplan.kinds import spec


def rollback(request: Request, model: str, alias: str, to: int | None = None, *, dry_run: bool = False) -> Edited:
    """Write that an alias has the version that it had before, or the one that is named."""
    with Session(request) as session:
        seen = session.declaration
        found = find_alias(seen, model, alias)
        if to is not None:
            return edit(request, seen, found, to, dry_run=dry_run)
        name = spec(found.kind).identify(found.values)
        held = _previous(session.backend.ledger().records(), name, found.values.get("version"))
        return replace(edit(request, seen, found, held.version, dry_run=dry_run), why=_why(held, name))


def _previous(records: list[Record], name: str, declared: object) -> Held:
    """Return what held an alias before the declared version; Mistake when the ledger knows of nothing."""
    found = previous(records, name, declared if isinstance(declared, int) else None)
    if found is not None:
        return found
    held = holders(records, name)
    present = f": v{held[-1].version} was its first version" if held else ""
    left = ", ".join(f"v{version}" for version in rolled_back(records, name))
    passed = f"; left by a rollback, where only `--to` goes again: {left}" if left else ""
    summary = f"the ledger knows no version that held {name} before{present}{passed}"
    hint = f"`mlplan history {name.replace('@', ' ')}` shows what it knows; `--to VERSION` needs no ledger"
    raise Mistake(Diagnostic("MLE349", summary, hint=hint))


def _why(held: Held, name: str) -> str:
    """Return when a version held an alias, and who gave it."""
    if not held.until:
        return f"v{held.version} holds {name} since {held.since}, by {held.by}; what the files say was never applied"
    since = f" from {held.since}" if held.since else ""
    return f"v{held.version} held {name}{since} until {held.until}, by {held.by}"
