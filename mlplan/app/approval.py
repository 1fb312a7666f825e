"""Approval: whether those who must agree to a plan did, by a record that names the very plan."""

from collections.abc import Collection, Iterable, Iterator
from itertools import combinations
from typing import Any

from mlplan.app.saved import Document
from mlplan.core.diagnostic import Diagnostic
from mlplan.core.values import Values

ASKED = ("name", "from", "count", "author", "distinct")
"""What makes two requirements the same, but for the changes that they are about."""
HOW = "`mlplan ci approvals FILE --out RECORD` finds out who agreed; give its record with --approvals"


def objection(
    approvals: Iterable[Values], left: Collection[str], agreed: Document | None, record: Document | None
) -> Diagnostic | None:
    """Return why a plan may not be applied for want of approvals; None when it may.

    `approvals` are those that the plan of this moment asks for, and `left` the addresses that it changes; `agreed` is the
    plan that was saved or reviewed. What that one asked for counts too: a policy may have been weakened since.
    """
    wanted = [*approvals, *(narrowed for one in _asked(agreed) if (narrowed := _narrowed(one, left)))]
    if not wanted:
        return None
    if agreed is None:
        told = [f"{one['name']}: {needed(one)}" for one in wanted]
        hint = "save the plan (`plan --out`), have it approved, and apply the file with --approvals"
        return Diagnostic(
            "MLE464", "this needs approvals, which only a saved plan can have", detail="\n".join(told), hint=hint
        )
    if record is None:
        told = [f"{one['name']}: {needed(one)}" for one in wanted]
        return Diagnostic("MLE460", "this plan needs approvals, and none are given", detail="\n".join(told), hint=HOW)
    if record["plan"] != agreed["digest"]:
        summary = f"the approvals are for the plan {record['plan']}, and this is {agreed['digest']}"
        return Diagnostic("MLE461", summary, hint=HOW)
    missing = list(dict.fromkeys(line for one in wanted for line in _missing(one, record)))
    if missing:
        summary = "approvals are missing; nothing was changed"
        return Diagnostic(
            "MLE462", summary, detail="\n".join(missing), hint="have it approved, and make the record anew"
        )
    return None


def needed(one: Document) -> str:
    """Return how many people of whom an approval takes."""
    names = [*one["from"]["teams"], *one["from"]["users"]]
    return f"{one['count']} of {', '.join(names)}"


def assigned(wanted: list[Document], able: list[list[str]]) -> list[list[str]]:
    """Return who is counted for each requirement, of those who are able to; the fewest are missing.

    Whoever is counted for a distinct one is counted for no other. Which of several are taken for it can decide whether the
    rest is enough, so that all choices are tried; there are as many as people agreed, and those are few.
    """
    distinct = [place for place, one in enumerate(wanted) if one["distinct"]]
    best: list[list[str]] = []
    fewest = -1
    for taken in _choices(wanted, able, distinct, frozenset()):
        used = frozenset(name for names in taken.values() for name in names)
        found = [
            taken[place] if place in taken else [one for one in names if one not in used]
            for place, names in enumerate(able)
        ]
        missing = sum(max(one["count"] - len(names), 0) for one, names in zip(wanted, found, strict=True))
        if fewest < 0 or missing < fewest:
            best, fewest = found, missing
        if not missing:
            break
    return best


MOST = 12
"""People among whom choices are tried for one requirement; further ones change nothing in practice."""


def _choices(
    wanted: list[Document], able: list[list[str]], distinct: list[int], used: frozenset[str]
) -> Iterator[dict[int, list[str]]]:
    """Yield every way to take people for the distinct requirements, nobody twice."""
    if not distinct:
        yield {}
        return
    place, *rest = distinct
    free = [one for one in able[place] if one not in used][:MOST]
    for chosen in combinations(free, min(wanted[place]["count"], len(free))):
        for others in _choices(wanted, able, rest, used | {*chosen}):
            yield {place: list(chosen), **others}


def _asked(agreed: Document | None) -> list[Values]:
    """Return what an agreed plan asks for."""
    return list(agreed["approvals"]) if agreed else []


def _narrowed(one: Values, left: Collection[str]) -> Values | None:
    """Return a requirement for the changes that are left; None when it is for none of them."""
    addresses = [address for address in one["addresses"] if address in left]
    return {**one, "addresses": addresses} if addresses else None


def _missing(one: Values, record: Document) -> Iterator[str]:
    """Yield what a record lacks of one requirement."""
    same = [each for each in record["approvals"] if all(each[name] == one[name] for name in ASKED)]
    found = next((each for each in same if {*one["addresses"]} <= {*each["addresses"]}), None)
    if found is None:
        yield f"{one['name']}: {needed(one)}; nobody was asked for this"
        return
    people = _people(found)
    others = {name for each in record["approvals"] if each is not found for name in _people(each)}
    if one["distinct"]:
        people -= others
    if len(people) < one["count"]:
        yield f"{one['name']}: {needed(one)}; {', '.join(sorted(people)) or 'nobody'} so far"
        yield from (f"{one['name']}: not counted: {each}" for each in found["notes"])


def _people(found: Any) -> set[str]:
    """Return who is counted for a requirement; names of accounts are the same in any case."""
    return {str(one["user"]).lower() for one in found["given"]}
