"""Metrics: the figures and settings of two runs side by side.

A figure that is not a number is no figure: `NaN` and the infinities have no place in JSON, and no gate may
take one for good. It counts as unknown, and `unusable` says why.
"""

import math
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

NOISE = 1e-12
"""Relative difference up to which two floats are the same figure, computed in another order."""


def deltas(before: Mapping[str, float], after: Mapping[str, float]) -> list[dict[str, Any]]:
    """Return a row per metric, those that both runs have first, each group by name."""
    old, new = usable(before), usable(after)
    names = sorted(before.keys() | after.keys(), key=lambda name: (not (name in before and name in after), name))
    return [
        {"name": name, "before": old.get(name), "after": new.get(name), "delta": _delta(old.get(name), new.get(name))}
        for name in names
    ]


def params(before: Mapping[str, str], after: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return a row per parameter that differs, by name."""
    return [
        {"name": name, "before": before.get(name), "after": after.get(name)}
        for name in sorted(before.keys() | after.keys())
        if before.get(name) != after.get(name)
    ]


def usable(metrics: Mapping[str, float]) -> dict[str, float]:
    """Return the metrics that are numbers."""
    return {name: float(value) for name, value in metrics.items() if math.isfinite(value)}


def unusable(metrics: Mapping[str, float]) -> Iterator[tuple[str, str]]:
    """Yield the metrics that are no numbers, each with the reason."""
    for name, value in sorted(metrics.items()):
        if not math.isfinite(value):
            said = "NaN" if math.isnan(value) else "infinity" if value > 0 else "minus infinity"
            yield name, f"the run logged {said}"


def _delta(before: float | None, after: float | None) -> float | None:
    """Return by how much a metric changed, in the digits that people see: 0.9125 - 0.8673 is 0.0452."""
    if before is None or after is None:
        return None
    if math.isclose(before, after, rel_tol=NOISE):
        return 0.0
    change = float(Decimal(repr(after)) - Decimal(repr(before)))
    return change if math.isfinite(change) else None
