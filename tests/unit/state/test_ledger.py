"""Ledger file: what a directory can do to it, and what the next apply makes of that."""

import os

import pytest

from mlplan.core.effect import Effects
from mlplan.core.errors import StateError
from mlplan.core.state import Outcome
from mlplan.state.local import LocalBackend
from mlplan.testing.runs import alias, applied, intent, saved


def opened(root, probe=None):
    return LocalBackend(root, "fraud", "prod", Effects(probe=probe))


@pytest.fixture
def ledger(tmp_path):
    """Return the file of a ledger with three records of three runs."""
    for version in (1, 2, 3):
        moved(tmp_path, version)
    return tmp_path / "fraud" / "prod" / "ledger.jsonl"


def moved(root, version):
    return applied(opened(root), (alias(1, version), Outcome(1, "done")))


def versions(root):
    return [one.after["version"] for one in opened(root).ledger().records()]


@pytest.mark.parametrize("tail", [b'{"format":1,"seq":4,"pr', b"\0" * 40, b"\0" * 40 + b"\n"], ids=repr)
def test_a_torn_end_is_cut_by_the_next_apply(tmp_path, ledger, tail):
    before = ledger.read_bytes()
    ledger.write_bytes(before + tail)
    assert versions(tmp_path) == [1, 2, 3]
    moved(tmp_path, 4)
    assert versions(tmp_path) == [1, 2, 3, 4]
    assert ledger.read_bytes().startswith(before + b'{"format":1,"seq":4,')


def test_reading_writes_nothing(tmp_path, ledger):
    before = ledger.read_bytes() + b"torn"
    ledger.write_bytes(before)
    opened(tmp_path, lambda *_: pytest.fail("an effect")).ledger().records()
    assert ledger.read_bytes() == before


def test_a_damaged_end_is_refused_before_anything_is_done(tmp_path, ledger):
    ledger.write_bytes(ledger.read_bytes().replace(b'"version":3', b'"version":9'))
    labels = []
    backend = opened(tmp_path, lambda _moment, label: labels.append(label))
    lease = backend.lock("apply")
    with pytest.raises(StateError, match=r"ledger\.jsonl is damaged") as refused:
        lease.journal(backend.read())
    lease.release()
    assert refused.value.code == "MLE620"
    assert [label for label in labels if not label.startswith("lock:")] == []


def test_a_changed_record_makes_the_whole_not_to_be_relied_on(tmp_path, ledger):
    ledger.write_bytes(ledger.read_bytes().replace(b'"version":2', b'"version":9'))
    found = opened(tmp_path).ledger()
    assert [one.seq for one in found.shown] == [1, 3]
    assert [(one.seq, one.line) for one in found.damage] == [(2, 2)]
    with pytest.raises(StateError, match=r"record 2 \(line 2\) was changed") as refused:
        found.records()
    assert "move it away" in refused.value.hint


def test_a_cut_end_shows_and_the_next_apply_leaves_the_gap(tmp_path, ledger):
    ledger.write_bytes(b"".join(ledger.read_bytes().splitlines(keepends=True)[:1]))
    assert "records 2 to 3 are missing" in opened(tmp_path).ledger().damage[0].what
    moved(tmp_path, 4)
    found = opened(tmp_path).ledger()
    assert [one.seq for one in found.shown] == [1, 4]
    assert [one.what for one in found.damage] == ["records 2 to 3 are missing before line 2"]


def test_a_ledger_that_was_put_away_is_gone_on_with_and_says_so(tmp_path, ledger):
    ledger.rename(tmp_path / "kept.jsonl")
    with pytest.raises(StateError, match="records 1 to 3 are missing at the end"):
        opened(tmp_path).ledger().records()
    moved(tmp_path, 4)
    found = opened(tmp_path).ledger()
    assert ([one.seq for one in found.records()], found.lost) == ([4], 3)


def test_a_state_without_steps_keeps_what_it_has_seen(tmp_path, ledger):
    mark = opened(tmp_path).read().ledger
    assert saved(opened(tmp_path)).ledger == mark
    assert ledger.read_bytes().count(b"\n") == mark.seq == 3


def test_an_older_state_that_was_put_back_takes_the_longer_ledger_as_it_is(tmp_path, ledger):
    place = ledger.parent
    (place / "state.json").unlink()
    (place / "lock.json").unlink()
    os.link(place / "history" / "000002.json", place / "state.json")
    moved(tmp_path, 4)
    assert versions(tmp_path) == [1, 2, 3, 4]


@pytest.mark.parametrize("what", ["directory", "fifo", "loop"])
def test_what_cannot_be_read_is_never_taken_for_nothing(tmp_path, ledger, what):
    ledger.unlink()
    {"directory": ledger.mkdir, "fifo": lambda: os.mkfifo(ledger), "loop": lambda: ledger.symlink_to(ledger)}[what]()
    for use in (opened(tmp_path).ledger, lambda: moved(tmp_path, 4)):
        with pytest.raises(StateError, match=r"cannot read .*ledger.jsonl") as refused:
            use()
        assert refused.value.code == "MLE600"


def test_a_line_without_an_end_is_no_ledger(tmp_path, ledger):
    with ledger.open("ab") as file:
        file.truncate(1 << 20)
    with pytest.raises(StateError, match="its last line has no end"):
        moved(tmp_path, 4)


FAILURES = [
    ("before", "ledger:open"), ("after", "ledger:open"),
    ("before", "ledger:append"), ("torn", "ledger:append"), ("after", "ledger:append"),
    ("before", "ledger:sync"), ("after", "ledger:sync"),
]  # fmt: skip


@pytest.mark.parametrize("moment", FAILURES, ids=" ".join)
def test_a_full_disk_leaves_the_journal_for_the_next_run(tmp_path, ledger, moment):
    """Whatever fails while the ledger grows, state stays as it was and every step is told once in the end."""
    before = opened(tmp_path).read()

    def probe(*at):
        if at == moment:
            raise OSError(28, "No space left on device")

    with pytest.raises(StateError, match="No space left"):
        applied(opened(tmp_path, probe), (alias(1, 4), Outcome(1, "done")))
    assert opened(tmp_path).read().serial == before.serial + 1  # with what the journal tells
    moved(tmp_path, 5)
    assert versions(tmp_path) == [1, 2, 3, 4, 5]
    assert not ledger.with_name("journal.jsonl").exists()


def test_a_journal_of_many_steps_stopped_within_the_append_is_told_once(tmp_path):
    def probe(*at):
        if at == ("torn", "ledger:append"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        applied(opened(tmp_path, probe), *((intent(step, f"experiment.{step}"), None) for step in range(9)))
    written = (tmp_path / "fraud" / "prod" / "ledger.jsonl").read_bytes()
    assert 0 < written.count(b"\n") < 9
    saved(opened(tmp_path))
    assert [one.step for one in opened(tmp_path).ledger().records()] == [*range(9)]
