"""Recover: what a stopped run had begun is read back and taken in, never repeated blindly.

An intent without an outcome may or may not have happened. Names are identity, so the platform
knows: an object that carries our marker, or stands as the intent would have made it, is ours. One
that differs may be someone else's, and is treated as any object that is not in state.
"""

from mlplan.core.change import Object
from mlplan.core.marker import owner
from mlplan.core.state import REPLACED, Entry, Intent, State
from mlplan.engine.diff import comparable
from mlplan.engine.live import Live
from mlplan.engine.marking import foreign
from mlplan.kinds import spec

MAKING = ("create", "restore", "rename", "adopt")


def recover(state: State, live: Live) -> tuple[dict[str, Entry], dict[str, Intent]]:
    """Return the entries with what unfinished intents made, and those intents by address."""
    entries, us = dict(state.entries), owner(state.project, state.environment)
    taken: dict[str, Intent] = {}
    for intent in state.pending:
        if intent.verb not in MAKING or not _needs_reading(intent, entries, live):
            continue
        found = live.get(intent.entry.kind, intent.entry.id)
        if found is not None and found.status != "deleted" and _as_intended(intent, found, us):
            entries.pop(intent.moved_from, None)
            before = entries.get(intent.address)
            if intent.verb == "create" and before is not None and live.get(before.kind, before.id) is not None:
                entries[intent.address + REPLACED] = before
            entries[intent.address] = intent.entry
            taken[intent.address] = intent
    return entries, taken


def _needs_reading(intent: Intent, entries: dict[str, Entry], live: Live) -> bool:
    """Tell whether state does not already hold what the intent was about."""
    entry = entries.get(intent.address)
    if entry is None:
        return True
    beside = intent.verb == "create"  # the new one before the old one goes
    return entry.id != intent.entry.id and (beside or live.get(entry.kind, entry.id) is None)


def _as_intended(intent: Intent, found: Object, us: str) -> bool:
    """Tell whether an object stands as the intent would have made it, or says itself whose it is."""
    if foreign(found, us):
        return False
    if intent.verb in ("adopt", "rename") or found.marker is not None:
        return True
    entry = intent.entry
    shape = spec(entry.kind).shape()
    return comparable(found.values, entry.values, entry.values, shape) == entry.values
