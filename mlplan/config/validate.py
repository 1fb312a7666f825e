"""Validate: the gate between what users write and what the engine trusts.

The pydantic model judges and its result is dropped; the plain values travel on. Values that only
apply can tell are `Unknown`, and what the model says about those is dropped too.
"""

from collections.abc import Iterator
from itertools import chain
from typing import Any, NamedTuple

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from mlplan.core.keyed import repeats
from mlplan.core.kind import Spec
from mlplan.core.marker import reserved
from mlplan.core.rule import Rules, Shape, shape_of
from mlplan.core.secret import has_login, is_reference, is_variable, looks_secret
from mlplan.core.source import YamlPath
from mlplan.core.values import Unknown, Values


class Fault(NamedTuple):
    """Something wrong with a value, below the values that were checked."""

    path: YamlPath
    code: str
    summary: str
    hint: str = ""
    at_key: bool = False
    secret: bool = False


def faults(model: type[BaseModel], values: object) -> list[Fault]:
    """Return what the model refuses in `values`; nothing when they fit."""
    try:
        model.model_validate(values)
    except ValidationError as error:
        return _explained(model, values, error.errors(include_url=False))
    return []


def spec_faults(spec: type[Spec], values: Values, *, together: bool = True) -> list[Fault]:
    """Return what a kind refuses in a resource's fields, each alone and (unless some are unreadable) all together."""
    try:
        spec.__pydantic_validator__.validate_python(values)
    except ValidationError as error:
        found = _explained(spec, values, error.errors(include_url=False))
        if found or _odd_unknown(values, error):
            return found
    if not together:
        return []
    ours = list(_logins(values, ()))
    ours += [Fault(one.path, "MLE523", one.summary, one.hint) for one in reserved(spec, values)]
    return ours + [
        _problem(values, *problem)
        for problem in chain(repeats(values, spec.shape()), spec.check(values))
        if not isinstance(value_at(values, problem.path), Unknown)
    ]


def _logins(value: object, path: YamlPath) -> Iterator[Fault]:
    """Yield each URL that says with which password to sign in: plans and state would keep it."""
    if isinstance(value, str):
        if has_login(value):
            summary = f"{_name(path)} is a URL with a password or token in it"
            yield Fault(path, "MLE206", summary, "take it out; secrets go into fields made for them", secret=True)
    elif isinstance(value, dict | list):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _logins(item, (*path, key))


def _explained(model: type[BaseModel], values: object, errors: list[ErrorDetails]) -> list[Fault]:
    """Return the model's errors in our words, one per value."""
    from mlplan.config.words import explain  # noqa: PLC0415 - only a mistake needs it

    grouped: dict[YamlPath, list[ErrorDetails]] = {}
    for error in errors:
        grouped.setdefault(_data_path(values, error), []).append(error)
    found = []
    for path, group in grouped.items():
        value = value_at(values, path)
        if isinstance(value, Unknown):
            continue
        fault = explain(model, path, value, group)
        found.append(_guarded(fault, secret_at(shape_of(model), path, value), value))
    return [fault for fault in found if not _told_already(fault, found)]


def _told_already(fault: Fault, others: list[Fault]) -> bool:
    """Tell whether another fault says the same better: a misspelt field, or what is wrong inside of a mapping."""
    if fault.code == "MLE201":
        misspelt = f"`{fault.path[-1]}`"
        return any(
            one.code == "MLE200" and one.path[:-1] == fault.path[:-1] and one.hint == f"did you mean {misspelt}?"
            for one in others
        )  # fmt: skip
    depth = len(fault.path)
    return fault.code == "MLE202" and any(len(one.path) > depth and one.path[:depth] == fault.path for one in others)


def _guarded(fault: Fault, secret: bool, value: object) -> Fault:  # noqa: FBT001 - a fact about the value
    """Return the fault, turned into one about secrets where a literal stands for one."""
    if not secret or fault.code in ("MLE200", "MLE201") or value is None:
        return fault
    if is_reference(value) or is_variable(value):
        return fault
    return Fault(
        fault.path,
        "MLE206",
        f"{_name(fault.path)} takes a reference to a secret, never the secret itself",
        "write {{secrets/scope/key}}, or {env: NAME} in the field that ends in _plaintext",
        secret=True,
    )


def _problem(values: Values, path: YamlPath, summary: str, hint: str) -> Fault:
    """Return what a kind's own check found."""
    value = value_at(values, path)
    named = str(path[-1]) if path else ""
    if isinstance(value, str) and path and looks_secret(named, value) and "secret" in summary:
        return Fault(path, "MLE206", summary, hint, secret=True)
    return Fault(path, "MLE205", summary, hint)


def _data_path(values: object, error: ErrorDetails) -> YamlPath:
    """Return the path of an error in the data; pydantic adds the names of union members to its own."""
    path: list[str | int] = []
    at: Any = values
    for segment in error["loc"]:
        if _has(at, segment):
            at = at[segment]
        elif not (error["type"] == "missing" and segment == error["loc"][-1]):
            continue
        path.append(segment)
    return tuple(path)


def value_at(values: object, path: YamlPath) -> Any:
    """Return the value at a path, or None."""
    at: Any = values
    for segment in path:
        if not _has(at, segment):
            return None
        at = at[segment]
    return at


def _has(at: object, segment: str | int) -> bool:
    """Tell whether a container has an entry."""
    if isinstance(at, dict):
        return segment in at
    return isinstance(at, list) and isinstance(segment, int) and segment < len(at)


def secret_at(shape: Shape, path: YamlPath, value: object) -> bool:
    """Tell whether the value at a path is, or may be, a secret."""
    if any(rules.secret for rules in _rules_along(shape, path)):
        return True
    named = next((str(segment) for segment in reversed(path) if isinstance(segment, str)), "")
    in_value = isinstance(value, str) and not is_reference(value) and looks_secret("", value)
    return in_value or _like_password(named)


def _like_password(name: str) -> bool:
    """Tell whether a field's name alone makes its value one to hide."""
    return name.lower() not in ("key", "keys", "token", "tokens") and looks_secret(name, "")


def _rules_along(shape: Shape | None, path: YamlPath) -> Iterator[Rules]:
    """Yield the rules of each field on a path."""
    for segment in path:
        rules = shape.get(segment) if shape and isinstance(segment, str) else None
        if rules is not None:
            yield rules
            shape = rules.shape


def _name(path: YamlPath) -> str:
    """Return the last field's name on a path."""
    return next((str(segment) for segment in reversed(path) if isinstance(segment, str)), "the value")


def _odd_unknown(values: Values, error: ValidationError) -> bool:
    """Tell whether a value that only apply can tell stands where no text may: checks would stumble over it."""
    return any(
        found["type"].endswith("_type") for found in error.errors(include_url=False) if _data_path(values, found)
    )
