"""Processes: what only several of them can show: races at the lock and at state, and a holder that was stopped."""

import json
import os
import signal
from functools import partial

import pytest

from mlplan.app.waiting import locked
from mlplan.core.effect import Effects, SystemClock
from mlplan.core.errors import Locked
from mlplan.core.storage import S3Place
from mlplan.state.ledger import Owner
from mlplan.state.objects.backend import ObjectBackend
from mlplan.state.objects.lock import Terms
from mlplan.state.objects.place import Place
from mlplan.state.objects.port import Clash
from mlplan.testing.objects.folder import FolderStore
from mlplan.testing.runs import entry, intent, saved

OWNER = Owner("fraud", "prod")
ROUNDS = 200
SHORT = Terms(ttl=1.5, beat=0.3, margin=0.5)


def on_disk(tmp_path):
    return partial(FolderStore, tmp_path / "bucket")


def in_moto(bucket: S3Place):
    from mlplan.state.s3 import S3Store  # noqa: PLC0415

    return partial(S3Store, bucket)


def in_azurite(container):
    from mlplan.state.azure import AzureStore  # noqa: PLC0415

    return partial(AzureStore, container)


def in_volume(files):
    from mlplan.state.volume import VolumeStore  # noqa: PLC0415

    return lambda: VolumeStore(files(), "/Volumes/main/ml/state")


@pytest.fixture(params=["folder", "moto", "azurite", "volume"])
def store(request, tmp_path):
    """Return how a process opens the store, which must be after the fork."""
    if request.param == "folder":
        return on_disk(tmp_path)
    opened = {"moto": (in_moto, "bucket"), "azurite": (in_azurite, "container"), "volume": (in_volume, "volume_apart")}
    opens, where = opened[request.param]
    return opens(request.getfixturevalue(where))


@pytest.fixture(autouse=True)
def _at_home(monkeypatch):
    """In CI a holder is known by its job's page, which both processes would share."""
    for name in ("GITHUB_RUN_ID", "CI_JOB_URL", "BUILD_URL"):
        monkeypatch.delenv(name, raising=False)


class Child:
    """A process that answers one line with another, until there are no more."""

    def __init__(self, answers):
        asked, answered = os.pipe(), os.pipe()
        self.process = os.fork()
        if self.process == 0:
            try:
                _serve(answers, asked, answered)
            finally:
                os._exit(0)
        os.close(asked[0])
        os.close(answered[1])
        self._in, self._out = os.fdopen(asked[1], "w"), os.fdopen(answered[0])

    def ask(self, what):
        self._in.write(json.dumps(what) + "\n")
        self._in.flush()

    def answer(self):
        return json.loads(self._out.readline())

    def end(self):
        self._in.close()
        self._out.close()
        os.kill(self.process, signal.SIGKILL)  # a later child holds its pipe open, too
        os.waitpid(self.process, 0)


def _serve(answers, asked, answered):
    os.close(asked[1])
    os.close(answered[0])
    answer = answers()
    with os.fdopen(asked[0]) as lines, os.fdopen(answered[1], "w") as out:
        for line in lines:
            out.write(json.dumps(answer(json.loads(line))) + "\n")
            out.flush()


@pytest.fixture
def children():
    """Return `start(answers)`, and end what was started."""
    started = []

    def start(answers):
        started.append(Child(answers))
        return started[-1]

    yield start
    for child in started:
        child.end()


def contender(store):
    """Take the lock and hold it until asked to give it back."""
    backend, held = ObjectBackend(store(), "", OWNER, Effects()), []

    def answer(what):
        if what == "release":
            held.pop().release()
            return "released"
        try:
            held.append(backend.lock("apply"))
        except Locked as error:
            return str(error)
        return "mine"

    return answer


def test_of_two_processes_at_the_lock_exactly_one_gets_it(store, children, figure, request):
    pair = [children(partial(contender, store)) for _ in range(2)]
    wins = []
    for _ in range(ROUNDS):
        for child in pair:
            child.ask("lock")
        said = [child.answer() for child in pair]
        assert said.count("mine") == 1, said
        won = said.index("mine")
        assert f"process {pair[won].process}" in said[1 - won]
        pair[won].ask("release")
        assert pair[won].answer() == "released"
        wins.append(won)
    name = request.node.callspec.params["store"]
    figure(
        f"two processes at the lock in {name}, {ROUNDS} times: one holder each time ({wins.count(0)} and {wins.count(1)})"
    )


def replacer(store):
    """Replace state as it was seen, with bytes of one's own."""
    place = Place(store(), "fraud/prod", Effects())

    def answer(what):
        number, tag = what
        data = f"{number} by {os.getpid()}".encode()
        try:
            return place.write("state:put", "state.json", data, tag)
        except Clash:
            return None

    return answer


def test_of_two_processes_at_state_exactly_one_replaces_it(store, children, figure, request):
    pair, here = [children(partial(replacer, store)) for _ in range(2)], Place(store(), "fraud/prod", Effects())
    tag, wins = None, []
    for number in range(ROUNDS):
        for child in pair:
            child.ask([number, tag])
        tags = [child.answer() for child in pair]
        assert tags.count(None) == 1, tags
        won = 1 - tags.index(None)
        found = here.get("state.json")
        assert (found.tag, found.data) == (tags[won], f"{number} by {pair[won].process}".encode())
        tag = found.tag
        wins.append(won)
    name = request.node.callspec.params["store"]
    figure(
        f"two processes at state in {name}, {ROUNDS} times: one write each time ({wins.count(0)} and {wins.count(1)})"
    )


def holder(root):
    """Hold the lock with a journal begun, and then begin a step."""
    backend = ObjectBackend(FolderStore(root), "", OWNER, Effects(), SHORT)
    lease = backend.lock("apply")
    journal = lease.journal(backend.read())
    writes = {
        "intend": lambda: journal.intend(intent(1)),
        "save": lambda: lease.save(backend.read()),
        "check": lease.check,
    }

    def answer(what):
        try:
            writes[what]()
        except Locked as error:
            return error.code
        return "written"

    return answer


@pytest.mark.parametrize("write", ["intend", "save", "check"])
def test_a_holder_that_was_stopped_and_woken_writes_nothing(tmp_path, children, write):
    """SIGSTOP, a takeover when the lease has run out, SIGCONT: the old run's next write is refused."""
    child = children(partial(holder, tmp_path))
    child.ask("check")
    assert child.answer() == "written"
    backend = ObjectBackend(FolderStore(tmp_path), "", OWNER, Effects(), SHORT)
    epoch = backend.holder().epoch
    os.kill(child.process, signal.SIGSTOP)
    os.waitpid(child.process, os.WUNTRACED)
    lease = locked(backend, "apply", 20, SystemClock())
    assert lease.holder.epoch == epoch + 1
    state = backend.read()
    state.entries["experiment.new"] = entry()
    wrote = lease.save(state)
    os.kill(child.process, signal.SIGCONT)
    child.ask(write)
    assert child.answer() in ("MLE612", "MLE619")
    lease.release()
    assert backend.read() == wrote


def test_a_holder_whose_heart_beats_keeps_the_lock_for_longer_than_a_lease(tmp_path, children):
    child = children(partial(holder, tmp_path))
    child.ask("check")
    assert child.answer() == "written"
    with pytest.raises(Locked):
        locked(ObjectBackend(FolderStore(tmp_path), "", OWNER, Effects(), SHORT), "apply", 2 * SHORT.ttl, SystemClock())
    child.ask("intend")
    assert child.answer() == "written"


def test_what_a_machine_that_is_gone_had_begun_is_found_by_the_next(tmp_path, children):
    child = children(partial(holder, tmp_path))
    child.ask("intend")
    assert child.answer() == "written"
    os.kill(child.process, signal.SIGKILL)
    backend = ObjectBackend(FolderStore(tmp_path), "", OWNER, Effects(), SHORT)
    lease = locked(backend, "apply", 20, SystemClock())
    assert [one.address for one in backend.read().pending] == ["experiment.a"]
    lease.release()
    saved(backend)
    assert [one.outcome for one in backend.ledger().records()] == ["unknown"]
