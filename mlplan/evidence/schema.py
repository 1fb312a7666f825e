"""Schema: the columns of one side of a signature, and what is told of each that changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from mlplan.evidence.column_fate import SAFE, Fate
from mlplan.evidence.column_types import Array, Object, Tensor, Type, Unreadable, read

Side = Literal["input", "param", "output"]
Written = Sequence[Mapping[str, Any]]
"""A part of a signature, as an MLmodel keeps it."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column that requests have, or answers."""

    name: str
    """By which it is compared; one without a name goes by its place."""
    type: Type
    required: bool = True

    @property
    def text(self) -> str:
        """Return what a column holds, for people."""
        return f"{self.type}{'' if self.required else ' (optional)'}"


@dataclass(frozen=True, slots=True)
class Schema:
    """Columns by name, in their order."""

    columns: dict[str, Column] = field(default_factory=dict)
    named: bool = True
    """Whether callers name the columns; otherwise only their order counts."""

    tensors: bool = False
    """Whether the columns are tensors."""
    one_row: bool = False
    """Whether MLflow reads a mapping in `inputs` as one row, as it does where a column has arrays or objects."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A column that differs between two signatures."""

    side: Side
    name: str
    before: str | None
    after: str | None
    change: str
    fate: Fate = SAFE
    breaks: bool = False
    """Whether who reads the answers has to change; what callers send has verdicts instead."""

    def as_json(self) -> dict[str, Any]:
        """Return the form that plan documents carry."""
        shown = {"side": self.side, "name": self.name, "before": self.before, "after": self.after}
        shown["change"] = self.change
        dataframe, json, bare = self.fate.verdicts
        ways: dict[str, Any] = {"dataframe": dataframe, "json": json, "bare": bare}
        if self.side == "output":
            ways = {**dict.fromkeys(ways), "breaks": self.breaks}
        return {**shown, **ways, "why": "; ".join(self.fate.why)}


def schema(written: Written) -> Schema:
    """Return the columns of a part of a signature; raise Unreadable for what MLflow does not write."""
    columns = [_column(one, place) for place, one in enumerate(written, 1)]
    tensors = [isinstance(one.type, Tensor) for one in columns]
    names = [one.get("name") is not None for one in written]
    if len(set(tensors)) > 1 or len(set(names)) > 1:
        raise Unreadable("some of its columns are tensors, or have a name, and others are not, or have none")
    found = {one.name: one for one in columns}
    if len(found) < len(columns):
        raise Unreadable("two of its columns have one name")
    nested = any(isinstance(one.type, Array | Object) for one in columns)
    return Schema(found, named=all(names), tensors=any(tensors), one_row=nested)


def _column(written: Mapping[str, Any], place: int) -> Column:
    """Return a column; where MLflow finds no `required`, one of arrays, objects, maps or any values is optional."""
    name, kind = written.get("name"), read(written)
    plain = isinstance(kind, Tensor) or str(written.get("type")) not in (
        "array",
        "object",
        "map",
        "sparkml_vector",
        "any",
    )
    return Column(f"column {place}" if name is None else str(name), kind, bool(written.get("required", plain)))
