"""Make: a state directory with everything that it can hold, as the mlplan of this moment writes it.

Run once for each format, from the project's root, and never again: `python tests/corpus/state/make.py v2`. What is there
was written by the mlplan of its time, and every later one has to read it. `expected.json` is what it means.
"""

import json
import random
import sys
from pathlib import Path
from typing import Any

from mlplan.core.backend import About
from mlplan.core.effect import Effects, SystemClock
from mlplan.core.state import Entry, Intent, Outcome, State
from mlplan.state import lock
from mlplan.state.local import LocalBackend

HERE = Path(__file__).parent
ENTITY = {"name": "current", "entity_name": "prod.ml.scorer", "entity_version": "6", "traffic_percentage": 100}
CATALOG = Entry("catalog", "prod", {"name": "prod", "comment": "straße ✓"}, {"metastore_id": "m-1"}, (), protect=True)
SCHEMA = Entry("schema", "prod.ml", {"catalog_name": "prod", "name": "ml"}, {}, ("catalog.main",))
MODEL = Entry(
    "registered_model",
    "prod.ml.scorer",
    {"catalog_name": "prod", "schema_name": "ml", "name": "scorer"},
    {},
    ("schema.ml",),
)
ALIAS = Entry(
    "model_alias",
    "prod.ml.scorer@champion",
    {"full_name": "prod.ml.scorer", "alias": "champion", "version": 6},
    {},
    ("registered_model.scorer",),
)
ROLLOUT = {"to": {"current": "7"}, "at": {"current": 10}, "percent": 10, "since": 1_767_258_000}
ENDPOINT = Entry(
    "serving_endpoint",
    "scorer",
    {"name": "scorer", "served_entities": [ENTITY]},
    {"endpoint_id": "e-1"},
    ("registered_model.scorer",),
    rollout=ROLLOUT,
)
GRANTS = Entry(
    "grants",
    "catalog/prod",
    {
        "securable_type": "catalog",
        "full_name": "prod",
        "grants": [{"principal": "ml", "privileges": ["USE_CATALOG"]}],
        "mode": "additive",
    },
)
OLD = Entry("experiment", "/Shared/old", {"name": "/Shared/old"}, {"experiment_id": "1"})
NEW = Entry("experiment", "/Shared/new", {"name": "/Shared/new", "tags": {"team": "risk"}})


class Standing(SystemClock):
    """The morning of 2026-01-01."""

    def now(self) -> float:
        """Return it."""
        return 1_767_258_000.0


def made(root: Path) -> LocalBackend:
    """Apply twice, and stop a third run with one step done and another begun."""
    lock.who, lock.where = lambda: "someone@somewhere", lambda: "https://ci.example.com/runs/1"
    backend = LocalBackend(root, "fraud", "prod", Effects(clock=Standing(), random=random.Random(1)))  # noqa: S311 - chance that repeats
    first = [
        ("catalog.main", CATALOG),
        ("schema.ml", SCHEMA),
        ("registered_model.scorer", MODEL),
        ("experiment.e", OLD),
    ]
    second = [("model_alias.scorer.champion", ALIAS), ("serving_endpoint.scorer", ENDPOINT), ("grants.main", GRANTS)]
    for steps in (first, second):
        lease = backend.lock("apply")
        lease.about = About("4f0c2d1", "sha256:" + "0" * 64)
        state = backend.read()
        journal = lease.journal(state)
        for number, (address, entry) in enumerate(steps, start=1):
            intent, outcome = Intent(number, "create", address, entry), Outcome(number, "done", entry.id, entry.outputs)
            journal.intend(intent)
            journal.record(intent, outcome)
            state.fold(intent, outcome)
        lease.save(state)
        lease.release()
    lease = backend.lock("apply")
    state = backend.read()
    journal = lease.journal(state)
    moved = ALIAS._replace(values={**ALIAS.values, "version": 7})
    for intent, status in (
        (Intent(1, "update", "model_alias.scorer.champion", moved), "done"),
        (Intent(2, "create", "experiment.next", NEW), ""),
        (Intent(3, "rename", "experiment.f", OLD._replace(id="/Shared/f"), "experiment.e"), "failed"),
    ):
        journal.intend(intent)
        if status:
            error = "" if status == "done" else "MLE513: not allowed"
            journal.record(intent, Outcome(intent.step, status, intent.entry.id, {}, error))  # type: ignore[arg-type]
    journal.close()
    return backend


def meaning(state: State) -> dict[str, Any]:
    """Return what a state says, by the names of its fields, so that later ones may have more."""
    return {
        "lineage": state.lineage,
        "serial": state.serial,
        "epoch": state.epoch,
        "ledger": state.ledger._asdict(),
        "entries": {address: entry._asdict() for address, entry in state.entries.items()},
        "pending": [{**one._asdict(), "entry": one.entry._asdict()} for one in state.pending],
    }


if __name__ == "__main__":
    place = HERE / sys.argv[1]
    assert not place.exists(), "what an mlplan of its time wrote is never written again"
    place.mkdir()
    text = json.dumps(meaning(made(place).read()), indent=1, sort_keys=True)
    (place / "expected.json").write_text(f"{text}\n", encoding="utf-8")
