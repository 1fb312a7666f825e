"""Column types: what MLflow's signatures say about the values of a column, and how that is written for people."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

ANY = "any"
SCALARS = ("boolean", "integer", "long", "float", "double", "string", "binary", "datetime", ANY)
"""Types of one value; `any` is checked by nobody."""
DEEPEST = 50
"""How many types inside of each other are read."""


class Unreadable(ValueError):
    """A signature that MLflow does not write."""


@dataclass(frozen=True, slots=True)
class Scalar:
    """One value."""

    name: str

    def __str__(self) -> str:
        """Return MLflow's name of the type."""
        return self.name


@dataclass(frozen=True, slots=True)
class Array:
    """Values of one type in a row."""

    items: "Type"

    def __str__(self) -> str:
        """Return the type with that of its items."""
        return f"array({self.items})"


@dataclass(frozen=True, slots=True)
class Map:
    """Values of one type by names that are free."""

    values: "Type"

    def __str__(self) -> str:
        """Return the type with that of its values."""
        return f"map({self.values})"


@dataclass(frozen=True, slots=True)
class Property:
    """A value of an object."""

    name: str
    type: "Type"
    required: bool = True

    def __str__(self) -> str:
        """Return name and type."""
        return f"{self.name}: {self.type}{'' if self.required else ' (optional)'}"


@dataclass(frozen=True, slots=True)
class Object:
    """Values of several types by names that are fixed, in the order of the names."""

    properties: tuple[Property, ...]

    def __str__(self) -> str:
        """Return what the object is made of."""
        return f"object({', '.join(str(one) for one in self.properties)})"


@dataclass(frozen=True, slots=True)
class Tensor:
    """A block of numbers; -1 in its shape is any length."""

    dtype: str
    shape: tuple[int, ...]

    def __str__(self) -> str:
        """Return numpy's name of the type, and the shape."""
        return f"{self.dtype}[{', '.join(str(one) for one in self.shape)}]"


Type = Scalar | Array | Map | Object | Tensor


def read(written: Mapping[str, Any], depth: int = 0) -> Type:
    """Return the type that a column, property, item or value has, and how deep inside of the column it is."""
    name = written.get("type", written.get("dtype"))
    if name in SCALARS:
        return Scalar(str(name))
    if depth > DEEPEST:
        raise Unreadable(f"a type is nested more than {DEEPEST} deep")
    match name:
        case "sparkml_vector":
            return Array(Scalar("double"))
        case "array":
            return Array(read(_part(written, "items"), depth + 1))
        case "map":
            return Map(read(_part(written, "values"), depth + 1))
        case "object":
            properties = _part(written, "properties")
            return Object(tuple(_property(properties, one, depth + 1) for one in sorted(properties)))
        case "tensor":
            return _tensor(_part(written, "tensor-spec"))
    raise Unreadable(f"the type {name!r} is none of MLflow's")


def _property(properties: Mapping[str, Any], name: str, depth: int) -> Property:
    """Return a property of an object."""
    written = _part(properties, name)
    return Property(name, read(written, depth), bool(written.get("required", True)))


def _tensor(spec: Mapping[str, Any]) -> Tensor:
    """Return the type of a tensor."""
    shape = spec.get("shape")
    if not isinstance(shape, list | tuple) or not all(isinstance(one, int) for one in shape):
        raise Unreadable("a tensor has no shape")
    return Tensor(str(spec.get("dtype")), tuple(shape))


def _part(written: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Return a part of a type that has to be a mapping."""
    part = written.get(name)
    if not isinstance(part, Mapping):
        raise Unreadable(f"a type of kind {written.get('type')!r} has no {name!r}")
    return part
