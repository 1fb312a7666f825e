"""Journal: every line is believed only when it is whole, and only the last may be torn."""

import os
import threading

import pytest

from mlplan.core.effect import Effects
from mlplan.core.errors import StateError
from mlplan.core.state import Outcome, State
from mlplan.state.formats import latest
from mlplan.state.journal import Header, LineJournal, header_line, line, parse, take_in
from mlplan.state.sink import FileSink
from mlplan.testing.runs import intent

HEADER = Header("5c0e", 3, 2, "process 1")


@pytest.fixture
def written(tmp_path):
    """Return the lines of a journal with three steps: done, failed, begun."""
    path = tmp_path / "journal.jsonl"
    journal = opened(path)
    for step, outcome in enumerate((Outcome(0, "done"), Outcome(1, "failed", error="no"), None)):
        journal.intend(intent(step, f"experiment.{step}"))
        if outcome:
            journal.record(intent(step, f"experiment.{step}"), outcome)
    journal.close()
    return path.read_bytes().splitlines(keepends=True)


def opened(path, effects=None, check=lambda: None):
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT)
    os.write(descriptor, header_line(HEADER))
    effects = effects or Effects()
    return LineJournal(effects, FileSink(effects, descriptor), str(path), check, HEADER)


def read(data):
    return parse(data, "journal.jsonl")


def folded(data):
    state = State("fraud", "prod", "5c0e", 3, 1)
    take_in(state, read(data))
    return state


def test_a_journal_is_read_back(written):
    state = folded(b"".join(written))
    assert (list(state.entries), state.pending) == (["experiment.0"], [intent(2, "experiment.2")])
    assert (state.serial, state.epoch) == (4, 2)
    assert read(b"".join(written)).header == HEADER


def test_a_journal_without_steps_changes_nothing(written):
    assert folded(written[0]) == State("fraud", "prod", "5c0e", 3, 1)


def test_a_torn_last_line_is_dropped_wherever_it_tears(written):
    data, first = b"".join(written), len(written[0])
    for length in range(first, len(data)):
        whole = data[:length].count(b"\n") - 1
        assert len(read(data[:length]).events) == whole, length


def test_room_made_for_a_line_that_never_came_is_dropped(written):
    data = b"".join(written)
    for tail in (b"\0" * 50, b"\0" * 50 + b"\n", written[-1][:20] + b"\0" * 30 + b"\n"):
        assert len(read(data + tail).events) == len(written) - 1


def test_a_torn_first_line_is_refused(written):
    for length in range(len(written[0])):
        with pytest.raises(StateError) as refused:
            read(written[0][:length])
        assert refused.value.code == "MLE604", length


def test_every_flipped_bit_before_the_last_newline_is_refused(written):
    data = b"".join(written)
    last_newline = len(data) - 1
    for place in range(last_newline):
        for bit in (0, 3, 7):
            wrong = bytearray(data)
            wrong[place] ^= 1 << bit
            with pytest.raises(StateError) as refused:
                read(bytes(wrong))
            assert refused.value.code == "MLE604", place


def test_every_dropped_doubled_or_swapped_line_is_refused(written):
    for place in range(len(written) - 1):
        dropped = [*written[:place], *written[place + 1 :]]
        doubled = [*written[: place + 1], *written[place:]]
        swapped = [*written[:place], written[place + 1], written[place], *written[place + 2 :]]
        for wrong in (dropped, doubled, swapped):
            with pytest.raises(StateError):
                read(b"".join(wrong))


WRONG = {
    "outcome of no intent": {"seq": 1, "event": "outcome", "step": 9, "status": "done", "id": "", "outputs": {}, "error": ""},
    "unknown event": {"seq": 1, "event": "perhaps", "step": 1},
    "no event": {"seq": 1},
    "intent without entry": {"seq": 1, "event": "intent", "step": 1, "verb": "create", "address": "a", "moved_from": ""},
    "a second header": {"seq": 1, "event": "begin", "format": latest()},
}  # fmt: skip


@pytest.mark.parametrize("body", WRONG.values(), ids=WRONG.keys())
def test_a_whole_line_that_means_nothing_is_refused(body):
    with pytest.raises(StateError, match="line 2"):
        read(header_line(HEADER) + line(body))


@pytest.mark.parametrize("status", ["", "perhaps", None, []])
def test_an_outcome_of_another_status_is_refused(written, status):
    wrong = {"seq": 2, "event": "outcome", "step": 0, "status": status, "id": "", "outputs": {}, "error": ""}
    with pytest.raises(StateError, match="line 3"):
        read(b"".join(written[:2]) + line(wrong))


def test_a_newer_journal_is_told_from_a_damaged_one():
    newer = {"seq": 0, "event": "begin", "format": latest() + 1, "lineage": "", "base": 0, "epoch": 1, "run": ""}
    with pytest.raises(StateError) as refused:
        read(line(newer))
    assert refused.value.code == "MLE602"


def test_an_intent_is_on_disk_before_intend_returns(tmp_path):
    seen = []
    journal = opened(tmp_path / "j", Effects(probe=lambda moment, label: seen.append((moment, label))))
    journal.intend(intent(1))
    assert seen[-1] == ("after", "journal:sync")
    journal.record(intent(1), Outcome(1, "done"))
    assert seen[-1] == ("after", "journal:append")
    journal.close()
    assert seen[-1] == ("after", "journal:sync")
    count = len(seen)
    journal.close()
    assert len(seen) == count


def test_threads_share_their_syncs(tmp_path):
    """While the first sync is under way the others write; one more sync then serves them all."""
    threads, entered, syncs = 8, threading.Event(), []
    journal = None

    def probe(moment, label):
        if (moment, label) == ("before", "journal:sync"):
            syncs.append(label)
            if len(syncs) == 1:
                entered.set()
                until_written(journal, threads)

    journal = opened(tmp_path / "j", Effects(probe=probe))
    crowd = [threading.Thread(target=journal.intend, args=(intent(n),)) for n in range(threads)]
    crowd[0].start()
    entered.wait()
    for one in crowd[1:]:
        one.start()
    for one in crowd:
        one.join()
    journal.close()
    assert len(syncs) == 2
    assert len(read((tmp_path / "j").read_bytes()).events) == threads


def until_written(journal, lines):
    while journal._written < lines:
        threading.Event().wait(0.001)


@pytest.mark.parametrize("moment", ["before", "torn"])
@pytest.mark.parametrize("label", ["journal:append", "journal:sync"])
def test_after_a_failed_write_no_step_is_begun(tmp_path, label, moment):
    if (label, moment) == ("journal:sync", "torn"):
        moment = "after"

    def probe(now, what):
        if (now, what) == (moment, label):
            raise OSError(28, "No space left on device")

    journal = opened(tmp_path / "j", Effects(probe=probe))
    for _ in range(2):
        with pytest.raises(StateError, match="No space left") as refused:
            journal.intend(intent(1))
        assert refused.value.code == "MLE606"
    with pytest.raises(StateError, match="No space left"):
        journal.record(intent(1), Outcome(1, "done"))
    journal.close()
    assert len(read((tmp_path / "j").read_bytes()).events) <= 1


def test_a_failed_sync_fails_every_thread_that_waits_for_it(tmp_path):
    failed, entered, journal = [], threading.Event(), None

    def probe(moment, label):
        if (moment, label) == ("before", "journal:sync"):
            entered.set()
            until_written(journal, 4)
            raise OSError(5, "Input/output error")

    def work(number):
        try:
            journal.intend(intent(number))
        except StateError as error:
            failed.append(error.code)

    journal = opened(tmp_path / "j", Effects(probe=probe))
    crowd = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    crowd[0].start()
    entered.wait()
    for one in crowd[1:]:
        one.start()
    for one in crowd:
        one.join()
    journal.close()
    assert failed == ["MLE606"] * 4
