"""Index: objects by the ids that the server gave them, which permissions and experiments are known by."""

import threading

from mlplan.core.values import Values
from mlplan.providers.local.store import Row, Store

FIELDS = {"experiment": "experiment_id", "serving_endpoint": "endpoint_id"}
"""Kind, and the output that holds the server's id."""


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
            if row is not None and _id(kind, row.outputs) == given:
                return row
            self._learn(store, kind)
        return None

    def _learn(self, store: Store, kind: str) -> None:
        """Take in what is there now."""
        found = {(kind, _id(kind, row.outputs)): row.id for row in store.of_kind(kind)}
        with self._lock:
            self._names.update(found)


def _id(kind: str, outputs: Values) -> str:
    """Return the server's own id of an object."""
    return str(outputs.get(FIELDS[kind], ""))
