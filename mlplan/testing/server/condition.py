"""Condition: the filters of MLflow's searches: comparisons of names and tags, joined by AND."""

import re
from collections.abc import Callable

from mlplan.testing.server.refusal import Json, invalid

Holds = Callable[[Json], bool]
_ONE = re.compile(
    r"""\s*(?P<field>[\w.`"]+)\s*(?P<operator>=|!=|(?:I?LIKE))\s*(?P<quote>['"])(?P<value>.*?)(?P=quote)\s*""",
    re.IGNORECASE,
)
_AND = re.compile(r"\s*AND\s+", re.IGNORECASE)


def parse(text: str) -> Holds:
    """Return what tells whether a condition holds for an object; 400 for what this server does not read."""
    parts: list[Holds] = []
    at = 0
    while text[at:].strip():
        if parts:
            joint = _AND.match(text, at)
            at = joint.end() if joint else at
        found = _ONE.match(text, at) if not parts or joint else None
        if found is None:
            raise invalid(f"Invalid filter '{text}'")
        parts.append(_comparison(found["field"], found["operator"].upper(), found["value"]))
        at = found.end()
    return lambda item: all(holds(item) for holds in parts)


def _comparison(field: str, operator: str, value: str) -> Holds:
    """Return what tells whether one comparison holds."""
    test = _test(operator, value)
    first, _, key = field.replace("`", "").replace('"', "").partition(".")
    if first.lower() in ("tags", "tag") and key:
        return lambda item: any(test(tag["value"]) for tag in item.get("tags", ()) if tag["key"] == key)
    if (first.lower(), key) in (("name", ""), ("attribute", "name"), ("attributes", "name")):
        return lambda item: test(item["name"])
    raise invalid(f"Invalid attribute key '{field}'")


def _test(operator: str, value: str) -> Callable[[str], bool]:
    """Return what compares a text with a value."""
    if operator == "=":
        return lambda text: text == value
    if operator == "!=":
        return lambda text: text != value
    form = "".join(".*" if part == "%" else "." if part == "_" else re.escape(part) for part in value)
    pattern = re.compile(form, re.IGNORECASE | re.DOTALL if operator == "ILIKE" else re.DOTALL)
    return lambda text: pattern.fullmatch(text) is not None
