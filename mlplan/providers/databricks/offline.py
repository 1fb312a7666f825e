"""Offline: the handlers of a workspace without a connection to it, which can say what they refuse and nothing else."""

from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from mlplan.core.effect import Effects
from mlplan.core.provider import Handler
from mlplan.providers.databricks.handler import Reach
from mlplan.providers.databricks.kinds import HANDLERS, handler_of
from mlplan.providers.databricks.listing import Looks


class _Nobody:
    """The connection that is not there."""

    def __getattr__(self, name: str) -> NoReturn:
        """Stop whoever wants to ask the workspace, which is a bug."""
        raise AssertionError(f"{name}: there is no connection")


def offline_handlers(user: str, identity: Mapping[str, str]) -> Callable[[str], Handler | None]:
    """Return what finds the handler of a kind; `user` and `identity` are as a provider once told them."""
    number = identity.get("workspace_id", "")
    groups = frozenset(filter(None, identity.get("groups", "").split(", ")))
    nobody: Any = _Nobody()
    here = int(number) if number.isdigit() else None
    reach = Reach(nobody, Looks(1), Effects(), lambda: user, lambda: groups, lambda: here)

    def handler(kind: str) -> Handler | None:
        return handler_of(kind, reach) if kind in HANDLERS else None

    return handler
