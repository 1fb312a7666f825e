"""Index: objects by the ids that are not their names, which permissions, experiments and logged models are known by."""

import threading

from mlplan.providers.local.store import Row, Store

FIELDS = {"experiment": "experiment_id", "serving_endpoint": "endpoint_id", "model_version": "model_id"}
"""Kind, and the output or field that holds the id."""


class Index:
    """Remembers where an id was found last; what it remembers is checked each time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._names: dict[tuple[str, str], str] = {}

    def find(self, store: Store, kind: str, given: str) -> Row | None:
        """Return the object with this id of the server's, under whatever name it has now."""
        for _ in range(2):
            name = self._names.get((kind, given))
            row = store.get(kind, name) if name is not None else None
            if row is not None and _id(row) == given:
                return row
            self._learn(store, kind)
        return None

    def _learn(self, store: Store, kind: str) -> None:
        """Take in what is there now."""
        found = {(kind, _id(row)): row.id for row in store.of_kind(kind)}
        with self._lock:
            self._names.update(found)


def _id(row: Row) -> str:
    """Return the id of an object that is not its name."""
    name = FIELDS[row.kind]
    return str(row.outputs.get(name) or row.values.get(name) or "")
