"""Follow: `@champion` in an endpoint becomes the version that the alias will have.

An alias swap does not move a Databricks endpoint, which serves numbers. Here the endpoint says
that it follows an alias; the plan gives it the version that the same plan gives the alias, or
the live one when the alias is not declared.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from mlplan.core.path import Path, item_key
from mlplan.core.rule import Rules, Shape
from mlplan.core.values import Values
from mlplan.kinds import spec
from mlplan.kinds.naming import fold

VersionOf = Callable[[str], int | None]
"""Answers with the version of an alias by its id (`model@alias`), or None when there is none."""


@dataclass(slots=True)
class Followed:
    """A resource's fields with every `@alias` resolved."""

    values: Values
    notes: dict[Path, str] = field(default_factory=dict)
    """What to say beside a field: `follows @champion`."""
    aliases: set[str] = field(default_factory=set)
    missing: list[tuple[Path, str]] = field(default_factory=list)


@cache
def can_follow(kind: str) -> bool:
    """Tell whether resources of a kind can follow an alias at all."""
    return _follows_any(spec(kind).shape())


def _follows_any(shape: Shape) -> bool:
    """Tell whether a field of this shape, or of one inside it, can name an alias."""
    return any(rules.follows or (rules.shape and _follows_any(rules.shape)) for rules in shape.values())


def alias_ids(values: Values, shape: Shape) -> Iterator[str]:
    """Yield the ids of the aliases that a resource follows."""
    for _, item, name, rules in _places(values, shape, ()):
        yield alias_id(item.get(rules.follows), item[name])


def resolve(values: Values, shape: Shape, version_of: VersionOf) -> Followed:
    """Return the fields with each `@alias` replaced by its version."""
    found = Followed(values)
    places = list(_places(values, shape, ()))
    if not places:
        return found
    found.values = _copy(values)
    for path, item, name, rules in _places(found.values, shape, ()):
        alias = alias_id(item.get(rules.follows), item[name])
        version = version_of(alias)
        found.aliases.add(alias)
        if version is None:
            found.missing.append((path, alias))
        else:
            found.notes[path] = f"follows {item[name]}"
            item[name] = str(version)
    return found


def alias_id(model: object, written: str) -> str:
    """Return the id of the alias that `@name` means for a model, as the platform folds it."""
    return f"{model or ''}{fold(written)}"


def _places(values: Values, shape: Shape, path: Path) -> Iterator[tuple[Path, Values, str, Rules]]:
    """Yield each field that names an alias: its path, the mapping that holds it, its name and rules."""
    for name, rules in shape.items():
        value = values.get(name)
        if rules.follows and isinstance(value, str) and value.startswith("@"):
            yield (*path, name), values, name, rules
        elif rules.shape and isinstance(value, list):
            for item in value:
                yield from _places(item, rules.shape, (*path, name, f"[{item_key(item, rules.keyed)}]"))
        elif rules.shape and isinstance(value, dict):
            yield from _places(value, rules.shape, (*path, name))


def _copy(value: Any) -> Any:
    """Return a copy that can be changed without touching the declaration."""
    if isinstance(value, dict):
        return {key: _copy(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_copy(item) for item in value]
    return value
