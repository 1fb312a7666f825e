"""MLmodel: the description files that MLflow writes beside a model, which are data from outside.

They are read bounded and without any YAML tag. What cannot be read is Unreadable, with a message
that goes on after the name of the file.
"""

import json
from dataclasses import dataclass
from typing import Any

import yaml

from mlplan.core.values import Values

LARGEST = 1_000_000
"""Bytes of a description file; real ones have a few thousand."""
DEEPEST = 64
"""Levels of nesting; libyaml's composer would exhaust the stack some thousands further."""
PARTS = ("inputs", "outputs", "params")
"""What a signature is made of."""
BY_CODE = "is_signature_from_type_hint"
"""Whether a model's own code checks requests, which then says more than its signature."""


class Unreadable(Exception):
    """A description file that is not what MLflow writes."""


@dataclass(frozen=True, slots=True)
class Description:
    """What an MLmodel file says about its model."""

    signature: Values
    """Those of `inputs`, `outputs` and `params` that it has, as lists; with BY_CODE where that is so."""
    flavors: Values
    python_version: str
    mlflow_version: str
    run_id: str
    model_id: str


def described(text: str) -> Description:
    """Return what the text of an MLmodel file says; Unreadable when it is none."""
    found = mapping(text)
    flavors = _dict(found.get("flavors"))
    return Description(
        signature=_signature(found.get("signature"), by_code=found.get(BY_CODE) is True),
        flavors=flavors,
        python_version=str(_dict(flavors.get("python_function")).get("python_version") or ""),
        mlflow_version=str(found.get("mlflow_version") or ""),
        run_id=str(found.get("run_id") or ""),
        model_id=str(found.get("model_id") or ""),
    )


def requirements(text: str) -> tuple[str, ...]:
    """Return the lines of a requirements.txt, without comments."""
    lines = (line.strip() for line in text.splitlines())
    return tuple(line for line in lines if line and not line.startswith("#"))


def conda_requirements(conda: Values) -> tuple[str, ...] | None:
    """Return the packages that a conda.yaml lets pip install; None when it says nothing about pip."""
    nested = [one["pip"] for one in _list(conda.get("dependencies")) if isinstance(one, dict) and "pip" in one]
    return tuple(str(line) for lines in nested for line in _list(lines)) if nested else None


def conda_python(conda: Values) -> str:
    """Return the version of Python that a conda.yaml pins."""
    pinned = [str(one) for one in _list(conda.get("dependencies")) if str(one).startswith("python=")]
    return pinned[0].removeprefix("python").lstrip("=") if pinned else ""


def mapping(text: str) -> Values:
    """Return what a description file holds; Unreadable when that is not a plain mapping."""
    try:
        _check_plain(text)
        found = json.loads(json.dumps(yaml.load(text, Loader=_Loader)))  # noqa: S506 - a safe loader, in C
    except (yaml.YAMLError, ValueError, TypeError) as error:
        reason = str(error).replace("\n", " ")
        raise Unreadable(f"is not readable YAML: {reason}") from error
    if not isinstance(found, dict):
        raise Unreadable("holds no mapping")
    return found


class _Loader(yaml.CSafeLoader):
    """Reads texts, whole numbers, true, false and null; `3.10` stays a text and a date too."""

    yaml_implicit_resolvers = {
        first: [(tag, form) for tag, form in forms if tag.rpartition(":")[2] in ("null", "bool", "int")]
        for first, forms in yaml.CSafeLoader.yaml_implicit_resolvers.items()
    }


def _check_plain(text: str) -> None:
    """Raise YAMLError for what would cost more to build than a description is worth."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise yaml.YAMLError(f"it is nested more than {DEEPEST} deep")
        if isinstance(event, yaml.AliasEvent):
            raise yaml.YAMLError("it has YAML aliases")


def _signature(written: object, *, by_code: bool) -> Values:
    """Return the parts of a signature that a model has."""
    parts = {name: _columns(name, text) for name, text in _dict(written).items() if name in PARTS}
    found: Values = {name: columns for name, columns in parts.items() if columns}
    return {**found, BY_CODE: True} if found and by_code else found


def _columns(name: str, text: object) -> list[Any] | None:
    """Return one part of a signature, which MLflow keeps as JSON inside of the YAML."""
    if text is None:
        return None
    try:
        columns = json.loads(text) if isinstance(text, str) else text
    except (ValueError, RecursionError):
        columns = ""
    if not isinstance(columns, list) or not all(isinstance(one, dict) for one in columns):
        raise Unreadable(f"has a signature.{name} that is not a JSON list of columns")
    return columns


def _dict(value: object) -> Values:
    """Return a mapping; anything else counts as empty."""
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[Any]:
    """Return a list; anything else counts as empty."""
    return value if isinstance(value, list) else []
