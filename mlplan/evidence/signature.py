"""Signature: what becomes of the callers of one version when the next takes their requests, column by column.

What counts is what MLflow enforces before a model sees a request. A request is one that the old version takes and
sees as it was sent, made of the columns that it declares, with at least one row. A column that callers send
although the old version does not know it may get a meaning in the new one; that is in no signature.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from mlplan.core.values import Values
from mlplan.evidence.column_fate import SAFE, WAYS, alike, worst
from mlplan.evidence.column_types import Unreadable
from mlplan.evidence.schema import Entry, Schema, schema
from mlplan.evidence.schema_columns import column_entries
from mlplan.evidence.schema_outputs import output_entries
from mlplan.evidence.schema_params import Params, param_entries, params
from mlplan.evidence.schema_tensors import tensor_entries

SIDES = ("input", "param", "output")
BY_CODE = "is_signature_from_type_hint"
"""What an MLmodel says of a model whose own code checks requests."""


@dataclass(frozen=True, slots=True)
class _Signature:
    """What a model takes and answers."""

    which: str
    present: bool
    by_code: bool
    inputs: Schema
    params: Params
    outputs: Schema


def compare(before: Values | None, after: Values | None) -> dict[str, Any]:
    """Return a verdict per way of calling, an entry per column that differs, and how many do not.

    Signatures are given as MLmodel keeps them: `inputs`, `outputs` and `params`, each a list of columns.
    """
    try:
        old, new = _signature(before, "old"), _signature(after, "new")
    except Unreadable as error:
        return _told([], 0, str(error))
    entries = sorted(_entries(old, new), key=_rank)
    common = sum(len(one.keys() & other.keys()) for one, other in zip(_parts(old), _parts(new), strict=True))
    changed = sum(one.before is not None and one.after is not None for one in entries)
    return _told(entries, common - changed, _unknown(old, new))


def _told(entries: list[Entry], unchanged: int, reason: str) -> dict[str, Any]:
    """Return the form that plan documents carry."""
    fate = alike("unknown") if reason else worst([SAFE, *(one.fate for one in entries)])
    verdict = dict(zip(WAYS, fate.verdicts, strict=True))
    return {
        "verdict": verdict,
        "columns": [one.as_json() for one in entries],
        "unchanged": unchanged,
        "reason": reason,
    }


def _signature(written: Values | None, which: str) -> _Signature:
    """Return a signature; raise Unreadable, which says whose it is, for what MLflow does not write."""
    parts = {name: (written or {}).get(name) or [] for name in ("inputs", "params", "outputs")}
    try:
        inputs, outputs = schema(parts["inputs"]), schema(parts["outputs"])
        taken = params(parts["params"])
    except Unreadable as error:
        raise Unreadable(f"the signature of the {which} version cannot be read: {error}") from error
    return _Signature(which, bool(written), bool((written or {}).get(BY_CODE)), inputs, taken, outputs)


def _parts(one: _Signature) -> tuple[dict[str, Any], ...]:
    """Return the columns of each side by name."""
    return one.inputs.columns, one.params, one.outputs.columns


def _entries(before: _Signature, after: _Signature) -> Iterator[Entry]:
    """Yield what differs between two signatures; a side that one of them lacks is not compared."""
    if before.inputs.columns and after.inputs.columns:
        yield from _inputs(before.inputs, after.inputs)
    yield from param_entries(before.params, after.params)
    if before.outputs.columns and after.outputs.columns:
        yield from output_entries(before.outputs, after.outputs)


def _inputs(before: Schema, after: Schema) -> Iterator[Entry]:
    """Yield what differs between the inputs of two signatures."""
    if before.tensors and after.tensors:
        yield from tensor_entries(before, after)
    elif before.tensors or after.tensors:
        fate = alike("rejected", f"the model takes {'columns' if before.tensors else 'tensors'} now")
        for name in before.columns.keys() | after.columns.keys():
            old, new = before.columns.get(name), after.columns.get(name)
            yield Entry("input", name, old.text if old else None, new.text if new else None, "retyped", fate)
    else:
        yield from column_entries(before, after)


def _unknown(before: _Signature, after: _Signature) -> str:
    """Return why nobody can tell what becomes of callers; nothing when one can."""
    for one in (before, after):
        if one.by_code:
            return f"the {one.which} version checks requests by the type hints of its code, not by its signature"
    missing = "inputs in its signature" if before.present else "signature"
    if not before.inputs.columns:
        return f"the old version has no {missing}, so nothing tells what callers send"
    missing = "inputs in its signature" if after.present else "signature"
    if not after.inputs.columns:
        return (
            f"the new version has no {missing}, so MLflow checks nothing: what becomes of a request is up to its code"
        )
    return ""


def _rank(entry: Entry) -> tuple[int, int, bool, str]:
    """Return the place of an entry: by side, the gravest first."""
    return SIDES.index(entry.side), -entry.fate.gravity, not entry.breaks, entry.name
