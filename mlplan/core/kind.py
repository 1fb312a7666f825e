"""Kind: one sort of thing that mlplan manages, declared as a pydantic model.

The model is the gate for what users write and the source of the JSON Schemas. What it lets
pass travels on as plain values; class variables and field marks tell the engine the rest.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, ClassVar, NamedTuple

from pydantic import BaseModel, ConfigDict

from mlplan.core.canonical import canonical
from mlplan.core.rule import Risk, Shape, shape_of
from mlplan.core.values import Unknown, Values

_FIELD = re.compile(r"\{(\w+)\}")


class Link(NamedTuple):
    """An object that a resource needs: made before it, and taken down after it."""

    kind: str
    id: str
    contains: bool = True
    """The resource lives inside it, and goes when it goes."""


class Problem(NamedTuple):
    """Something wrong with a declared value that its type alone cannot tell."""

    path: tuple[str | int, ...]
    summary: str
    hint: str = ""


class Model(BaseModel):
    """A strict model: no unknown fields, no coercion; built only when it is first used."""

    model_config = ConfigDict(extra="forbid", strict=True, defer_build=True, frozen=True, hide_input_in_errors=True)


class Spec(Model):
    """The declaration of a kind; one subclass per kind, in the file of its name."""

    kind: ClassVar[str]
    plural: ClassVar[str]
    id_format: ClassVar[str]
    """The platform's own name of the object, from its fields."""
    outputs: ClassVar[Mapping[str, str]] = {}
    """Fields that only the server knows, each with what it is; references may use them."""
    derived: ClassVar[Mapping[str, str]] = {}
    """Fields that follow from others, as formats; references may use them, and they are known at plan."""
    parents: ClassVar[tuple[Link, ...]] = ()
    """The containers, as formats over the fields, outermost first."""
    securable: ClassVar[str] = ""
    """Its type in grants."""
    permission_type: ClassVar[str] = ""
    """Its type in workspace permissions."""
    nested: ClassVar[tuple[str, ...]] = ()
    """Blocks that expand to resources of their own: `aliases`, `grants`, `permissions`."""
    rows: ClassVar[str] = ""
    """For kinds that are rows on another object: the field that holds them. There is nothing to
    create; deleting the resource withdraws the rows that it applied."""
    carrier: ClassVar[str] = ""
    """The field whose free tags or properties carry the marker of the owner; empty where the platform has none
    that every read shows."""
    soft_delete: ClassVar[bool] = False
    """Deleted objects keep their name and can be restored."""
    delete_risk: ClassVar[Risk] = "safe"
    update_risk: ClassVar[Risk] = "safe"

    @classmethod
    def shape(cls) -> Shape:
        """Return the rules of every field."""
        return shape_of(cls)

    @classmethod
    def canonical(cls, values: Values) -> Values:
        """Return the one form of these fields that compares equal with `==`."""
        return canonical(values, cls.shape())

    @classmethod
    def identify(cls, values: Values) -> str:
        """Return the platform's name of the object with these fields."""
        return fill(cls.id_format, values)

    @classmethod
    def derive(cls, values: Values) -> Values:
        """Return the fields that follow from others and are known without asking the server."""
        return {name: fill(form, values) for name, form in cls.derived.items()}

    @classmethod
    def links(cls, values: Values) -> Iterator[Link]:
        """Yield what must exist before an object with these fields."""
        for parent in cls.parents:
            yield Link(fill(parent.kind, values), fill(parent.id, values), parent.contains)

    @classmethod
    def desugar(cls, values: Values) -> Values:
        """Return what users may paste or shorten in the one form that the model declares."""
        return values

    @classmethod
    def check(cls, values: Values) -> Iterator[Problem]:  # noqa: ARG003
        """Yield what is wrong with valid fields taken together."""
        yield from ()


def fill(form: str, values: Mapping[str, Any]) -> str:
    """Return `form` with each `{field}` replaced; `Unknown` when a part of it is."""
    template, names = _template(form)
    parts = tuple(values.get(name, "") for name in names)
    text = template % parts
    return Unknown(text) if any(isinstance(part, Unknown) for part in parts) else text


@cache
def _template(form: str) -> tuple[str, tuple[str, ...]]:
    """Return a format in the form that is fastest to fill many times."""
    return _FIELD.sub("%s", form.replace("%", "%%")), tuple(_FIELD.findall(form))
