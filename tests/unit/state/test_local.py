"""Local backend: the contract, and what only a directory can show."""

import os
import shutil
import stat

import pytest

from mlplan.core.effect import Effects
from mlplan.core.errors import StateError
from mlplan.core.state import Outcome
from mlplan.state.lease import KEPT
from mlplan.state.local import LocalBackend
from mlplan.testing.backend_contract import BackendContract
from mlplan.testing.runs import entry, intent, saved, stop


def opened(root, probe=None):
    return LocalBackend(root / "state", "fraud", "prod", Effects(probe=probe))


def place(root):
    return root / "state" / "fraud" / "prod"


def apply(root, probe=None, name="new"):
    """Do what an apply of one step does, and return the state that it wrote."""
    backend = opened(root, probe)
    lease = backend.lock("apply")
    try:
        state = backend.read()
        journal = lease.journal(state)
        journal.intend(intent(1, f"experiment.{name}"))
        journal.record(intent(1, f"experiment.{name}"), Outcome(1, "done"))
        state.fold(intent(1, f"experiment.{name}"), Outcome(1, "done"))
        return lease.save(state)
    finally:
        lease.release()


class TestLocal(BackendContract):
    @pytest.fixture
    def opens(self, tmp_path):
        return lambda: LocalBackend(tmp_path / "state", "fraud", "prod", Effects())


def test_reading_makes_nothing(tmp_path):
    backend = opened(tmp_path, probe=lambda *_: pytest.fail("an effect"))
    assert backend.read().entries == {}
    assert backend.holder() is None
    with pytest.raises(StateError):
        backend.unlock("x")
    assert list(tmp_path.iterdir()) == []


def test_everything_is_for_the_owner_only(tmp_path):
    old = os.umask(0)
    try:
        apply(tmp_path)
        apply(tmp_path)
    finally:
        os.umask(old)
    found = {path: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "state").rglob("*")}
    assert {path.name for path in found} >= {"state.json", "lock.json", "lock", "000001.json"}
    assert {path: mode for path, mode in found.items() if mode != (0o700 if path.is_dir() else 0o600)} == {}


def test_nothing_else_is_left_behind(tmp_path):
    apply(tmp_path)
    assert sorted(path.name for path in place(tmp_path).iterdir()) == [
        "ledger.jsonl",
        "lock",
        "lock.json",
        "state.json",
    ]


def test_the_states_before_are_kept_up_to_twenty(tmp_path):
    wrote = [saved(opened(tmp_path), a=entry(number=number)) for number in range(KEPT + 3)]
    kept = sorted((place(tmp_path) / "history").iterdir())
    assert [path.name for path in kept] == [f"{one.serial:06d}.json" for one in wrote[-KEPT - 1 : -1]]
    for path, before in zip(kept, wrote[-KEPT - 1 : -1], strict=True):
        shutil.copy(path, place(tmp_path) / "state.json")
        (place(tmp_path) / "lock.json").unlink(missing_ok=True)
        assert opened(tmp_path).read() == before


def test_history_costs_no_copy(tmp_path):
    saved(opened(tmp_path), a=entry())
    inode = (place(tmp_path) / "state.json").stat().st_ino
    saved(opened(tmp_path))
    assert (place(tmp_path) / "history" / "000001.json").stat().st_ino == inode


def moments(root):
    """Return every moment of an apply of one step."""
    seen = []
    apply(root, lambda *moment: seen.append(moment))
    return seen


def prepared(tmp_path, name):
    """Return a directory with a state and the journal of a stopped run, so that an apply does all that it can."""
    root = tmp_path / name
    saved(opened(root), a=entry())
    backend = opened(root)
    lease = backend.lock("apply")
    lease.journal(backend.read()).intend(intent(1, "experiment.begun"))
    stop(backend, lease)
    return root


def failing(at, error):
    """Return a probe that fails at the moment with this number."""
    count = iter(range(at + 1))

    def probe(_moment, _label):
        if next(count, None) == at:
            raise error

    return probe


ERRORS = {
    "disk full": OSError(28, "No space left on device"),
    "read-only": OSError(30, "Read-only file system"),
    "broken disk": OSError(5, "Input/output error"),
    "Ctrl-C": KeyboardInterrupt(),
}


@pytest.mark.parametrize("error", ERRORS.values(), ids=ERRORS.keys())
def test_a_failure_at_any_moment_leaves_a_state_that_can_be_trusted(tmp_path, error):
    """Whatever fails, and wherever: the old state or the new one is there, nothing begun is lost, and a run after it works."""
    seen = moments(prepared(tmp_path, "clean"))
    assert len(seen) > 60
    saved_at = len(seen) - seen[::-1].index(("after", "journal:remove"))  # what follows only tidies up: see below
    for at, (moment, label) in enumerate(seen[:saved_at]):
        root = prepared(tmp_path, str(at))
        before = opened(root).read()
        with pytest.raises((StateError, KeyboardInterrupt)):
            apply(root, failing(at, error))
        state = opened(root).read()
        assert {name: one for name, one in state.entries.items() if name != "experiment.new"} == before.entries, at
        assert "experiment.begun" in [one.address for one in state.pending], (at, moment, label)
        assert opened(root).holder() is None, (at, moment, label)
        apply(root, name="later")
        assert set(opened(root).read().entries) >= {*state.entries, "experiment.later"}


@pytest.mark.parametrize("label", ["lock:gate", "lock:open", "lock:write", "lock:sync", "lock:release"])
def test_a_lock_that_cannot_be_tidied_up_is_free_all_the_same(tmp_path, label):
    full = []

    def probe(moment, what):
        if full and what == label:
            raise OSError(28, "No space left on device")
        if what == "state:rename":
            full.append(moment)

    saved(opened(tmp_path), a=entry())
    backend = opened(tmp_path, probe)
    lease = backend.lock("apply")
    wrote = lease.save(backend.read())
    lease.release()
    lease.release()
    assert backend.holder() is None
    assert opened(tmp_path).read() == wrote
    assert opened(tmp_path).lock("apply").holder.epoch > lease.holder.epoch


def test_without_a_journal_nothing_is_begun(tmp_path):
    saved(opened(tmp_path), a=entry())
    backend = opened(tmp_path)
    lease = backend.lock("apply")
    state = backend.read()
    (place(tmp_path) / "journal.jsonl").mkdir()
    with pytest.raises(StateError):
        lease.journal(state)
    lease.release()


@pytest.mark.parametrize("name", ["state.json", "journal.jsonl", "lock.json"])
@pytest.mark.parametrize("what", ["directory", "fifo", "loop", "garbage"])
def test_what_cannot_be_read_is_never_taken_for_nothing(tmp_path, name, what):
    saved(opened(tmp_path), a=entry())
    path = place(tmp_path) / name
    path.unlink(missing_ok=True)
    make = {"directory": path.mkdir, "fifo": lambda: os.mkfifo(path), "loop": lambda: path.symlink_to(path)}
    make.get(what, lambda: path.write_bytes(b"\x80garbage\n"))()
    for use in (opened(tmp_path).read, lambda: apply(tmp_path)):
        with pytest.raises(StateError) as refused:
            use()
        assert name in str(refused.value)
        assert refused.value.hint


@pytest.mark.parametrize("name", ["state.json", "journal.jsonl"])
def test_a_huge_file_is_not_read(tmp_path, name):
    saved(opened(tmp_path), a=entry())
    with (place(tmp_path) / name).open("ab") as file:
        file.truncate(1 << 40)
    with pytest.raises(StateError, match="larger than") as refused:
        opened(tmp_path).read()
    assert refused.value.code == "MLE600"


def journal_of(root, base):
    """Write states up to serial `base`, and return the journal of a run that stopped there."""
    for _ in range(base):
        saved(opened(root), a=entry())
    backend = opened(root)
    lease = backend.lock("apply")
    lease.journal(backend.read()).intend(intent(1))
    stop(backend, lease)
    return (place(root) / "journal.jsonl").read_bytes()


def test_a_journal_that_state_holds_already_is_ignored_and_goes_with_the_next_write(tmp_path):
    old = journal_of(tmp_path, 1)
    wrote = saved(opened(tmp_path), b=entry())
    (place(tmp_path) / "journal.jsonl").write_bytes(old)
    assert opened(tmp_path).read() == wrote
    saved(opened(tmp_path), b=entry())
    assert not (place(tmp_path) / "journal.jsonl").exists()


def test_a_journal_that_goes_on_from_a_later_state_is_refused(tmp_path):
    journal = journal_of(tmp_path, 2)
    shutil.copy(place(tmp_path) / "history" / "000001.json", place(tmp_path) / "state.json")
    (place(tmp_path) / "lock.json").unlink()
    (place(tmp_path) / "journal.jsonl").write_bytes(journal)
    with pytest.raises(StateError, match="goes on from serial 2") as refused:
        opened(tmp_path).read()
    assert refused.value.code == "MLE605"


@pytest.mark.parametrize("base", [0, 1])
def test_a_journal_of_another_lineage_is_refused(tmp_path, base):
    journal = journal_of(tmp_path / "other", base)
    saved(opened(tmp_path), a=entry())
    (place(tmp_path) / "journal.jsonl").write_bytes(journal)
    with pytest.raises(StateError, match="lineage") as refused:
        opened(tmp_path).read()
    assert refused.value.code == "MLE605"


@pytest.mark.parametrize("what", ["older", "missing", "of another lineage"])
def test_a_state_older_than_what_was_written_here_is_refused(tmp_path, what):
    for _ in range(3):
        saved(opened(tmp_path), a=entry())
    state = place(tmp_path) / "state.json"
    state.unlink()
    if what == "older":
        shutil.copy(place(tmp_path) / "history" / "000002.json", state)
    elif what != "missing":
        saved(opened(tmp_path / "other"), a=entry())
        shutil.copy(place(tmp_path / "other") / "state.json", state)
    with pytest.raises(StateError, match=r"serial 3 of lineage .* was written here before") as refused:
        opened(tmp_path).read()
    assert refused.value.code == "MLE605"
    (place(tmp_path) / "lock.json").unlink()  # as the hint says
    assert opened(tmp_path).read().serial == {"older": 2, "missing": 0}.get(what, 1)


def test_the_epoch_grows_even_when_the_lock_file_was_removed(tmp_path):
    epochs = []
    for _ in range(3):
        epochs.append(saved(opened(tmp_path), a=entry()).epoch)
        (place(tmp_path) / "lock.json").unlink()
    journal_of(tmp_path, 0)
    (place(tmp_path) / "lock.json").unlink()
    epochs.append(opened(tmp_path).read().epoch)
    epochs.append(opened(tmp_path).lock("apply").holder.epoch)
    assert epochs == sorted(set(epochs))


def test_half_written_files_of_stopped_runs_are_swept(tmp_path):
    saved(opened(tmp_path), a=entry())
    litter = place(tmp_path) / "state.json.0123456789ab.tmp"
    litter.write_bytes(b"half")
    saved(opened(tmp_path), a=entry())
    assert not litter.exists()
