"""Chain: whoever deletes, doubles, moves or edits a line of a ledger is told at which record."""

import hashlib
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlplan.core.chain import chained, record_of, verify, whole
from mlplan.core.errors import StateError
from mlplan.core.ledger import Record
from mlplan.core.state import NO_RECORD, Mark

COUNT = 6


def drafts(count=COUNT):
    return [
        Record(
            0, "", "2026-01-01T09:00:00Z", "fraud", "prod", "5c0e", 1, 2, "process 1", "ann\u2028", "4f2a", "sha256:1",
            step, "update", "model_alias.m.champion", "", "model_alias", "prod.ml.m@champion",
            {"version": step}, {"version": step + 1}, "done", "",
        )
        for step in range(count)
    ]  # fmt: skip


DATA, RECORDS = chained(drafts(), NO_RECORD)
LINES = DATA.split(b"\n")[:-1]
END = Mark(COUNT, RECORDS[-1].sha256)


def first(lines, last=END):
    """Return the first record that cannot be trusted."""
    return verify(lines, last).damage[0].seq


def test_what_was_written_is_read_back():
    found = verify(LINES, END)
    assert (found.records(), found.damage, found.lost) == (RECORDS, [], 0)


def test_it_goes_on_after_what_is_there():
    more, made = chained(drafts(1), END)
    found = verify([*LINES, more.rstrip(b"\n")], END)
    assert found.records() == [*RECORDS, *made]
    assert (made[0].seq, made[0].prev) == (COUNT + 1, END.sha256)


def test_every_flipped_bit_shows_at_its_record():
    for number, line in enumerate(LINES):
        for place in range(len(line)):
            wrong = bytearray(line)
            wrong[place] ^= 1
            assert first([*LINES[:number], bytes(wrong), *LINES[number + 1 :]]) == number + 1, (number, place)


@pytest.mark.parametrize("number", range(COUNT))
def test_every_missing_line_shows_at_its_record(number):
    lines = [*LINES[:number], *LINES[number + 1 :]]
    found = verify(lines, END)
    if number:
        assert found.damage[0].seq == number + 1
        with pytest.raises(StateError, match="missing") as refused:
            found.records()
        assert refused.value.code == "MLE620"
    else:
        assert (found.lost, found.damage) == (1, [])


@pytest.mark.parametrize("number", range(COUNT - 1))
def test_two_lines_in_each_others_place_show_at_the_former(number):
    lines = [*LINES]
    lines[number], lines[number + 1] = lines[number + 1], lines[number]
    assert first(lines) == number + 1


@pytest.mark.parametrize("number", range(COUNT))
def test_every_doubled_line_shows(number):
    assert first([*LINES[: number + 1], *LINES[number:]]) == number + 1


@pytest.mark.parametrize("number", range(COUNT))
def test_a_line_that_was_written_anew_with_its_checksum_shows_at_the_next(number):
    """Who edits a record and computes its checksum breaks the link; at the end only state knows."""
    forged = RECORDS[number]._replace(who="eve")
    before = Mark(number, RECORDS[number - 1].sha256) if number else NO_RECORD
    line = chained([forged], before)[0].rstrip(b"\n")
    assert first([*LINES[:number], line, *LINES[number + 1 :]]) == min(number + 2, COUNT)


def test_a_ledger_that_was_written_anew_from_some_record_on_shows_by_what_state_has_seen():
    data, _ = chained([*drafts(COUNT - 1), drafts(1)[0]._replace(who="eve")], NO_RECORD)
    found = verify(data.split(b"\n")[:-1], END)
    assert [(one.seq, "written anew" in one.what) for one in found.damage] == [(COUNT, True)]


@pytest.mark.parametrize("kept", range(COUNT))
def test_a_cut_end_shows_by_what_state_has_seen(kept):
    assert first(LINES[:kept]) == kept + 1
    assert verify(LINES[:kept], Mark(kept, "")).lost == 0


def test_a_ledger_that_begins_later_says_how_much_is_lost():
    found = verify(LINES[3:], END)
    assert (found.lost, found.records()) == (3, RECORDS[3:])


@settings(max_examples=300, deadline=None)
@given(st.lists(st.integers(0, COUNT - 1), max_size=COUNT + 2))
def test_no_other_order_of_the_lines_passes(order):
    lines = [LINES[number] for number in order]
    whole_end = order == list(range(order[0], COUNT)) if order else False
    assert bool(verify(lines, END).damage) is not whole_end


def test_a_line_of_a_newer_mlplan_is_told_from_damage():
    line = LINES[0].replace(b'"format":1', b'"format":2')
    with pytest.raises(StateError) as refused:
        verify([line], END)
    assert refused.value.code == "MLE602"


@pytest.mark.parametrize(
    "change", [{"seq": "1"}, {"seq": 0}, {"verb": "do"}, {"outcome": "perhaps"}, {"after": []}], ids=str
)
def test_a_whole_line_that_means_nothing_is_refused(change):
    line = chained([RECORDS[0]], NO_RECORD)[0].rstrip(b"\n")
    told = json.loads(line) | change
    body = json.dumps({name: told[name] for name in told if name != "sha256"}, separators=(",", ":"))[:-1] + ","
    with pytest.raises(StateError, match="does not hold"):
        record_of(sealed(body.encode()), "ledger.jsonl")


def sealed(body):
    from hashlib import sha256  # noqa: PLC0415 - as a forger would

    return body + b'"sha256":"%b"}' % sha256(body).hexdigest().encode()


@pytest.mark.parametrize(
    "tail", [b"", LINES[0][:40], b"\0" * 9, b"\0" * 9 + b"\n", LINES[0][:9] + b"\0\n\0\n"], ids=repr
)
def test_a_torn_end_is_not_part_of_it(tail):
    assert whole(DATA + tail) == len(DATA)
    assert whole(tail) == 0


def test_who_agreed_stands_in_the_line_and_lines_without_it_are_as_before():
    plain, agreed = drafts(2)
    data, made = chained([plain, agreed._replace(approved="ben (acme/fraud#7)")], NO_RECORD)
    first_line, second_line, _ = data.split(b"\n")
    assert b"approved" not in first_line
    assert first_line == LINES[0]
    assert [one.approved for one in verify([first_line, second_line]).records()] == ["", "ben (acme/fraud#7)"]
    assert verify([first_line, second_line.replace(b"ben", b"eve")]).damage[0].seq == 2
    assert made[1].approved == "ben (acme/fraud#7)"


@pytest.mark.parametrize("value", [b"7", b"null", b'["ben"]'])
def test_who_agreed_is_a_text(value):
    body = LINES[0][: LINES[0].index(b'"sha256"')] + b'"approved":' + value + b","
    with pytest.raises(StateError):
        record_of(body + b'"sha256":"' + hashlib.sha256(body).hexdigest().encode() + b'"}', "ledger.jsonl")
