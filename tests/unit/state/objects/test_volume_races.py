"""Races at a volume: writers whose requests come in any order, by chance that repeats itself."""

import random
import threading

import pytest

from mlplan.state import volume
from mlplan.state.objects.port import Clash
from mlplan.state.volume import VolumeStore
from mlplan.testing.objects.plain_files import MemoryFiles

KEY = "fraud/prod/lock.json"
WRITERS, WRITES, SCHEDULES = 3, 12, 150


class Baton:
    """Lets one of many threads make its next request, as chance has it."""

    def __init__(self, seed):
        self._chance = random.Random(seed)  # noqa: S311 - chance that repeats itself
        self._waiting = {}
        self._arrived = threading.Semaphore(0)

    def wait(self):
        """Stand still until chosen."""
        mine = threading.Semaphore(0)
        self._waiting[threading.current_thread().name] = mine
        self._arrived.release()
        mine.acquire()

    def run(self, *works):
        """Run all of them to their ends."""

        def run(work):
            self.wait()
            work()
            self._arrived.release()

        threads = [threading.Thread(target=run, args=(work,), name=str(at)) for at, work in enumerate(works)]
        for thread in threads:
            thread.start()
        for _ in threads:
            self._arrived.acquire()
        while self._waiting:
            chosen = self._waiting.pop(self._chance.choice(sorted(self._waiting)))
            chosen.release()
            self._arrived.acquire()
        for thread in threads:
            thread.join()


class InTurn(MemoryFiles):
    """Files that are asked one request at a time."""

    def __init__(self, baton):
        super().__init__()
        self._baton = baton
        for name in ("names", "read", "create", "remove"):
            setattr(self, name, self._turned(getattr(self, name)))

    def _turned(self, request):
        def turned(*words):
            self._baton.wait()
            return request(*words)

        return turned


def writer(store, name, tried, won):
    """Replace what is there, again and again; now and then what was there long ago."""

    def work():
        seen = []
        for number in range(WRITES):
            found = store.get(KEY)
            seen.append(found.tag if found else None)
            tag = seen[-1] if number % 4 else seen[0]
            data = f"{name} {number}".encode()
            tried[data] = tag
            try:
                won[data] = store.put(KEY, data, tag)
            except Clash:
                continue

    return work


@pytest.mark.parametrize("kept", [2, 3, 16])
def test_every_success_is_in_the_history_of_what_is_there(monkeypatch, figure, kept):
    """So no two are told that they replaced the same version, and none is undone by one who had not seen it."""
    monkeypatch.setattr(volume, "KEPT", kept)
    wins = 0
    for seed in range(SCHEDULES):
        baton, tried, won = Baton(seed), {}, {}
        store = VolumeStore(InTurn(baton), "/Volumes/main/ml/state")
        last = []
        baton.run(*(writer(store, name, tried, won) for name in range(WRITERS)))
        baton.run(lambda store=store, last=last: last.append(store.get(KEY)))
        named, history, data = (
            {volume._tag(n, one): one for one in tried for n in range(1, len(tried) + 1)},
            [],
            last[0].data,
        )
        while data is not None:
            history.append(data)
            data = named[tried[data]] if tried[data] is not None else None
        assert set(won) <= set(history), seed
        wins += len(won)
    figure(
        f"{WRITERS} writers at a volume that keeps {kept} versions, {SCHEDULES} schedules: {wins:,} writes, none lost"
    )
