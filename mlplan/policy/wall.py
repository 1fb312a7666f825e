"""Wall: nothing of another environment reaches a protected one: no catalog, no model, no principal.

What belongs to another environment is told by the catalogs that it declares and by its name in those of
principals, or by the patterns of the rule's options. What both environments share belongs to neither.
"""

from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

from pydantic import Field

from mlplan.core.kind import Model
from mlplan.core.values import Values
from mlplan.policy.reading import entities, is_open, principals
from mlplan.policy.rule import Seen, Verdict, failed, passed, rule, unknown

_BLIND = "the catalogs of the other environments are not known"


class Wall(Model):
    """What belongs elsewhere."""

    catalogs: list[str] = Field([], description="Patterns of foreign catalogs; those of other environments if empty.")


class Principals(Model):
    """Who belongs elsewhere."""

    principals: list[str] = Field(
        [], description="Patterns of foreign principals; dev-* and *-dev for an environment `dev`, and so on, if empty."
    )


@rule("MLP001", "what is declared stays in the environment's own catalogs", "resource", level="deny", options=Wall)
def own_catalogs(seen: Seen) -> Iterator[Verdict]:
    """Judge the catalog that a resource lives in, or writes its inference table to."""
    yield from _judged(seen, list(_catalogs(seen.subject.get("kind"), seen.values)), "it names the catalog")


@rule(
    "MLP002", "endpoints serve the environment's own models", "resource",
    level="deny", kinds=("serving_endpoint",), options=Wall,
)  # fmt: skip
def own_models(seen: Seen) -> Iterator[Verdict]:
    """Judge the catalogs of the models behind an endpoint."""
    names = [str(one["entity_name"]) for one in entities(seen.values)]
    yield from _judged(seen, [name.partition(".")[0] for name in names if not is_open(name)], "it serves a model of")


@rule("MLP003", "principals of other environments get no access", "resource", options=Principals)
def own_principals(seen: Seen) -> Iterator[Verdict]:
    """Judge who is granted something, or owns it."""
    named = [one for one, _ in principals(seen.values)]
    foreign = _strangers(seen)
    found = sorted({one for one in named if foreign(one)})
    if found:
        yield failed(f"it lets in {', '.join(found)}", hint="grant to the principals of this environment")
    elif named:
        yield passed()


def _judged(seen: Seen, catalogs: list[str], what: str) -> Iterator[Verdict]:
    """Yield whether any of these catalogs belongs to another environment."""
    if not catalogs:
        return
    owners = _owners(seen)
    if owners is None:
        yield unknown(_BLIND, hint="name their catalogs in the rule's option `catalogs`")
        return
    found = [(one, owner) for one in sorted(set(catalogs)) if (owner := _owner(one, owners)) is not None]
    for catalog, owner in found[:1]:
        whose = f", which belongs to {owner}" if owner else ""
        yield failed(f"{what} {catalog}{whose}", hint="use the catalog of this environment, and copy what is needed")
    if not found:
        yield passed()


def _owners(seen: Seen) -> Mapping[str, str] | None:
    """Return the patterns of foreign catalogs with the environment of each; None when nobody can tell."""
    if seen.options.catalogs:
        return dict.fromkeys(seen.options.catalogs, "")
    every: Mapping[str, Any] | None = seen.plan.get("environments")
    if every is None:
        return None
    own = set((every.get(seen.environment) or {}).get("catalogs") or ())
    return {
        catalog: name
        for name in sorted(every.keys() - {seen.environment})
        for catalog in every[name].get("catalogs") or ()
        if catalog not in own
    }


def _owner(catalog: str, owners: Mapping[str, str]) -> str | None:
    """Return the environment that a catalog belongs to; None when it is not foreign."""
    return next((owner for pattern, owner in owners.items() if fnmatchcase(catalog, pattern)), None)


def _catalogs(kind: object, values: Values) -> Iterator[str]:
    """Yield the catalogs that a resource lives in or writes to."""
    if kind == "catalog":
        yield str(values.get("name", ""))
    table = ((values.get("ai_gateway") or {}).get("inference_table_config")) or {}
    named = [values.get("catalog_name"), table.get("catalog_name"), values.get("full_name")]
    yield from (str(one).partition(".")[0] for one in named if one and not is_open(str(one)))


def _strangers(seen: Seen) -> Any:
    """Return what tells the principals of other environments from those of this one."""
    given: Iterable[str] = seen.options.principals
    others = (seen.plan.get("environments") or {}).keys() - {seen.environment}
    foreign = list(given) or [pattern for name in sorted(others) for pattern in _patterns(name)]
    own = [] if given else _patterns(seen.environment)
    return lambda name: _any(name, foreign) and not _any(name, own)


def _patterns(environment: str) -> list[str]:
    """Return how principals of an environment are often named."""
    return [f"{environment}-*", f"*-{environment}", f"{environment}_*", f"*_{environment}"]


def _any(name: str, patterns: Iterable[str]) -> bool:
    """Tell whether a name fits a pattern."""
    return any(fnmatchcase(name, one) for one in patterns)
