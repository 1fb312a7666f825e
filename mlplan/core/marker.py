"""Marker: the owner's name on an object itself, so that ownership is known where state is lost or is another's.

A marker is two pairs in the field that a kind names as its `carrier`: free tags or properties. It
names project, environment and address, and no lineage: it has to mean the same to a state that was
made anew. It never stands among an object's values, so that it neither drifts nor is declared.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from mlplan.core.kind import Problem, Spec
from mlplan.core.path import Path
from mlplan.core.values import Values

OURS = "mlplan."
"""Begins every key that is mlplan's own."""
OWNER, ADDRESS = "mlplan.owner", "mlplan.address"


class Marker(NamedTuple):
    """Who owns an object, and under which address."""

    owner: str
    """Project and environment: `fraud/prod`."""
    address: str = ""

    def __str__(self) -> str:
        """Return it as people are told."""
        return f"{self.owner}, as {self.address}" if self.address else self.owner


def owner(project: str, environment: str) -> str:
    """Return the name under which an environment of a project owns objects."""
    return f"{project}/{environment}"


def stamped(spec: type[Spec], values: Values, marker: Marker) -> Values:
    """Return fields with a marker among them; fields of a kind that carries none stay as they are."""
    if not spec.carrier:
        return values
    there = values.get(spec.carrier)
    ours = {OWNER: marker.owner, ADDRESS: marker.address}
    if not _listed(spec):
        return {**values, spec.carrier: {**_others(there or {}), **ours}}
    items = [*(one for one in there or () if not _is_ours(one)), *({"key": k, "value": v} for k, v in ours.items())]
    return spec.canonical({**values, spec.carrier: items})


def split(spec: type[Spec], values: Values) -> tuple[Values, Marker | None]:
    """Return fields without the marker that is among them, and the marker."""
    there = values.get(spec.carrier) if spec.carrier else None
    if not there:
        return values, None
    found = pairs(spec, values)
    if not any(key.startswith(OURS) for key in found):
        return values, None
    kept = [one for one in there if not _is_ours(one)] if _listed(spec) else _others(there)
    made = {name: value for name, value in values.items() if name != spec.carrier or kept}
    if kept:
        made[spec.carrier] = kept
    return made, Marker(found[OWNER], found.get(ADDRESS, "")) if found.get(OWNER) else None


def pairs(spec: type[Spec], values: Values) -> dict[str, str]:
    """Return all pairs that a kind's carrier holds, whichever form it has."""
    there = values.get(spec.carrier) or {}
    return {one["key"]: one.get("value") or "" for one in there} if _listed(spec) else there


def places(spec: type[Spec]) -> tuple[tuple[Path, str], ...]:
    """Return the path of each pair of a marker, and its key."""
    form = "[{}]" if _listed(spec) else "{}"
    return tuple(((spec.carrier, form.format(key)), key) for key in (OWNER, ADDRESS))


def reserved(spec: type[Spec], values: Values) -> Iterator[Problem]:
    """Yield a problem for each declared pair that is mlplan's own."""
    there = values.get(spec.carrier) if spec.carrier else None
    named: list[tuple[tuple[str | int, ...], Any]] = []
    if isinstance(there, dict):
        named = [((spec.carrier, key), key) for key in there]
    elif isinstance(there, list):
        named = [((spec.carrier, at, "key"), one.get("key")) for at, one in enumerate(there) if isinstance(one, dict)]
    for path, key in named:
        if isinstance(key, str) and key.startswith(OURS):
            hint = f"remove it: mlplan writes {OWNER} and {ADDRESS} itself, and keeps them whatever else is declared"
            yield Problem(path, f"{spec.carrier} that start with {OURS} are mlplan's own", hint)


def _listed(spec: type[Spec]) -> bool:
    """Tell whether the carrier is a list of pairs, and not a mapping."""
    return bool(spec.shape()[spec.carrier].keyed)


def _others(pairs: Values) -> Values:
    """Return the pairs of a mapping that are not mlplan's own."""
    return {key: value for key, value in pairs.items() if not key.startswith(OURS)}


def _is_ours(item: Values) -> bool:
    """Tell whether an item of a list is mlplan's own."""
    return str(item.get("key", "")).startswith(OURS)
