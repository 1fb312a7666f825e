"""Importer: takes an existing object into state; nothing on the platform changes."""

from mlplan.core.change import Object
from mlplan.core.declaration import Resource
from mlplan.core.errors import Conflict, NotFound
from mlplan.core.provider import Provider
from mlplan.core.state import Entry
from mlplan.engine.diff import comparable
from mlplan.engine.marking import foreign, told
from mlplan.kinds import spec


def adopt(resource: Resource, id_: str, provider: Provider, owner: str) -> Entry:
    """Return the entry of an object that a declared resource takes over, as the object is now.

    What differs from the declaration is then an ordinary change of the next plan. Raises
    NotFound when there is no such object, and Conflict when another than `owner` claims it.
    """
    handler = provider.handler(resource.kind)
    found: Object | None = handler.read(id_) if handler else None
    if found is None:
        raise NotFound(
            f"there is no {resource.kind} {id_}",
            code="MLE407",
            hint="the id is the platform's own name of the object, such as prod.ml.fraud_score",
        )
    found = told(resource.kind, found)
    other = foreign(found, owner)
    if other is not None:
        hint = f"let that project forget it first, or take it over with `mlplan apply --take-over {resource.address}`"
        raise Conflict(f"{resource.kind} {id_} belongs to {other}", code="MLE524", hint=hint)
    return entry_as_is(resource, found)


def entry_as_is(resource: Resource, found: Object) -> Entry:
    """Return the entry of an object as it is, in the fields that are declared of it."""
    shape = spec(resource.kind).shape()
    fresh = comparable(found.values, resource.values, {}, shape)
    values = {name: value for name, value in fresh.items() if name in resource.values}
    return Entry(resource.kind, found.id, values, dict(found.outputs), resource.needs)
