"""Stale: a store whose readers lag behind its writers, object by object.

While it is switched on, the first `reads` requests that read an object after a change of it see
it as it was before, which may be not at all. Requests that write always see what is there.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from mlplan.providers.local.store import Row, Store

Key = tuple[str, str]


@dataclass(slots=True)
class _Before:
    """An object as it was before the changes that readers do not see yet."""

    row: Row | None
    left: int


class EventualStore(Store):
    """A store that can lag."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._reads = 0
        self._kinds: frozenset[str] = frozenset()
        self._before: dict[Key, _Before] = {}
        self._local = threading.local()

    def lag(self, reads: int, kinds: Sequence[str] = ()) -> None:
        """Let readers lag behind by so many requests, for these kinds or for all; 0 ends it."""
        with self._lock:
            self._reads, self._kinds = reads, frozenset(kinds)
            if not reads:
                self._before.clear()

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Show this thread what readers see; each object that it looks at is one read nearer to the truth."""
        if not self._before:
            yield
            return
        seen: set[Key] = set()
        self._local.seen = seen
        try:
            yield
        finally:
            self._local.seen = None
            self._count(seen)

    @contextmanager
    def change(self) -> Iterator[None]:
        """Make a change, which builds on what is there, even when a reader makes it by looking."""
        seen: set[Key] | None = getattr(self._local, "seen", None)
        self._local.seen = None
        try:
            with super().change():
                yield
        finally:
            self._local.seen = seen

    def get(self, kind: str, id: str) -> Row | None:  # noqa: A002 - the word of the house
        """Return one object."""
        before = self._old((kind, id))
        return super().get(kind, id) if before is None else before.row

    def find(self, kind: str, id: str) -> tuple[int, str] | None:  # noqa: A002
        """Return the number and status of one object."""
        before = self._old((kind, id))
        if before is None:
            return super().find(kind, id)
        return None if before.row is None else (before.row.uid, before.row.status)

    def of_kind(self, kind: str) -> list[Row]:
        """Return all objects of a kind, by id."""
        return self._lagging(super().of_kind(kind), lambda row: row.kind == kind)

    def children(self, uid: int) -> list[Row]:
        """Return what lives in an object or is attached to it."""
        return self._lagging(super().children(uid), lambda row: row.parent == uid)

    def add(self, row: Row) -> None:
        """Keep a new object."""
        self._remember((row.kind, row.id), None)
        super().add(row)

    def put(self, row: Row) -> None:
        """Keep an object as it is now; its uid tells which one."""
        if self._reads:
            there = self._by_uid(row.uid)
            assert there is not None
            self._remember((there.kind, there.id), there)
            if there.id != row.id:
                self._remember((row.kind, row.id), None)
        super().put(row)

    def remove(self, uid: int) -> None:
        """Forget an object."""
        there = self._by_uid(uid) if self._reads else None
        if there is not None:
            self._remember((there.kind, there.id), there)
        super().remove(uid)

    def _remember(self, key: Key, row: Row | None) -> None:
        """Keep an object as readers go on to see it: as it was before the first change that they do not see."""
        if self._reads and (not self._kinds or key[0] in self._kinds):
            older = self._before.get(key)
            self._before[key] = _Before(older.row if older else row, self._reads)

    def _old(self, key: Key) -> _Before | None:
        """Return the object as this thread sees it when that is not how it is."""
        seen: set[Key] | None = getattr(self._local, "seen", None)
        before = None if seen is None else self._before.get(key)
        if before is not None and seen is not None:
            seen.add(key)
        return before

    def _lagging(self, rows: list[Row], belongs: Callable[[Row], bool]) -> list[Row]:
        """Return a list as this thread sees it."""
        if getattr(self._local, "seen", None) is None or not self._before:
            return rows
        kept = [row for row in rows if self._old((row.kind, row.id)) is None]
        for key, before in list(self._before.items()):
            if before.row is not None and belongs(before.row):
                self._old(key)
                kept.append(before.row)
        return sorted(kept, key=lambda row: (row.kind, row.id))

    def _count(self, seen: set[Key]) -> None:
        """Take note that a request has looked at these objects."""
        with self._lock:
            for key in seen & self._before.keys():
                self._before[key].left -= 1
                if self._before[key].left <= 0:
                    del self._before[key]

    def _by_uid(self, uid: int) -> Row | None:
        """Return the object with this number, as it is."""
        found = self._query("SELECT kind, id FROM objects WHERE uid = ?", (uid,))
        return super().get(*found[0]) if found else None
