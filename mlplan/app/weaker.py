"""Weaker: whether what a plan says beside its changes is no more than what another one says.

Each comparison returns lines for what is more: a step, a right that someone gains, a rule that fails.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from mlplan.app.unlike import told
from mlplan.core.plan import STATE_VERBS

Document = Mapping[str, Any]
Done = Collection[str]
"""Addresses with nothing left to do."""
_PAST = ("history", "held", "origin")
"""What a dossier tells of the ledger, which grows with every apply."""
_LISTED = ("endpoints", "jobs", "baselines")
"""What a dossier tells of things around the alias, of which there may be fewer."""


def done(saved: Document, fresh: Document) -> frozenset[str]:
    """Return the addresses whose object was changed since and is now as the plan would have made it."""
    now = {one["address"]: one for one in fresh["changes"]}
    known = {one["address"]: one for one in saved["changes"]}
    found = (one for one in saved["changes"] if _read_anew(one, saved, fresh))
    return frozenset(
        one["address"] for one in found if one["address"] not in now or settled(known, now[one["address"]])
    )


def settled(saved: Mapping[str, Document], now: Document) -> bool:
    """Tell whether a change has only state to write any more, where the plan had an object to make or to delete."""
    was = saved.get(now["address"])
    if was is None or now["blocked"] is not None or (was["kind"], was["id"]) != (now["kind"], now["id"]):
        return False
    made = was["action"] == "create" and now["action"] == "import" and not now["fields"]
    return made or (was["action"] == "delete" and now["action"] == "forget")


def without(reads: Mapping[str, str], saved: Document, finished: Done) -> dict[str, str]:
    """Return what was read but for the objects of finished changes."""
    left = {key for one in saved["changes"] if one["address"] in finished for key in _keys(one)}
    return {key: digest for key, digest in reads.items() if key not in left}


def parts(saved: Document, fresh: Document, finished: Done) -> list[str]:
    """Return what the fresh plan says beyond the saved one, apart from its changes.

    Evidence, access and results have no form of their own in a saved plan: a file can hold anything there.
    """
    try:
        return _parts(saved, fresh, finished)
    except (AttributeError, KeyError, TypeError) as error:
        return [f"the file holds what no plan says: {type(error).__name__}: {error}"]


def _parts(saved: Document, fresh: Document, finished: Done) -> list[str]:
    """Return the same for a file in the form that mlplan writes."""
    return [
        *_steps(saved, fresh, finished),
        *_among("rollouts", saved["rollouts"], fresh["rollouts"]),
        *_evidence(saved["evidence"], fresh["evidence"], finished),
        *_access(saved["access"], fresh["access"]),
        *_among("policy", _open(saved["policy"]), _open(fresh["policy"])),
        *_approvals(saved, fresh),
    ]


def _keys(change: Document) -> set[str]:
    """Return under which names the object of a change is read."""
    return {f"{change['kind']}:{id_}" for id_ in (change["id"], change["before_id"]) if id_ is not None}


def _read_anew(change: Document, saved: Document, fresh: Document) -> bool:
    """Tell whether the object of a change is not as it was."""
    return any(saved["reads"].get(key) != fresh["reads"].get(key) for key in _keys(change))


def _steps(saved: Document, fresh: Document, finished: Done) -> Iterator[str]:
    """Yield the steps that were not agreed to, and those that wait for less than they did."""
    then, now = _needs(saved["steps"]), _needs(fresh["steps"])
    for (verb, address), needs in now.items():
        bookkeeping = verb in STATE_VERBS and (address in finished or verb == "record")
        if (verb, address) not in then:
            if not bookkeeping:
                yield f"steps: {verb} {address} was not there"
        elif not then[verb, address] & now.keys() <= needs:
            yield f"steps: {verb} {address} does not wait for what it waited for"


def _needs(steps: Iterable[Document]) -> dict[tuple[str, str], set[tuple[str, str]]]:
    """Return what each step waits for, by verb and address."""
    numbered = {one["number"]: (one["verb"], one["address"]) for one in steps}
    return {(one["verb"], one["address"]): {numbered[other] for other in one["needs"]} for one in steps}


def _among(name: str, then: Iterable[Any], now: Iterable[Any]) -> Iterator[str]:
    """Yield each item that does not stand in what was reviewed."""
    known = list(then)
    near = {_label(one): one for one in reversed(known)}
    for one in _new(known, now):
        label = _label(one)
        lines = told(near[label], one, f"{name} {label}") if label in near else []
        yield from lines or [f"{name}: {label} was not there"]


def _new(then: Iterable[Any], now: Iterable[Any]) -> list[Any]:
    """Return the items that do not stand in the first list as they are; there may be thousands of both."""
    known = {json.dumps(one, sort_keys=True) for one in then}
    return [one for one in now if json.dumps(one, sort_keys=True) not in known]


def _label(one: Any) -> str:
    """Return by what an item of a list is known."""
    named = (one.get(name) for name in ("code", "principal", "object", "entity", "what", "address", "name"))
    return " ".join(str(value) for value in named if value)


def _open(results: Iterable[Document]) -> list[Document]:
    """Return what rules do not find right, excused or not."""
    return [one for one in results if one["outcome"] != "passed"]


def _evidence(then: Document, now: Document, finished: Done) -> Iterator[str]:
    """Yield how the dossiers of the moves that are left differ."""
    for name, one in now.items():
        if name not in then:
            yield f"evidence: {name} was not there"
            continue
        other = then[name]
        yield from told(_bare(other), _bare(one), f"evidence {name}")
        for listed in _LISTED:
            left = [item for item in one.get(listed) or () if not _of(item, finished)]
            yield from _among(f"evidence {name}: {listed}", other.get(listed) or (), left)


def _bare(dossier: Document) -> dict[str, Any]:
    """Return what a dossier tells of the versions and the move itself."""
    return {name: value for name, value in dossier.items() if name not in (*_PAST, *_LISTED)}


def _of(item: Document, finished: Done) -> bool:
    """Tell whether an item is about something that is done."""
    address = item.get("address") or str(item.get("what", "")).partition(", entity ")[0]
    return address in finished


def _access(then: Document, now: Document) -> Iterator[str]:
    """Yield what someone gains or loses beyond what was reviewed."""
    known: dict[tuple[str, str], list[Document]] = {}
    for row in then.get("rows", ()):
        known.setdefault((row["principal"], row["kind"]), []).append(row)
    for row in _new(then.get("rows", ()), now.get("rows", ())):
        if not any(_covers(other, row) for other in known.get((row["principal"], row["kind"]), ())):
            told_ = [f"{sign} {', '.join(row[sign])}" for sign in ("gains", "loses") if row[sign]]
            yield f"access: {row['principal']} {' and '.join(told_)} on {row['object']}"
    for one in now.get("unknown", ()):
        if one not in then.get("unknown", ()):
            yield f"access: {one}"


def _covers(wide: Document, row: Document) -> bool:
    """Tell whether a row of access says nothing that another one about the same principal and kind does not."""
    return all({*row[name]} <= {*wide[name]} for name in ("objects", "gains", "loses", "members"))


def _approvals(saved: Document, fresh: Document) -> Iterator[str]:
    """Yield what has to be agreed to for changes that are left, and nobody was asked for; what was asked stays asked."""
    left = {one["address"] for one in fresh["changes"]}
    then = [one for one in (_narrowed(each, left) for each in saved["approvals"]) if one is not None]
    now = [one for one in (_narrowed(each, left) for each in fresh["approvals"]) if one is not None]
    yield from _among("approvals", then, now)


def _narrowed(one: Document, left: Collection[str]) -> Document | None:
    """Return a requirement for the changes that are left; None when it is for none of them."""
    if "addresses" not in one:
        return one
    addresses = [address for address in one["addresses"] if address in left]
    return {**one, "addresses": addresses} if addresses else None
