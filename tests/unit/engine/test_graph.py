import pytest

from mlplan.engine.graph import CycleError, order, reach, reverse


def test_what_is_needed_comes_first_and_ties_go_by_name():
    assert order({"c": ["a"], "b": ["a"], "a": [], "d": ["b", "c"]}) == ["a", "b", "c", "d"]


def test_needs_outside_the_graph_do_not_count():
    assert order({"a": ["elsewhere"]}) == ["a"]


@pytest.mark.parametrize(
    ("needs", "path"),
    [
        pytest.param({"a": ["b"], "b": ["a"]}, ["a", "b", "a"], id="two"),
        pytest.param({"x": ["a"], "a": ["b"], "b": ["c"], "c": ["a"]}, ["a", "b", "c", "a"], id="with a tail"),
    ],
)
def test_a_cycle_is_named(needs, path):
    with pytest.raises(CycleError) as caught:
        order(needs)
    assert caught.value.path == path


def test_a_long_chain_is_no_deeper_than_a_flat_graph():
    count = 50_000
    chain = {f"{place:06}": [f"{place - 1:06}"] if place else [] for place in range(count)}
    assert len(order(chain)) == count
    assert len(reach([f"{count - 1:06}"], chain)) == count


def test_reverse_turns_every_edge():
    assert reverse({"a": ["b", "c"], "b": ["c"]}) == {"b": ["a"], "c": ["a", "b"]}
