"""Schema: the JSON Schemas of everything that users write and mlplan prints, generated from the models."""

from pathlib import Path
from typing import Any

from pydantic import BaseModel, TypeAdapter

from mlplan.app.approval_record import ApprovalsDocument
from mlplan.app.diff_model import DiffDocument
from mlplan.app.document_model import ApplyDocument, DriftDocument, PlanDocument, StateDocument, ValidateDocument
from mlplan.app.files import write_document
from mlplan.app.snapshot_model import SnapshotDocument
from mlplan.app.suggest import nearest
from mlplan.config import schema as config
from mlplan.core.diagnostic import Diagnostic
from mlplan.core.effect import Effects
from mlplan.core.errors import Mistake
from mlplan.render.json import schema_text
from mlplan.state import schema as state

DIALECT = "https://json-schema.org/draft/2020-12/schema"
MODELS: dict[str, tuple[str, type[BaseModel]]] = {
    "plan.schema.json": ("What `mlplan plan -o json` prints and `--out` saves", PlanDocument),
    "validate.schema.json": ("What `mlplan validate -o json` prints", ValidateDocument),
    "drift.schema.json": ("What `mlplan drift -o json` prints", DriftDocument),
    "approvals.schema.json": ("Who approved a plan, as `mlplan ci approvals --out` writes it", ApprovalsDocument),
    "apply.schema.json": ("What `mlplan apply -o json` and `mlplan destroy -o json` print", ApplyDocument),
    "diff.schema.json": ("What `mlplan diff -o json` prints", DiffDocument),
    "snapshot.schema.json": ("What `mlplan snapshot` records", SnapshotDocument),
}


def documents() -> dict[str, dict[str, Any]]:
    """Return every schema by its file name."""
    made = dict(config.documents())
    made["state.schema.json"] = state.schema()
    for name, (title, model) in MODELS.items():
        made[name] = _document(title, model)
    made["show.schema.json"] = _document("What `mlplan show -o json` prints", StateDocument | PlanDocument)
    return dict(sorted(made.items()))


def one(name: str) -> dict[str, Any]:
    """Return the schema of that name, with or without its ending; Mistake when there is none."""
    found = documents()
    full = name if name in found else f"{name}.schema.json"
    if full not in found:
        short = [known.removesuffix(".schema.json") for known in found]
        raise Mistake(Diagnostic("MLE705", f"there is no schema named {name}", hint=nearest(name, short)))
    return found[full]


def write(effects: Effects, directory: Path) -> list[str]:
    """Write every schema into a directory and return their names."""
    made = documents()
    directory.mkdir(parents=True, exist_ok=True)
    for name, document in made.items():
        write_document(effects, directory / name, schema_text(document), mode=0o644)
    return list(made)


def _document(title: str, model: Any) -> dict[str, Any]:
    """Return the schema of one document."""
    made: dict[str, Any] = TypeAdapter(model).json_schema(by_alias=True)
    return {"$schema": DIALECT, **made, "title": title}
