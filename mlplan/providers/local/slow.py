"""Slow: changes that take time to take effect, on a clock that only waiting moves.

A serving endpoint accepts a new configuration at once, and serves it minutes later or not at
all. Until then the old one serves; when the new one fails, the old one goes on serving.
"""

from mlplan.core.errors import NotReady
from mlplan.core.values import Values
from mlplan.providers.local.store import Row, Store

SLOW = {"serving_endpoint": "served_entities"}
"""The field of a kind that takes time."""
DURATION = 120.0
"""Virtual seconds from accepting a configuration to serving it."""
FAILURE = """\
served entity {entity}: container build failed
  Collecting package metadata (repodata.json): done
  Solving environment: failed
  ERROR: the model's requirements cannot be installed together
The endpoint goes on serving its previous configuration."""


def now(store: Store) -> float:
    """Return the workspace's own time, in seconds since it was made."""
    return float(store.note("now", 0.0))


def advance(store: Store, moment: float) -> None:
    """Move the workspace's own time forward to `moment`."""
    if moment > now(store):
        store.write_note("now", moment)


def begin(store: Store, row: Row, serving: object) -> Row:
    """Return the row with its new configuration under way; `serving` is the one to go on with if it fails."""
    reason = store.note(f"fail/{row.id}")
    store.write_note(f"fail/{row.id}", None)
    update = {"ready_at": now(store) + DURATION, "serving": serving, "fails": _log(row, reason)}
    return row._replace(status="updating", system={**row.system, "update": update})


def settled(store: Store, row: Row) -> Row:
    """Return the row as it is at this moment; whoever may write can keep it so."""
    update = row.system.get("update")
    if update is None or now(store) < update["ready_at"]:
        return row
    system: Values = {name: value for name, value in row.system.items() if name not in ("update", "failed")}
    if update["fails"] is None:
        return row._replace(status="live", system=system)
    field = SLOW[row.kind]
    values = {name: value for name, value in row.values.items() if name != field}
    if update["serving"]:
        values[field] = update["serving"]
    return row._replace(status="failed", values=values, system={**system, "failed": update["fails"]})


def finish(store: Store, row: Row) -> Row:
    """Return the row once it is ready, moving time forward as far as that takes."""
    update = row.system.get("update")
    if update is not None:
        advance(store, update["ready_at"])
    return settled(store, row)


def failure(row: Row) -> NotReady:
    """Return the error for a change that did not take effect, with the platform's reason."""
    return NotReady(f"{row.id} did not become ready: {row.system['failed']}")


def _log(row: Row, reason: str | None) -> str | None:
    """Return what the platform will say of a failure: the given reason, or a build log's last lines."""
    if reason is None or reason:
        return reason
    entities = row.values.get(SLOW[row.kind]) or [{}]
    return FAILURE.format(entity=entities[0].get("name", "current"))
