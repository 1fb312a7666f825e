"""Snapshot form: a recording and the state beside it as JSON values, and back; everything sorted, credentials of URLs masked."""

import math
from collections.abc import Iterable, Mapping
from typing import Any, cast

from mlplan.core.change import Object
from mlplan.core.evidence import Dataset, Git, VersionEvidence
from mlplan.core.ledger import ALIAS, Damage, Ledger, Record
from mlplan.core.plan import Version
from mlplan.core.recording import Recording
from mlplan.core.state import State
from mlplan.core.values import Values
from mlplan.evidence.dossier import masking
from mlplan.state.codec import entry_in, entry_out, intent_in, intent_out

Document = Mapping[str, Any]
_TOLD = ("version", "run_id", "digest")
"""What a record of an alias tells of a version."""


def recording_out(found: Recording) -> Values:
    """Return a recording as members of the document."""
    asked = sorted(found.objects.keys() | found.unreadable.keys())
    return {
        "platform": _platform(found),
        "objects": [
            {
                "kind": on[0],
                "id": on[1],
                "found": _object(found.objects.get(on)),
                "unreadable": found.unreadable.get(on),
            }
            for on in asked
        ],
        "versions": [_version(found, one) for one in sorted(found.versions.keys() | found.unread.keys())],
        "models": [
            {"model": model, "versions": [_evidence(one) for one in listed]}
            for model, listed in sorted(found.listed.items())
        ],
        "groups": [
            {"name": name, "members": None if members is None else sorted(members)}
            for name, members in sorted(found.members.items())
        ],
    }


def recording_in(document: Document) -> Recording:
    """Return the recording that a document holds."""
    platform = document["platform"]
    objects, versions = document["objects"], document["versions"]
    return Recording(
        **{name: platform[name] for name in ("name", "version", "where", "user", "identity")},
        knows=tuple(platform["knows"]),
        kinds={kind: tuple(able) for kind, able in platform["kinds"].items()},
        objects={_on(one): _object_in(one["found"]) for one in objects if one["unreadable"] is None},
        unreadable={_on(one): one["unreadable"] for one in objects if one["unreadable"] is not None},
        versions={_number(one): _evidence_in(one["found"]) for one in versions if one["unread"] is None},
        unread={_number(one): one["unread"] for one in versions if one["unread"] is not None},
        listed={one["model"]: [_known(found) for found in one["versions"]] for one in document["models"]},
        members={
            one["name"]: None if one["members"] is None else frozenset(one["members"]) for one in document["groups"]
        },
    )


def state_out(state: State) -> Values:
    """Return state as members of the document."""
    return {
        "state": {"lineage": state.lineage, "serial": state.serial},
        "resources": [
            {"address": address, **cast("Values", _sorted(entry_out(entry)))}
            for address, entry in sorted(state.entries.items())
        ],
        "pending": [_sorted(intent_out(one)) for one in state.pending],
    }


def state_in(document: Document) -> State:
    """Return the state that a document holds; ValueError, TypeError or KeyError when it holds none."""
    entries = {
        one["address"]: entry_in({name: value for name, value in one.items() if name != "address"})
        for one in document["resources"]
    }
    place = document["state"]
    return State(
        project=document["project"],
        environment=document["environment"],
        lineage=place["lineage"],
        serial=place["serial"],
        entries=entries,
        pending=[intent_in(one) for one in document["pending"]],
    )


def ledger_out(environment: str, ledger: Ledger) -> Values:
    """Return what a ledger tells of aliases; one that is damaged tells nothing."""
    moved = [] if ledger.damage else [one for one in ledger.shown if one.moved]
    return {"environment": environment, "damaged": bool(ledger.damage), "moves": [_move(one) for one in moved]}


def ledger_in(found: Document) -> Ledger:
    """Return a ledger of nothing but the moves of aliases."""
    blank = dict.fromkeys(Record._fields, "") | {"step": 0, "epoch": 0, "serial": 0, "kind": ALIAS, "outcome": "done"}
    shown = [Record(**{**blank, **one, "seq": seq}) for seq, one in enumerate(found["moves"], start=1)]
    damage = [Damage(1, 0, "it was damaged when the snapshot was made")] if found["damaged"] else []
    return Ledger(f"the ledger of {found['environment']}", shown, damage)


def _platform(found: Recording) -> Values:
    """Return which platform it was, and what it can do."""
    return {
        "name": found.name,
        "version": found.version,
        "where": found.where,
        "user": found.user,
        "identity": _sorted(found.identity),
        "knows": list(found.knows),
        "kinds": {kind: list(able) for kind, able in sorted(found.kinds.items())},
    }


def _version(found: Recording, one: Version) -> Values:
    """Return one version that was asked for."""
    model, number = one
    known = _evidence(found.versions.get(one))
    return {"model": model, "version": number, "found": known, "unread": found.unread.get(one)}


def _move(record: Record) -> Values:
    """Return one move of an alias."""
    sides = {
        side: {name: value[name] for name in _TOLD if name in value}
        for side, value in (("before", record.before), ("after", record.after))
    }
    return {"id": record.id, "time": record.time, "verb": record.verb, "who": record.who, **sides}


def _object(found: Object | None) -> Values | None:
    """Return an object as JSON."""
    if found is None:
        return None
    told = {"id": found.id, "values": found.values, "outputs": found.outputs, "status": found.status}
    return cast("Values", _sorted(told))  # the marker is among the values, where its provider has it


def _object_in(found: Any) -> Object | None:
    """Return the object that JSON holds."""
    return None if found is None else Object(**found)


def _evidence(found: VersionEvidence | None) -> Values | None:
    """Return what is known of a version as JSON, which has no word for what is no number."""
    if found is None:
        return None
    told = found.as_json()
    told["metrics"] = {name: value if math.isfinite(value) else str(value) for name, value in told["metrics"].items()}
    return cast("Values", _sorted(masking({**told, "unknown": dict(found.unknown)})))


def _evidence_in(found: Any) -> VersionEvidence | None:
    """Return what JSON tells of a version."""
    return None if found is None else _known(found)


def _known(found: Document) -> VersionEvidence:
    """Return a version that JSON tells of."""
    requirements = found["requirements"]
    special = {
        "aliases": tuple(found["aliases"]),
        "metrics": {name: float(value) for name, value in found["metrics"].items()},
        "datasets": tuple(Dataset(**one) for one in found["datasets"]),
        "git": Git(**found["git"]),
        "requirements": None if requirements is None else tuple(requirements),
    }
    return VersionEvidence(**{**found, **special})


def _on(one: Document) -> tuple[str, str]:
    """Return kind and id of an object."""
    return one["kind"], one["id"]


def _number(one: Document) -> tuple[str, int]:
    """Return model and number of a version."""
    return one["model"], one["version"]


def _sorted(value: Any) -> Any:
    """Return JSON with the names of every object sorted, so that the same world has the same bytes."""
    if isinstance(value, Mapping):
        return {name: _sorted(value[name]) for name in sorted(value)}
    return [_sorted(one) for one in value] if isinstance(value, Iterable) and not isinstance(value, str) else value
