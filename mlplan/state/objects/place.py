"""Place: one environment's corner of a store, where a write either happened or did not.

An answer can be lost after the write, and then the same write clashes with itself. So whatever is not a clear
success is read back: bytes equal to ours are our own success, since no two writes ever have the same bytes.
Each holds what is used once: a nonce, an epoch with a serial, or a number in a journal.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Final

from mlplan.core.effect import Effects
from mlplan.core.errors import StateError
from mlplan.state.objects.port import Clash, Found, Lost, ObjectStore

_PAUSES: Final = (0.1, 0.3, 1.0, 3.0)
"""Seconds before each further attempt of a write that certainly did not happen yet."""

_FEW, _AT_ONCE = 4, 16


class Place:
    """The objects of one environment."""

    def __init__(self, store: ObjectStore, prefix: str, effects: Effects) -> None:
        """Look below a prefix that need not be there yet."""
        self.effects = effects
        self.doubt = False
        """A write was given up and may still happen: what is here must be fenced before the next run relies on it."""
        self._store = store
        self._prefix = prefix

    def called(self, key: str) -> str:
        """Return the name by which people find an object."""
        return f"{self._store.name}/{self._prefix}/{key}"

    @property
    def foreign_tag(self) -> str:
        """Return a tag that no object has."""
        return self._store.foreign_tag

    def get(self, key: str) -> Found | None:
        """Return an object, None when there is none."""
        return self._store.get(f"{self._prefix}/{key}")

    def all(self, keys: Sequence[str]) -> Iterator[Found | None]:
        """Yield objects in the order of their keys; many are asked for at once."""
        if len(keys) < _FEW:
            yield from map(self.get, keys)
            return
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            yield from pool.map(self.get, keys)

    def names(self, prefix: str) -> list[str]:
        """Return all keys that begin so, sorted."""
        start = len(self._prefix) + 1
        return [name[start:] for name in self._store.names(f"{self._prefix}/{prefix}")]

    def write(self, label: str, key: str, data: bytes, tag: str | None) -> str:
        """Write an object that has this tag and return its new one; Clash when it is another's, StateError when unclear."""
        why = ""
        for pause in (*_PAUSES, 0.0):
            try:
                return self.attempt(label, key, data, tag)
            except Clash:
                lost = False
            except Lost as error:
                lost, why = True, str(error)
            found = self._read_back(key, why)
            if found is not None and found.data == data:
                return found.tag
            if not lost or (found.tag if found else None) != tag:
                raise Clash(key)
            self.effects.clock.sleep(pause)
        self.doubt = True
        raise unclear(self.called(key), why)

    def attempt(self, label: str, key: str, data: bytes, tag: str | None) -> str:
        """Write an object once, whatever comes of it; Clash or Lost as the store says."""
        return self.effects.run(label, lambda: self._store.put(f"{self._prefix}/{key}", data, tag))

    def drop(self, label: str, keys: Sequence[str]) -> None:
        """Remove what is of no use any more; what stays does no harm."""
        if keys:
            with suppress(StateError, Lost):
                self.effects.run(label, lambda: self._store.delete([f"{self._prefix}/{key}" for key in keys]))

    def _read_back(self, key: str, why: str) -> Found | None:
        """Return what is there after a write that was not a clear success."""
        try:
            return self.get(key)
        except StateError as error:
            self.doubt = True
            raise unclear(self.called(key), why or str(error)) from error


def unclear(name: str, why: str) -> StateError:
    """Return the error for a write whose outcome stays open."""
    hint = "nothing else is begun; run again when the store answers: mlplan looks first at what is there"
    return StateError(f"no clear answer on writing {name}: {why}", code="MLE614", hint=hint)
