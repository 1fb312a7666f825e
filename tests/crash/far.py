"""Far: the same stories with state in a store of objects, on machines of which nothing is left after a stop."""

import shutil
from dataclasses import replace
from itertools import groupby

from told import keeping
from watch import Quick
from worlds import Story, World

from mlplan.app.waiting import locked
from mlplan.core.backend import Backend
from mlplan.core.effect import Effects
from mlplan.state.ledger import Owner
from mlplan.state.objects.backend import ObjectBackend
from mlplan.state.objects.journal import parts
from mlplan.state.objects.place import Place
from mlplan.testing.objects.folder import FolderStore
from mlplan.testing.objects.still import StillHeart

SHARED = ("bucket", ".mlplan", "kept")
"""What is not on the machine that runs: the bucket, the workspace, and what the test remembers."""
SEALED = b'{"sealed"'


class Patient(Backend):
    """A backend whose lock is waited for, as `--lock-timeout` does, on time that waiting moves on."""

    def __init__(self, inner, clock):
        self.inner, self.clock = inner, clock

    def lock(self, command):
        return locked(self.inner, command, 1000, self.clock)

    def read(self):
        return self.inner.read()

    def ledger(self):
        return self.inner.ledger()

    def holder(self):
        return self.inner.holder()

    def unlock(self, lease_id):
        return self.inner.unlock(lease_id)


class ObjectJournals:
    """The journals in a bucket."""

    losing = ("journal:drop",)

    @staticmethod
    def there(root):
        place = Place(FolderStore(root / "bucket"), "test/dev", Effects())
        rows = groupby(parts(place), lambda part: part[:2])
        made = [[place.get(part.key).data for part in row] for _, row in rows]
        told = [b"".join(data for data in row if not data.startswith(SEALED)) for row in made]
        return [journal for journal in told if journal]


class Far(Story):
    """A story whose state is in a bucket."""

    told = ObjectJournals

    def world(self, root, effects):
        effects = keeping(replace(effects, clock=Quick()), root, self.told)
        inner = ObjectBackend(self.store(root), "", Owner("test", "dev"), effects, heart=StillHeart)
        return World(root, effects, backend=Patient(inner, effects.clock))

    def store(self, root):
        return FolderStore(root / "bucket")

    def run(self, root, effects):
        for path in root.iterdir():
            if path.name not in SHARED:
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        super().run(root, effects)


def far(story):
    """Return the same story with its state in a bucket."""
    return Far(story.name, story.before, story.after, story.silent, story.options)
