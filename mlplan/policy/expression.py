"""Expression: the language of a project's own rules, CEL, kept to what ends soon.

CEL has no loops of its own, no files, no network and no way to call Python. Its library checks names and
types when an expression is compiled, bounds nesting and the steps of `all`, `exists` and `filter`, and its
patterns take linear time. What is left to bound is building large values out of small ones, over and over:
lists and mappings may hold plain values only, or one single path.
"""

import re
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import Any, Final, NamedTuple

from mlplan.core.policy import Subject
from mlplan.core.values import Values
from mlplan.policy.syntax import builds

EXTRA: Final = "mlplan[policy]"
MAX_LENGTH: Final = 2000
_COMMON: Final = ("plan", "environment", "protected")
_TOO_MUCH: Final = (" (in container ''", " expecting {")
"""Where the library's complaints begin to tell of itself."""
_PLACE = re.compile(r"<input>:(\d+):(\d+): ([^\n]*)")


class Answer(NamedTuple):
    """What an expression says; None where it could not be told, with the reason."""

    holds: bool | None
    reason: str = ""


def missing() -> str:
    """Return what to install before expressions can be used, or nothing."""
    try:
        _library()
    except ImportError:
        return EXTRA
    return ""


def refusal(expression: str, subject: Subject) -> str:
    """Return why an expression cannot be used for a subject, or nothing."""
    if len(expression) > MAX_LENGTH:
        return f"it has more than {MAX_LENGTH:,} characters"
    try:
        compiled = _compiled(expression, subject)
    except RuntimeError as error:
        return _first(str(error))
    if compiled.return_type().name() not in ("BOOL", "DYN"):
        return f"it gives {compiled.return_type().name().lower()}, not true or false"
    if builds(compiled.serialize()):
        return "a list or mapping in it holds more than plain values or one path; compare the values themselves"
    return ""


def evaluate(expression: str, subject: Subject, seen: Values, plan: Values) -> Answer:
    """Return whether an expression holds for one subject of a plan."""
    data: Mapping[str, Any] = {
        subject: seen,
        "plan": plan,
        "environment": plan.get("environment", ""),
        "protected": plan.get("protected") is True,
    }
    try:
        value = _compiled(expression, subject).eval(data=data)
        kind, held = value.type().name(), value.plain_value()
    except (RuntimeError, TypeError, ValueError, OverflowError, MemoryError) as error:
        return Answer(None, _first(str(error)))
    if kind == "BOOL":
        return Answer(held is True)
    return Answer(None, _first(str(held)) if kind == "ERROR" else f"it gave {kind.lower()}, not true or false")


@cache
def _compiled(expression: str, subject: Subject) -> Any:
    """Return an expression ready to run; RuntimeError when it is none."""
    return _environment(subject).compile(expression)


@cache
def _environment(subject: Subject) -> Any:
    """Return what an expression for a subject may name."""
    cel = _library()
    return cel.NewEnv(variables=dict.fromkeys({subject, *_COMMON}, cel.Type.DYN))


def _library() -> Any:
    """Return the library, imported when a project has rules of its own; ImportError when it is not installed."""
    return import_module("cel_expr_python.cel")


def _first(message: str) -> str:
    """Return the library's first complaint, with its place in the expression."""
    found = _PLACE.search(message)
    if found is None:
        return message.partition("\n")[0].partition(" [")[0]
    line, column, text = found.groups()
    place = f"column {column}" if line == "1" else f"line {line}, column {column}"
    said = text.removeprefix("Syntax error: ").replace("'<EOF>'", "the end")
    for rest in _TOO_MUCH:
        said = said.partition(rest)[0]
    return f"{said} (at {place})"
