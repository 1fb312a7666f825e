"""Whether a record of approvals is enough: for this plan, for each requirement, by enough people."""

import pytest

from mlplan.app.approval import assigned, objection

DIGEST, OTHER = f"sha256:{'a' * 64}", f"sha256:{'b' * 64}"


def wanted(name="risk", count=1, addresses=("catalog.main",), **more):
    return {
        "name": name,
        "from": {"users": ["ana", "ben"], "teams": []},
        "count": count,
        "addresses": list(addresses),
        "author": "excluded",
        "distinct": False,
        **more,
    }


def given(one, *people, notes=()):
    return {**one, "given": [{"user": name, "review": 1, "at": ""} for name in people], "notes": list(notes)}


def record(*found, plan=DIGEST):
    return {"plan": plan, "approvals": list(found)}


def plan(*approvals):
    return {"digest": DIGEST, "approvals": list(approvals)}


def code(approvals, left, agreed, found):
    one = objection(approvals, left, agreed, found)
    return one.code if one else None


LEFT = {"catalog.main"}


@pytest.mark.parametrize(
    ("approvals", "left", "agreed", "found", "expected"),
    [
        ([], LEFT, None, None, None),
        ([wanted()], LEFT, None, None, "MLE464"),
        ([wanted()], LEFT, plan(wanted()), None, "MLE460"),
        ([wanted()], LEFT, plan(wanted()), record(given(wanted(), "ana"), plan=OTHER), "MLE461"),
        ([wanted()], LEFT, plan(wanted()), record(given(wanted(), "ana")), None),
        ([wanted()], LEFT, plan(wanted()), record(given(wanted())), "MLE462"),
        ([wanted()], LEFT, plan(wanted()), record(), "MLE462"),
        ([wanted(count=2)], LEFT, plan(wanted(count=2)), record(given(wanted(count=2), "ana", "Ana")), "MLE462"),
        ([wanted(count=2)], LEFT, plan(wanted(count=2)), record(given(wanted(count=2), "ana", "ben")), None),
        ([wanted(count=2)], LEFT, plan(wanted()), record(given(wanted(), "ana")), "MLE462"),
        ([], LEFT, plan(wanted()), None, "MLE460"),
        ([], LEFT, plan(wanted()), record(given(wanted(), "ana")), None),
        ([], set(), plan(wanted()), None, None),
        ([wanted("new")], LEFT, plan(), record(), "MLE462"),
        ([wanted(addresses=["b", "a"])], {"a", "b"}, plan(), record(given(wanted(addresses=["a"]), "ana")), "MLE462"),
        ([wanted(addresses=["a"])], {"a"}, plan(), record(given(wanted(addresses=["a", "b"]), "ana")), None),
        ([wanted(distinct=True)], LEFT, plan(), record(given(wanted(distinct=True), "ana"), given(wanted("x"), "ana")), "MLE462"),
        ([wanted(distinct=True)], LEFT, plan(), record(given(wanted(distinct=True), "ana"), given(wanted("x"), "ben")), None),
    ],
    ids=[
        "nothing asked", "no saved plan", "no record", "of another plan", "given", "not given", "not asked about",
        "one person twice", "two people", "asked for more since", "weakened since, none given", "weakened since, given",
        "nothing left to do", "asked since", "for more changes", "for fewer changes", "counted twice", "counted once",
    ],
)  # fmt: skip
def test_objections(approvals, left, agreed, found, expected):
    assert code(approvals, left, agreed, found) == expected


def test_why_others_are_not_counted_is_told():
    found = objection([wanted()], LEFT, plan(), record(given(wanted(), notes=["whether cy is in acme/x"])))
    assert "risk: not counted: whether cy is in acme/x" in found.detail


@pytest.mark.parametrize(
    ("distinct", "counts", "able", "expected"),
    [
        ((False, False), (1, 1), (["a"], ["a"]), [["a"], ["a"]]),
        ((True, False), (1, 1), (["a"], ["a", "b"]), [["a"], ["b"]]),
        ((True, False), (1, 1), (["a", "b"], ["a"]), [["b"], ["a"]]),
        ((True, True), (1, 1), (["a", "b"], ["a"]), [["b"], ["a"]]),
        ((True, True), (2, 1), (["a", "b", "c"], ["a", "c"]), [["a", "b"], ["c"]]),
        ((True, False), (1, 1), (["a"], ["a"]), [["a"], []]),
        ((False, True), (1, 1), ([], ["a", "b"]), [[], ["a"]]),
    ],
    ids=["shared", "apart", "the choice matters", "both apart", "two of three", "one short", "nobody at first"],
)
def test_who_is_counted_for_what(distinct, counts, able, expected):
    asked = [wanted(str(place), counts[place], distinct=distinct[place]) for place in range(2)]
    found = assigned(asked, [list(names) for names in able])
    assert found == expected
