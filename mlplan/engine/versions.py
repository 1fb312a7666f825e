"""Versions: the model versions that a plan points at exist and are READY, or the plan says so before anything moves."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor

from mlplan.core.change import Change
from mlplan.core.diagnostic import Diagnostic
from mlplan.core.errors import PlatformError
from mlplan.core.evidence import READY, VersionEvidence
from mlplan.core.path import item_key
from mlplan.core.plan import Plan, Version
from mlplan.core.provider import KnowsVersions, Provider
from mlplan.core.values import Unknown, Values

MAKING = ("create", "update", "replace", "restore", "import")
PROVIDED = "system."
"""Models of this catalog come with the platform, which tells nothing of their versions."""


def look_at(plan: Plan, provider: Provider, parallelism: int) -> None:
    """Read what is known of the versions that the plan leaves and goes to, side by side, and report what is amiss."""
    if not isinstance(provider, KnowsVersions):
        return
    wanted = list(dict.fromkeys(one for change in plan.active() for one in (*targets(change), *sources(change))))
    if wanted:
        with ThreadPoolExecutor(min(parallelism, len(wanted))) as pool:
            for version, found in zip(wanted, pool.map(lambda one: _read(provider, one), wanted), strict=True):
                if isinstance(found, PlatformError):
                    plan.unread[version] = str(found)
                else:
                    plan.versions[version] = found
    told: set[Version] = set()
    for change in sorted(plan.active(), key=lambda one: one.kind != "model_alias"):
        wanted = [one for one in dict.fromkeys(targets(change)) if one not in told]
        plan.diagnostics += _amiss(plan, change, wanted)
        told.update(wanted)


def targets(change: Change) -> Iterator[Version]:
    """Yield the versions that a change points something at."""
    if change.action in MAKING:
        yield from _named(change.kind, change.desired or {}, _changed(change))


def sources(change: Change) -> Iterator[Version]:
    """Yield the versions that a change leaves."""
    if change.action in MAKING and change.actual is not None:
        yield from _named(change.kind, change.actual.values, _changed(change))


def _changed(change: Change) -> frozenset[str]:
    """Return the names of the served entities that a change is about; for an alias only whether it moves."""
    if change.kind == "model_alias":
        return frozenset(("version",)) if any(one.path[0] == "version" for one in change.fields) else frozenset()
    paths = (one.path for one in change.fields if one.path[0] == "served_entities")
    return frozenset(name for path in paths for name in ([path[1][1:-1]] if len(path) > 1 else ["*"]))


def _named(kind: str, values: Values, changed: frozenset[str]) -> Iterator[Version]:
    """Yield the versions among the fields that changed."""
    if kind == "model_alias" and changed:
        yield from _version(values.get("full_name"), values.get("version"))
    elif kind == "serving_endpoint":
        for entity in values.get("served_entities") or ():
            if item_key(entity, ("name",)) in changed or "*" in changed:
                yield from _version(entity.get("entity_name"), entity.get("entity_version"))


def _version(model: object, number: object) -> Iterator[Version]:
    """Yield a version when it is known by now and not the platform's own."""
    known = model and number and not isinstance(model, Unknown) and not isinstance(number, Unknown)
    if known and not str(model).startswith(PROVIDED) and str(number).isdigit():
        yield str(model), int(str(number))


def _read(provider: KnowsVersions, version: Version) -> VersionEvidence | PlatformError | None:
    """Return what is known of a version, or the error that kept it from being read."""
    try:
        return provider.model_version(*version)
    except PlatformError as error:
        return error


def _amiss(plan: Plan, change: Change, wanted: Iterable[Version]) -> Iterator[Diagnostic]:
    """Yield what keeps a change from taking effect, and what could not be looked at."""
    for model, number in wanted:
        found = plan.versions.get((model, number))
        if (model, number) in plan.unread:
            summary = f"nothing is known of {model} version {number}: {plan.unread[model, number]}"
            hint = "whether it exists shows at apply; give the one who plans the right to read it"
            yield Diagnostic("MLE434", summary, "warning", address=change.address, hint=hint)
        elif found is None:
            yield Diagnostic(
                "MLE432", f"{model} has no version {number}", address=change.address, hint=_missing(plan, model)
            )
        elif found.status and found.status != READY:
            summary = f"{model} version {number} is {found.status}, not READY"
            hint = "wait until it is registered, or choose a version that is"
            yield Diagnostic("MLE433", summary, address=change.address, hint=hint)


def _missing(plan: Plan, model: str) -> str:
    """Return what to do about a version that does not exist."""
    made = [one for one in plan.changes.values() if one.kind == "registered_model" and one.id == model]
    if made and made[0].action == "create":
        return f"the model is new: apply it first with --target {made[0].address}, then register the version"
    return "register it first, or choose a version that exists"
