"""Promote: an alias pointed at another version, in the project's files."""

from dataclasses import replace

from mlplan.app.aliases import find_alias
from mlplan.app.editing import Edited, edit
from mlplan.app.session import Request, Session


def promote(request: Request, model: str, alias: str, version: int, *, dry_run: bool = False) -> Edited:
    """Write that an alias has a version."""
    with Session(request) as session:
        seen = session.declaration
        return edit(request, seen, find_alias(seen, model, alias), version, dry_run=dry_run)


def promote_from(request: Request, model: str, alias: str, source: str, *, dry_run: bool = False) -> Edited:
    """Write that an alias has the version that is the same as one of another model or alias."""
    from mlplan.app.counterpart import counterpart  # noqa: PLC0415 - only this asks two platforms

    with Session(request) as session:
        seen = session.declaration
        found = find_alias(seen, model, alias)
        version, why = counterpart(session, str(found.values["full_name"]), source)
        return replace(edit(request, seen, found, version, dry_run=dry_run), why=why)
