"""Secret: a value that mlplan refers to and never holds.

A secret in configuration is `{{secrets/scope/key}}`, which Databricks resolves when serving, or
`{env: NAME}`, whose variable is read at the moment of the call and never stored. Literals are refused.
"""

import os
import re
from collections.abc import Mapping

REFERENCE = re.compile(r"\{\{secrets/[A-Za-z0-9_.@-]{1,128}/[A-Za-z0-9_.@-]{1,128}\}\}")
VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_SECRET_NAME = re.compile(r"(^|_)(api_?key|key|token|secret|password|passwd|pwd|credentials?)(_|$)", re.IGNORECASE)
_NO_SECRET = frozenset(("kms_key_id",))
_SECRET_TEXT = re.compile(r"\b(dapi[0-9a-f]{16,}|sk-[A-Za-z0-9_-]{16,}|ghp_[A-Za-z0-9]{20,}|AKIA[0-9A-Z]{12,})")

_LOGIN = re.compile(r"(https?://)[^/\s@]+@|(://)[^/\s@:]*:[^/\s@]*@", re.IGNORECASE)
MASK = "***"


def is_reference(value: object) -> bool:
    """Tell whether `value` is a `{{secrets/scope/key}}` reference."""
    return isinstance(value, str) and REFERENCE.fullmatch(value) is not None


def is_variable(value: object) -> bool:
    """Tell whether `value` names an environment variable as `{env: NAME}`."""
    if not isinstance(value, dict) or set(value) != {"env"}:
        return False
    name = value["env"]
    return isinstance(name, str) and VARIABLE.fullmatch(name) is not None


def looks_secret(name: str, value: str) -> bool:
    """Tell whether a plain setting is likely a secret, by its name or by the form of its value."""
    named = name not in _NO_SECRET and _SECRET_NAME.search(name) is not None
    return named or _SECRET_TEXT.search(value) is not None


def has_login(text: str) -> bool:
    """Tell whether a text holds a URL with a password, or with anything before the host that may be a token."""
    return "://" in text and _LOGIN.search(text) is not None


def masked(text: str, name: str = "") -> str:
    """Return a text of others as it may be kept: masked when it is likely a secret, and URLs without who signs in."""
    return MASK if looks_secret(name, text) else _LOGIN.sub(rf"\1\2{MASK}@", text)


def reveal(value: object, environment: Mapping[str, str] = os.environ) -> object:
    """Return `value` with each `{env: NAME}` in it replaced by the variable's content.

    Only providers call this, on the very body that they send. Raises KeyError with the
    variable's name when it is not set.
    """
    if is_variable(value):
        assert isinstance(value, dict)
        return environment[value["env"]]
    if isinstance(value, dict):
        return {key: reveal(item, environment) for key, item in value.items()}
    if isinstance(value, list):
        return [reveal(item, environment) for item in value]
    return value
