"""Local group: the groups of a local workspace, made and deleted from the command line."""

from collections.abc import Iterable
from typing import Any

from mlplan.app.local import local_workspace
from mlplan.app.session import Request
from mlplan.providers.local import groups


def set_members(request: Request, name: str, names: Iterable[str]) -> dict[str, Any]:
    """Make a group of exactly these members, and return it."""
    with local_workspace(request) as workspace:
        return {"group": name, "members": groups.set_members(workspace, name, names)}


def delete(request: Request, name: str) -> dict[str, Any]:
    """Take a group away, and return what it was."""
    with local_workspace(request) as workspace:
        return {"group": name, "members": groups.delete(workspace, name)}
