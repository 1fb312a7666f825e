"""Lists or single reads: whichever is cheaper, and a list never proves that something changed."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from mlplan.core.provider import Wanted
from mlplan.providers.databricks.listing import FEW, PER_PAGE, Look, Looks, budget, listed


def ids(count):
    return [f"x{number}" for number in range(count)]


def pages(*names, read):
    for page in names:
        read.append(page)
        yield [{"name": name} for name in page]


def test_few_are_read_one_by_one():
    read = []
    assert listed(ids(FEW), lambda: pages(ids(FEW), read=read), lambda raw: raw["name"], lambda *_: True) == (
        [],
        ids(FEW),
    )
    assert read == []


def test_many_come_from_a_list_that_stops_when_all_are_there():
    read = []
    wanted = ids(10)
    found, left = listed(wanted, lambda: pages(wanted, ["y"], read=read), lambda raw: raw["name"], lambda *_: True)
    assert ([raw["name"] for raw in found], left) == (wanted, [])
    assert len(read) == 1


def test_what_a_list_shows_otherwise_than_declared_is_read_again():
    found, left = listed(ids(10), lambda: pages(ids(10), read=[]), lambda raw: raw["name"], lambda id_, _: id_ != "x3")
    assert left == ["x3"]
    assert len(found) == 9


@pytest.mark.parametrize("count", [5, PER_PAGE, 10 * PER_PAGE])
def test_a_long_list_is_left_when_single_reads_are_cheaper(count):
    read = []
    _, left = listed(ids(count), lambda: pages(*[["y"]] * 1000, read=read), lambda raw: raw["name"], lambda *_: True)
    assert len(read) == budget(count)
    assert left == ids(count)


def test_a_read_that_two_kinds_need_is_made_once():
    asked = []
    begun, go = threading.Event(), threading.Event()

    def read():
        asked.append(1)
        begun.set()
        go.wait(5)
        return "raw"

    with ThreadPoolExecutor(2) as pool:
        look = Look({}, pool)
        first = pool.submit(look.once, "key", read)
        begun.wait(5)
        second = pool.submit(look.once, "key", read)
        go.set()
        assert (first.result(), second.result(), len(asked)) == ("raw", "raw", 1)


def test_a_read_that_failed_fails_for_all_who_asked():
    with ThreadPoolExecutor(1) as pool:
        look = Look({}, pool)
        for _ in range(2):
            with pytest.raises(ZeroDivisionError):
                look.once("key", lambda: 1 // 0)


def test_an_announced_look_answers_each_kind_once_and_later_reads_start_anew():
    looks = Looks(2)
    wanted = {"schema": {"main.ml": Wanted({}, None)}}
    looks.announce(wanted)
    first, second = looks.take("schema", ["main.ml"]), looks.take("schema", ["main.ml"])
    other = looks.take("volume", ["v"])
    assert first.wanted is wanted
    assert second.wanted["schema"]["main.ml"] == Wanted()
    assert list(other.wanted) == ["volume"]
    looks.close()


def test_fields_that_cost_a_request_matter_when_declared_recorded_or_unknown():
    looks = Looks(1)
    looks.announce(
        {"registered_model": {"a": Wanted({"tags": {}}, None), "b": Wanted({}, {"tags": {}}), "c": Wanted({})}}
    )
    found = [looks.matters("registered_model", name, "tags") for name in ("a", "b", "c", "never announced")]
    assert found == [True, True, False, True]
    looks.close()
