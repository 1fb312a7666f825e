"""Partial: the schema of a file that is laid over others: nothing is required, and null removes."""

import copy
from collections.abc import Iterator
from typing import Any

Schema = dict[str, Any]
_DEFS = "#/$defs/"


def partial(whole: Schema, title: str, description: str) -> Schema:
    """Return the schema of an overlay; items of lists stay whole, because lists are replaced."""
    made = copy.deepcopy(whole)
    defs = made["$defs"]
    kept = _in_lists(made)
    _loosen(made)
    for name, definition in defs.items():
        if name not in kept:
            _loosen(definition)
    return {**made, "title": title, "description": description}


def _loosen(schema: Schema) -> None:
    """Require nothing and let null stand for every field of a mapping."""
    for key in ("required", "minProperties"):
        schema.pop(key, None)
    if "anyOf" in schema and not any(one.keys() - {"required"} for one in schema["anyOf"]):
        del schema["anyOf"]
    for name, inner in schema.get("properties", {}).items():
        schema["properties"][name] = _nullable(inner)
    if isinstance(schema.get("additionalProperties"), dict):
        schema["additionalProperties"] = _nullable(schema["additionalProperties"])


def _nullable(schema: Schema) -> Schema:
    """Return the schema of a value that may be removed."""
    if not schema:
        return schema
    for one in (schema, *schema.get("anyOf", ())):
        if one.get("type") == "object":
            _loosen(one)
    if "anyOf" in schema:
        return (
            schema if {"type": "null"} in schema["anyOf"] else {**schema, "anyOf": [*schema["anyOf"], {"type": "null"}]}
        )
    outer = {key: schema[key] for key in ("description",) if key in schema}
    return {**outer, "anyOf": [{key: item for key, item in schema.items() if key not in outer}, {"type": "null"}]}


def _in_lists(whole: Schema) -> set[str]:
    """Return the definitions that stand for items of lists, and all that they use."""
    waiting = [ref for items in _lists(whole) for ref in _refs(items)]
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += _refs(whole["$defs"][name])
    return found


def _lists(schema: Any) -> Iterator[Any]:
    """Yield the schema of the items of every list."""
    if isinstance(schema, dict):
        if "items" in schema:
            yield schema["items"]
        for inner in schema.values():
            yield from _lists(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from _lists(inner)


def _refs(schema: Any) -> list[str]:
    """Return the names of all definitions that a schema uses."""
    if isinstance(schema, dict):
        own = [schema["$ref"].removeprefix(_DEFS)] if isinstance(schema.get("$ref"), str) else []
        return own + [name for inner in schema.values() for name in _refs(inner)]
    if isinstance(schema, list):
        return [name for inner in schema for name in _refs(inner)]
    return []
