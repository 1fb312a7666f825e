"""Folder store: objects as files of one directory, for tests with many processes.

Tags are digests of the content, as with S3, where equal bytes have equal tags.
"""

import fcntl
import hashlib
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from mlplan.state.objects.port import Clash, Found, ObjectStore


class FolderStore(ObjectStore):
    """Objects in a directory; a file lock makes each conditional write one step."""

    foreign_tag = "0" * 64

    def __init__(self, root: Path) -> None:
        """Look at a directory that need not be there yet."""
        self.name = f"folder://{root.name}"
        self._root = root

    def get(self, key: str) -> Found | None:
        """Return an object, None when there is none."""
        try:
            data = self._path(key).read_bytes()
        except FileNotFoundError:
            return None
        return Found(data, hashlib.sha256(data).hexdigest())

    def put(self, key: str, data: bytes, tag: str | None) -> str:
        """Write an object that has this tag, or is not there when the tag is None."""
        self._root.mkdir(parents=True, exist_ok=True)
        with self._alone():
            there = self.get(key)
            if (there.tag if there else None) != tag:
                raise Clash(key)
            staged = self._root / f".{os.getpid()}"
            staged.write_bytes(data)
            staged.rename(self._path(key))
        return hashlib.sha256(data).hexdigest()

    def names(self, prefix: str) -> list[str]:
        """Return all keys that begin so, sorted."""
        if not self._root.exists():
            return []
        keys = [path.name.replace("%", "/") for path in self._root.iterdir() if not path.name.startswith(".")]
        return sorted(key for key in keys if key.startswith(prefix))

    def delete(self, keys: Sequence[str]) -> None:
        """Remove objects, those of them that are there."""
        for key in keys:
            self._path(key).unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        """Return the file of an object."""
        return self._root / key.replace("/", "%")

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep every other writer out."""
        with (self._root / ".gate").open("w") as gate:
            fcntl.flock(gate, fcntl.LOCK_EX)
            yield
