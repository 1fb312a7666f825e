"""Versions: what every mlplan so far has kept is read by this one, and a format to come is prepared for."""

import json
import shutil
from pathlib import Path

import pytest

from mlplan.core.effect import Effects
from mlplan.core.errors import StateError
from mlplan.core.state import Outcome
from mlplan.state import formats
from mlplan.state.formats import Step, upgraded
from mlplan.state.local import LocalBackend
from mlplan.testing.runs import applied, intent

CORPUS = Path(__file__).parents[2] / "corpus/state"
KEPT = sorted(path for path in CORPUS.iterdir() if path.is_dir() and path.name.startswith("v"))


@pytest.fixture(params=KEPT, ids=lambda path: path.name)
def kept(request, tmp_path):
    """Return a copy of what one format left behind, and what it means."""
    shutil.copytree(request.param, tmp_path / "state")
    expected = json.loads((request.param / "expected.json").read_text(encoding="utf-8"))
    return tmp_path / "state", expected


def opened(root):
    return LocalBackend(root, "fraud", "prod", Effects())


def differing(state, expected, path=""):
    """Yield what a state does not say as it is expected; it may say more."""
    if hasattr(state, "_asdict"):
        state = state._asdict()
    if isinstance(expected, dict):
        for name, value in expected.items():
            there = state.get(name) if isinstance(state, dict) else getattr(state, name)
            yield from differing(there, value, f"{path}/{name}")
    elif isinstance(expected, list) and len(state) == len(expected):
        for number, (one, other) in enumerate(zip(state, expected, strict=True)):
            yield from differing(one, other, f"{path}/{number}")
    elif state != expected:
        yield f"{path} is {state}, and not {expected}"


def test_there_is_one_of_each_format():
    assert [path.name for path in KEPT] == [f"v{number}" for number in range(1, formats.latest() + 1)]


def test_a_directory_of_any_format_is_read_as_it_was_meant(kept):
    root, expected = kept
    state = opened(root).read()
    assert list(differing(state, expected)) == []
    assert state.entries.keys() == expected["entries"].keys()


def test_a_directory_of_any_format_is_gone_on_with(kept):
    root, expected = kept
    state = applied(opened(root), (intent(1, "experiment.more"), Outcome(1, "done", "/Shared/more")))
    assert state.entries.keys() == {*expected["entries"], "experiment.more"}
    assert (state.lineage, state.serial) == (expected["lineage"], expected["serial"] + 1)
    assert state.epoch > expected["epoch"]
    assert opened(root).read() == state
    ledger = opened(root).ledger()
    assert ledger.damage == []
    assert len(list(ledger.records())) == 7 + 3 + 1


def to_come(raw):
    """Do as a format to come may: every entry has one more member, which says so."""
    if "resources" in raw:
        return {**raw, "resources": {name: renamed(entry) for name, entry in raw["resources"].items()}}
    return {**raw, "entry": renamed(raw["entry"])} if "entry" in raw else raw


def renamed(entry):
    return {**entry, "values": {**entry["values"], "upgraded": True}}


@pytest.fixture
def next_format(monkeypatch):
    """Make this the mlplan of the next format; `undo` makes it that of now again."""
    number = formats.latest()
    lock = lambda raw: {**raw, "epoch": raw["epoch"] + 100}  # noqa: E731
    monkeypatch.setattr(formats, "STEPS", {**formats.STEPS, number: Step(to_come, to_come, lock)})
    return monkeypatch


def test_the_next_format_reads_this_one_through_its_step(kept, next_format):
    root, expected = kept
    state = opened(root).read()
    assert state.entries.keys() == expected["entries"].keys()
    assert all(entry.values["upgraded"] for entry in state.entries.values())
    assert all(one.entry.values["upgraded"] for one in state.pending)


def test_the_first_write_of_the_next_format_keeps_the_file_of_before(kept, next_format):
    root, _ = kept
    before = (root / "fraud/prod/state.json").read_bytes()
    for number in range(25):
        state = applied(opened(root), (intent(1, f"experiment.e{number}"), Outcome(1, "done", f"/Shared/e{number}")))
    assert state.epoch > 100
    assert opened(root).read() == state
    kept_files = sorted(path.name for path in (root / "fraud/prod").glob("state*"))
    assert kept_files == [f"state.format-{formats.latest() - 1}.json", "state.json"]
    assert (root / "fraud/prod" / kept_files[0]).read_bytes() == before


@pytest.mark.parametrize("newer", ["state.json", "journal.jsonl", "lock.json"])
def test_what_the_next_format_wrote_is_refused_by_this_one(tmp_path, next_format, newer):
    backend = opened(tmp_path)
    applied(backend, (intent(1), Outcome(1, "done", "/Shared/a")))
    lease = backend.lock("apply")
    lease.journal(backend.read()).intend(intent(1, "experiment.b"))
    place = tmp_path / "fraud/prod"
    for name in {"state.json", "journal.jsonl", "lock.json"} - {newer}:
        (place / name).unlink()
    next_format.undo()
    for use in (opened(tmp_path).read, lambda: opened(tmp_path).lock("apply")):
        with pytest.raises(StateError) as refused:
            use()
        assert refused.value.code == "MLE602"
        assert newer in str(refused.value)


@pytest.mark.parametrize("written", [0, -1, "1", None, 1.0, True, 10**6], ids=repr)
def test_a_format_that_never_was_is_no_format(written):
    with pytest.raises(ValueError, match="none that ever was"):
        upgraded({}, "state", written)
