"""Disk: an apply whose disk fails at every write of its own: the old state stays, and the platform is touched only as announced.

A probe fails every effect from one moment on, as a full disk does, or that one alone; half-way through a write is a
moment too, so that a short write is among them. Then the disk works again, and the next run ends where it should.
"""

import errno
import os

import pytest
from stories import applied, chain, updated
from worlds import Story, World, seen

from mlplan.core.effect import Effects
from mlplan.core.errors import StateError
from mlplan.core.state import State
from mlplan.testing.crash import Probe

OURS = ("journal:", "state:", "ledger:", "history:", "lock:")
"""What an apply writes for itself, by the labels of its effects."""
FAILURES = {
    "disk full": errno.ENOSPC,
    "permission denied": errno.EACCES,
    "broken disk": errno.EIO,
    "read-only": errno.EROFS,
    "over quota": errno.EDQUOT,
}


class Failing:
    """A disk that fails from one moment on; calls to the platform go through, and are counted."""

    def __init__(self, at, number, *, lasting):
        self.left, self.number, self.lasting = at, number, lasting
        self.failed = False
        self.called = 0

    def __call__(self, when, label):
        if not label.startswith(OURS):
            self.called += when == "after"
            return
        self.left -= 1
        if self.left == -1 or (self.failed and self.lasting):
            self.failed = True
            raise OSError(self.number, os.strerror(self.number))


def prepared(root):
    Story("disk", applied(chain), updated).prepare(root)


def opened(root, probe=None):
    world = World(root, Effects(probe=probe))
    updated(world)
    return world


@pytest.fixture(scope="module")
def clean(work):
    """Return how many moments of its own an undisturbed apply has, and what is there before and after it."""
    root = work / "clean"
    root.mkdir()
    prepared(root)
    probe = Probe()
    world = opened(root, probe)
    before = seen(world)
    world.apply()
    after = seen(world)
    world.provider.close()
    return len([one for one in probe.seen if one.label.startswith(OURS)]), before, after


def refusal(world):
    """Apply, and return the error that it ends with; None when only what tidies up had failed."""
    try:
        world.apply()
    except StateError as error:
        return error
    return None


@pytest.mark.parametrize("lasting", [False, True], ids=["once", "from then on"])
@pytest.mark.parametrize("number", FAILURES.values(), ids=FAILURES.keys())
def test_whatever_fails_the_old_state_stays_and_the_next_run_ends_well(work, clean, number, lasting, figure):
    moments, before, after = clean
    tried = 0
    for at in range(0, moments, 1 if number == errno.ENOSPC else 3):
        root = work / f"{number}-{lasting}-{at}"
        root.mkdir()
        prepared(root)
        disk = Failing(at, number, lasting=lasting)
        world = opened(root, disk)
        told = refusal(world)
        assert told is None or (told.hint and os.strerror(number) in str(told))
        world.provider.close()
        assert disk.failed
        again = opened(root)
        there = seen(again)
        assert there["entries"].keys() >= before["entries"].keys() - after["entries"].keys()
        unannounced = [
            name
            for name, row in there["objects"].items()
            if row not in (before["objects"].get(name), after["objects"].get(name))
        ]
        assert unannounced == []
        if not disk.called:
            assert there["objects"] == before["objects"], at
        again.apply()
        assert seen(again) == after, at
        again.provider.close()
        tried += 1
    figure(f"disk: {os.strerror(number)}, {'from then on' if lasting else 'once'}: {tried} moments of an apply")


DAMAGE = {
    "cut off": lambda data: data[: len(data) // 2],
    "one byte changed": lambda data: data[:100] + bytes([data[100] ^ 1]) + data[101:],
    "empty": lambda _: b"",
    "a byte order mark": lambda data: b"\xef\xbb\xbf" + data,
    "of a newer mlplan": lambda data: data.replace(b'{"format":1,', b'{"format":9,', 1),
    "of another project": lambda _: encoded(State("other", "dev", "l", 1)),
    "of another environment": lambda _: encoded(State("test", "prod", "l", 1)),
    "garbage": lambda _: b"\x00\xff garbage",
}


def encoded(state):
    from mlplan.state.codec import encode  # noqa: PLC0415

    return encode(state)


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE.keys())
def test_a_state_that_cannot_be_trusted_is_refused_with_the_way_out_and_nothing_is_applied(tmp_path, damage):
    prepared(tmp_path)
    path = tmp_path / "state/test/dev/state.json"
    path.write_bytes(damage(path.read_bytes()))
    called = Failing(-1, 0, lasting=False)
    world = opened(tmp_path, called)
    with pytest.raises(StateError) as refused:
        world.apply()
    world.provider.close()
    assert refused.value.code in ("MLE601", "MLE602", "MLE603")
    assert str(path) in str(refused.value)
    assert refused.value.hint
    assert called.called == 0


def test_a_disk_that_writes_a_byte_at_a_time_makes_the_same_files(tmp_path, monkeypatch):
    prepared(tmp_path)
    write = os.write
    with monkeypatch.context() as patch:
        patch.setattr("mlplan.core.effect.os.write", lambda descriptor, data: write(descriptor, bytes(data[:1])))
        world = opened(tmp_path)
        world.apply()
    assert world.plan().empty
    assert world.backend.ledger().damage == []
    world.provider.close()
