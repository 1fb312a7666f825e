"""Outside: the rest of the world at work in the workspace: people in the UI, jobs, other tools.

It makes the drift that plans find. The platform's rules hold for it too; mlplan's state and
consents do not.
"""

import json
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from pydantic import ValidationError

from mlplan.core.change import FieldChange
from mlplan.core.diagnostic import Diagnostic
from mlplan.core.errors import Mistake
from mlplan.core.path import Path, parse
from mlplan.core.provider import Edit
from mlplan.core.values import Values
from mlplan.kinds import KINDS, PLURALS
from mlplan.providers.local import edits, inside, refusals, rows, slow
from mlplan.providers.local.facts import Facts, facts
from mlplan.providers.local.inside import INSIDE
from mlplan.providers.local.store import Row
from mlplan.providers.local.workspace import Workspace

Shown = dict[str, Any]


def show(workspace: Workspace, kind: str | None = None, id: str | None = None) -> list[Shown]:  # noqa: A002
    """Return what is there as `kind`, `id`, `status`, `values` and `outputs`: everything, one kind, or one object."""
    if kind is None:
        return [_shown(workspace, row) for one in workspace.store.kinds() for row in workspace.store.of_kind(one)]
    kind = _kind(kind)
    if id is None:
        return [_shown(workspace, row) for row in workspace.store.of_kind(kind)]
    row = _find(workspace, kind, id)
    return [] if row is None else [_shown(workspace, row)]


def set_fields(workspace: Workspace, kind: str, id: str, fields: Mapping[str, Any | None]) -> Shown:  # noqa: A002
    """Set fields of an object by their paths (None unsets), and return it as it is then.

    A text is taken as what the field holds: `tags.team`: "5" is a text, `version`: "5" a number;
    texts for lists may be JSON or separated by commas. An item of a keyed list is taken away by
    its path alone: `grants[alice]`: None.
    """
    kind = _kind(kind)
    changes = [(_path(kind, written), value) for written, value in fields.items()]
    if kind in INSIDE:
        return _shown(workspace, inside.set_fields(workspace, _need(workspace, kind, id), changes))
    known = facts(kind)
    values = _values(workspace, known, id)
    for path, value in changes:
        values = _with(known, values, path, value)
    _validate(known, values)
    named = tuple(FieldChange(path, None, value, None, "drift") for path, value in changes)
    found = workspace.read(kind, id)
    assert found is not None
    workspace.update(kind, id, Edit(found, values, named))
    if kind in slow.SLOW:
        workspace.wait(kind, id)
    return show(workspace, kind, id)[0]


def create(workspace: Workspace, kind: str, id: str, fields: Mapping[str, Any | None]) -> Shown:  # noqa: A002
    """Make an object that no project knows, and return it."""
    kind = _kind(kind)
    known = _declared(kind)
    values = known.parse(id)
    if values is None:
        raise _mistake("MLE753", f"{id} is not the name of a {kind}: that looks like {known.spec.id_format}", "")
    for written, value in fields.items():
        values = _with(known, values, _path(kind, written), value)
    _validate(known, values)
    workspace.create(kind, id, values)
    if kind in slow.SLOW:
        workspace.wait(kind, id)
    return show(workspace, kind, id)[0]


def delete(workspace: Workspace, kind: str, id: str, *, force: bool = False, permanently: bool = False) -> Shown:  # noqa: A002
    """Take an object down, and return what it was.

    `force` takes what lives in it too. Kinds that are soft-deleted go to the bin, and from there `permanently`.
    A model version takes the aliases with it that point at it.
    """
    kind = _kind(kind)
    row = _need(workspace, kind, id)
    shown = _shown(workspace, row)
    if kind in INSIDE:
        inside.delete(workspace, row)
    elif permanently or facts(kind).spec.rows:
        with workspace.store.change():
            workspace.purge(row)
    else:
        workspace.delete(kind, id, {"force_destroy": True} if force else {})
    return shown


def fail_next(workspace: Workspace, endpoint: str, reason: str = "") -> None:
    """Let the endpoint's next configuration fail with this reason, as a build log would tell it."""
    with workspace.store.change():
        workspace.store.write_note(f"fail/{endpoint}", reason)


def _shown(workspace: Workspace, row: Row) -> Shown:
    """Return an object as people look at it: with what is hidden from reads, such as names of secrets."""
    row = slow.settled(workspace.store, row)
    shown = {"kind": row.kind, "id": row.id, "status": row.status, "values": row.values, "outputs": row.outputs}
    if row.status == "failed":
        shown["reason"] = row.system["failed"]
    return shown


def _kind(written: str) -> str:
    """Return the kind that a person means by its name or by that of its section."""
    kind = PLURALS.get(written, written)
    names = [*KINDS, *INSIDE]
    if kind not in names:
        near = get_close_matches(written, names, n=1)
        raise _mistake(
            "MLE754",
            f"the workspace has nothing of the kind {written}",
            f"did you mean {near[0]}?" if near else f"it has {', '.join(names)}",
        )
    return kind


def _declared(kind: str) -> Facts:
    """Return the facts of a kind that people can make."""
    if kind in INSIDE:
        raise _mistake("MLE754", f"a {kind} is not made by hand", "register it: mlplan local register MODEL --from DIR")
    return facts(kind)


def _path(kind: str, written: str) -> Path:
    """Return a field's path; Mistake when the kind has no such field, or the path is none."""
    try:
        path = parse(written)
    except ValueError as error:
        raise _mistake("MLE753", str(error), "write it like tags.team or grants[alice].privileges") from error
    names = [] if kind in INSIDE else [name for name, rules in facts(kind).shape.items() if not rules.engine]
    if names and path[0] not in names:
        near = get_close_matches(path[0], names, n=1)
        hint = f"did you mean {near[0]}?" if near else f"it has {', '.join(names)}"
        raise _mistake("MLE753", f"a {kind} has no field {path[0]}", hint)
    return path


def _find(workspace: Workspace, kind: str, id: str) -> Row | None:  # noqa: A002
    """Return what is kept of an object."""
    return inside.find(workspace, kind, id) if kind in INSIDE else workspace.find(kind, id)


def _need(workspace: Workspace, kind: str, id: str) -> Row:  # noqa: A002
    """Return what is kept of an object that must be there."""
    row = _find(workspace, kind, id)
    if row is None:
        raise refusals.missing(kind, id)
    return row


def _values(workspace: Workspace, known: Facts, id: str) -> Values:  # noqa: A002
    """Return the fields of an object, hidden ones included; a set of rows may have none yet."""
    row = workspace.find(known.spec.kind, id)
    if row is not None:
        return row.values
    found = rows.empty(workspace.store, known, known.tidy(id)) if known.spec.rows else None
    if found is None:
        raise refusals.missing(known.spec.kind, id)
    return found.values


def _with(known: Facts, values: Values, path: Path, value: Any) -> Values:
    """Return the fields with one of them set to the first reading of `value` that the kind accepts there."""
    wrong: Mistake | None = None
    for reading in inside.readings(value):
        made: Values = json.loads(json.dumps(values))
        edits.put(made, path, reading, known.shape)
        try:
            _validate(known, made, path[-1])
        except Mistake as error:
            wrong = wrong or error
        else:
            return known.spec.canonical(made)
    assert wrong is not None
    raise wrong


def _validate(known: Facts, values: Values, only: str | None = None) -> None:
    """Raise Mistake when the kind does not allow the fields; `only` asks about what stands in one of them."""
    try:
        known.spec.model_validate(values)
    except ValidationError as error:
        for one in error.errors(include_url=False):
            if only is None or (only in one["loc"] and one["type"] != "missing"):
                where = ".".join(str(part) for part in one["loc"])
                raise _mistake("MLE753", f"{where}: {one['msg']}", "") from error


def _mistake(code: str, summary: str, hint: str) -> Mistake:
    """Return the error for words that mean nothing here."""
    return Mistake(Diagnostic(code, summary, hint=hint))
