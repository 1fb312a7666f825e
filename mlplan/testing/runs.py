"""Runs: what an apply does to a backend, in few words, for the suites that every backend runs."""

from collections.abc import Callable

from mlplan.core.backend import NOTHING_MORE, About, Backend, Lease
from mlplan.core.plan import Verb
from mlplan.core.state import Entry, Intent, Outcome, State

Opens = Callable[[], Backend]


def entry(name: str = "/Shared/a", **values: object) -> Entry:
    """Return what state may hold of an experiment."""
    return Entry("experiment", name, {"name": name, "tags": {"team": "risk"}, **values}, {"experiment_id": "1"})


def intent(step: int, address: str = "experiment.a", verb: Verb = "create", **more: str) -> Intent:
    """Return a step that is about to be tried."""
    return Intent(step, verb, address, entry(f"/Shared/{address}"), more.get("moved_from", ""))


def stop(backend: Backend, lease: Lease) -> None:
    """Leave a run where it is, as if its process had died."""
    backend.unlock(lease.holder.id)
    lease.release()


def saved(backend: Backend, **entries: Entry) -> State:
    """Write a state of these entries and return it."""
    lease = backend.lock("apply")
    state = backend.read()
    state.entries = {f"experiment.{key}": one for key, one in entries.items()}
    state = lease.save(state)
    lease.release()
    return state


def alias(step: int, version: int) -> Intent:
    """Return the move of an alias."""
    values = {"full_name": "prod.ml.m", "alias": "champion", "version": version}
    return Intent(step, "update", "model_alias.m.champion", Entry("model_alias", "prod.ml.m@champion", values))


def applied(backend: Backend, *steps: tuple[Intent, Outcome | None], about: About = NOTHING_MORE) -> State:
    """Run an apply of these steps to its end and return what it wrote."""
    lease = backend.lock("apply")
    lease.about = about
    try:
        state = backend.read()
        journal = lease.journal(state)
        for begun, outcome in steps:
            journal.intend(begun)
            if outcome is not None:
                journal.record(begun, outcome)
                state.fold(begun, outcome)
        return lease.save(state)
    finally:
        lease.release()
