"""Our field diff against deepdiff: both must see the same fields, and neither may invent one."""

from typing import Any

from deepdiff import DeepDiff
from hypothesis import given
from hypothesis import strategies as st

from mlplan.engine.diff import differences

LEAF = st.none() | st.booleans() | st.integers(0, 3) | st.sampled_from(["", "a", "b", "c d"])
NAMES = st.sampled_from(["a", "b", "c", "long name"])
VALUES = st.recursive(LEAF, lambda inner: st.dictionaries(NAMES, inner, max_size=3), max_leaves=8)
MAPS = st.dictionaries(NAMES, VALUES, max_size=4)


def leaves(value: Any, path: tuple[str, ...] = ()) -> dict[tuple[str, ...], Any]:
    """Return every leaf by its path; unset and empty are the same as absent."""
    if isinstance(value, dict):
        found: dict[tuple[str, ...], Any] = {}
        for name, item in value.items():
            found |= leaves(item, (*path, name))
        return found
    return {} if value is None else {path: value}


def as_seen_by_deepdiff(before: Any, after: Any) -> set[tuple[str, ...]]:
    """Return the paths of all leaves in which two trees differ, as deepdiff sees them."""
    flat = [{repr(path): value for path, value in leaves(tree).items()} for tree in (before, after)]
    delta = DeepDiff(*flat, threshold_to_diff_deeper=0)
    found = set()
    for changed in ("values_changed", "type_changes", "dictionary_item_added", "dictionary_item_removed"):
        for path in delta.get(changed, ()):
            found.add(path.removeprefix("root[").removesuffix("]").strip("\"'"))
    return found


def as_seen_by_us(before: Any, after: Any) -> set[tuple[str, ...]]:
    """Return the paths of all leaves in which our diff sees a difference."""
    found = set()
    for one in differences(after, before, None, {}):
        old, new = leaves(one.field.before, one.field.path), leaves(one.field.after, one.field.path)
        found |= {repr(path) for path in old.keys() | new.keys() if old.get(path) != new.get(path)}
        found |= {repr(p) for p in old.keys() & new.keys() if type(old[p]) is not type(new[p])}
    return found


@given(MAPS, MAPS)
def test_the_same_leaves_differ(before, after):
    ours, oracle = as_seen_by_us(before, after), as_seen_by_deepdiff(before, after)
    same_but_for_type = {
        repr(path) for path, value in leaves(before).items() if path in leaves(after) and leaves(after)[path] == value
    }
    assert ours - same_but_for_type == oracle - same_but_for_type


@given(MAPS)
def test_equal_trees_have_no_differences(values):
    assert differences(values, values, values, {}) == []


@given(MAPS, MAPS, MAPS)
def test_a_cause_says_who_moved(desired, recorded, actual):
    for one in differences(desired, actual, recorded, {}):
        field = one.field
        expected = "config" if field.recorded == field.before else "drift" if field.recorded == field.after else "both"
        assert field.cause == expected
