"""Inside: versions and runs, which only the workspace has, and what people may change of them by hand."""

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, FiniteFloat, TypeAdapter, ValidationError

from mlplan.core.diagnostic import Diagnostic
from mlplan.core.errors import Mistake
from mlplan.core.evidence import Dataset
from mlplan.core.path import Path
from mlplan.core.values import Values
from mlplan.kinds.naming import fold
from mlplan.providers.local import edits
from mlplan.providers.local.store import Row
from mlplan.providers.local.workspace import Workspace

INSIDE = ("model_version", "run")
"""Kinds that nobody declares."""
Status = Literal["READY", "PENDING_REGISTRATION", "FAILED_REGISTRATION"]
Part = Literal["inputs", "outputs", "params"]


FIELDS: Mapping[str, Mapping[str, Any]] = {
    "model_version": {
        "status": Status,
        "tags": dict[str, str],
        "signature": dict[Part, list[dict[str, Any]]],
        "requirements": list[str] | None,
        "python_version": str,
        "mlflow_version": str,
    },
    "run": {
        "metrics": dict[str, FiniteFloat],
        "params": dict[str, str],
        "tags": dict[str, str],
        "datasets": list[Annotated[Dataset, AfterValidator(Dataset._asdict)]],
    },
}
"""What can be set; what a version or a run is, and where it comes from, cannot."""
TEXTS = ("status", "python_version", "mlflow_version")
NONE: Mapping[str, Any] = {"datasets": [], "requirements": None, **dict.fromkeys(TEXTS, "")}
"""What a field is without a value, where that is no empty mapping; a status must have one, and "" is none."""


def find(workspace: Workspace, kind: str, id: str) -> Row | None:  # noqa: A002 - the word of the house
    """Return what is kept of a version or a run; models are named in any case."""
    return workspace.store.get(kind, fold(id) if kind == "model_version" else id)


def set_fields(workspace: Workspace, row: Row, changes: list[tuple[Path, Any]]) -> Row:
    """Return a version or a run with fields set, and keep it so; Mistake (MLE753) when it has no such field or value."""
    values = row.values
    for path, value in changes:
        values = {**values, path[0]: _with(row.kind, values, path, value)}
    row = row._replace(values=values)
    with workspace.store.change():
        workspace.store.put(row)
    return row


def delete(workspace: Workspace, row: Row) -> None:
    """Take down a version with the aliases that point at it, or a run."""
    with workspace.store.change():
        for other in workspace.store.children(row.parent) if row.parent is not None else ():
            if other.kind == "model_alias" and other.values["version"] == row.values["version"]:
                workspace.purge(other)
        workspace.purge(row)


def readings(value: Any) -> Iterator[Any]:
    """Yield what a text may stand for: itself, JSON, a list."""
    yield value
    if isinstance(value, str):
        with suppress(ValueError):
            yield json.loads(value)
        yield [part.strip() for part in value.split(",")]


def _with(kind: str, values: Values, path: Path, value: Any) -> Any:
    """Return what a field holds after a change at a path: the first reading of `value` that can stand there."""
    name = path[0]
    if name not in FIELDS[kind]:
        raise _mistake(f"{name} of a {kind} cannot be set", f"what can: {', '.join(FIELDS[kind])}")
    wrong = ""
    for reading in readings(value):
        made: Values = json.loads(json.dumps({name: values[name]} if name in values else {}))
        try:
            edits.put(made, path, reading, {})
            return _form(kind, name).validate_python(made.get(name, NONE.get(name, {})))
        except ValidationError as error:
            wrong = wrong or error.errors(include_url=False)[0]["msg"]
        except (AttributeError, TypeError):
            wrong = wrong or "there is nothing of that name in it"
    raise _mistake(f"{'.'.join(path)}: {wrong}", "")


@cache
def _form(kind: str, name: str) -> TypeAdapter[Any]:
    """Return what tells whether a value can stand in a field."""
    return TypeAdapter(FIELDS[kind][name])


def _mistake(summary: str, hint: str) -> Mistake:
    """Return the error for a field or value that does not exist."""
    return Mistake(Diagnostic("MLE753", summary, hint=hint))
