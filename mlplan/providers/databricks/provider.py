"""Provider: the kinds of a Databricks workspace, and who we are there."""

import threading
from collections.abc import Iterable, Mapping
from typing import Literal

from mlplan.core.declaration import Declaration
from mlplan.core.effect import Effects
from mlplan.core.evidence import VersionEvidence
from mlplan.core.provider import Handler, Provider, Wanted
from mlplan.core.values import Values
from mlplan.providers.databricks.client import Client
from mlplan.providers.databricks.groups import ADMINS, members
from mlplan.providers.databricks.handler import DatabricksHandler, Reach
from mlplan.providers.databricks.identity import lacking
from mlplan.providers.databricks.kinds import HANDLERS, handler_of
from mlplan.providers.databricks.listing import Looks
from mlplan.providers.databricks.privileges import least_privileges
from mlplan.providers.databricks.version import Versions
from mlplan.providers.databricks.wire import Wire

ME = "/api/2.0/preview/scim/v2/Me"


class DatabricksProvider(Provider):
    """One workspace; `look_ahead` begins a plan's reads."""

    name = "databricks"
    parallelism = 32

    def __init__(self, client: Client, wire: Wire, effects: Effects, workers: int) -> None:
        self.client = client
        self.wire = wire
        self.parallelism = workers
        self._looks = Looks(workers)
        self._versions = Versions(client, wire, self._looks.pool)
        self._lock = threading.Lock()
        self._me: Values | None = None
        self._reach = Reach(client, self._looks, effects, self.user, self.groups, self.workspace_id)
        self._handlers: dict[str, DatabricksHandler] = {}

    def handler(self, kind: str) -> Handler | None:
        """Return the handler of a kind."""
        if kind in HANDLERS and kind not in self._handlers:
            self._handlers.setdefault(kind, handler_of(kind, self._reach))
        return self._handlers.get(kind)

    def look_ahead(self, wanted: Mapping[str, Mapping[str, Wanted]]) -> None:
        """Hear what the reads that follow are about, by kind and id; what was read before is out of date."""
        self._looks.announce(wanted)

    def describe(self) -> str:
        """Return the workspace's host."""
        return self.wire.host

    def user(self) -> str:
        """Return the name of the principal that acts: a user name, or a service principal's application id."""
        return str(self.me().get("userName") or "")

    def groups(self) -> frozenset[str]:
        """Return the groups that the principal is in, as the workspace shows them."""
        return frozenset(str(one.get("display")) for one in self.me().get("groups") or ())

    def workspace_id(self) -> int | None:
        """Return the workspace's number, as far as its answers tell it."""
        if self.wire.workspace_id is None:
            self.me()
        return self.wire.workspace_id

    def me(self) -> Values:
        """Return what the workspace knows of the principal, asked for once."""
        with self._lock:
            if self._me is None:
                self._me = self.client.get(ME)
            return self._me

    def identity(self) -> Mapping[str, str]:
        """Return the workspace's number, how we signed in, and the groups that we are in."""
        found = {
            "workspace_id": str(self.workspace_id() or ""),
            "auth_type": self.wire.auth_type,
            "groups": ", ".join(sorted(self.groups())),
        }
        return {name: value for name, value in found.items() if value}

    def lacking(self, declaration: Declaration, purpose: Literal["plan", "apply"]) -> list[str] | None:
        """Return the privileges that we are known to lack for a project; None when we may not even ask."""
        return lacking(self.client, self.me(), least_privileges(declaration, purpose))

    def model_version(self, model: str, number: int) -> VersionEvidence | None:
        """Return all that is known of a version, or None when there is no such version; at most five requests."""
        return self._versions.version(model, number)

    def model_versions(self, model: str) -> list[VersionEvidence]:
        """Return every version of a model, oldest first, without tags, runs and files."""
        return self._versions.versions(model)

    def members(self, groups: Iterable[str]) -> Mapping[str, frozenset[str]]:
        """Return the direct members of each group that is known; about one request each."""
        return members(self.client, self._looks.pool, groups, administers=ADMINS in self.groups())

    def close(self) -> None:
        """Let go of threads."""
        self._looks.close()
