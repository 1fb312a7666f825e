"""The file: what is kept is whole, survives, and is never mistaken for something else."""

import sqlite3
import threading

import pytest

from mlplan.core.errors import Unavailable
from mlplan.providers.local.store import Row, Store


@pytest.fixture
def store(tmp_path):
    made = Store(tmp_path / "deep" / "w.db")
    yield made
    made.close()


def row(uid, id_="a", **values):
    return Row(uid, "catalog", id_, None, values, {}, "live", {})


def add(store, id_="a", **values):
    with store.change():
        made = row(store.next_uid(), id_, **values)
        store.add(made)
    return made


def test_reading_before_anything_is_written_shows_nothing_and_makes_nothing(store):
    assert store.get("catalog", "a") is None
    assert (store.kinds(), store.of_kind("catalog"), store.note("now", 3)) == ([], [], 3)
    assert not store.path.parent.exists()


def test_reading_leaves_the_file_as_it_is(store):
    add(store)
    store.close()
    before = store.path.stat().st_mtime_ns, sorted(store.path.parent.iterdir())
    assert store.get("catalog", "a") is not None
    store.close()
    assert (store.path.stat().st_mtime_ns, sorted(store.path.parent.iterdir())) == before


def test_what_is_kept_is_there_for_the_next_one(store):
    made = add(store, name="main", tags={"ä": "\ud800"})
    store.close()
    assert Store(store.path).get("catalog", "a") == made
    assert store.many("catalog", ["a", "b"]) == [made]
    assert store.existing("catalog", ["b", "a"]) == ["a"]


def test_a_change_that_fails_leaves_nothing_behind(store):
    add(store)

    def half():
        with store.change():
            store.add(row(store.next_uid(), "b"))
            raise KeyError

    with pytest.raises(KeyError):
        half()
    assert [one.id for one in store.of_kind("catalog")] == ["a"]
    add(store, "c")
    assert [one.id for one in store.of_kind("catalog")] == ["a", "c"]


def test_numbers_are_never_given_twice(store):
    first = add(store)
    with store.change():
        store.remove(first.uid)
    assert add(store).uid > first.uid


@pytest.mark.parametrize("writer", [False, True], ids=["reads", "writes"])
@pytest.mark.parametrize(
    "content", [b"not a database at all, but long enough to look at" * 50, b"x"], ids=["text", "short"]
)
def test_a_file_that_is_no_workspace_is_never_taken_for_an_empty_one(tmp_path, content, writer):
    path = tmp_path / "w.db"
    path.write_bytes(content)
    store = Store(path)
    with pytest.raises(Unavailable) as caught:
        add(store) if writer else store.get("catalog", "a")
    store.close()
    assert caught.value.code == "MLE533"
    assert path.read_bytes() == content


def test_the_database_of_another_program_is_left_alone(tmp_path):
    connection = sqlite3.connect(tmp_path / "w.db")
    connection.execute("CREATE TABLE objects (mine)")
    connection.close()
    before = (tmp_path / "w.db").read_bytes()
    store = Store(tmp_path / "w.db")
    for call in (lambda: store.get("catalog", "a"), lambda: add(store)):
        with pytest.raises(Unavailable, match="something else"):
            call()
    assert (tmp_path / "w.db").read_bytes() == before


def test_a_workspace_of_a_newer_mlplan_is_refused(store):
    add(store)
    store.close()
    connection = sqlite3.connect(store.path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    for call in (lambda: store.get("catalog", "a"), lambda: add(store, "b")):
        with pytest.raises(Unavailable, match="newer mlplan"):
            call()


def test_two_stores_over_one_file_see_each_other(store):
    other = Store(store.path)
    threads = [
        threading.Thread(target=lambda one=one, n=n: [add(one, f"{n}-{i}") for i in range(5)])
        for n, one in enumerate((store, other, store, other))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(store.of_kind("catalog")) == len(other.of_kind("catalog")) == 20
    assert len({one.uid for one in store.of_kind("catalog")}) == 20
    other.close()
