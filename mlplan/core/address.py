"""Address: the name of a resource inside a project, `kind.key`.

Addresses travel as plain strings (`model_alias.fraud_score.champion`), because plans and
state hold tens of thousands of them. The kind never holds a dot; the key may.
"""

import re

KEY_PATTERN = r"[A-Za-z_][A-Za-z0-9_-]*"
_ADDRESS = re.compile(rf"[a-z_]+(\.{KEY_PATTERN})+")


def join(kind: str, *keys: str) -> str:
    """Return the address of `keys` under `kind`."""
    return ".".join((kind, *keys))


def kind_of(address: str) -> str:
    """Return the kind part of an address."""
    return address.partition(".")[0]


def key_of(address: str) -> str:
    """Return the key part of an address, dots included."""
    return address.partition(".")[2]


def is_address(text: str) -> bool:
    """Tell whether `text` has the form of an address."""
    return _ADDRESS.fullmatch(text) is not None
