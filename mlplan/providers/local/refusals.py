"""Refusals: what the platform does not do, and how it says so."""

from collections.abc import Iterable, Iterator

from mlplan.core.errors import Conflict, Invalid, NotFound
from mlplan.core.kind import Link, Spec
from mlplan.core.path import Path
from mlplan.core.values import Values
from mlplan.providers.local.facts import Facts, holds_data
from mlplan.providers.local.store import Row, Store

PROVIDED = ("system.",)
"""Catalogs that come with every workspace; what is in them is taken to exist."""
NAMED = 5
"""So many objects are named in a message; the others are counted."""


def container(store: Store, spec: type[Spec], values: Values) -> int | None:
    """Return the number of the object that holds one with these fields; NotFound names what is missing."""
    links = [link for link in spec.links(values) if link.contains or not link.id.startswith(PROVIDED)]
    if links and links[-1].contains:
        found = store.find(links[-1].kind, links[-1].id)
        if found is not None and found[1] != "deleted":
            return found[0]  # what is there stands in containers that are there
    for link in links:
        _present(store, link, spec.kind)
    return None


def unknown_version(store: Store, kind: str, values: Values) -> None:
    """Raise NotFound when a model version that the fields name does not exist."""
    for model, version in _versions(kind, values):
        if str(version).startswith("@"):
            raise Invalid(f"{version} is not a version number")
        if not model.startswith(PROVIDED) and store.find("model_version", f"{model}/{version}") is None:
            raise NotFound(
                f"model {model} has no version {version}",
                hint="register the version first, or choose one that exists",
            )


def invalid(spec: type[Spec], values: Values) -> None:
    """Raise Invalid with everything that the kind itself finds wrong with the fields."""
    found = list(spec.check(values))
    if found:
        raise Invalid("; ".join(problem.summary for problem in found), hint=found[0].hint)


def unchangeable(known: Facts, id: str, paths: Iterable[Path]) -> None:  # noqa: A002 - the word of the house
    """Raise Invalid when an update names a field that is set for good."""
    for path in paths:
        rules = known.shape.get(path[0])
        if rules is not None and (rules.identity or rules.immutable or rules.fixed):
            raise Invalid(f"{path[0]} of {known.spec.kind} {id} cannot be changed", hint=rules.fixed)


def not_empty(store: Store, row: Row) -> None:
    """Raise Conflict when an object still holds others that would be lost with it."""
    held = [child for child in store.children(row.uid) if holds_data(child.kind)]
    if held:
        names = [f"{child.kind} {child.id}" for child in held[:NAMED]]
        more = f" and {len(held) - NAMED} more" if len(held) > NAMED else ""
        raise Conflict(
            f"{row.kind} {row.id} is not empty: it holds {', '.join(names)}{more}",
            hint="take those down first, or set `force_destroy: true` on it and apply before deleting it",
        )


def missing(kind: str, id: str) -> NotFound:  # noqa: A002
    """Return the error for an object that is not there."""
    return NotFound(f"{kind} {id} does not exist")


def taken(row: Row) -> Conflict:
    """Return the error for a name that is in use."""
    if row.status == "deleted":
        return Conflict(
            f"{row.kind} {row.id} exists in deleted state",
            hint="restore it, or delete it permanently, to use its name again",
        )
    return Conflict(f"{row.kind} {row.id} exists already")


def deleted(row: Row) -> Conflict:
    """Return the error for a change of an object that is in the bin."""
    return Conflict(f"{row.kind} {row.id} is deleted", hint="restore it first")


def _present(store: Store, link: Link, for_kind: str) -> None:
    """Raise NotFound for an object that must exist and does not."""
    found = store.find(link.kind, link.id)
    if found is None or found[1] == "deleted":
        state = "does not exist" if found is None else "is deleted"
        raise NotFound(f"{link.kind} {link.id}, which the {for_kind} needs, {state}")


def _versions(kind: str, values: Values) -> Iterator[tuple[str, object]]:
    """Yield the model versions that the fields name."""
    if kind == "model_alias":
        yield values["full_name"], values["version"]
    elif kind == "serving_endpoint":
        for entity in values.get("served_entities") or ():
            if entity.get("entity_name"):
                yield entity["entity_name"], entity.get("entity_version")
