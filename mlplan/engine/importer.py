"""Importer: takes an existing object into state; nothing on the platform changes."""

from mlplan.core.change import Object
from mlplan.core.declaration import Resource
from mlplan.core.errors import NotFound
from mlplan.core.provider import Provider
from mlplan.core.state import Entry
from mlplan.engine.diff import comparable
from mlplan.kinds import spec


def adopt(resource: Resource, id_: str, provider: Provider) -> Entry:
    """Return the entry of an object that a declared resource takes over, as the object is now.

    What differs from the declaration is then an ordinary change of the next plan. Raises
    NotFound when there is no such object.
    """
    handler = provider.handler(resource.kind)
    found: Object | None = handler.read(id_) if handler else None
    if found is None:
        raise NotFound(
            f"there is no {resource.kind} {id_}",
            code="MLE407",
            hint="the id is the platform's own name of the object, such as prod.ml.fraud_score",
        )
    shape = spec(resource.kind).shape()
    fresh = comparable(found.values, resource.values, {}, shape)
    values = {name: value for name, value in fresh.items() if name in resource.values}
    return Entry(resource.kind, found.id, values, dict(found.outputs), resource.needs)
