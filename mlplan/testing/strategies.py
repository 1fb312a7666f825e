"""Strategies: hypothesis draws whole resources of a kind, valid ones, with any of their fields set."""

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from mlplan.core.values import Values
from mlplan.kinds import spec
from mlplan.testing.bases import BASES
from mlplan.testing.fields import Field, allowed, fields, placed

MOST_FIELDS = 6
"""So many fields are drawn on top of a base; more would only be slower."""

NAMES = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Cf", "Zl", "Zp")), min_size=1, max_size=20
)
"""Texts as people write them anywhere, without what no reviewer could see."""


@st.composite
def resources(draw: Callable[[st.SearchStrategy[Any]], Any], kind: str) -> Values:
    """Draw a resource that the kind takes, in canonical form."""
    values: Values = draw(st.sampled_from(BASES[kind]).filter(lambda base: allowed(kind, base)))
    for field in draw(st.lists(st.sampled_from(_free(kind)), max_size=MOST_FIELDS)):
        made = placed(kind, values, field.path, draw(contents(field)))
        values = made if made is not None else values
    return spec(kind).canonical(values)


@st.composite
def edits(draw: Callable[[st.SearchStrategy[Any]], Any], kind: str) -> tuple[Values, Values]:
    """Draw two resources that are the same object, one edited into the other."""
    before: Values = draw(resources(kind))
    after = before
    for field in draw(st.lists(st.sampled_from(_free(kind)), min_size=1, max_size=MOST_FIELDS)):
        value = draw(st.none() | contents(field))
        made = placed(kind, after, field.path, value)
        after = made if made is not None else after
    return before, after


def contents(field: Field) -> st.SearchStrategy[Any]:
    """Return what a field may hold: its sample values, and free texts where it takes them."""
    known = st.sampled_from(field.candidates)
    if not field.open:
        return known
    if isinstance(field.candidates[0], dict):
        return known | st.dictionaries(NAMES, NAMES, min_size=1, max_size=3)
    if isinstance(field.candidates[0], list):
        return known | st.lists(NAMES, min_size=1, max_size=3, unique=True)
    return known | NAMES


def _free(kind: str) -> list[Field]:
    """Return the fields that may be drawn: not those that name the object, nor those set once for all."""
    return [
        field
        for field in fields(kind)
        if not (field.rules.identity or field.rules.immutable or field.rules.fixed) and field.candidates
    ]
