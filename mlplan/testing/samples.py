"""Samples: for every field of every kind, whole resources that differ in that field alone.

They are generated from the kinds' own models: a new field has samples the moment it is declared,
or `samples` fails and says that it finds none. By hand stand only the bases, which bring fields
together that a kind wants together, and the names that must exist.
"""

from collections.abc import Iterator
from functools import cache
from typing import Literal, NamedTuple

from mlplan.core.values import Values
from mlplan.kinds import spec
from mlplan.testing.bases import APART, BASES
from mlplan.testing.fields import Field, fields, placed


class Sample(NamedTuple):
    """A change of one field, between two whole resources in canonical form."""

    kind: str
    field: Field
    way: Literal["set", "change", "clear"]
    before: Values
    after: Values

    @property
    def name(self) -> str:
        """Return what a test calls it."""
        return f"{self.kind}.{'.'.join(self.field.path)}-{self.way}"


@cache
def samples(kind: str) -> tuple[Sample, ...]:
    """Return changes of every field of a kind; AssertionError for a field that none can be found for."""
    found: list[Sample] = []
    for field in fields(kind):
        own = _samples(kind, field)
        exempt = APART.get((kind, field.path)) == () or (not field.model and len(field.candidates) == 1)
        assert own or exempt, f"no sample of {kind}.{'.'.join(field.path)}: add a base for it in mlplan.testing.samples"
        found += own
    return tuple(found)


@cache
def minimal(kind: str) -> Values:
    """Return a resource with nothing that it can do without, in canonical form."""
    return spec(kind).canonical(BASES[kind][0])


def _samples(kind: str, field: Field) -> list[Sample]:
    """Return the changes of one field, on the base that allows most of them."""
    if (kind, field.path) in APART:
        form = spec(kind).canonical
        return [Sample(kind, field, "change", form(old), form(new)) for old, new in APART[kind, field.path]]
    return max((list(_on_base(kind, field, base)) for base in BASES[kind]), key=len)


def _on_base(kind: str, field: Field, base: Values) -> Iterator[Sample]:
    """Yield the changes of one field of a base: setting it, clearing it, changing it."""
    with_each = [made for value in field.candidates if (made := placed(kind, base, field.path, value)) is not None]
    without = placed(kind, base, field.path, None)
    if with_each and without is not None and without != with_each[0]:
        yield Sample(kind, field, "set", without, with_each[0])
        yield Sample(kind, field, "clear", with_each[0], without)
    other = next((made for made in with_each if made != with_each[0]), None)
    if other is not None:
        yield Sample(kind, field, "change", with_each[0], other)
