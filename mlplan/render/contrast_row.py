"""Contrast row: two environments side by side as rows of text, in the order in which they matter."""

import re
import shlex
from collections.abc import Iterator
from typing import Any, NamedTuple

from mlplan.core.contrast import Comparison, Contrast, Difference
from mlplan.render.escape import visible
from mlplan.render.value import pair

_ROW = re.compile(r"(?:grants|permissions)\[(?P<who>.*)\](?P<rest>\.privileges|\.level)?")
NOBODY = "(nothing)"
CODES = 6
"""So many codes of rules stand on a line."""


class Row(NamedTuple):
    """One thing that differs; without sides it is told by its note alone."""

    label: str
    left: str = ""
    right: str = ""
    group: str = ""
    """The resource that it belongs to."""
    ids: str = ""
    """What that is called."""
    note: str = ""


Block = tuple[str, list[Row]]


def blocks(found: Comparison, *, names: bool = False) -> Iterator[Block]:
    """Yield the titled blocks that have rows."""
    made = (
        ("Environments", [_row(one) for one in found.environment]),
        ("Promotions", list(_promotions(found))),
        (f"Only in {visible(found.left)}", [_alone(one) for one in found.resources if one.where == "left"]),
        (f"Only in {visible(found.right)}", [_alone(one) for one in found.resources if one.where == "right"]),
        ("Differences", list(_fields(found))),
        ("Rules", list(_rules(found) if not names else _rules_by_title(found))),
    )
    yield from ((title, rows) for title, rows in made if rows)
    if names and found.names:
        yield "Names", [Row(visible(one.address), visible(one.left), visible(one.right)) for one in found.names]


def is_promotion(resource: Contrast, field: Difference) -> bool:
    """Tell whether a difference is that of an alias's version."""
    return resource.kind == "model_alias" and field.path == "version"


def _promotions(found: Comparison) -> Iterator[Row]:
    """Yield the aliases that point at another version."""
    for one in found.resources:
        for field in one.fields:
            if is_promotion(one, field):
                model, _, alias = one.left_id.partition("@")
                label = f"{visible(model.rpartition('.')[2])}@{visible(alias)}"
                yield Row(label, f"v{field.left}", f"v{field.right}", note=_bring(one, found.left, found.right))


def _bring(one: Contrast, left: str, right: str) -> str:
    """Return the command that brings one environment where the other is; versions are numbered per model."""
    model, _, alias = one.right_id.partition("@")
    words = ["mlplan", "promote", model, alias, "--from", one.left_id, "-e", right]
    return f"to bring {visible(right)} where {visible(left)} is: {visible(shlex.join(words))}"


def _fields(found: Comparison) -> Iterator[Row]:
    """Yield the fields that differ, below their resource."""
    for one in found.resources:
        ids = one.left_id if one.left_id == one.right_id else f"{one.left_id} | {one.right_id}"
        for field in one.fields:
            if not is_promotion(one, field):
                yield _row(field)._replace(group=visible(one.address), ids=visible(ids))


def _rules(found: Comparison) -> Iterator[Row]:
    """Yield the rules by their codes, those together that go the same way."""
    ways: dict[tuple[str, str], list[str]] = {}
    for one in found.policy:
        ways.setdefault((one.left, one.right), []).append(one.code)
    for (left, right), codes in ways.items():
        for start in range(0, len(codes), CODES):
            yield Row(", ".join(codes[start : start + CODES]), left, right)


def _rules_by_title(found: Comparison) -> Iterator[Row]:
    """Yield every rule with what it wants."""
    return (Row(f"{one.code} {visible(one.title)}", one.left, one.right) for one in found.policy)


def _alone(one: Contrast) -> Row:
    """Return a resource that only one environment has."""
    return Row(visible(one.address), note=visible(one.left_id or one.right_id))


def _row(field: Difference) -> Row:
    """Return one difference; rows of access are known by who holds them."""
    access = _ROW.fullmatch(field.path)
    if access is not None:
        return Row(visible(access["who"]), _held(field.left), _held(field.right))
    told = field.path.startswith("uses ")  # in words already
    left, right = (visible(field.left), visible(field.right)) if told else pair(field.left, field.right)
    return Row(visible(field.path), left, right, note=f"var.{visible(field.variable)}" if field.variable else "")


def _held(value: Any) -> str:
    """Return what a principal holds."""
    if value is None:
        return NOBODY
    held = (value.get("privileges") or value.get("level")) if isinstance(value, dict) else value
    return visible(", ".join(held) if isinstance(held, list) else str(held))
