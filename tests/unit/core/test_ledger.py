"""Ledger: what its records tell of an alias: who held it when, and where a rollback goes."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlplan.core.ledger import OUTSIDE, Record, at, holders, previous, returns, rolled_back

ALIAS = "prod.ml.m@champion"
EXAMPLES = 1000


def record(time, before=None, after=None, verb="update", outcome="done", error="", alias=ALIAS, **more):
    return Record(
        seq=0, prev="", time=moment(time), project="p", environment="prod", lineage="l", serial=1, epoch=1, run="r",
        who="ann", commit="", plan="", step=1, verb=verb, address="model_alias.m.champion", moved_from="",
        kind="model_alias", id=alias, before={} if before is None else {"version": before},
        after={} if after is None else {"version": after, **more}, outcome=outcome, error=error,
    )  # fmt: skip


def moment(minute):
    return f"2026-01-01T{minute // 60:02d}:{minute % 60:02d}:00Z"


def moves(*versions):
    """Return the records of an alias that an apply moved to each of these versions, one a minute."""
    return [record(minute, before, after) for minute, (before, after) in enumerate(pairwise((None, *versions)))]


def test_holders_follow_on_each_other_and_tell_what_is_known_of_the_version():
    records = [record(0, None, 6, "create"), record(5, 6, 7, run_id="r7", digest="d7")]
    assert holders(records, ALIAS) == [
        (6, moment(0), moment(5), "ann", "", ""),
        (7, moment(5), "", "ann", "r7", "d7"),
    ]


def test_what_others_moved_stands_there_since_nobody_knows_when():
    found = holders([*moves(6), record(9, 5, 7)], ALIAS)
    assert [(one.version, one.since, one.until, one.by) for one in found] == [
        (6, moment(0), moment(9), "ann"),
        (5, "", moment(9), OUTSIDE),
        (7, moment(9), "", "ann"),
    ]


def test_a_ledger_that_begins_late_knows_what_was_there_before():
    records = [record(9, 5, 7)]
    assert at(records, moment(0), ALIAS).version == 5
    assert previous(records, ALIAS).version == 5


NOTHING = {
    "failed": record(9, 6, 7, outcome="failed"),
    "no answer": record(9, 6, 7, outcome="unknown"),
    "dropped": record(9, 6, 7, error="MLE520: accepted, but the live object differs in version"),
    "another alias": record(9, 6, 7, alias="prod.ml.m@challenger"),
    "another model": record(9, 6, 7, alias="prod.ml.n@champion"),
    "recorded only": record(9, 6, 6, verb="record"),
    "left to others": record(9, 6, verb="forget"),
}


@pytest.mark.parametrize("other", NOTHING.values(), ids=NOTHING.keys())
def test_what_is_no_move_of_the_alias_changes_nothing(other):
    records = moves(5, 6)
    assert holders([*records, other], ALIAS) == holders(records, ALIAS)


@pytest.mark.parametrize("verb", ["delete", "withdraw"])
def test_an_alias_that_was_taken_down_is_held_by_nothing(verb):
    records = [*moves(5, 6), record(9, 6, verb=verb), record(20, None, 8, "create")]
    assert at(records, moment(10), ALIAS) is None
    assert at(records, moment(20), ALIAS).version == 8
    assert previous(records[:-1], ALIAS).version == 6


def test_a_clock_that_was_set_back_does_not_change_the_order():
    records = [record(10, None, 6), record(5, 6, 7)]
    assert [(one.version, one.since) for one in holders(records, ALIAS)] == [(6, moment(10)), (7, moment(10))]
    assert at(records, moment(12), ALIAS).version == 7


WAYS = {
    "nothing": ((), None, []),
    "the first": ((6,), None, []),
    "two": ((6, 7), 6, []),
    "put back again": ((6, 7, 7), 6, []),
    "a rollback goes on": ((5, 6, 7, 6), 5, [7]),
    "to the end": ((5, 6, 7, 6, 5), None, [6, 7]),
    "no flip-flop": ((6, 7, 6), None, [7]),
    "a fix after a rollback": ((6, 7, 6, 8), 6, [7]),
    "promoted once more": ((6, 7, 6, 7), 6, []),
    "two steps at once": ((5, 6, 7, 5), None, [6, 7]),
    "downwards is no rollback": ((7, 6), 7, []),
}


@pytest.mark.parametrize(("versions", "back", "left"), WAYS.values(), ids=WAYS.keys())
def test_where_a_rollback_goes(versions, back, left):
    found = previous(moves(*versions), ALIAS)
    assert (found.version if found else None) == back
    assert sorted(rolled_back(moves(*versions), ALIAS)) == left
    assert {version for version in versions if not returns(moves(*versions), ALIAS, version)} == set(left)


DECLARED = {
    "as applied": ((5, 6, 7), 7, 6),
    "the first": ((5,), 5, None),
    "never applied": ((5, 6, 7), 8, 7),
    "rolled back in the files already": ((5, 6, 7), 6, 6),
    "further back in the files already": ((5, 6, 7), 5, 5),
    "a version that was left": ((5, 6, 7, 6), 7, 6),
    "nothing applied": ((), 7, None),
}


@pytest.mark.parametrize(("versions", "declared", "back"), DECLARED.values(), ids=DECLARED.keys())
def test_a_rollback_starts_from_what_is_declared(versions, declared, back):
    found = previous(moves(*versions), ALIAS, declared)
    assert (found.version if found else None) == back


events = st.lists(
    st.tuples(
        st.sampled_from(["move", "fail", "others", "delete", "elsewhere"]),
        st.integers(1, 5),
        st.integers(0, 3),
    ),
    max_size=25,
)


@settings(max_examples=EXAMPLES, deadline=None)
@given(events)
def test_the_ledger_tells_at_every_step_what_stood_then(steps):
    """Play a history on an alias beside its ledger; what others do shows when an apply sees it."""
    live, minute, records, played = None, 0, [], []
    known = None  # what the ledger can know: others' moves only once they are seen
    for what, version, later in steps:
        minute += later
        if what == "others":
            live = version if live is not None else None
        elif what == "elsewhere":
            records.append(record(minute, version, version + 1, alias="prod.ml.m@challenger"))
        elif what == "fail":
            records.append(record(minute, live, version, outcome="failed"))
        elif what == "delete" and live is not None:
            records.append(record(minute, live, verb="delete"))
            live = known = None
        elif what == "move" and version != live:
            records.append(record(minute, live, version, verb="update" if live else "create"))
            live = known = version
        played.append((minute, known))
    last = dict(played)  # of one minute the last word
    for when, version in last.items():
        found = at(records, moment(when), ALIAS)
        assert (found.version if found else None) == version
    found = holders(records, ALIAS)
    assert [one.until == "" for one in found] == [False] * (len(found) - 1) + [known is not None] * bool(found)
