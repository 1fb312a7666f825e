"""Isolation: a protected catalog can be reached from its own workspaces only, whatever anyone grants."""

from collections.abc import Iterator

from pydantic import Field

from mlplan.core.kind import Model
from mlplan.core.values import Values
from mlplan.policy.rule import Seen, Verdict, failed, passed, rule

ISOLATED = "ISOLATED"
CATALOG = ("catalog",)


class Bindings(Model):
    """The workspaces that may be bound."""

    workspaces: list[int] = Field([], description="Ids of the workspaces that may be bound; any when empty.")


@rule("MLP004", "catalogs are isolated", "resource", kinds=CATALOG)
def isolated(seen: Seen) -> Iterator[Verdict]:
    """Judge a catalog's isolation: as declared, or else as it is."""
    if _mode(seen) == ISOLATED:
        yield passed()
    else:
        yield failed(
            "every workspace of the metastore can reach the catalog",
            hint="set `isolation_mode: ISOLATED`, and bind the workspaces of this environment",
        )


@rule("MLP005", "isolated catalogs are bound to their own workspaces", "resource", kinds=CATALOG, options=Bindings)
def bound(seen: Seen) -> Iterator[Verdict]:
    """Judge the workspaces that an isolated catalog is bound to."""
    if _mode(seen) != ISOLATED:
        return
    declared = _workspaces(seen.values)
    strange = sorted(declared - set(seen.options.workspaces)) if seen.options.workspaces else []
    if not declared:
        hint = "declare them as `workspace_bindings`, so that a review shows who gets in"
        yield failed("the bindings of the isolated catalog are not declared", hint=hint)
    elif strange:
        yield failed(f"it is bound to {_listed(strange)}", hint="bind the workspaces of this environment only")
    else:
        yield passed()


@rule("MLP006", "isolation is not loosened", "resource", level="deny", kinds=CATALOG)
def not_loosened(seen: Seen) -> Iterator[Verdict]:
    """Judge whether more workspaces reach an isolated catalog than now."""
    if seen.before.get("isolation_mode") != ISOLATED:
        return
    added = sorted(_workspaces(seen.values) - _workspaces(seen.before))
    if seen.values.get("isolation_mode", ISOLATED) != ISOLATED:
        yield failed("the catalog opens to every workspace of the metastore", hint="keep `isolation_mode: ISOLATED`")
    elif added:
        yield failed(
            f"{_listed(added)} can reach the catalog from now on", hint="remove the binding if it is not meant"
        )
    else:
        yield passed()


def _mode(seen: Seen) -> object:
    """Return a catalog's isolation after the plan; a field that is not declared stays as it is."""
    return seen.values.get("isolation_mode") or seen.before.get("isolation_mode")


def _workspaces(values: Values) -> set[int]:
    """Return the ids of bound workspaces."""
    return {one["workspace_id"] for one in values.get("workspace_bindings") or ()}


def _listed(workspaces: list[int]) -> str:
    """Return workspaces for people."""
    return f"workspace{'s' if len(workspaces) > 1 else ''} {', '.join(map(str, workspaces))}"
