"""Volume: conditional writes out of creating and listing: over files in memory, and over the Files API on loopback."""

import pytest

from mlplan.core.effect import Effects
from mlplan.core.errors import StateError
from mlplan.state.ledger import Owner
from mlplan.state.objects.backend import ObjectBackend
from mlplan.state.objects.port import Clash
from mlplan.state.volume import KEPT, VolumeStore
from mlplan.testing.backend_contract import BackendContract
from mlplan.testing.objects.contract import StoreContract
from mlplan.testing.objects.plain_files import MemoryFiles
from mlplan.testing.runs import saved

VOLUME = "/Volumes/main/ml/state"
OWNER = Owner("fraud", "prod")
KEY = "fraud/prod/state.json"


class TestBackend(BackendContract):
    @pytest.fixture
    def opens(self):
        store = VolumeStore(MemoryFiles(), VOLUME)
        return lambda: ObjectBackend(store, "", OWNER, Effects())


class TestStore(StoreContract):
    @pytest.fixture
    def store(self):
        return VolumeStore(MemoryFiles(), VOLUME)


class TestBackendOverHttp(BackendContract):
    @pytest.fixture
    def opens(self, volume):
        store = VolumeStore(volume(), VOLUME)
        return lambda: ObjectBackend(store, "", OWNER, Effects())


class TestStoreOverHttp(StoreContract):
    @pytest.fixture
    def store(self, volume):
        return VolumeStore(volume(), VOLUME)


def written(store, times, tag=None):
    """Write an object so many times; return all its tags."""
    tags = [tag]
    for number in range(times):
        tags.append(store.put(KEY, b"%d" % number, tags[-1]))
    return tags[1:]


def test_versions_are_files_of_which_the_last_counts_and_the_oldest_go():
    files = MemoryFiles()
    store = VolumeStore(files, VOLUME)
    written(store, 3 * KEPT)
    there = [f"{VOLUME}/fraud/prod/state.json.{number:010d}" for number in range(2 * KEPT + 1, 3 * KEPT + 1)]
    assert sorted(files.files) == there
    assert store.get(KEY).data == b"%d" % (3 * KEPT - 1)
    assert store.names("fraud/prod/") == [KEY]


def test_whoever_slept_while_versions_came_and_went_is_told_of_a_clash():
    store = VolumeStore(MemoryFiles(), VOLUME)
    tags = written(store, 3 * KEPT)
    for tag in (None, *tags[:-1]):
        with pytest.raises(Clash):
            store.put(KEY, b"late", tag)
        assert store.get(KEY).data == b"%d" % (3 * KEPT - 1)


class Sleeping(MemoryFiles):
    """Files whose next creation happens only after something else did."""

    def __init__(self):
        super().__init__()
        self.before = None

    def create(self, path, data):
        before, self.before = self.before, None
        if before:
            before()
        super().create(path, data)


@pytest.mark.parametrize("steps", [1, 2, KEPT - 1, KEPT, KEPT + 1, 3 * KEPT])
@pytest.mark.parametrize("first", [0, 1, KEPT, 2 * KEPT], ids="after {}".format)
def test_whoever_sleeps_in_the_middle_of_a_write_never_wins_beside_another(first, steps):
    """The version that it creates may have been created and removed meanwhile; that shows in the list."""
    files = Sleeping()
    store = VolumeStore(files, VOLUME)
    tags = written(store, first) or [None]
    files.before = lambda: written(store, steps, tags[-1])
    with pytest.raises(Clash):
        store.put(KEY, b"late", tags[-1])
    assert store.get(KEY).data == b"%d" % (steps - 1)


def test_what_was_removed_by_hand_and_made_anew_is_not_what_was_read():
    """Numbers begin again, and the tag knows the content, too."""
    files = MemoryFiles()
    store = VolumeStore(files, VOLUME)
    tag = written(store, 3)[-1]
    files.files.clear()
    store.put(KEY, b"another", store.put(KEY, b"other", store.put(KEY, b"new", None)))
    with pytest.raises(Clash):
        store.put(KEY, b"late", tag)


def test_a_place_that_replaces_files_that_are_there_is_refused_before_anything_depends_on_it():
    backend = ObjectBackend(VolumeStore(MemoryFiles(careless=True), VOLUME), "", OWNER, Effects())
    with pytest.raises(StateError, match="is not safe for state") as refused:
        saved(backend)
    assert refused.value.code == "MLE617"


def test_a_list_that_does_not_show_what_was_just_written_is_an_error():
    files = MemoryFiles()
    store = VolumeStore(files, VOLUME)
    tag = written(store, 1)[-1]
    files.hidden.add(f"{VOLUME}/{KEY}.{2:010d}")
    with pytest.raises(StateError, match="is not listed") as refused:
        store.put(KEY, b"next", tag)
    assert refused.value.code == "MLE665"
