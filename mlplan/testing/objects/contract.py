"""Store contract: what every store of objects must do before mlplan keeps state in it.

Derive a pytest class, and say in a fixture what the store is:

    class TestMine(StoreContract):
        @pytest.fixture
        def store(self):
            return MyStore(...)
"""

from collections.abc import Callable
from threading import Barrier, Thread
from uuid import uuid4

import pytest

from mlplan.state.objects.port import Clash, ObjectStore

ROUNDS, WRITERS = 20, 4


class StoreContract:
    """Absence is told, conditions are heeded, and what was written is seen."""

    @pytest.fixture
    def key(self) -> str:
        """Return a key that nobody has used; it has what keys of state have."""
        return f"contract/{uuid4().hex}/fraud-1/0000000001-0000000002.json"

    def test_absence_is_a_value(self, store: ObjectStore, key: str) -> None:
        """Nothing is there, and nothing is listed."""
        assert store.get(key) is None
        assert store.names(key) == []

    @pytest.mark.parametrize("data", [b"", b"{}\n", bytes(range(256)) * 4000], ids=["empty", "small", "1 MB"])
    def test_what_is_written_is_read(self, store: ObjectStore, key: str, data: bytes) -> None:
        """At once, in full, and under the tag that the write returned."""
        tag = store.put(key, data, None)
        assert store.get(key) == (data, tag)

    def test_another_content_has_another_tag(self, store: ObjectStore, key: str) -> None:
        """So that a condition on the tag is one on the content."""
        first = store.put(key, b"one", None)
        assert store.put(key, b"two", first) != first

    def test_a_write_that_expects_nothing_clashes_with_anything(self, store: ObjectStore, key: str) -> None:
        """And leaves it as it is."""
        store.put(key, b"one", None)
        with pytest.raises(Clash):
            store.put(key, b"two", None)
        assert _data(store, key) == b"one"

    def test_a_write_that_expects_another_content_clashes(self, store: ObjectStore, key: str) -> None:
        """Be it an earlier one, one that never was, or any where there is none."""
        first = store.put(key, b"one", None)
        store.put(key, b"two", first)
        for tag in (first, store.foreign_tag):
            with pytest.raises(Clash):
                store.put(key, b"three", tag)
        with pytest.raises(Clash):
            store.put(f"{key}.missing", b"three", first)
        assert _data(store, key) == b"two"
        assert store.get(f"{key}.missing") is None

    def test_names_are_sorted_and_complete(self, store: ObjectStore, key: str) -> None:
        """Of all keys that begin so, and of no others."""
        expected = [f"{key}/{number:04d}" for number in range(30)]
        for name in reversed(expected):
            store.put(name, b"", None)
        store.put(f"{key}x", b"", None)
        assert store.names(f"{key}/") == expected

    def test_what_is_deleted_is_gone_and_may_be_gone_before(self, store: ObjectStore, key: str) -> None:
        """Removing is only ever tidying up."""
        store.put(key, b"", None)
        store.delete([key, f"{key}.missing"])
        store.delete([key])
        assert store.get(key) is None
        store.put(key, b"again", None)

    def test_of_writers_at_the_same_moment_one_wins(self, store: ObjectStore, key: str) -> None:
        """Whether they all expect nothing or all the same content, and what is there is the winner's."""
        tag: str | None = None
        for number in range(ROUNDS):
            won = _race(lambda name, tag=tag, number=number: store.put(key, b"%d %d" % (number, name), tag))  # type: ignore[misc]
            assert len(won) == 1
            found = store.get(key)
            assert found == (b"%d %d" % (number, won[0][0]), won[0][1])
            tag = won[0][1]


def _race(write: Callable[[int], str]) -> list[tuple[int, str]]:
    """Let threads write at the same moment; return those that were not told of a clash, and their tags."""
    barrier, won = Barrier(WRITERS), []

    def work(name: int) -> None:
        barrier.wait()
        try:
            won.append((name, write(name)))
        except Clash:
            return

    threads = [Thread(target=work, args=(name,)) for name in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return won


def _data(store: ObjectStore, key: str) -> bytes:
    """Return the content of an object that is there."""
    found = store.get(key)
    assert found is not None
    return found.data
