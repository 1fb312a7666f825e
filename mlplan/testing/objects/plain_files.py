"""Plain files: a place in memory that makes files, lists them, and replaces none on a condition, as volumes do."""

import threading

from mlplan.core.errors import Conflict


class MemoryFiles:
    """Files of one process; a careless one replaces what is there, a forgetful one lists late."""

    name = "memory://"

    def __init__(self, *, careless: bool = False) -> None:
        """Be empty."""
        self.files: dict[str, bytes] = {}
        self.hidden: set[str] = set()
        """Paths that lists do not show yet."""
        self._careless = careless
        self._turn = threading.Lock()

    def names(self, directory: str) -> list[str] | None:
        """Return the names of the files in a directory; None when there is none."""
        found = [path for path in list(self.files) if path.rpartition("/")[0] == directory]
        return [path.rpartition("/")[2] for path in found if path not in self.hidden] or None

    def read(self, path: str, most: int) -> bytes | None:
        """Return a file; None when there is none."""
        data = self.files.get(path)
        assert data is None or len(data) <= most
        return data

    def create(self, path: str, data: bytes) -> None:
        """Make a file; Conflict when there is one."""
        with self._turn:
            if path in self.files and not self._careless:
                raise Conflict(path)
            self.files[path] = data

    def remove(self, path: str) -> None:
        """Take a file down, if it is there."""
        self.files.pop(path, None)
