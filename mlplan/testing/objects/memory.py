"""Memory store: objects of one process, and around any store the faults that networks and stores have."""

import hashlib
import threading
from collections.abc import Callable, Sequence
from typing import Literal

from mlplan.core.errors import StateError
from mlplan.state.objects.port import Clash, Found, Lost, ObjectStore

Fault = Literal["", "lost before", "lost after", "late", "conflict", "refused"]
"""An answer is lost before the write happened or after, the write happens only later, the store asks to try again, or says no."""


class MemoryStore(ObjectStore):
    """Objects in a dictionary; a careless one takes conditions and ignores them."""

    name = "memory://"
    foreign_tag = "0" * 64

    def __init__(self, *, careless: bool = False) -> None:
        """Be empty."""
        self.objects: dict[str, bytes] = {}
        self._careless = careless
        self._turn = threading.Lock()

    def get(self, key: str) -> Found | None:
        """Return an object, None when there is none."""
        data = self.objects.get(key)
        return None if data is None else Found(data, hashlib.sha256(data).hexdigest())

    def put(self, key: str, data: bytes, tag: str | None) -> str:
        """Write an object that has this tag, or is not there when the tag is None."""
        with self._turn:
            there = self.get(key)
            if not self._careless and (there.tag if there else None) != tag:
                raise Clash(key)
            self.objects[key] = data
        return hashlib.sha256(data).hexdigest()

    def names(self, prefix: str) -> list[str]:
        """Return all keys that begin so, sorted."""
        return sorted(key for key in list(self.objects) if key.startswith(prefix))

    def delete(self, keys: Sequence[str]) -> None:
        """Remove objects, those of them that are there."""
        for key in keys:
            self.objects.pop(key, None)


class FaultyStore(ObjectStore):
    """Any store, whose writes may go wrong; `fault` is asked with the number of each request and its key."""

    def __init__(self, inner: ObjectStore, fault: Callable[[int, str], Fault]) -> None:
        """Count requests from zero."""
        self.name = inner.name
        self.foreign_tag = inner.foreign_tag
        self.requests = 0
        self._inner = inner
        self._fault = fault
        self._late: list[tuple[str, bytes, str | None]] = []

    def get(self, key: str) -> Found | None:
        """Return an object, or say that the store cannot be read."""
        self._reading(key)
        return self._inner.get(key)

    def names(self, prefix: str) -> list[str]:
        """Return all keys that begin so, or say that the store cannot be read."""
        self._reading(prefix)
        return self._inner.names(prefix)

    def put(self, key: str, data: bytes, tag: str | None) -> str:
        """Write, as well as the fault lets it."""
        fault = self._next(key)
        if fault == "refused":
            raise StateError("access denied", code="MLE615", hint="")
        if fault in ("lost before", "conflict"):
            raise Lost(fault)
        if fault == "late":
            self._late.append((key, data, tag))
            raise Lost(fault)
        made = self._inner.put(key, data, tag)
        if fault == "lost after":
            raise Lost(fault)
        return made

    def delete(self, keys: Sequence[str]) -> None:
        """Remove objects, as well as the fault lets it."""
        if self._next(keys[0]):
            raise Lost("no answer")
        self._inner.delete(keys)

    def arrive(self) -> int:
        """Carry out what was late, as far as its conditions hold by now; return how much of it was taken."""
        taken = 0
        for key, data, tag in self._late:
            try:
                self._inner.put(key, data, tag)
            except Clash:
                continue
            taken += 1
        self._late.clear()
        return taken

    def _reading(self, key: str) -> None:
        """Pass a request that changes nothing; any fault makes it fail."""
        if self._next(key):
            raise StateError(f"cannot read {key}: no answer", code="MLE614", hint="")

    def _next(self, key: str) -> Fault:
        """Count a request and return its fault."""
        self.requests += 1
        return self._fault(self.requests - 1, key)
