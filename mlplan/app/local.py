"""Local: the outside world of a local workspace played from the command line: training jobs, people, other tools."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mlplan.app.session import Request, Session
from mlplan.core.diagnostic import Diagnostic
from mlplan.core.errors import Mistake
from mlplan.providers.context import Context
from mlplan.providers.local import open_workspace, outside
from mlplan.providers.local.register import Logged
from mlplan.providers.local.register import register as register_version
from mlplan.providers.local.workspace import Workspace

Shown = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Registered:
    """A model version that was registered."""

    full_name: str
    version: int
    run_id: str

    def document(self) -> Shown:
        """Return it as JSON values."""
        return {"full_name": self.full_name, "version": self.version, "run_id": self.run_id}


def register(
    request: Request,
    model: str,
    directory: Path,
    logged: Logged,
    tags: Mapping[str, str],
    status: str,
) -> Registered:
    """Register the next version of a model from a directory that MLflow wrote."""
    with local_workspace(request) as workspace:
        made = register_version(workspace, model, directory, logged, request.effects.clock, tags=tags, status=status)
        return Registered(made.full_name, made.version, made.run_id)


def show(request: Request, kind: str | None, id_: str | None) -> list[Shown]:
    """Return what is in the workspace: everything, one kind, or one object."""
    with local_workspace(request) as workspace:
        return outside.show(workspace, kind, id_)


def set_fields(request: Request, kind: str, id_: str, fields: Mapping[str, str | None]) -> Shown:
    """Change an object behind mlplan's back."""
    with local_workspace(request) as workspace:
        return outside.set_fields(workspace, kind, id_, fields)


def create(request: Request, kind: str, id_: str, fields: Mapping[str, str | None]) -> Shown:
    """Make an object that no project knows."""
    with local_workspace(request) as workspace:
        return outside.create(workspace, kind, id_, fields)


def delete(request: Request, kind: str, id_: str, *, force: bool, permanently: bool) -> Shown:
    """Take an object down behind mlplan's back."""
    with local_workspace(request) as workspace:
        return outside.delete(workspace, kind, id_, force=force, permanently=permanently)


def fail_next(request: Request, endpoint: str, reason: str) -> None:
    """Let an endpoint's next configuration fail."""
    with local_workspace(request) as workspace:
        outside.fail_next(workspace, endpoint, reason)


@contextmanager
def local_workspace(request: Request) -> Iterator[Workspace]:
    """Open the local workspace of an environment, and close it; Mistake when it is another platform."""
    with Session(request) as session:
        seen = session.declaration
        target = seen.environment.provider
        if target.name != "local":
            summary = f"{seen.environment.name} is on {target.name}, which mlplan does not play"
            raise Mistake(Diagnostic("MLE710", summary, hint="choose an environment with `provider: local`"))
        workspace = open_workspace(target, Context(seen.root, seen.project, seen.environment.name, request.effects))
        try:
            yield workspace
        finally:
            workspace.store.close()
