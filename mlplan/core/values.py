"""Values: what configuration, state and live objects are made of once the gate has passed.

Plain JSON values, because at ten thousand resources kept models cost two to four times the
time and twice the memory of dicts. `Unknown` marks the values that only apply can tell.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

Values = dict[str, Any]
"""The fields of one resource or object: JSON values, and `Unknown` in a desired one."""

_REFERENCE = re.compile(r"\$\{resources\.([a-z_]+)\.([^.{}]+)\.([^{}]+)\}")


class Unknown(str):
    """A text with references whose values are known only after apply."""

    __slots__ = ()

    def targets(self) -> Iterator["Target"]:
        """Yield each reference that the text holds."""
        for match in _REFERENCE.finditer(self):
            yield Target(*match.groups())

    def resolve(self, lookup: "Callable[[Target], object]") -> object:
        """Return the text with each reference replaced by its value.

        A text that is one reference and nothing else keeps the type of the value. The result
        is again `Unknown` when `lookup` answers with an `Unknown`.
        """
        whole = _REFERENCE.fullmatch(self)
        if whole:
            return lookup(Target(*whole.groups()))
        found = [lookup(target) for target in self.targets()]
        parts = iter(found)
        text = _REFERENCE.sub(lambda _match: str(next(parts)), self)
        return Unknown(text) if any(isinstance(value, Unknown) for value in found) else text


class Target(NamedTuple):
    """What a reference points at: a field of a resource, by the plural name of its kind."""

    plural: str
    key: str
    field: str


def map_unknown(value: object, change: Callable[[Unknown], object]) -> object:
    """Return `value` with every `Unknown` in it replaced by `change` of it."""
    if isinstance(value, Unknown):
        return change(value)
    if isinstance(value, dict):
        return {key: map_unknown(item, change) for key, item in value.items()}
    if isinstance(value, list):
        return [map_unknown(item, change) for item in value]
    return value


def has_unknown(value: object) -> bool:
    """Tell whether any `Unknown` is inside `value`."""
    inside: Iterable[object] = ()
    if isinstance(value, dict):
        inside = value.values()
    elif isinstance(value, list):
        inside = value
    for item in inside:
        if type(item) is not str and has_unknown(item):  # plain texts are most of it
            return True
    return isinstance(value, Unknown)
