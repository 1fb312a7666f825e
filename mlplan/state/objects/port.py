"""Port: what mlplan asks of a store of objects, such as a bucket.

An author of a store promises: whoever reads after a write has ended sees that write, in `get` and in `names`; and of
all writes with the same condition at most one is carried out. The second is put to the test before each run that
writes (see `probe`). Everything else is made of these: the lock, its epochs, and state that no two runs replace.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Final, NamedTuple

LARGEST: Final = 1 << 28
"""Bytes; a larger object is not ours, and reading it would only exhaust memory."""


class Found(NamedTuple):
    """An object as it is now."""

    data: bytes
    tag: str
    """Whatever the store calls this content by; nothing but equality means anything."""


class Clash(Exception):
    """The condition of a write does not hold: something else is there."""


class Lost(Exception):
    """No answer, or one that leaves open whether the write was carried out; its text says what happened."""


class ObjectStore(ABC):
    """Objects by key. A failure that cannot be a success in disguise is a StateError in words."""

    name: str
    """What people call it: s3://bucket."""
    foreign_tag: str
    """A tag of the right form that no object has."""

    @abstractmethod
    def get(self, key: str) -> Found | None:
        """Return an object, None when there is certainly none; StateError when that is not known."""

    @abstractmethod
    def put(self, key: str, data: bytes, tag: str | None) -> str:
        """Write an object that has this tag, or is not there when the tag is None; return its new tag.

        Clash when the condition does not hold, Lost when nobody knows. One attempt, and it must end in a
        time that is short against a lease.
        """

    @abstractmethod
    def names(self, prefix: str) -> list[str]:
        """Return all keys that begin so, sorted."""

    @abstractmethod
    def delete(self, keys: Sequence[str]) -> None:
        """Remove objects, those of them that are there; nothing ever depends on that they are gone."""
