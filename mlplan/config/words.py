"""Words: pydantic's errors as short sentences with a way out."""

from collections.abc import Callable, Iterable
from types import UnionType
from typing import Annotated, Any, Final, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from mlplan.config.validate import Fault
from mlplan.core import storage
from mlplan.core.address import KEY_PATTERN
from mlplan.core.source import YamlPath
from mlplan.kinds import naming

_SHORT: Final = 60
_NAME = "a name without spaces, dots, slashes, @ or characters that nobody can see"
_PATTERNS: Final[dict[str, str]] = {
    naming.UC_PATTERN: _NAME,
    naming.FULL_PATTERN: "a full name without spaces, slashes, @ or characters that nobody can see",
    naming.TEXT_PATTERN: "text on one line, without characters that nobody can see",
    naming.PATH_PATTERN: "an absolute workspace path such as /Shared/fraud",
    r"^([1-9][0-9]*|@[A-Za-z_][A-Za-z0-9_-]*)$": 'a version number, or "@alias"',
    r"^[A-Za-z_][A-Za-z0-9_-]*$": "made of letters, digits, _ and -, and begin with a letter or _",
    r"^[A-Za-z0-9_-]+$": "made of letters, digits, _ and -",
    rf"^[a-z_]+(\.{KEY_PATTERN})+$": "an address such as registered_model.fraud_score",
    storage.BUCKET: "a bucket's name: 3 to 63 lower-case letters, digits, - and .",
    storage.PREFIX: "made of letters, digits, and _ . = - between slashes",
    storage.ENDPOINT: "an https URL without a password; http only goes to this machine",
    r"^[a-z][a-z0-9-]*$": "made of lower-case letters, digits and -, and begin with a letter",
}
_TYPES: Final[dict[str, str]] = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "list_type": "a list",
}
_LIMITS: Final[dict[str, tuple[str, str]]] = {
    "greater_than_equal": ("must be at least {ge}", ""),
    "less_than_equal": ("must be at most {le}", ""),
    "greater_than": ("must be more than {gt}", ""),
    "less_than": ("must be less than {lt}", ""),
    "string_too_long": ("has more than {max_length} characters", "shorten it"),
    "string_too_short": ("has fewer than {min_length} characters", ""),
    "too_long": ("has more than {max_length} entries", ""),
    "too_short": ("is empty", "add an entry, or remove the field"),
}


def explain(model: type[BaseModel], path: YamlPath, value: object, errors: list[ErrorDetails]) -> Fault:
    """Return the errors of one value as one fault."""
    chosen = next((one for one in errors if not one["type"].endswith("_type")), errors[0])
    name = _named(path)
    special = _SPECIAL.get(chosen["type"])
    if special is not None:
        return special(model, path, name, value, chosen)
    if chosen["type"] in _TYPES:
        return _wrong_type(path, name, value, errors)
    context: dict[str, Any] = chosen.get("ctx") or {}
    if chosen["type"] in _LIMITS:
        summary, hint = _LIMITS[chosen["type"]]
        return Fault(path, "MLE204", f"{name} {summary.format(**context)}", hint)
    return Fault(path, "MLE204", f"{name}: {chosen['msg']}")


def suggest(word: str, known: Iterable[str]) -> str:
    """Return a question that names the nearest known word, or nothing."""
    import difflib  # noqa: PLC0415 - only a mistake needs it

    choices = list(known)
    near = difflib.get_close_matches(word, choices, n=1, cutoff=0.6)
    near = near or [one for one in choices if one.lower() == word.lower() or one.endswith(f"_{word}")]
    return f"did you mean `{near[0]}`?" if near else ""


def listed(known: Iterable[str], most: int = 12) -> str:
    """Return a few known words, to choose from."""
    choices = list(known)
    rest = f" and {len(choices) - most} more" if len(choices) > most else ""
    return ", ".join(choices[:most]) + rest


def kind_of_value(value: object) -> str:
    """Return what sort of value was written."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true or false"
    names: dict[type, str] = {int: "a number", float: "a number", str: "text", list: "a list", dict: "a mapping"}
    return names.get(type(value), "something else")


def _named(path: YamlPath) -> str:
    """Return how a sentence calls the value at a path."""
    field = next((str(segment) for segment in reversed(path) if isinstance(segment, str)), "")
    return f"`{field}`" if isinstance(path[-1] if path else 0, str) else f"an entry of `{field}`" if field else "this"


def _unknown_field(model: type[BaseModel], path: YamlPath, name: str, value: object, error: ErrorDetails) -> Fault:
    """Explain a field that does not exist."""
    del value, error
    fields = _fields(model, path[:-1])
    if path[-1] == "auto_capture_config":
        return Fault(
            path,
            "MLE207",
            "`auto_capture_config` is the legacy inference table, which can no longer be turned on",
            "use `ai_gateway: {inference_table_config: {...}}` with the same fields",
            at_key=True,
        )
    hint = suggest(str(path[-1]), fields) or f"the fields are {listed(fields)}"
    return Fault(path, "MLE200", f"there is no field {name} here", hint, at_key=True)


def _missing(model: type[BaseModel], path: YamlPath, name: str, value: object, error: ErrorDetails) -> Fault:
    """Explain a field that must be there."""
    del model, value, error
    return Fault(path, "MLE201", f"{name} is missing", "add it", at_key=True)


def _choice(model: type[BaseModel], path: YamlPath, name: str, value: object, error: ErrorDetails) -> Fault:
    """Explain a value that is none of the allowed ones."""
    del model
    choices = _choices(error)
    near = suggest(value, choices) if isinstance(value, str) else ""
    hint = f"{near} It is one of {listed(choices)}" if near else f"it is one of {listed(choices)}"
    shown = isinstance(value, str) and value.isprintable() and len(value) <= _SHORT
    return Fault(path, "MLE203", f"{name} cannot be {f'`{value}`' if shown else kind_of_value(value)}", hint)


def _pattern(model: type[BaseModel], path: YamlPath, name: str, value: object, error: ErrorDetails) -> Fault:
    """Explain a text of the wrong form."""
    del model, value
    pattern = (error.get("ctx") or {}).get("pattern", "")
    words = _PATTERNS.get(pattern)
    return Fault(path, "MLE204", f"{name} must be {words}" if words else f"{name} must match {pattern}")


def _wrong_type(path: YamlPath, name: str, value: object, errors: list[ErrorDetails]) -> Fault:
    """Explain a value of the wrong type."""
    wanted = list(dict.fromkeys(_TYPES.get(one["type"], "something else") for one in errors))
    hint = ""
    if "text" in wanted and isinstance(value, int | float):
        hint = "quote it, or give the variable behind it the type string"
    elif isinstance(value, str) and not {"a mapping", "a list", "text"} & set(wanted):
        hint = "remove the quotes"
    elif value is None:
        hint = "write a value, or remove the line"
    return Fault(path, "MLE202", f"{name} must be {' or '.join(wanted)}, not {kind_of_value(value)}", hint)


_Special = Callable[[type[BaseModel], YamlPath, str, object, ErrorDetails], Fault]
_SPECIAL: Final[dict[str, _Special]] = {
    "extra_forbidden": _unknown_field,
    "missing": _missing,
    "literal_error": _choice,
    "string_pattern_mismatch": _pattern,
}


def _choices(error: ErrorDetails) -> list[str]:
    """Return the values that a literal allows, from pydantic's own sentence."""
    expected = str((error.get("ctx") or {}).get("expected", ""))
    return [part.strip("' ") for part in expected.replace(" or ", ", ").split(",") if part.strip()]


def _fields(model: type[BaseModel], path: YamlPath) -> list[str]:
    """Return the fields of the model that stands at a path."""
    at: object = model
    for segment in path:
        at = _step(at, segment)
    found = _model(at)
    return [info.alias or name for name, info in found.model_fields.items()] if found else []


def _step(at: object, segment: str | int) -> object:
    """Return the annotation one segment further."""
    found = _model(at)
    if found is not None and isinstance(segment, str):
        for name, info in found.model_fields.items():
            if segment in (name, info.alias):
                return info.annotation
    return at


def _model(annotation: object) -> type[BaseModel] | None:
    """Return the model inside an annotation."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    origin = get_origin(annotation)
    if origin is Annotated:
        return _model(get_args(annotation)[0])
    if origin in (Union, UnionType, list, dict):
        found = [_model(arg) for arg in get_args(annotation)]
        return next((one for one in found if one is not None), None)
    return None
