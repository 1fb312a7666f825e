"""Stand-in: what recording and replaying providers have in common: nothing is written, and abilities are those of another."""

from collections.abc import Mapping
from functools import cache
from typing import Any, NoReturn, TypeVar

from mlplan.core.change import Object
from mlplan.core.provider import Edit, Handler
from mlplan.core.values import Values

T = TypeVar("T")
Abilities = Mapping[type[Any], bool]
"""Classes with a method each, and whether an object is to have it."""


class ReadOnly(Handler):
    """A handler behind which nothing can be changed; no apply ever gets one."""

    def create(self, id: str, desired: Values) -> Object:  # noqa: A002, ARG002 - the words of the port
        """Refuse to make an object."""
        _never("create", id)

    def update(self, id: str, edit: Edit) -> Object:  # noqa: A002, ARG002
        """Refuse to change an object."""
        _never("update", id)

    def delete(self, id: str, recorded: Values) -> None:  # noqa: A002, ARG002
        """Refuse to take an object down."""
        _never("delete", id)


class Waiting:
    """Tells that objects of the kind take time, which steps of a plan depend on."""

    def wait(self, id: str) -> Object:  # noqa: A002
        """Refuse to wait: nothing was made."""
        _never("wait for", id)


def made_of(base: type[T], abilities: Abilities) -> type[T]:
    """Return a class with just the abilities that are given: an object has one when it has the method."""
    plain: Any = base  # mypy takes a class of an unknown type for unhashable
    composed: type[T] = _composed(plain, tuple(ability for ability, given in abilities.items() if given))
    return composed


@cache
def _composed(base: Any, abilities: tuple[Any, ...]) -> Any:
    """Return the class of these abilities, made once."""
    return type(base.__name__, (*abilities, base), {}) if abilities else base


def _never(verb: str, id_: str) -> NoReturn:
    """Stop a write, which is a bug of whoever tries it."""
    raise AssertionError(f"a recording cannot {verb} {id_}")
