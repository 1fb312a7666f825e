"""Schema: the state file as a JSON Schema, for those who read it with other tools."""

from typing import Any, get_args

from mlplan.core.plan import Verb
from mlplan.state import formats

_COUNT = {"type": "integer", "minimum": 0}
_TEXT = {"type": "string"}


def schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of `state.json`."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "mlplan state",
        "description": "What mlplan applied last in one environment. Written by mlplan only; it never holds a secret.",
        **_object(
            format={"const": formats.latest()},
            project=_TEXT,
            environment=_TEXT,
            lineage=_TEXT | {"description": "Made once, with the first write."},
            serial=_COUNT | {"description": "Grows with every write."},
            epoch=_COUNT | {"description": "The number of the lock under which it was written."},
            ledger=_object(seq=_COUNT, sha256=_TEXT)
            | {
                "description": "The last record of the ledger when it was written; a ledger that ends before it was cut."
            },
            resources={"type": "object", "additionalProperties": {"$ref": "#/$defs/entry"}},
            pending={"type": "array", "items": {"$ref": "#/$defs/intent"}},
            sha256={"type": "string", "pattern": "^[0-9a-f]{64}$", "description": "Over all bytes before this member."},
        ),
        "$defs": {"entry": _entry(), "intent": _intent()},
    }


def _entry() -> dict[str, Any]:
    """Return the schema of one owned object; only an endpoint in the middle of a rollout has the last member."""
    made = _object(
        kind=_TEXT,
        id=_TEXT | {"description": "The platform's own name of the object."},
        values={"type": "object", "description": "The fields as last applied, in canonical form."},
        outputs={"type": "object", "description": "Fields that only the server knows."},
        needs={"type": "array", "items": _TEXT, "description": "Addresses that it was made from."},
        protect={"type": "boolean", "description": "Whether `prevent_destroy` holds."},
    )
    made["properties"]["rollout"] = {
        "type": "object",
        "description": "How far a rollout is: to, percent, since, aborted.",
    }
    return made


def _intent() -> dict[str, Any]:
    """Return the schema of a step that was begun and not finished."""
    return _object(
        step=_COUNT,
        verb={"enum": list(get_args(Verb))},
        address=_TEXT,
        entry={"$ref": "#/$defs/entry"},
        moved_from=_TEXT,
    )


def _object(**properties: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of an object with exactly these members."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
