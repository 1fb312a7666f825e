"""Groups: who is in which group of a local workspace; a name that is no group has no members."""

import re
from collections.abc import Iterable, Mapping

from mlplan.core.diagnostic import Diagnostic
from mlplan.core.errors import Mistake
from mlplan.kinds.naming import TEXT_PATTERN, principal
from mlplan.providers.local.store import Store
from mlplan.providers.local.workspace import Workspace

NOTE = "groups"
"""The note that holds them all: members by group."""
_NAME = re.compile(TEXT_PATTERN)


def groups(store: Store) -> dict[str, list[str]]:
    """Return the members of every group there is."""
    found: dict[str, list[str]] = store.note(NOTE, {})
    return found


def members(store: Store, names: Iterable[str]) -> Mapping[str, frozenset[str]]:
    """Return the direct members of groups; nobody is in what is no group."""
    there = groups(store)
    return {name: frozenset(there.get(name, ())) for name in names}


def set_members(workspace: Workspace, name: str, names: Iterable[str]) -> list[str]:
    """Make a group of exactly these members, and return them as they are kept: users, applications, groups."""
    if "@" in name:
        raise _mistake(f"{name} is a user's name, not a group's", "a group is named without @")
    _check(name)
    made = sorted({principal(_check(one)) for one in names})
    with workspace.store.change():
        workspace.store.write_note(NOTE, {**groups(workspace.store), name: made})
    return made


def delete(workspace: Workspace, name: str) -> list[str]:
    """Take a group away, and return who was in it."""
    there = groups(workspace.store)
    if name not in there:
        known = f"there are {', '.join(sorted(there))}" if there else "there are none"
        raise _mistake(f"there is no group {name}", known)
    with workspace.store.change():
        there = groups(workspace.store)
        workspace.store.write_note(NOTE, {one: names for one, names in there.items() if one != name})
    return there.get(name, [])


def _check(name: str) -> str:
    """Return a name that a principal can have."""
    if not _NAME.fullmatch(name) or name != name.strip():
        raise _mistake(f"{name!r} is nobody's name", "write it as grants do: a user, an application id, a group")
    return name


def _mistake(summary: str, hint: str) -> Mistake:
    """Return the error for words that name no group."""
    return Mistake(Diagnostic("MLE765", summary, hint=hint))
