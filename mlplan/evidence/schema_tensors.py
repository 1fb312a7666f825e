"""Schema tensors: what becomes of callers when the tensors of a model's input change.

Arrays have to have the very type; JSON has none, and is converted. A DataFrame whose cells are lists is taken
where all lengths but the first are fixed, so that even a looser shape can refuse it.
"""

import re
from collections.abc import Iterator

from mlplan.evidence.column_fate import SAFE, Fate, alike, worst
from mlplan.evidence.column_types import Tensor
from mlplan.evidence.schema import Column, Entry, Schema

_DTYPE = re.compile(r"(bool|u?int|float)(\d*)")
_MANTISSA = {16: 11, 32: 24, 64: 53}
"""Binary digits that floats of each size hold."""
ANY_LENGTH = -1


def tensor_entries(before: Schema, after: Schema) -> Iterator[Entry]:
    """Yield the tensors that differ."""
    for name in before.columns.keys() | after.columns.keys():
        old, new = before.columns.get(name), after.columns.get(name)
        if old is None and new is not None:
            fate = alike("rejected", "all tensors are required, and callers do not send it")
            yield Entry("input", name, None, new.text, "added", fate)
        elif old is not None and new is None:
            yield Entry("input", name, old.text, None, "removed", SAFE)
        elif old is not None and new is not None and (old != new or before.named != after.named):
            yield _changed(old, new, same_names=before.named == after.named)


def _changed(before: Column, after: Column, *, same_names: bool) -> Entry:
    """Return what becomes of a tensor that stays."""
    old, new = before.type, after.type
    if not isinstance(old, Tensor) or not isinstance(new, Tensor):
        raise TypeError(f"{old} and {new} are not both tensors")
    fates = [SAFE]
    if not same_names:
        fates.append(alike("rejected", "the tensor got a name, or lost it"))
    if old.dtype != new.dtype:
        fates.append(_dtype_fate(old.dtype, new.dtype))
    if old.shape != new.shape:
        fates.append(_shape_fate(old.shape, new.shape))
    change = "renamed" if not same_names else "reshaped" if old.dtype == new.dtype else "retyped"
    return Entry("input", before.name, before.text, after.text, change, worst(fates))


def _dtype_fate(before: str, after: str) -> Fate:
    """Return what becomes of a tensor's values when their type changes."""
    refused = f"an array of {before} is refused"
    old, new = _DTYPE.fullmatch(before), _DTYPE.fullmatch(after)
    if after == "object" or (old and new and _holds(old, new)):
        return Fate("rejected", "safe", "safe", (refused,))
    if new is None and after != "str":
        return alike("rejected", f"{after} takes no {before}")
    if old is None:
        return alike("rejected", f"{after} takes no {before}")
    why = f"{refused}, but JSON is converted, which changes values"
    return Fate("rejected", "coerced", "coerced", (why,))


def _holds(before: re.Match[str], after: re.Match[str]) -> bool:
    """Tell whether a type of numbers holds every value of another."""
    kind, size = before[1], int(before[2] or 1)
    into, room = after[1], int(after[2] or 1)
    if kind == into:
        return room >= size
    if kind == "uint" and into == "int":
        return room > size
    digits = size - (kind == "int")
    return into == "float" and kind in ("int", "uint") and _MANTISSA.get(room, 0) >= digits


def _shape_fate(before: tuple[int, ...], after: tuple[int, ...]) -> Fate:
    """Return what becomes of a tensor when the lengths that it may have change."""
    if len(before) != len(after):
        return alike("rejected", "the number of dimensions is another")
    if any(new not in (ANY_LENGTH, old) for old, new in zip(before, after, strict=True)):
        return alike("rejected", "lengths that callers send are refused")
    if _by_frame(before) and not _by_frame(after):
        return alike("rejected", "a DataFrame is taken only where all lengths but the first are fixed")
    return SAFE


def _by_frame(shape: tuple[int, ...]) -> bool:
    """Tell whether a DataFrame can hold a tensor."""
    return bool(shape) and shape[0] == ANY_LENGTH and ANY_LENGTH not in shape[1:]
