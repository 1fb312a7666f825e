"""Handler: the provider's door to a workspace; one for all kinds, with the abilities that a kind declares."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path

from mlplan.core.change import Object
from mlplan.core.evidence import VersionEvidence
from mlplan.core.marker import pairs
from mlplan.core.provider import Edit, Handler, Provider
from mlplan.core.values import Values
from mlplan.kinds import KINDS
from mlplan.providers.local import evidence
from mlplan.providers.local.facts import facts
from mlplan.providers.local.groups import members
from mlplan.providers.local.slow import SLOW
from mlplan.providers.local.workspace import Workspace


class LocalHandler(Handler):
    """The five verbs, and reading many at once."""

    def __init__(self, workspace: Workspace, kind: str) -> None:
        self.workspace = workspace
        self.kind = kind

    def read(self, id: str) -> Object | None:  # noqa: A002 - the word of the house
        """Return the object, soft-deleted ones included, or None when there is none."""
        return self.workspace.read(self.kind, id)

    def read_many(self, ids: Sequence[str]) -> Iterable[Object]:
        """Return those of the objects that exist, with one query."""
        return self.workspace.read_many(self.kind, ids)

    def create(self, id: str, desired: Values) -> Object:  # noqa: A002
        """Make the object; Conflict when one of that name exists."""
        return self.workspace.create(self.kind, id, desired)

    def update(self, id: str, edit: Edit) -> Object:  # noqa: A002
        """Bring the object to `edit.desired`, touching only what `edit.fields` names."""
        return self.workspace.update(self.kind, id, edit)

    def delete(self, id: str, recorded: Values) -> None:  # noqa: A002
        """Take the object down; Conflict when it holds others and `force_destroy` was not applied."""
        self.workspace.delete(self.kind, id, recorded)


class Renaming(LocalHandler):
    """Keeps objects under a new name."""

    def rename(self, id: str, new_id: str, desired: Values) -> Object:  # noqa: A002
        """Give the object its new name; nothing else changes."""
        return self.workspace.rename(self.kind, id, new_id, desired)


class Restoring(LocalHandler):
    """Brings deleted objects back."""

    def restore(self, id: str) -> Object:  # noqa: A002
        """Bring the deleted object back as it was."""
        return self.workspace.restore(self.kind, id)


class Finding(LocalHandler):
    """Finds objects by what they carry."""

    def carrying(self, key: str, value: str) -> Iterable[Object]:
        """Return the objects that carry this pair, those in the bin too."""
        return [
            one for one in self.workspace.every(self.kind) if pairs(facts(self.kind).spec, one.values).get(key) == value
        ]


class Waiting(LocalHandler):
    """Waits for objects that take time."""

    def wait(self, id: str) -> Object:  # noqa: A002
        """Return once the object is ready; NotReady with the platform's reason when it fails."""
        return self.workspace.wait(self.kind, id)


class LocalProvider(Provider):
    """The local workspace as a provider."""

    name = "local"

    def __init__(self, workspace: Workspace, root: Path) -> None:
        """Stand over a workspace; plans name it as it is seen from the project's root."""
        self.workspace = workspace
        self._root = root
        self._handlers: dict[str, Handler] = {}

    def handler(self, kind: str) -> Handler | None:
        """Return the handler of a kind."""
        if kind in KINDS and kind not in self._handlers:
            self._handlers[kind] = _handler_class(kind)(self.workspace, kind)
        return self._handlers.get(kind)

    def describe(self) -> str:
        """Return the file that the workspace is kept in."""
        path = self.workspace.store.path
        return f"local workspace {path.relative_to(self._root) if path.is_relative_to(self._root) else path}"

    def user(self) -> str:
        """Return the name of the principal that acts."""
        return self.workspace.user

    def model_version(self, model: str, number: int) -> VersionEvidence | None:
        """Return all that is known of a version, or None when there is no such version."""
        return evidence.of(self.workspace.store, model, number)

    def model_versions(self, model: str) -> list[VersionEvidence]:
        """Return every version of a model, oldest first, without their runs and files."""
        return evidence.listed(self.workspace.store, model)

    def members(self, groups: Iterable[str]) -> Mapping[str, frozenset[str]]:
        """Return the direct members of each group; every group is known."""
        return members(self.workspace.store, groups)

    def close(self) -> None:
        """Close the workspace's file."""
        self.workspace.store.close()


@cache
def _handler_class(kind: str) -> type[LocalHandler]:
    """Return the handler with the abilities of a kind: it has a method exactly when the kind has the ability."""
    has = {
        Finding: bool(facts(kind).spec.carrier),
        Renaming: facts(kind).renames,
        Restoring: facts(kind).spec.soft_delete,
        Waiting: kind in SLOW,
    }
    abilities = tuple(ability for ability, given in has.items() if given)
    return type("LocalHandler", abilities, {}) if abilities else LocalHandler
