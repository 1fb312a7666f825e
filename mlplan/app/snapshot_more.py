"""Snapshot extras: what a pull request is likely to ask for beyond what the plan of today does.

The next versions of each model that is used, who may do what on objects whose grants nobody declares yet, and
the members of every group that is named.
"""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

from mlplan.app.session import Session
from mlplan.core.errors import PlatformError
from mlplan.core.provider import KnowsVersions, Provider
from mlplan.core.recording import On, Recording
from mlplan.core.values import Unknown, Values
from mlplan.evidence.before_after import OBJECTS, SECURABLES
from mlplan.evidence.membership import memberships
from mlplan.evidence.world import above
from mlplan.kinds import spec

NEWEST = 5
"""So many versions of a model are recorded in full, beside those that something uses."""
MOST = 2000
"""So many further objects are read."""
PROVIDED = "system."


def record_more(session: Session, into: Recording) -> int:
    """Have the session's provider asked for what may be needed; return how many objects were too many to read."""
    provider = session.provider
    used = list(_used(session, into))
    if isinstance(provider, KnowsVersions):
        _versions(provider, used, provider.parallelism)
    wanted = [on for on in _wanted(session, into) if not into.recalls(*on) and on[0] in into.kinds]
    _each(provider.parallelism, wanted[:MOST], lambda on: _read(provider, on))
    memberships(provider, _principals(session, into))
    return max(len(wanted) - MOST, 0)


def _versions(provider: KnowsVersions, used: Iterable[tuple[str, int]], workers: int) -> None:
    """Have the versions in use asked for, and the newest of their models."""
    wanted = dict.fromkeys(used)
    models = [model for model in dict.fromkeys(model for model, _ in wanted) if not model.startswith(PROVIDED)]
    for model, listed in zip(models, _each(workers, models, provider.model_versions), strict=True):
        wanted.update(dict.fromkeys((model, one.version) for one in (listed or [])[-NEWEST:]))
    of_models = [one for one in wanted if one[1] and one[0] in models]
    _each(workers, of_models, lambda one: provider.model_version(*one))


def _used(session: Session, into: Recording) -> Iterator[tuple[str, int]]:
    """Yield the versions that aliases and endpoints use, and each model, as its version 0."""
    for kind, values in _all(session, into):
        if kind == "registered_model":
            yield _text(spec(kind).identify(values)), 0
        elif kind == "model_alias":
            yield _text(values.get("full_name")), _count(values.get("version"))
        elif kind == "serving_endpoint":
            for entity in values.get("served_entities") or ():
                yield _text(entity.get("entity_name")), _count(entity.get("entity_version"))


def _wanted(session: Session, into: Recording) -> Iterator[On]:
    """Yield what may bear on access: containers, and the rows on every object; and the aliases that models have."""
    objects = [(kind, id_) for kind, values in _all(session, into) if (id_ := _id(kind, values))]
    around = dict.fromkeys([*(one for on in objects for one in above(on)), *objects])
    yield from (on for on in around if on[0] in SECURABLES)
    for kind, id_ in sorted(around, key=lambda on: (on[1].count("."), on)):
        if kind in OBJECTS:
            yield ("grants" if kind in SECURABLES else "permissions"), f"{kind}/{id_}"
    for model, listed in sorted(into.listed.items()):
        yield from (("model_alias", f"{model}@{alias}") for one in listed for alias in one.aliases)


def _principals(session: Session, into: Recording) -> set[str]:
    """Return everybody who is named in grants, permissions and as an owner."""
    found: set[str] = set()
    for _, values in _all(session, into):
        found.add(_text(values.get("owner")))
        for row in [*(values.get("grants") or ()), *(values.get("permissions") or ())]:
            found.update(_text(row.get(name)) for name in ("principal", "group_name"))
    return found - {""}


def _all(session: Session, into: Recording) -> Iterator[tuple[str, Values]]:
    """Yield kind and fields of everything that is declared, and of everything that is there."""
    for resource in session.declaration.resources.values():
        yield resource.kind, resource.values
    for (kind, _), found in sorted(into.objects.items()):
        if found is not None:
            yield kind, found.values


def _id(kind: str, values: Values) -> str:
    """Return the id of an object; nothing when only apply can tell it."""
    return _text(spec(kind).identify(values))


def _text(value: object) -> str:
    """Return a text that is known; nothing for anything else."""
    return value if isinstance(value, str) and not isinstance(value, Unknown) else ""


def _count(value: object) -> int:
    """Return the number of a version; 0 for a reference to an alias."""
    return int(str(value)) if str(value).isdigit() else 0


def _read(provider: Provider, on: On) -> object:
    """Read one object."""
    handler = provider.handler(on[0])
    assert handler is not None, on
    return handler.read(on[1])


def _each(workers: int, of: Iterable[Any], ask: Callable[[Any], Any]) -> list[Any]:
    """Ask for each, side by side; what cannot be read is None, and the recording keeps why."""

    def one(what: Any) -> Any:
        with suppress(PlatformError):
            return ask(what)
        return None

    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(one, of))
