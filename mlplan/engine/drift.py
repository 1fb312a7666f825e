"""Drift: how live objects differ from what was last applied, whatever the configuration says now."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from mlplan.core.change import FieldChange, Object
from mlplan.core.declaration import DEFAULT_LIFECYCLE, Declaration
from mlplan.core.diagnostic import Diagnostic
from mlplan.core.path import covers
from mlplan.core.provider import Provider, Wanted
from mlplan.core.state import Entry, State
from mlplan.engine import follow
from mlplan.engine.diff import comparable, differences
from mlplan.engine.live import Live
from mlplan.engine.ownership import owners
from mlplan.engine.rows import blend
from mlplan.kinds import spec
from mlplan.kinds.model_alias import HANDED_OVER


@dataclass(frozen=True, slots=True)
class Drift:
    """One object that is not as it was last applied."""

    address: str
    kind: str
    id: str
    status: Literal["gone", "deleted", "changed", "skew"]
    """`skew`: an endpoint that follows an alias serves another version."""
    fields: tuple[FieldChange, ...] = ()
    """`before` is what was applied, `after` what is there."""

    def as_json(self) -> dict[str, object]:
        """Return the form that reports carry."""
        return {
            "address": self.address,
            "kind": self.kind,
            "id": self.id,
            "status": self.status,
            "fields": [one.as_json() for one in self.fields],
        }


def find_drift(declaration: Declaration, state: State, provider: Provider, parallelism: int = 10) -> list[Drift]:
    """Return every difference between state and the platform, by address."""
    return look(declaration, state, provider, parallelism)[0]


def look(
    declaration: Declaration, state: State, provider: Provider, parallelism: int = 10
) -> tuple[list[Drift], list[Diagnostic]]:
    """Return every difference between state and the platform, and what objects say otherwise of their owner."""
    live = Live(provider, parallelism)
    wanted: dict[str, dict[str, Wanted]] = {}
    for entry in state.entries.values():
        wanted.setdefault(entry.kind, {})[entry.id] = Wanted(entry.values, entry.values, declaration.owner)
    live.announce(wanted)
    found = [one for address, entry in state.entries.items() for one in _of_entry(declaration, address, entry, live)]
    found += [one for one in _skews(declaration, live) if one.address not in {drift.address for drift in found}]
    objects = ((address, live.get(entry.kind, entry.id)) for address, entry in state.entries.items())
    said = owners({address: one for address, one in objects if one is not None}, state.entries, declaration.owner)
    return sorted(found, key=lambda one: one.address), list(said)


def _of_entry(declaration: Declaration, address: str, entry: Entry, live: Live) -> Iterator[Drift]:
    """Yield what happened to one object since it was applied."""
    found = live.get(entry.kind, entry.id)
    if found is None:
        yield Drift(address, entry.kind, entry.id, "gone")
    elif found.status == "deleted":
        yield Drift(address, entry.kind, entry.id, "deleted")
    else:
        fields = tuple(_changed(declaration, address, entry, found))
        if fields:
            yield Drift(address, entry.kind, entry.id, "changed", fields)


def _changed(declaration: Declaration, address: str, entry: Entry, found: Object) -> Iterator[FieldChange]:
    """Yield the fields that are not as they were applied."""
    shape = spec(entry.kind).shape()
    base = comparable(found.values, entry.values, entry.values, shape)
    applied = entry.values
    if applied.get("mode") == "additive":
        applied = blend(spec(entry.kind), applied, base, applied)
    if base == applied:
        return
    resource = declaration.resources.get(address)
    ignored = (resource.lifecycle if resource else DEFAULT_LIFECYCLE).ignore_changes
    if entry.values.get("managed_by") in HANDED_OVER:
        ignored += (("version",),)
    for one in differences(base, applied, applied, shape):
        field = one.field
        if not any(covers(path, field.path) for path in ignored):
            yield field._replace(cause="drift")


def _skews(declaration: Declaration, live: Live) -> Iterator[Drift]:
    """Yield the endpoints that serve another version than the alias that they follow."""
    for address, resource in declaration.resources.items():
        kind = spec(resource.kind)
        if not follow.can_follow(resource.kind):
            continue
        found = live.get(resource.kind, kind.identify(resource.values))
        followed = follow.resolve(resource.values, kind.shape(), lambda alias: _live_version(live, alias))
        if found is None or not followed.notes:
            continue
        wanted = comparable(found.values, followed.values, followed.values, kind.shape())
        fields = tuple(
            one.field._replace(cause="drift", note=followed.notes[one.field.path])
            for one in differences(wanted, followed.values, None, kind.shape())
            if one.field.path in followed.notes
        )
        if fields:
            yield Drift(address, resource.kind, found.id, "skew", fields)


def _live_version(live: Live, alias: str) -> int | None:
    """Return the version that an alias has now."""
    found = live.get("model_alias", alias)
    return int(found.values["version"]) if found else None
