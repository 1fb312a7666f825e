"""Faults at a volume: at every request of a run its answer is lost, or it fails; then a run that nothing disturbs."""

import pytest

from mlplan.app.waiting import locked
from mlplan.core.effect import Effects
from mlplan.core.errors import Conflict, Denied, Locked, StateError, UnknownOutcome
from mlplan.core.state import Outcome
from mlplan.state.ledger import Owner
from mlplan.state.objects.backend import ObjectBackend
from mlplan.state.volume import VolumeStore
from mlplan.testing.objects.plain_files import MemoryFiles
from mlplan.testing.objects.still import StillHeart, WaitingClock
from mlplan.testing.runs import alias, applied, entry, saved


class Faulty(MemoryFiles):
    """Files one request of which goes wrong; those that were late arrive when they are told to."""

    def __init__(self, files, fault, at):
        super().__init__()
        self.files = files
        self.requests = 0
        self.late = []
        self._fault, self._at = fault, at

    def names(self, directory):
        return self._passed(super().names, directory)

    def read(self, path, most):
        return self._passed(super().read, path, most)

    def create(self, path, data):
        self._passed(super().create, path, data)

    def remove(self, path):
        self._passed(super().remove, path)

    def arrive(self):
        for request, words in self.late:
            try:
                request(*words)
            except Conflict:
                continue

    def _passed(self, request, *words):
        self.requests += 1
        if self.requests != self._at:
            return request(*words)
        if self._fault == "refused":
            raise Denied("no")
        if self._fault == "lost after":
            request(*words)
        if self._fault == "late":
            self.late.append((request, words))
        raise UnknownOutcome("no answer")


def opened(files, clock):
    store = VolumeStore(files, "/Volumes/main/ml/state")
    return ObjectBackend(store, "", Owner("fraud", "prod"), Effects(clock=clock), heart=StillHeart)


def prepared():
    files = MemoryFiles()
    for _ in range(3):
        saved(opened(files, WaitingClock()), old=entry())
    return files.files


@pytest.mark.parametrize("fault", ["lost before", "lost after", "late", "refused"])
def test_whatever_goes_wrong_at_any_request_the_next_run_ends_well(fault, figure):
    at, ended = 0, 0
    while True:
        at += 1
        files, clock = prepared(), WaitingClock()
        faulty = Faulty(files, fault, at)
        try:
            applied(opened(faulty, clock), (alias(1, 7), Outcome(1, "done")))
            ended += 1
        except (StateError, Locked):
            pass
        if faulty.requests < at:
            break
        inner, clock = MemoryFiles(), WaitingClock()
        inner.files = files
        backend = opened(inner, clock)
        locked(backend, "apply", 1000, clock).release()
        applied(backend, (alias(1, 8), Outcome(1, "done")))
        faulty.arrive()
        state = applied(backend, (alias(1, 9), Outcome(1, "done")))
        assert backend.read() == state, at
        done = [one.outcome for one in backend.ledger().records()]
        assert done.count("done") in (2, 3), at
        assert not backend.ledger().damage, at
    figure(
        f"one request of {at - 1} at a volume goes wrong ({fault}): {ended} runs ended well at once, each next one did"
    )
