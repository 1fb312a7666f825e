"""Files: /api/2.0/fs: files of Unity Catalog volumes, for state that is kept there.

Known from databricks/cli (`libs/filer/files_client.go`): `overwrite=false` on a file that is there is 409 ALREADY_EXISTS, what is
not there is 404, and a write makes the directories that it needs. A workspace takes ten requests at once.
[unverified]: the code beside a 404; which of both a missing privilege is.
"""

from collections.abc import Callable
from typing import Any, Final, TypeVar
from urllib.parse import quote

from mlplan.core.declaration import Target
from mlplan.core.effect import Effects
from mlplan.core.errors import NotFound, PlatformError, Unavailable
from mlplan.providers.databricks.errors import ABSENT, Failure, told
from mlplan.providers.databricks.wire import Wire

FILES: Final = "/api/2.0/fs/files"
DIRECTORIES: Final = "/api/2.0/fs/directories"
TIMEOUT: Final = 15
"""Seconds: three requests, which a conditional write of state takes, end well within what a lease leaves."""
AT_ONCE: Final = 8
ATTEMPTS: Final = 4
LONGEST_WAIT: Final = 10.0
_NO_FILE: Final = ABSENT | {"NOT_FOUND"}
_ROOT_PARTS: Final = 5
"""Of /Volumes/catalog/schema/volume, with the nothing before the first slash."""
T = TypeVar("T")


class VolumeFiles:
    """The files of volumes in one workspace; reads are repeated, writes are one attempt."""

    def __init__(self, wire: Wire, effects: Effects) -> None:
        """Look at a workspace; nothing is asked of it yet."""
        self.name = wire.host
        self._wire = wire
        self._clock = effects.clock

    def names(self, directory: str) -> list[str] | None:
        """Return the names of the files in a directory; None when there is none, in a volume that there is."""
        found: list[str] = []
        query: dict[str, Any] = {}
        while True:
            try:
                page = self._asked(directory, query)
            except NotFound:
                self._asked(
                    "/".join(directory.split("/")[:_ROOT_PARTS]), {"page_size": 1}
                )  # the volume itself is there
                return None
            found += [one["name"] for one in page.get("contents") or () if not one.get("is_directory")]
            if not page.get("next_page_token"):
                return found
            query = {"page_token": page["next_page_token"]}

    def read(self, path: str, most: int) -> bytes | None:
        """Return a file of at most so many bytes; None when there is no such file."""
        try:
            return self._read(f"GET {path}", lambda: self._wire.download(_url(FILES, path), most))
        except NotFound:
            return None

    def create(self, path: str, data: bytes) -> None:
        """Make a file with its directories; Conflict when there is one already."""
        try:
            self._wire.upload(_url(FILES, path), {"overwrite": False}, data)
        except Failure as failure:
            raise _explained(failure, f"PUT {path}", writing=True) from failure

    def remove(self, path: str) -> None:
        """Take a file down; what is gone already is no error."""
        try:
            self._wire.send("DELETE", _url(FILES, path), None, None)
        except Failure as failure:
            error = _explained(failure, f"DELETE {path}", writing=True)
            if not isinstance(error, NotFound):
                raise error from failure

    def _asked(self, directory: str, query: dict[str, Any]) -> dict[str, Any]:
        """Return a page of what is in a directory."""
        url = _url(DIRECTORIES, directory)
        return self._read(f"GET {directory}", lambda: self._wire.send("GET", url, query, None))

    def _read(self, what: str, once: Callable[[], T]) -> T:
        """Ask until there is an answer, within reason."""
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return once()
            except Failure as failure:
                if attempt == ATTEMPTS or not failure.passing:
                    raise _explained(failure, what, writing=False) from failure
                wait = 0.5 * 2**attempt if failure.retry_after is None else failure.retry_after
                self._clock.sleep(min(wait, LONGEST_WAIT))
        raise AssertionError(what)


def open_files(target: Target, effects: Effects) -> VolumeFiles:
    """Return the files of a workspace, signed in as a provider with these options is."""
    from mlplan import __version__  # noqa: PLC0415 - with the SDK, which takes a second to import
    from mlplan.providers.databricks.auth import configured  # noqa: PLC0415
    from mlplan.providers.databricks.options import settings  # noqa: PLC0415

    given = {**settings(target), "http_timeout_seconds": TIMEOUT}
    return VolumeFiles(Wire(configured(given, AT_ONCE, __version__), AT_ONCE, writable=True), effects)


def _url(api: str, path: str) -> str:
    """Return the route of a path."""
    return f"{api}{quote(path)}"


def _explained(failure: Failure, what: str, *, writing: bool) -> PlatformError:
    """Return the error of a request that did not succeed."""
    if failure.status == 404 and failure.code in _NO_FILE:  # noqa: PLR2004 - HTTP's number
        return NotFound(f"{what}: {failure.message}")
    if failure.status == 409 and failure.code != "ALREADY_EXISTS":  # noqa: PLR2004
        return Unavailable(f"{what}: {failure.message}")
    return told(failure, what, writing=writing)
