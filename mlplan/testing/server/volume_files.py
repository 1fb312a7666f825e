"""Volume files: /api/2.0/fs/files/Volumes and /api/2.0/fs/directories/Volumes: plain bytes below a volume.

Known from databricks/cli (`libs/filer/files_client.go`): a write without `overwrite` replaces what is there, with
`overwrite=false` it is 409 ALREADY_EXISTS; it makes the directories that it needs; what is not there is 404; no more than 1000
entries of a directory come at once (SDK documentation). [unverified]: that of several who create one file at the same time
exactly one is told so, which is how it is here; that lists show what was just written; the codes beside 404.

The bytes are kept in files beside the workspace's own, by the volume's number, which a rename does not change.
"""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from mlplan.testing.server import unity
from mlplan.testing.server.call import Call
from mlplan.testing.server.paging import Limits, listed, page
from mlplan.testing.server.refusal import Json, Refusal, invalid, missing
from mlplan.testing.server.route import Route, read, write

FILES = "/api/2.0/fs/files/Volumes/{catalog}/{schema}/{volume}"
DIRECTORIES = "/api/2.0/fs/directories/Volumes/{catalog}/{schema}/{volume}"
LIMITS = Limits(1000, 1000, 1000, name="page_size")
_ODD = re.compile(r"(^|/)\.{0,2}(/|$)|[\0\\]")


def routes() -> tuple[Route, ...]:
    """Return the operations on files and directories."""
    return (
        read(f"{FILES}/{{path*}}", download),
        write("PUT", f"{FILES}/{{path*}}", upload),
        write("DELETE", f"{FILES}/{{path*}}", remove),
        *(read(f"{DIRECTORIES}{more}", entries) for more in ("", "/{path*}")),
    )


def download(call: Call) -> bytes:
    """Return a file."""
    with _there(call):
        return _local(call).read_bytes()


def upload(call: Call) -> Json:
    """Write a file, in one step."""
    path = _local(call)
    path.parent.mkdir(parents=True, exist_ok=True)
    staged = path.parent / f".{uuid4().hex}"
    staged.write_bytes(call.body or b"")
    if call.query.get("overwrite", "true").lower() != "false" or call.door.settings.careless_files:
        staged.replace(path)
        return {}
    try:
        os.link(staged, path)
    except FileExistsError:
        raise Refusal(409, "ALREADY_EXISTS", f"The file being created already exists: {_named(call)}") from None
    finally:
        staged.unlink()
    return {}


def remove(call: Call) -> Json:
    """Remove a file."""
    with _there(call):
        _local(call).unlink()
    return {}


def entries(call: Call) -> Json:
    """List a directory, which the volume itself always is."""
    path = _local(call)
    if not call.variables.get("path"):
        path.mkdir(parents=True, exist_ok=True)
    with _there(call):
        names = sorted(one.name for one in path.iterdir() if not one.name.startswith("."))
    found, token = page(call, names, LIMITS, str)
    shown = [{"name": one, "path": f"{_named(call)}/{one}", "is_directory": (path / one).is_dir()} for one in found]
    return listed("contents", shown, token)


def _local(call: Call) -> Path:
    """Return where this server keeps a file of a volume that is there."""
    volume = unity.need(call, "volume", ".".join(call[part] for part in ("catalog", "schema", "volume")))
    inner = call.variables.get("path", "")
    if inner and _ODD.search(inner):
        raise invalid(f"Invalid path: {_named(call)}")
    return call.door.store.path.with_suffix(".volumes") / str(volume.uid) / inner


def _named(call: Call) -> str:
    """Return the path as the API calls it."""
    return "/".join(
        (
            "/Volumes",
            *(call.variables[part] for part in ("catalog", "schema", "volume", "path") if part in call.variables),
        )
    )


@contextmanager
def _there(call: Call) -> Iterator[None]:
    """Say of what is not there that it is not."""
    try:
        yield
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        raise missing(f"The path being accessed is not found: {_named(call)}", "NOT_FOUND") from None
