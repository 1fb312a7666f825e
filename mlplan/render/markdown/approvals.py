"""Approvals: who has to agree to a plan, and who did."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from mlplan.render.markdown.section import Item, Section
from mlplan.render.markdown.text import bold, code, plain
from mlplan.render.words import count

Needed = Mapping[str, Any]
FEW = 3
"""So many changes are named beside what they ask for; the others are counted."""
PEOPLE = 12
"""So many users and teams are named."""
RANK = 4


def missing(found: Sequence[Needed]) -> int:
    """Return how many people have yet to agree."""
    return sum(max(0, int(one["count"]) - len(set(one.get("given") or ()))) for one in found)


def approvals(found: Sequence[Needed]) -> list[Section]:
    """Return what the policy asks people to agree to."""
    items = [Item(partial(_needed, one)) for one in found]
    return [Section(RANK, items, f"#### Approvals ({len(found)})\n\n", one="approval")] if found else []


def _needed(one: Needed) -> str:
    """Return one requirement: who, how many of them, for what, and how far it has come."""
    given = list(one.get("given") or ())
    wanted = int(one["count"])
    done = len(given) >= wanted
    asked = one["from"]
    names = [*(f"@{name}" for name in asked.get("teams") or ()), *(f"@{name}" for name in asked.get("users") or ())]
    who = f" of {_named(names)}" if names else ""
    excluded = ", author excluded" if str(one.get("author", "")) == "excluded" else ""
    excluded += ", nobody for two of these" if one.get("distinct") else ""
    by = f" by {_named([str(name) for name in given])}" if given else ""
    addresses = list(one["addresses"])
    what = f", for {_named(addresses, FEW)}" if addresses else ""
    told = f"{len(given)} of {wanted} given{by}"
    return f"- {'✅' if done else '⏳'} {bold(plain(one['name'], 80))}: {wanted}{who}{excluded}{what} · {told}\n"


def _named(names: Sequence[str], most: int = PEOPLE) -> str:
    """Return names, the first of them when there are many."""
    rest = f" and {count(len(names) - most, 'more', 'more')}" if len(names) > most else ""
    return ", ".join(code(name, 100) for name in names[:most]) + rest
