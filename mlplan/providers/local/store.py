"""Store: the workspace's SQLite file: one row per object, and a few counters beside them.

The file is opened for queries only until the first change, so that planning neither makes nor
alters it; a file that is not there yet reads as empty. WAL with synchronous=NORMAL survives the
death of the process at any point, and costs no fsync per object.
"""

import json
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from mlplan.core.errors import Unavailable
from mlplan.core.values import Values

FORMAT = 1
PATIENCE = 30.0
"""Seconds to wait for another process that is writing."""
CHECKPOINT = 8000
"""Pages of log before it is folded into the file, which is the only time that a write waits for the disk."""
SMALLEST = 512
"""Bytes of the smallest database; SQLite itself would write over a smaller file."""

_FORMAT = "SELECT user_version, EXISTS (SELECT 1 FROM sqlite_master) FROM pragma_user_version"
_TABLES = """
CREATE TABLE objects (
    uid INTEGER PRIMARY KEY, kind TEXT NOT NULL, id TEXT NOT NULL, parent INTEGER,
    body TEXT NOT NULL, outputs TEXT NOT NULL, status TEXT NOT NULL, system TEXT NOT NULL,
    UNIQUE (kind, id));
CREATE INDEX children ON objects (parent);
CREATE TABLE notes (name TEXT PRIMARY KEY, value TEXT NOT NULL);
INSERT INTO notes VALUES ('uid', '0');
"""
_COLUMNS = "uid, kind, id, parent, body, outputs, status, system"
_ONE = f"SELECT {_COLUMNS} FROM objects WHERE kind = ? AND id = ?"  # noqa: S608 - no input in it
_MANY = f"SELECT {_COLUMNS} FROM objects WHERE kind = ? AND id IN (SELECT value FROM json_each(?))"  # noqa: S608
_OF_KIND = f"SELECT {_COLUMNS} FROM objects WHERE kind = ? ORDER BY id"  # noqa: S608
_CHILDREN = f"SELECT {_COLUMNS} FROM objects WHERE parent = ? ORDER BY kind, id"  # noqa: S608


class Row(NamedTuple):
    """One object as it is kept."""

    uid: int
    """Never reused: an object made again under its old name has another one."""
    kind: str
    id: str
    parent: int | None
    """The object that it lives in or is attached to."""
    values: Values
    outputs: Values
    status: str
    system: Values
    """What the platform keeps to itself: system tags, counters, updates under way."""


class Store:
    """One file; any number of threads may use it, one at a time."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.RLock()
        self._connection: sqlite3.Connection | None = None
        self._writing = False

    def get(self, kind: str, id: str) -> Row | None:  # noqa: A002 - the word of the house
        """Return one object."""
        found = self._query(_ONE, (kind, id))
        return _row(found[0]) if found else None

    def find(self, kind: str, id: str) -> tuple[int, str] | None:  # noqa: A002
        """Return the number and status of one object."""
        found = self._query("SELECT uid, status FROM objects WHERE kind = ? AND id = ?", (kind, id))
        return (found[0][0], found[0][1]) if found else None

    def many(self, kind: str, ids: Sequence[str]) -> list[Row]:
        """Return those of the objects that exist."""
        return _rows(self._query(_MANY, (kind, json.dumps(ids))))

    def existing(self, kind: str, ids: Sequence[str]) -> list[str]:
        """Return the ids of those of the objects that exist."""
        sql = "SELECT id FROM objects WHERE kind = ? AND id IN (SELECT value FROM json_each(?))"
        return [id_ for (id_,) in self._query(sql, (kind, json.dumps(ids)))]

    def of_kind(self, kind: str) -> list[Row]:
        """Return all objects of a kind, by id."""
        return _rows(self._query(_OF_KIND, (kind,)))

    def children(self, uid: int) -> list[Row]:
        """Return what lives in an object or is attached to it."""
        return _rows(self._query(_CHILDREN, (uid,)))

    def kinds(self) -> list[str]:
        """Return the kinds of which there are objects."""
        return [kind for (kind,) in self._query("SELECT DISTINCT kind FROM objects ORDER BY kind", ())]

    def note(self, name: str, default: Any = None) -> Any:
        """Return a value kept beside the objects."""
        found = self._query("SELECT value FROM notes WHERE name = ?", (name,))
        return json.loads(found[0][0]) if found else default

    def add(self, row: Row) -> None:
        """Keep a new object."""
        self._change("INSERT INTO objects VALUES (?, ?, ?, ?, ?, ?, ?, ?)", _cells(row))

    def put(self, row: Row) -> None:
        """Keep an object as it is now; its uid tells which one."""
        self._change(
            "UPDATE objects SET kind = ?, id = ?, parent = ?, body = ?, outputs = ?, status = ?, system = ?"
            " WHERE uid = ?",
            (*_cells(row)[1:], row.uid),
        )

    def remove(self, uid: int) -> None:
        """Forget an object."""
        self._change("DELETE FROM objects WHERE uid = ?", (uid,))

    def write_note(self, name: str, value: Any) -> None:
        """Keep a value beside the objects; None forgets it."""
        if value is None:
            self._change("DELETE FROM notes WHERE name = ?", (name,))
        else:
            self._change("INSERT OR REPLACE INTO notes VALUES (?, ?)", (name, json.dumps(value)))

    def next_uid(self) -> int:
        """Return a number that was never given before."""
        connection = self._connection
        assert connection is not None
        found = connection.execute("UPDATE notes SET value = value + 1 WHERE name = 'uid' RETURNING value").fetchone()
        return int(found[0])

    @contextmanager
    def change(self) -> Iterator[None]:
        """Make everything inside one change that happens as a whole or not at all."""
        with self._lock:
            try:
                connection = self._writable()
                connection.execute("BEGIN IMMEDIATE")
                try:
                    yield
                except BaseException:
                    connection.execute("ROLLBACK")
                    raise
                connection.execute("COMMIT")
            except (sqlite3.Error, OSError) as error:
                raise _unusable(self.path, error) from error

    def close(self) -> None:
        """Close the file; the store can be used again, and then opens it anew."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
            self._connection, self._writing = None, False

    def _query(self, sql: str, values: Sequence[object]) -> list[tuple[Any, ...]]:
        """Return the rows of a query; none when there is no file."""
        with self._lock:
            try:
                connection = self._connection or self._readable()
                return [] if connection is None else connection.execute(sql, values).fetchall()
            except (sqlite3.Error, OSError) as error:
                raise _unusable(self.path, error) from error

    def _change(self, sql: str, values: Sequence[object]) -> None:
        """Run one statement of a change."""
        assert self._connection is not None
        assert self._connection.in_transaction
        self._connection.execute(sql, values)

    def _readable(self) -> sqlite3.Connection | None:
        """Open the file for queries only; None when it is not there or was never written."""
        if not self.path.is_file():
            return None
        connection = _connect(self.path, "rw")
        try:
            connection.execute("PRAGMA query_only = ON")
            if _format(connection, self.path) != 0:
                self._connection = connection
        finally:
            if self._connection is None:
                connection.close()
        return self._connection

    def _writable(self) -> sqlite3.Connection:
        """Return a connection that may write, to a file with all tables."""
        if self._connection is not None and self._writing:
            return self._connection
        self.close()
        self.path.parent.mkdir(parents=True, exist_ok=True)
        connection = _connect(self.path, "rwc")
        try:
            _format(connection, self.path)  # before anything is written into it
            _write_ahead(connection)
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT}")
            connection.execute("BEGIN IMMEDIATE")
            if _format(connection, self.path) == 0:
                for statement in _TABLES.strip().split(";\n"):
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {FORMAT}")
            connection.execute("COMMIT")
        except BaseException:
            connection.close()
            raise
        self._connection, self._writing = connection, True
        return connection


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    """Open the file for use by any thread; statements begin no transaction by themselves."""
    return sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}",
        uri=True,
        timeout=PATIENCE,
        isolation_level=None,
        check_same_thread=False,
    )


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Switch to the write-ahead log; two who do so at once both get refused, instead of one waiting."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return


def _format(connection: sqlite3.Connection, path: Path) -> int:
    """Return the format of the file: 0 when it is new; another program's or a later mlplan's is refused."""
    size = path.stat().st_size
    found, used = connection.execute(_FORMAT).fetchone()
    if found == 0 and (used or 0 < size < SMALLEST):
        raise sqlite3.DatabaseError("it holds something else")
    if found > FORMAT:
        raise Unavailable(
            f"{path} was written by a newer mlplan (format {found})",
            code="MLE533",
            hint="upgrade mlplan, or point `path` at another file",
        )
    return int(found)


def _unusable(path: Path, error: Exception) -> Unavailable:
    """Return the error for whatever SQLite or the file system refuses."""
    return Unavailable(
        f"the local workspace {path} cannot be used: {error}",
        code="MLE533",
        hint="check that it is a workspace file that you may read and write",
    )


def _cells(row: Row) -> tuple[object, ...]:
    """Return an object as the table holds it."""
    uid, kind, id_, parent, values, outputs, status, system = row
    return uid, kind, id_, parent, _dumps(values), _dumps(outputs), status, _dumps(system)


def _dumps(values: Values) -> str:
    """Return a mapping as JSON; most objects have nothing in two of their three."""
    return _encode(values) if values else "{}"


_encode: Callable[[object], str] = json.JSONEncoder(separators=(",", ":")).encode


def _row(cells: Sequence[Any]) -> Row:
    """Return an object from the table."""
    uid, kind, id_, parent, body, outputs, status, system = cells
    return Row(uid, kind, id_, parent, json.loads(body), json.loads(outputs), status, json.loads(system))


def _rows(found: list[tuple[Any, ...]]) -> list[Row]:
    """Return many objects from the table, decoded in one go, which takes half the time."""
    decoded = iter(json.loads(f"[{','.join(f'{cells[4]},{cells[5]},{cells[7]}' for cells in found)}]"))
    return [
        Row(uid, kind, id_, parent, next(decoded), next(decoded), status, next(decoded))
        for uid, kind, id_, parent, _, _, status, _ in found
    ]
