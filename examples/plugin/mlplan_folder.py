"""Folder: a provider that keeps experiments as JSON files, to show what a provider is."""

import json
from pathlib import Path
from urllib.parse import quote

from mlplan.core.change import Object
from mlplan.core.declaration import Target
from mlplan.core.diagnostic import Diagnostic
from mlplan.core.errors import Conflict, Denied, Mistake, NotFound
from mlplan.core.provider import Edit, Handler, Provider
from mlplan.core.values import Values
from mlplan.providers.context import Context


class Experiments(Handler):
    """The five verbs, and the two abilities that the contract wants of experiments: renames and restores."""

    def __init__(self, folder: Path, *, writable: bool) -> None:
        self.folder = folder
        self.writable = writable

    def read(self, id: str) -> Object | None:  # noqa: A002 - the word of the house
        """Return the object, soft-deleted ones included, or None when there is none."""
        try:
            return Object(*json.loads(self._file(id).read_text(encoding="utf-8")))
        except FileNotFoundError:
            return None

    def create(self, id: str, desired: Values) -> Object:  # noqa: A002
        """Make the object; Conflict when one of that name exists."""
        return self._write(Object(id, desired, {"experiment_id": quote(id, safe="")}), mode="x")

    def update(self, id: str, edit: Edit) -> Object:  # noqa: A002
        """Bring the object to `edit.desired`, touching only what `edit.fields` names."""
        there = self._need(id)
        named = {field.path[0]: edit.desired.get(field.path[0]) for field in edit.fields}
        kept = {name: value for name, value in (there.values | named).items() if value is not None}
        return self._write(there._replace(values=kept))

    def delete(self, id: str, recorded: Values) -> None:  # noqa: A002, ARG002
        """Mark the object as deleted, so that it can come back; what is gone already is no error."""
        there = self.read(id)
        if there is not None:
            self._write(there._replace(status="deleted"))

    def rename(self, id: str, new_id: str, desired: Values) -> Object:  # noqa: A002, ARG002
        """Give the object its new name; nothing else changes."""
        there = self._need(id)
        made = self._write(there._replace(id=new_id, values={**there.values, "name": new_id}), mode="x")
        self._file(id).unlink()
        return made

    def restore(self, id: str) -> Object:  # noqa: A002
        """Bring the deleted object back as it was."""
        return self._write(self._need(id)._replace(status="live"))

    def _need(self, id: str) -> Object:  # noqa: A002
        """Return an object that must be there."""
        there = self.read(id)
        if there is None:
            raise NotFound(f"there is no experiment {id} in {self.folder}")
        return there

    def _write(self, made: Object, mode: str = "w") -> Object:
        """Keep the object; mode `x` refuses a name that is taken."""
        if not self.writable:
            raise Denied("this run may only read")
        self.folder.mkdir(parents=True, exist_ok=True)
        try:
            with self._file(made.id).open(mode, encoding="utf-8") as file:
                json.dump(made, file)
        except FileExistsError as error:
            raise Conflict(f"experiment {made.id} exists already") from error
        return made

    def _file(self, id: str) -> Path:  # noqa: A002
        """Return the file that an experiment is kept in."""
        return self.folder / f"{quote(id, safe='')}.json"


class Folder(Provider):
    """A folder as a platform that has experiments and nothing else."""

    name = "folder"

    def __init__(self, folder: Path, *, writable: bool) -> None:
        self.folder = folder
        self._experiments = Experiments(folder, writable=writable)

    def handler(self, kind: str) -> Handler | None:
        """Return the handler of experiments; every other kind is refused by the plan."""
        return self._experiments if kind == "experiment" else None

    def describe(self) -> str:
        """Return the folder, for people."""
        return f"folder {self.folder.name}"


def open_provider(target: Target, context: Context) -> Provider:
    """Return the provider; the entry point in `pyproject.toml` names this function."""
    unknown = sorted(target.options.keys() - {"path"})
    if unknown:
        raise Mistake(
            Diagnostic("MLE532", f"the folder provider has no option {', '.join(unknown)}", hint="it has path")
        )
    return Folder(context.root / str(target.options.get("path", "platform")), writable=context.writable)
