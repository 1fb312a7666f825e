"""Lock: what only several processes can show."""

import os
import signal
from functools import partial

import pytest

from mlplan.core.effect import Effects
from mlplan.core.errors import Locked, MlplanError
from mlplan.state.local import LocalBackend
from mlplan.testing.runs import entry, saved


@pytest.fixture(autouse=True)
def _at_home(monkeypatch):
    """In CI a holder is known by its job's page, which both processes would share."""
    for name in ("GITHUB_RUN_ID", "CI_JOB_URL", "BUILD_URL"):
        monkeypatch.delenv(name, raising=False)


def opened(root):
    return LocalBackend(root / "state", "fraud", "prod", Effects())


def in_child(work):
    """Run `work` in a process of its own and return the process."""
    child = os.fork()
    if child == 0:
        try:
            work()
        finally:
            os._exit(0)
    return child


def test_a_dead_holder_frees_the_lock_at_once(tmp_path):
    ready, tell = os.pipe()

    def hold():
        opened(tmp_path).lock("apply")
        os.write(tell, b"x")
        signal.pause()

    child = in_child(hold)
    os.read(ready, 1)
    with pytest.raises(Locked, match=f"process {child}"):
        opened(tmp_path).lock("apply")
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    assert opened(tmp_path).holder() is None
    opened(tmp_path).lock("apply").release()


def test_a_holder_that_slept_through_the_loss_of_its_lock_writes_nothing(tmp_path):
    """SIGSTOP, unlock, another run, SIGCONT: the old run's next write is refused."""
    ready, tell = os.pipe()
    wake, awake = os.pipe()
    answer, say = os.pipe()

    def hold():
        backend = opened(tmp_path)
        lease = backend.lock("apply")
        state = backend.read()
        os.write(tell, b"x")
        os.read(wake, 1)
        try:
            lease.save(state)
        except MlplanError as error:
            os.write(say, error.code.encode())

    child = in_child(hold)
    os.read(ready, 1)
    os.kill(child, signal.SIGSTOP)
    os.waitpid(child, os.WUNTRACED)
    opened(tmp_path).unlock(opened(tmp_path).holder().id)
    wrote = saved(opened(tmp_path), a=entry())
    os.kill(child, signal.SIGCONT)
    os.write(awake, b"x")
    assert os.read(answer, 10) == b"MLE612"
    os.waitpid(child, 0)
    assert opened(tmp_path).read() == wrote


ROUNDS = 200


def test_of_two_processes_at_once_exactly_one_writes(tmp_path, figure):
    """Both start at once, and the winner holds on until the loser was refused and has named it."""
    wins = []
    for number in range(ROUNDS):
        start, go, answers = os.pipe(), os.pipe(), (os.pipe(), os.pipe())
        children = [in_child(partial(contend, tmp_path, start, pair[1], go[0])) for pair in answers]
        os.close(start[1])  # now both see its end, at the same time
        said = [os.read(pair[0], 500).decode() for pair in answers]
        os.write(go[1], b"x")
        for child in children:
            os.waitpid(child, 0)
        for descriptor in (start[0], *go, *answers[0], *answers[1]):
            os.close(descriptor)
        won = said.index("mine")
        assert f"(process {children[won]})" in said[1 - won]
        assert opened(tmp_path).read().serial == number + 1
        wins.append(won)
    figure(f"two processes at the lock, {ROUNDS} times: one writer each time ({wins.count(0)} and {wins.count(1)})")


def contend(root, start, answer, go):
    os.close(start[1])
    os.read(start[0], 1)
    backend = opened(root)
    try:
        lease = backend.lock("apply")
    except Locked as error:
        os.write(answer, str(error).encode())
        return
    lease.save(backend.read())
    os.write(answer, b"mine")
    os.read(go, 1)
    lease.release()
