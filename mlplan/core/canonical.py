"""Canonical: one form per meaning, so that equal things compare equal with `==`.

Desired values and live ones pass through here once: names as the platform stores them, keyed
lists sorted by key, sets sorted, and unset in one way only (absent).
"""

from typing import Any

from mlplan.core.path import item_key
from mlplan.core.rule import Rules, Shape
from mlplan.core.values import Unknown, Values


def canonical(values: Values, shape: Shape) -> Values:
    """Return the canonical form of a resource's fields; the input is not changed."""
    made: Values = {}
    for name, value in values.items():
        rules = shape.get(name)
        if rules is not None and not rules.plain:
            value = _value(value, rules)  # noqa: PLW2901 - the canonical form stands for the value
        if value or not is_unset(value):
            made[name] = value
    return made


def is_unset(value: object) -> bool:
    """Tell whether a field's value means the same as no value."""
    return value is None or value in ("", [], {})


def _value(value: Any, rules: Rules) -> Any:
    """Return the canonical form of one field."""
    if isinstance(value, Unknown):
        return value
    if rules.shape is not None and isinstance(value, dict):
        value = canonical(value, rules.shape)
    elif rules.shape is not None and isinstance(value, list):
        shape = rules.shape
        value = [canonical(item, shape) if isinstance(item, dict) else item for item in value]
    if rules.normal is not None and value is not None:
        normal = rules.normal
        value = [normal(item) for item in value] if isinstance(value, list) and not rules.many else normal(value)
    if rules.keyed and isinstance(value, list):
        return sorted(value, key=lambda item: item_key(item, rules.keyed))
    if rules.unordered and isinstance(value, list):
        return sorted(set(value))
    return value
